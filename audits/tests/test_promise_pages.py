"""The hub's promises as staff see them: the list, and the page where one is settled."""

import csv
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from audits.models import Audit, Promise
from audits.services import keep_promise
from audits.tests.factories import make_agreed_audit
from hubportal.accounts.models import Role, User
from schools.models import School
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory
from schools.tests.visitors import said

pytestmark = pytest.mark.django_db
LIST = reverse("promise_list")


def make_promise(
    *,
    due: int = 30,
    owner: User | None = None,
    school: School | None = None,
    on: date | None = None,
    side: str = "hub",
) -> Promise:
    """A promise due so many days from today; minus is past."""
    on = on or timezone.localdate() - timedelta(days=9)
    audit = make_agreed_audit(school=school, on=on, priorities=["P-INT-01"], kind="follow_up")
    promise = Promise.objects.get(priority__audit=audit, side=side)
    promise.due_on = timezone.localdate() + timedelta(days=due)
    if side == "hub":
        promise.owner = owner or promise.owner
    promise.save()
    return promise


def page(promise: Promise, name: str = "promise_detail") -> str:
    return reverse(name, args=[promise.pk])


def listed(response) -> list[Any]:
    return list(response.context["page_obj"])


# --- The list ---------------------------------------------------------------------------------------------------------


def test_promise_list_shows_the_longest_overdue_first_and_what_is_open_only(client, officer):
    soon, late, later = make_promise(due=3), make_promise(due=-2), make_promise(due=-1)
    keep_promise(promise=make_promise(due=-9), by=officer)

    response = client.get(LIST)

    assert listed(response) == [late, later, soon]
    words = response.content.decode()
    assert (words.count("status-danger"), words.count("status-info")) == (2, 1)


def test_promise_list_filters_by_the_address_bar(client, officer):
    known = {
        "late": make_promise(due=-1),
        "mine": make_promise(due=1, owner=officer, school=SchoolFactory(name="Oak Primary")),
        "nobody's": make_promise(due=2, owner=UserFactory(is_active=False), school=SchoolFactory(urn=100777)),
        "kept": make_promise(due=3),
    }
    keep_promise(promise=known["kept"], by=officer)
    names = {promise.pk: name for name, promise in known.items()}
    expected = [
        ("", ["late", "mine", "nobody's"]),
        ("?whose=mine", ["mine"]),
        ("?whose=nobody", ["nobody's"]),
        ("?status=late", ["late"]),
        ("?status=late&whose=mine", []),
        ("?status=kept", ["kept"]),
        ("?status=given_up", []),
        ("?status=all", ["late", "mine", "nobody's", "kept"]),
        ("?q=oak", ["mine"]),
        ("?q=100777", ["nobody's"]),
        ("?status=nonsense&whose=everybody", ["late", "mine", "nobody's"]),
    ]

    found = [(query, [names[promise.pk] for promise in listed(client.get(LIST + query))]) for query, _ in expected]

    assert found == expected


def test_promise_list_marks_what_an_older_conversation_left_open(client, officer):
    school = SchoolFactory()
    older = make_promise(school=school, on=date(2024, 11, 5))
    newer = make_agreed_audit(school=school, on=date(2026, 11, 5), priorities=None)

    response = client.get(LIST)

    marked = {promise.pk: promise.is_earlier for promise in listed(response)}
    assert marked.pop(older.pk) is True
    assert set(marked.values()) == {False}
    assert len(marked) == newer.priorities.count()
    assert response.content.decode().count("From the conversation of 5 November 2024") == 1


def test_promise_list_with_nothing_says_so(client, officer):
    assert client.get(LIST).content.decode().count("No promise here") == 1


def test_promise_list_as_a_file_has_the_same_rows(client, officer):
    late, soon = make_promise(due=-2), make_promise(due=2, owner=UserFactory(is_active=False))
    late.priority.audit.meeting.school.timeline.all()

    response = client.get(LIST, {"format": "csv"})

    rows = list(csv.reader(response.content.decode("utf-8-sig").splitlines()))
    assert rows[0][:3] == ["URN", "School", "Conversation"]
    assert [(row[1], row[4], row[5], row[7]) for row in rows[1:]] == [
        (late.priority.audit.meeting.school.name, "Support 1", late.owner.name, "Late"),
        (soon.priority.audit.meeting.school.name, "Support 1", "", "To come"),
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_promise_list_asks_the_same_number_of_queries(client, officer, number, django_assert_num_queries):
    for _ in range(number):
        make_promise()

    with django_assert_num_queries(5):
        response = client.get(LIST)

    assert len(listed(response)) == number


# --- Who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "role, status", [(None, 302), (Role.VIEWER, 403), (Role.OFFICER, 200), (Role.ADMINISTRATOR, 200)]
)
def test_promise_pages_are_for_officers(as_role, role, status):
    client, promise = as_role(role), make_promise()

    assert [client.get(url).status_code for url in (LIST, page(promise))] == [status, status]


