"""The public register of award holders: who is in it, by whose leave, and how it is looked through."""

from datetime import date

import pytest
import time_machine
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from awards.models import Award, PublicListing
from awards.queries import HolderFilters, award_holders, standing_listing
from awards.rules import listing_wording
from awards.services import list_school, unlist_school
from awards.tests.factories import become, make_award
from hubportal.accounts.models import Role
from schools.models import School, SchoolStatus, TimelineEvent
from schools.tests.factories import AreaFactory, ContactFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 12, 1)
WORDING = listing_wording(hub="Music Hub")


def make_holder(name: str = "Oak School", *, level: str = "silver", on: date = date(2026, 11, 5), **school) -> Award:
    """A school with an award that has been sent, listed by its own leave."""
    award = make_award(school=SchoolFactory(name=name, **school), level=level, on=on, sent=True)
    list_school(school=award.school, by_contact=award.school.contacts.first(), wording=WORDING)
    return award


def shown(**filters) -> list[str]:
    return [award.school.name for award in award_holders(filters=HolderFilters(**filters), today=TODAY)]


@pytest.fixture
def award() -> Award:
    return make_holder()


def test_register_has_a_school_that_wishes_to_be_in_it(award):
    make_award(school=SchoolFactory(name="Shy School"), sent=True)

    assert shown() == ["Oak School"]


@pytest.mark.parametrize("today, names", [(date(2029, 11, 5), ["Oak School"]), (date(2029, 11, 6), [])])
def test_register_entry_ends_by_itself_with_the_award(award, today, names):
    found = award_holders(filters=HolderFilters(), today=today)

    assert [one.school.name for one in found] == names


@pytest.mark.parametrize("status", ["superseded", "withdrawn"])
def test_register_has_no_award_that_does_not_count(award, status):
    become(status)

    assert shown() == []


def test_register_has_no_closed_school(award):
    School.objects.update(status=SchoolStatus.CLOSED)

    assert shown() == []


@pytest.mark.parametrize("level, sent", [("silver", False), ("working_towards", True)])
def test_register_has_no_award_that_is_not_sent_and_none_without_certificate(level, sent):
    award = make_award(level=level, sent=sent)
    contact = ContactFactory(school=award.school)

    list_school(school=award.school, by_contact=contact, wording=WORDING)

    assert shown() == []


def test_register_shows_the_award_in_force_after_a_renewal(award):
    with time_machine.travel("2028-06-20 12:00", tick=False):
        make_award(school=award.school, level="gold", on=date(2028, 6, 15), sent=True)

    found = award_holders(filters=HolderFilters(), today=date(2028, 7, 1))

    assert [(one.level, one.awarded_on) for one in found] == [("gold", date(2028, 6, 15))]


def test_list_school_keeps_the_words_and_who_agreed(award):
    listing = PublicListing.objects.get()

    assert (listing.wording, listing.listed_by, standing_listing(award.school)) == (
        WORDING,
        award.school.contacts.get(),
        listing,
    )
    newest = TimelineEvent.objects.filter(school=award.school).latest("pk")
    assert (newest.text, newest.by_contact) == (
        "The school agreed to be shown in the public list of award holders.",
        listing.listed_by,
    )


def test_list_school_twice_is_one_entry(award):
    again = list_school(school=award.school, by_contact=award.school.contacts.get(), wording="Other words.")

    assert (PublicListing.objects.get(), again.wording) == (again, WORDING)


@pytest.mark.parametrize(
    "case, sentence",
    [
        ("stranger", "Only somebody of the school can have it shown in the public list."),
        ("no words", "Keep the words that the school agreed to with its entry."),
        ("closed", "This school is closed, so it cannot be shown in the public list."),
    ],
)
def test_list_school_is_refused_in_a_sentence(case, sentence):
    school = SchoolFactory(status=SchoolStatus.CLOSED if case == "closed" else SchoolStatus.OPEN)
    contact = ContactFactory() if case == "stranger" else ContactFactory(school=school)

    with pytest.raises(ValidationError) as refused:
        list_school(school=school, by_contact=contact, wording=" " if case == "no words" else WORDING)

    assert refused.value.messages == [sentence]
    assert not PublicListing.objects.exists()


def test_unlist_school_ends_the_entry_at_once(award):
    contact = award.school.contacts.get()

    ended = unlist_school(school=award.school, by_contact=contact)

    assert (shown(), standing_listing(award.school), ended.ended_by) == ([], None, contact)
    assert TimelineEvent.objects.filter(school=award.school).latest("pk").text == (
        "The school is no longer shown in the public list of award holders."
    )
    assert unlist_school(school=award.school, by_contact=contact) is None
    list_school(school=award.school, by_contact=contact, wording=WORDING)
    assert shown() == ["Oak School"]


