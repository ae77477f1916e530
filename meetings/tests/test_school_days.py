"""On which days mail that can wait goes to a school."""

from datetime import date, datetime
from typing import Any

import pytest
import time_machine

from hubportal.mail.kinds import KINDS, MailKind, why_not_send
from hubportal.mail.models import Email, Pace
from hubportal.mail.services import delivering
from hubportal.mail.tests.factories import EmailFactory
from meetings.queries import days_for_mail
from meetings.rules import LONDON, mail_opens_on
from meetings.tests.factories import HubHolidayFactory
from schools.models import Contact, Engagement
from schools.services import let_mail_flow, pause_mail
from schools.tests.factories import AreaFactory, ContactFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 12, 17)  # A Thursday.
MONDAY = date(2026, 12, 21)


def mail_to(*contacts: Contact, **context: Any) -> Email:
    if contacts:
        context |= {"contact": contacts[0].pk, "contacts": [contact.pk for contact in contacts]}
    return EmailFactory.build(pace=Pace.PACED, context=context)


def contact_of(**school: Any) -> Contact:
    return ContactFactory(school=SchoolFactory(**school))


def first_day(email: Email, day: date = TODAY) -> date:
    return days_for_mail([email], TODAY)(email, day)


@pytest.mark.parametrize(
    "day, expected",
    [
        (date(2026, 12, 18), date(2026, 12, 18)),
        (date(2026, 12, 19), date(2026, 12, 21)),
        # Christmas Day is a Friday, and the Monday stands in for Boxing Day.
        (date(2026, 12, 25), date(2026, 12, 29)),
    ],
)
def test_mail_goes_on_working_days(day, expected):
    assert first_day(mail_to(contact_of()), day) == expected


def test_mail_waits_for_the_end_of_holidays_everywhere_and_of_its_own_area():
    here, there = AreaFactory.create_batch(2)
    HubHolidayFactory(first_on=date(2026, 12, 21), last_on=date(2027, 1, 1))
    HubHolidayFactory(first_on=date(2026, 12, 17), last_on=date(2026, 12, 18), area=here)
    HubHolidayFactory(first_on=date(2027, 1, 4), last_on=date(2027, 1, 5), area=here)

    assert first_day(mail_to(contact_of(area=here))) == date(2027, 1, 6)
    assert first_day(mail_to(contact_of(area=there))) == TODAY
    assert first_day(mail_to(contact_of(area=there)), MONDAY) == date(2027, 1, 4)
    assert first_day(mail_to(contact_of(area=None)), MONDAY) == date(2027, 1, 4)


def test_mail_to_the_hubs_own_people_knows_no_areas_and_no_pauses():
    HubHolidayFactory(first_on=TODAY, last_on=TODAY)
    HubHolidayFactory(first_on=date(2026, 12, 18), last_on=date(2026, 12, 18), area=AreaFactory())

    assert first_day(mail_to()) == date(2026, 12, 18)


@pytest.mark.parametrize(
    "pause, expected",
    [
        ({"mail_paused_until": date(2026, 12, 16)}, TODAY),
        ({"mail_paused_until": TODAY}, TODAY),
        ({"mail_paused_until": date(2026, 12, 18)}, date(2026, 12, 18)),
        # A Saturday.
        ({"mail_paused_until": date(2026, 12, 19)}, MONDAY),
        ({"engagement_until": date(2026, 12, 16)}, TODAY),
        ({"engagement_until": TODAY}, date(2026, 12, 18)),
        ({"engagement_until": date(2026, 12, 18)}, MONDAY),
        # Nobody knows until when: tomorrow the question is asked again.
        ({"engagement_until": None}, date(2026, 12, 18)),
        ({"engagement_until": None, "mail_paused_until": date(2026, 12, 22)}, date(2026, 12, 22)),
    ],
)
def test_mail_waits_for_the_end_of_a_schools_pauses(pause, expected):
    if "engagement_until" in pause:
        pause |= {"engagement": "paused", "engagement_reason": "New head.", "engagement_since": date(2026, 11, 1)}

    assert first_day(mail_to(contact_of(**pause))) == expected