@pytest.mark.parametrize("role, may", [(None, False), (Role.VIEWER, False), (Role.OFFICER, True)])
def test_promises_are_settled_by_officers_only(as_role, role, may):
    client, promise = as_role(role), make_promise()

    client.post(page(promise, "promise_keep"), {"keep-note": ""})

    promise.refresh_from_db()
    assert promise.is_open is not may


@pytest.mark.parametrize("name", ["promise_keep", "promise_give_up", "promise_move", "promise_reopen"])
def test_promise_deeds_change_nothing_when_an_address_is_opened(client, officer, name):
    assert client.get(page(make_promise(), name)).status_code == 405


def test_contact_of_the_school_cannot_open_the_pages_of_staff(as_contact):
    promise = make_promise()
    client = as_contact(ContactFactory(school=promise.priority.audit.meeting.school))

    assert client.get(page(promise)).status_code == 302


@pytest.mark.parametrize("name", ["promise_detail", "promise_reopen"])
def test_unknown_promise_is_not_found(client, officer, name):
    url = reverse(name, args=[1])

    assert (client.get(url) if name == "promise_detail" else client.post(url)).status_code == 404


# --- One promise ------------------------------------------------------------------------------------------------------


def test_promise_marked_as_done_says_so(client, officer):
    promise = make_promise(due=-3)

    response = client.post(page(promise, "promise_keep"), {"keep-note": "Two visits in March."})

    promise.refresh_from_db()
    assert (response.url, said(response)) == (page(promise), ["Noted: it is done."])
    assert (promise.status, promise.note, promise.settled_by) == ("kept", "Two visits in March.", officer)
    words = client.get(page(promise)).content.decode()
    assert (words.count("Two visits in March."), words.count("Note that it is done")) == (1, 0)
    assert words.count("<dd>Olga Officer</dd>") == 1


def test_promise_given_up_without_a_reason_comes_back(client, officer):
    promise = make_promise()

    response = client.post(page(promise, "promise_give_up"), {"give-up-reason": ""})

    assert response.status_code == 422
    assert response.context["give_up_form"].errors == {"reason": ["Say in a few words why it was given up."]}


def test_promise_given_up_keeps_the_reason(client, officer):
    promise = make_promise()

    client.post(page(promise, "promise_give_up"), {"give-up-reason": "The trainer moved away."})

    promise.refresh_from_db()
    assert (promise.status, promise.note) == ("given_up", "The trainer moved away.")


def test_promise_moved_to_another_day_and_person(client, officer):
    promise, day = make_promise(), timezone.localdate() + timedelta(days=60)

    response = client.post(page(promise, "promise_move"), {"move-due_on": day.isoformat(), "move-owner": officer.pk})

    promise.refresh_from_db()
    assert (promise.due_on, promise.owner) == (day, officer)
    assert said(response) == ["Saved. What it was before stands in the school’s timeline."]


def test_promise_moved_into_the_past_comes_back_with_what_was_typed(client, officer):
    promise = make_promise()

    response = client.post(page(promise, "promise_move"), {"move-due_on": "2020-01-01", "move-owner": officer.pk})

    form = response.context["move_form"]
    assert (response.status_code, form["due_on"].value()) == (422, "2020-01-01")
    assert form.errors == {"due_on": ["Choose today or a day that is still to come."]}


def test_promise_of_the_school_has_no_person_at_the_hub(client, officer):
    promise = make_promise(side="school")

    response = client.get(page(promise))

    assert list(response.context["move_form"].fields) == ["due_on"]
    assert response.content.decode().count("<h1>What the school promised</h1>") == 1


def test_promise_settled_meanwhile_by_somebody_else_says_so(client, officer):
    promise = make_promise()
    keep_promise(promise=promise, by=UserFactory())

    response = client.post(page(promise, "promise_give_up"), {"give-up-reason": "Too late"})

    promise.refresh_from_db()
    assert (promise.status, said(response)) == ("kept", ["This is settled already: kept. Nothing was changed."])


def test_promise_opened_again(client, officer):
    promise = make_promise()
    keep_promise(promise=promise, by=officer)

    response = client.post(page(promise, "promise_reopen"))

    promise.refresh_from_db()
    assert (promise.status, said(response)) == ("open", ["It is open again."])


def test_reading_page_of_the_audit_says_how_both_sides_stand(client, officer):
    promise = make_promise(due=-1)

    words = client.get(reverse("audit_detail", args=[promise.priority.audit_id])).content.decode()

    assert words.count("What good looks like in 12 months") == 1
    assert words.count(">Late<") == 1
    assert words.count(f'href="{page(promise)}"') == 1
    assert Audit.objects.count() == 1