def test_unlist_school_by_another_school_is_refused(award):
    with pytest.raises(ValidationError, match="Only somebody of the school"):
        unlist_school(school=award.school, by_contact=ContactFactory())

    assert shown() == ["Oak School"]


def test_unlist_school_by_staff_names_them_on_the_timeline(award):
    officer = UserFactory()

    unlist_school(school=award.school, by=officer)

    assert TimelineEvent.objects.filter(school=award.school).latest("pk").by == officer


@pytest.mark.parametrize(
    "change, constraint",
    [
        ({"wording": ""}, "awards_listing_with_wording"),
        ({"ended_at": timezone.make_aware(timezone.datetime(2020, 1, 1))}, "awards_listing_times_in_order"),
    ],
)
def test_listing_in_part_is_refused_by_the_database(award, change, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        PublicListing.objects.update(**change)


def test_second_standing_listing_is_refused_by_the_database(award):
    with pytest.raises(IntegrityError, match="awards_listing_one_standing"), transaction.atomic():
        PublicListing.objects.create(school=award.school, wording=WORDING)


def test_register_is_looked_through_by_name_town_postcode_level_and_area():
    north = AreaFactory(name="North")
    make_holder("Oak School", level="gold", town="Melton", postcode="LE13 0AB", search_text="oak school melton")
    make_holder("Ash School", area=north, town="Oakham", postcode="LE15 6XY", search_text="ash school oakham")
    make_award(school=SchoolFactory(name="Oak Infants", search_text="oak infants"), sent=True)

    assert shown(q="melton") == ["Oak School"]
    assert shown(q="oakham") == ["Ash School"]
    assert shown(q="le15") == ["Ash School"]
    assert shown(q="infants") == []
    assert shown(level="gold") == ["Oak School"]
    assert shown(area=north.pk) == ["Ash School"]


def test_register_is_sorted_as_asked():
    make_holder("Oak", level="gold", town="B", on=date(2026, 11, 9))
    make_holder("Ash", level="bronze", town="C", on=date(2026, 11, 6))
    make_holder("Yew", level="silver", town="A", on=date(2026, 11, 5))

    assert {sort: " ".join(shown(sort=sort)) for sort in ("school", "-school", "place", "level", "-awarded", "x")} == {
        "school": "Ash Oak Yew",
        "-school": "Yew Oak Ash",
        "place": "Yew Oak Ash",
        "level": "Oak Yew Ash",
        "-awarded": "Oak Ash Yew",
        "x": "Ash Oak Yew",
    }


@pytest.mark.parametrize("role", [None, Role.VIEWER, Role.OFFICER])
def test_register_page_is_for_everybody_and_names_no_person(as_role, role):
    award = make_holder(town="Melton", postcode="LE13 0AB")
    award.school.contacts.update(name="Secret Coordinator")

    page = as_role(role).get(reverse("award_holders")).content.decode()

    assert ("Oak School" in page, "Melton, LE13 0AB" in page, "Secret" in page) == (True, True, False)


@pytest.mark.parametrize(
    "question, words",
    [
        ("", "No school with an award in force has asked to be shown here yet."),
        ("?q=nowhere", "A school may hold an award and not wish to be in this list."),
    ],
)
def test_register_page_with_nobody_says_why(client, question, words):
    assert words in client.get(reverse("award_holders") + question).content.decode()


@pytest.mark.parametrize("question", ["?level=platinum&area=x&sort=%00", "?level=platinum", "?area=999999&sort=x"])
def test_register_page_with_an_address_that_makes_no_sense_still_opens(client, question):
    assert client.get(reverse("award_holders") + question).status_code == (400 if "%00" in question else 200)


def test_register_page_alone_may_be_found_by_search_engines(client):
    pages = [client.get(reverse("award_holders") + question) for question in ("", "?q=oak", "?page=1")]

    assert [page.headers.get("X-Robots-Tag") for page in pages] == [None, "noindex, follow", "noindex, follow"]


def test_register_page_asks_as_many_queries_for_three_as_for_one(client, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr("hubportal.throttle.is_over_limit", lambda *args, **limits: False)
    # The schools found, their number, the hub's profile, the areas to choose from, the awards.
    for names in (["Oak School"], ["Ash School", "Yew School"]):
        for name in names:
            make_holder(name, search_text=name.lower())
        with django_assert_num_queries(5):
            client.get(reverse("award_holders"), {"q": "school"})


def test_register_page_is_throttled(client, monkeypatch):
    monkeypatch.setattr("hubportal.throttle.is_over_limit", lambda request, *, action, limit: action == "register")
    cache.clear()

    assert client.get(reverse("award_holders")).status_code == 429


@pytest.mark.parametrize("name", ["home", "verify"])
def test_register_is_reached_from_the_front_door_and_the_check(client, name):
    assert 'href="/award-holders/"' in client.get(reverse(name)).content.decode()
