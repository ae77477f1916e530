"""What the hub promised and the school promised, on the school's own page; and marking one's own side as done."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from audits.models import Promise
from audits.services import keep_promise, move_promise
from awards.models import Award
from awards.tests.factories import make_award
from schools.models import Contact, School
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory
from schools.tests.visitors import said

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> School:
    return SchoolFactory(name="Wren Primary School")


@pytest.fixture
def contact(school: School) -> Contact:
    return ContactFactory(school=school, name="Ada Coordinator")


@pytest.fixture
def award(school: School, contact: Contact) -> Award:
    return make_award(school=school, on=date(2026, 11, 5), sent=True)


def promise_of(award: Award, side: str, number: int = 1) -> Promise:
    return Promise.objects.get(priority__audit=award.audit, priority__number=number, side=side)


def address(promise: Promise) -> str:
    return reverse("my_promise", args=[promise.pk])


def my_page(client: Client):
    return client.get(reverse("my_school"))


def test_my_school_says_what_both_sides_promised_and_how_it_stands(as_contact, award, contact):
    ours, amir = promise_of(award, "hub"), UserFactory(name="Amir Other")
    move_promise(promise=ours, due_on=date(2099, 3, 31), owner=amir, by=amir)
    secret = "NOTE-for-the-hub-only"
    keep_promise(promise=promise_of(award, "hub", 2), note=secret, by=amir)
    Promise.objects.filter(pk=promise_of(award, "hub", 3).pk).update(due_on=date(2020, 1, 1))

    response = my_page(as_contact(contact))

    first, second, third = response.context["page"].priorities
    assert (first.hub_owner, first.hub_state) == ("Amir Other", "To come: by 31 March 2099")
    assert second.hub_state.startswith("Done: ")
    assert third.hub_state == "Late: promised for 1 January 2020"
    assert first.good_looks_like == "Good 1"
    words = response.content.decode()
    assert [
        words.count(text) for text in (first.hub_state, third.hub_state, "Good 1", address(promise_of(award, "school")))
    ] == [1] * 4
    assert secret not in words


def test_my_school_names_no_officer_who_has_left(as_contact, award, contact):
    officer = promise_of(award, "hub").owner
    type(officer).objects.filter(pk=officer.pk).update(is_active=False)

    assert {priority.hub_owner for priority in my_page(as_contact(contact)).context["page"].priorities} == {""}


def test_my_school_keeps_what_an_older_conversation_left_open(as_contact, school, contact, award):
    newer = make_award(school=school, on=date(2026, 11, 12), sent=True)
    officer = UserFactory()
    for promise in Promise.objects.filter(priority__audit=award.audit).exclude(priority__number=2):
        keep_promise(promise=promise, by=officer)

    response = my_page(as_contact(contact))

    page = response.context["page"]
    assert [priority.number for priority in page.priorities] == [1, 2, 3]
    assert [(one.held_on, [p.number for p in one.priorities]) for one in page.still_open] == [(date(2026, 11, 5), [2])]
    assert response.content.decode().count("Still open from the conversation of 5 November 2026") == 1
    assert newer.audit != award.audit


def test_my_promise_marked_as_done_is_noted_with_the_contact(as_contact, award, contact):
    promise, client = promise_of(award, "school"), as_contact(contact)
    page = client.get(address(promise))

    response = client.post(address(promise), {"note": "The choir sings every Friday."})

    promise.refresh_from_db()
    assert page.status_code == 200
    assert (response.url, said(response)) == (reverse("my_school"), ["Thank you. It is noted as done."])
    assert (promise.status, promise.note) == ("kept", "The choir sings every Friday.")
    assert (promise.settled_by, promise.settled_by_contact) == (None, contact)


def test_my_promise_opened_changes_nothing(as_contact, award, contact):
    promise = promise_of(award, "school")

    as_contact(contact).get(address(promise))

    promise.refresh_from_db()
    assert promise.is_open


def test_my_promise_with_a_note_that_is_too_long_comes_back(as_contact, award, contact):
    response = as_contact(contact).post(address(promise_of(award, "school")), {"note": "x" * 2001})

    assert response.context["form"]["note"].value() == "x" * 2001
    assert response.context["form"].errors == {
        "note": ["This may have at most 2000 characters; it has 2001. Please shorten it."]
    }


def test_my_promise_that_is_settled_leads_back(as_contact, award, contact):
    promise = promise_of(award, "school")
    keep_promise(promise=promise, by=UserFactory())

    response = as_contact(contact).get(address(promise))

    assert (response.url, said(response)) == (reverse("my_school"), ["This is settled already."])


def test_my_promise_of_the_hub_or_of_another_school_or_of_an_award_unknown_yet_is_not_found(as_contact, award, contact):
    others = make_award(sent=True)
    unknown = make_award(school=award.school, on=date(2026, 11, 12))
    client = as_contact(contact)

    codes = [
        client.post(address(promise), {"note": ""}).status_code
        for promise in (promise_of(award, "hub"), promise_of(others, "school"), promise_of(unknown, "school"))
    ]

    assert codes == [404, 404, 404]
    assert Promise.objects.exclude(status="open").count() == 0


def test_my_promise_without_a_link_explains_how_to_get_in(client, award):
    assert client.get(address(promise_of(award, "school"))).url == reverse("link_needed")


def test_my_promise_is_closed_to_staff(client, officer, award):
    assert client.post(address(promise_of(award, "school")), {"note": ""}).url == reverse("link_needed")
