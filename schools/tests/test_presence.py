"""Once a year the hub asks whether somebody is still there; "still you?" has three answers."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from hubportal.access.rules import derive_token
from hubportal.mail.kinds import why_not_send
from hubportal.mail.models import Email
from meetings.rules import LONDON
from schools.models import ContactLink
from schools.queries import schools_without_music_lead
from schools.rules import next_asking
from schools.services import ask_still_there, enter_by_link, leave_school, say_still_there, set_engagement
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
A_YEAR_AGO = datetime(2025, 11, 23, 12, tzinfo=LONDON)


def known_since(moment, **changes):
    return ContactFactory(**{"confirmed_at": moment, "consented_at": moment} | changes)


def asked():
    return [email.to_address for email in Email.objects.filter(kind="still_you").order_by("pk")]


@pytest.mark.parametrize(
    ("last_sign_on", "last_asked_on", "expected"),
    [
        (date(2025, 11, 23), None, date(2026, 11, 23)),
        (date(2024, 2, 29), None, date(2025, 2, 28)),
        (date(2023, 1, 1), date(2025, 6, 1), date(2026, 6, 1)),
        (date(2025, 7, 1), date(2025, 6, 1), date(2026, 7, 1)),
    ],
)
def test_next_asking_is_a_year_after_the_last_sign_and_the_last_question(last_sign_on, last_asked_on, expected):
    assert next_asking(last_sign_on=last_sign_on, last_asked_on=last_asked_on) == expected


@pytest.mark.parametrize(
    ("days", "number"),
    [(-1, 1), (0, 1), (1, 0)],
)
def test_ask_still_there_a_year_after_the_last_sign_of_life(days, number):
    known_since(A_YEAR_AGO + timedelta(days=days))

    assert ask_still_there(as_of=TODAY) == number


@pytest.mark.parametrize("sign", ["still_there_at", "confirmed_at", "consented_at"])
def test_ask_still_there_counts_from_the_newest_sign(sign):
    known_since(A_YEAR_AGO - timedelta(days=400), **{sign: A_YEAR_AGO + timedelta(days=1)})

    assert ask_still_there(as_of=TODAY) == 0


def test_ask_still_there_in_the_evening_counts_the_day_in_london():
    known_since(datetime(2025, 6, 30, 23, 30, tzinfo=LONDON))

    assert (ask_still_there(as_of=date(2026, 6, 29)), ask_still_there(as_of=date(2026, 6, 30))) == (0, 1)


def test_ask_still_there_twice_asks_once_and_again_a_year_later():
    contact = known_since(A_YEAR_AGO)
    with time_machine.travel(datetime(2026, 11, 23, 6, tzinfo=LONDON), tick=False):
        numbers = [ask_still_there(as_of=TODAY) for _ in range(2)]

    later = [ask_still_there(as_of=day) for day in (date(2027, 11, 22), date(2027, 11, 23), date(2027, 11, 24))]

    assert (numbers, later) == ([1, 0], [0, 1, 0])
    assert asked() == [contact.email] * 2


def test_ask_still_there_by_a_server_that_slept_for_years_asks_once():
    known_since(A_YEAR_AGO - timedelta(days=3 * 365))

    assert [ask_still_there(as_of=TODAY + timedelta(days=day)) for day in range(3)] == [1, 0, 0]


@pytest.mark.parametrize(
    "changes",
    [
        {"role": "other"},
        {"confirmed_at": None},
        {"withdrawn_at": A_YEAR_AGO},
        {"bounced_at": A_YEAR_AGO},
        {"left_at": A_YEAR_AGO},
    ],
)
def test_ask_still_there_leaves_others_in_peace(changes):
    known_since(A_YEAR_AGO, **changes)

    assert ask_still_there(as_of=TODAY) == 0


@pytest.mark.parametrize(
    ("school", "number"),
    [
        ({"status": "closed"}, 0),
        ({"engagement": "paused", "engagement_reason": "x", "engagement_since": TODAY}, 0),
        ({"engagement": "not_engaging", "engagement_reason": "x", "engagement_since": TODAY}, 0),
        ({"mail_paused_until": TODAY + timedelta(days=1)}, 0),
        ({"mail_paused_until": TODAY}, 1),
    ],
)
def test_ask_still_there_only_where_the_school_takes_part_and_takes_mail(school, number):
    known_since(A_YEAR_AGO, school=SchoolFactory(**school), role="head_teacher")

    assert ask_still_there(as_of=TODAY) == number


def test_ask_still_there_asks_as_many_questions_of_the_database_for_people_who_are_not_due(django_assert_num_queries):
    for number in range(3):
        known_since(A_YEAR_AGO + timedelta(days=1 + number))

    with django_assert_num_queries(3):
        ask_still_there(as_of=TODAY)


def test_still_you_mail_of_somebody_who_has_been_in_touch_meanwhile_stays_here():
    contact = known_since(A_YEAR_AGO)
    ask_still_there(as_of=TODAY)
    say_still_there(contact=contact, now=timezone.now() + timedelta(seconds=1))

    assert why_not_send(Email.objects.get()) == "The person has been in touch meanwhile."


@pytest.mark.parametrize(("engagement", "is_stopped"), [("not_engaging", True), ("paused", False)])
def test_still_you_mail_to_a_school_that_engages_no_more_stays_here_and_a_pause_only_delays_it(engagement, is_stopped):
    contact = known_since(A_YEAR_AGO)
    ask_still_there(as_of=TODAY)
    set_engagement(school=contact.school, engagement=engagement, reason="x", by=UserFactory(), now=timezone.now())

    assert bool(why_not_send(Email.objects.get())) == is_stopped


def test_still_you_mail_is_paced_and_joinable_and_leads_to_its_page(client):
    contact = known_since(A_YEAR_AGO)
    ask_still_there(as_of=TODAY)

    assert (Email.objects.get().pace, contact.personal_links.get().destination) == ("paced", reverse("still_you"))


@pytest.mark.parametrize(("destination", "is_sign"), [("/my-school/", True), ("/my-school/still-you/", False)])
def test_using_a_link_is_a_sign_of_life_but_for_the_question_itself(settings, destination, is_sign):
    link = ContactLink.mint(destination=destination, contact=known_since(A_YEAR_AGO))
    link.save()

    enter_by_link(token=derive_token(link_id=link.id, secret=settings.SECRET_KEY), now=timezone.now())

    link.contact.refresh_from_db()
    assert (link.contact.still_there_at is not None) == is_sign


def test_still_you_opened_changes_nothing(as_contact):
    contact = known_since(A_YEAR_AGO)

    response = as_contact(contact).get(reverse("still_you"))

    contact.refresh_from_db()
    assert (response.status_code, contact.still_there_at, contact.left_at) == (200, None, None)


def test_still_me_counts_for_every_role_of_the_person_at_this_school(as_contact):
    contact = known_since(A_YEAR_AGO)
    head = known_since(A_YEAR_AGO, school=contact.school, email=contact.email.upper(), role="head_teacher")
    elsewhere = known_since(A_YEAR_AGO, email=contact.email)

    response = as_contact(contact).post(reverse("still_you_yes"))

    for entry in (contact, head, elsewhere):
        entry.refresh_from_db()
    assert response.url == reverse("my_school")
    assert contact.still_there_at == head.still_there_at != elsewhere.still_there_at


def test_still_you_somebody_else_hands_over_and_ends_the_visit(as_contact):
    contact = known_since(A_YEAR_AGO, email="alice@oak.example.org")
    client = as_contact(contact)

    response = client.post(reverse("still_you"), {"name": "Ben", "email": "ben@oak.example.org", "phone": ""})

    contact.refresh_from_db()
    assert (response.status_code, contact.replaced_by.name) == (200, "Ben")
    assert client.get(reverse("still_you")).url == reverse("link_needed")


def test_still_you_with_ones_own_address_says_so_and_keeps_what_was_typed(as_contact):
    contact = known_since(A_YEAR_AGO, name="Alice")

    response = as_contact(contact).post(reverse("still_you"), {"name": "Ben", "email": contact.email, "phone": ""})

    assert response.context["form"].errors == {
        "email": ["This is the address of Alice. Give the address of the person who takes over."]
    }
    assert 'value="Ben"' in response.content.decode()


def test_i_have_left_ends_the_entry_and_the_school_is_to_be_asked(as_contact):
    contact = known_since(A_YEAR_AGO)

    as_contact(contact).post(reverse("still_you_left"))

    contact.refresh_from_db()
    assert (contact.left_at is not None, contact.replaced_by) == (True, None)
    assert list(schools_without_music_lead()) == [contact.school]


@pytest.mark.parametrize("name", ["still_you_yes", "still_you_left", "my_data_erase"])
def test_still_you_buttons_by_mere_opening_are_refused(as_contact, name):
    assert as_contact(ContactFactory()).get(reverse(name)).status_code == 405


@pytest.mark.parametrize("name", ["still_you", "still_you_yes", "still_you_left", "my_data", "my_data_erase"])
def test_pages_about_oneself_need_a_link(client, name):
    assert client.post(reverse(name)).url == reverse("link_needed")


def test_schools_to_ask_are_those_whose_last_music_lead_cannot_be_reached():
    left = ContactFactory(left_at=timezone.now()).school
    bounced = ContactFactory(bounced_at=timezone.now()).school
    ContactFactory(school=ContactFactory(left_at=timezone.now()).school)
    ContactFactory(role="head_teacher", left_at=timezone.now())
    ContactFactory(confirmed_at=None, left_at=timezone.now())
    ContactFactory(left_at=timezone.now(), school=SchoolFactory(status="closed"))

    assert list(schools_without_music_lead().order_by("pk")) == [left, bounced]


def test_leave_school_names_the_person_on_the_timeline():
    contact = ContactFactory()

    leave_school(contact=contact, now=timezone.now())

    assert contact.school.timeline.get().by_contact == contact