def test_mail_about_what_is_arranged_goes_through_pauses_but_not_through_holidays(monkeypatch):
    monkeypatch.setitem(KINDS, "reminder", MailKind("reminder", "Reminder", goes_through_pauses=True))
    email = mail_to(contact_of(mail_paused_until=date(2027, 1, 4)))
    email.kind = "reminder"
    HubHolidayFactory(first_on=TODAY, last_on=TODAY)

    assert first_day(email) == date(2026, 12, 18)


def test_mail_for_several_schools_waits_until_the_day_is_right_for_all():
    here, there = AreaFactory.create_batch(2)
    HubHolidayFactory(first_on=date(2026, 12, 18), last_on=date(2026, 12, 18), area=here)
    HubHolidayFactory(first_on=date(2026, 12, 17), last_on=date(2026, 12, 17), area=there)

    assert first_day(mail_to(contact_of(area=here), contact_of(area=there))) == MONDAY


@pytest.mark.parametrize("number", [1, 3])
def test_days_for_mail_take_two_questions_however_many_mails(number, django_assert_num_queries):
    emails = [mail_to(contact_of()) for _ in range(number)]
    for _ in range(number):
        HubHolidayFactory(first_on=TODAY, last_on=TODAY)

    with django_assert_num_queries(2):
        first = days_for_mail(emails, TODAY)
        assert {first(email, TODAY) for email in emails} == {date(2026, 12, 18)}


@pytest.mark.parametrize(
    "engagement, pace, reason",
    [
        (Engagement.NOT_ENGAGING, Pace.PACED, "The school does not take part at present."),
        (Engagement.NOT_ENGAGING, Pace.SCHOOL_DAY, "The school does not take part at present."),
        (Engagement.NOT_ENGAGING, Pace.AT_ONCE, None),
        (Engagement.PAUSED, Pace.PACED, None),
        (Engagement.TAKING_PART, Pace.PACED, None),
    ],
)
def test_mail_to_a_school_that_does_not_take_part_is_not_sent(engagement, pace, reason):
    reasons = {"engagement_reason": "No time.", "engagement_since": TODAY}
    contact = contact_of(engagement=engagement, **(reasons if engagement != Engagement.TAKING_PART else {}))
    email = mail_to(contact)
    email.pace, email.to_address = pace, contact.email

    assert why_not_send(email) == reason


def test_mail_opens_on_the_later_end_of_two_pauses():
    opens_on = mail_opens_on(
        today=TODAY, mail_paused_until=date(2026, 12, 30), is_paused=True, pause_ends_on=date(2027, 1, 8)
    )

    assert opens_on == date(2027, 1, 9)


def test_pausing_a_schools_mail_and_ending_the_pause_plans_its_mail_anew(
    monkeypatch, django_capture_on_commit_callbacks
):
    announced: list[int] = []
    monkeypatch.setattr(delivering, "announce", announced.extend)
    now = datetime(2026, 12, 17, 10, tzinfo=LONDON)
    contact, officer = contact_of(), UserFactory()
    email = EmailFactory(pace=Pace.PACED, context={"contact": contact.pk}, not_before=now)
    elsewhere = EmailFactory(pace=Pace.PACED, context={"contact": contact_of().pk}, not_before=now)

    with time_machine.travel(now, tick=False), django_capture_on_commit_callbacks(execute=True):
        pause_mail(school=contact.school, until=date(2027, 1, 5), by=officer, now=now)
    email.refresh_from_db()
    assert (email.not_before, announced) == (datetime(2027, 1, 5, 9, tzinfo=LONDON), [])

    with time_machine.travel(now, tick=False), django_capture_on_commit_callbacks(execute=True):
        let_mail_flow(school=contact.school, by=officer, now=now)
    email.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (email.not_before, elsewhere.not_before, announced) == (now, now, [email.pk])
