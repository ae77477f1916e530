"""Every staff page about meetings, mail and people, as it looks in a busy week: accessible, light and dark, wide and
narrow."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from awards.tests.factories import make_award
from hubportal.accounts.models import Role, User
from hubportal.mail import services
from hubportal.mail.inbox.tests.letters import delivery_report, letter
from hubportal.mail.models import EmailStatus, IncomingEmail
from hubportal.mail.tests.factories import EmailFactory
from hubportal.tests.browser import assert_accessible, assert_readable_in_the_dark
from meetings.models import DayPart, Meeting, MeetingStatus, RequestStatus
from meetings.rules import first_working_day, slot_at
from meetings.services import ask_for_other_times, cancel_meeting
from meetings.tests.factories import (
    DataFormFactory,
    HubHolidayFactory,
    MeetingFactory,
    MeetingRequestFactory,
    OfferedTimeFactory,
    OfficerDiaryFactory,
    TimeOffFactory,
    WorkingHoursFactory,
    head_of,
    in_days,
)
from meetings.tests.test_pages_in_browser import Open, open_page
from schools.emails import mail_personal_link
from schools.models import Contact, School, TimelineKind
from schools.services import ask_to_be_erased, take_answer_in
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory
from schools.timeline import record_event

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The fixture is found by its name.
__all__ = ["open_page"]

LONG_NAME = "Saint Michael-on-the-Hill Church of England Voluntary Aided Primary and Nursery School"
LONG_ADDRESS = "bartholomew.featherstonehaugh-cholmondeley@saintmichaelonthehill.leicestershire.example.org"


@pytest.fixture
def admin(client) -> User:
    """Signed in; leads an area as well, and has a diary."""
    admin = UserFactory(name="Bartholomew Featherstonehaugh-Cholmondeley", role=Role.ADMINISTRATOR)
    OfficerDiaryFactory(officer=admin)
    WorkingHoursFactory(officer=admin)
    client.force_login(admin)
    return admin


@pytest.fixture
def school(admin: User) -> School:
    """With the longest names there are: they must fit as well."""
    return SchoolFactory(
        name=LONG_NAME,
        street="The Old Rectory, Upper Church Lane",
        town="Ashby-de-la-Zouch",
        postcode="LE65 1AB",
        telephone="01530 496 0001",
        area__name="North West Leicestershire and the Upper Soar Valley",
        area__leader=admin,
    )


@pytest.fixture
def lead(school: School) -> Contact:
    lead = ContactFactory(school=school, name="Alexandria Penrose-Wetherby", email=LONG_ADDRESS, phone="0116 496 0123")
    head_of(school)
    ContactFactory(school=school, name="Tom Bell", left_at=timezone.now(), replaced_by=lead)
    ContactFactory(school=school, name="Peter Hall", role="other", confirmed_at=None)
    ask_to_be_erased(contact=lead, now=timezone.now())
    record_event(school=school, kind=TimelineKind.NOTE, text="Alexandria Penrose-Wetherby rang up.", by=None)
    return lead


def pages_about_requests(school: School, lead: Contact, admin: User) -> list[str]:
    """One that waits against a diary with a clash, one asked for other times, and one each that is closed."""
    on = first_working_day(timezone.localdate() + timedelta(days=14))
    waiting = MeetingRequestFactory(school=school, contact=lead, created_at=in_days(-20), notes="Use the side gate.")
    for part in (DayPart.MORNING, DayPart.AFTERNOON, DayPart.AFTER_SCHOOL):
        OfferedTimeFactory(request=waiting, on=on, part=part)
    MeetingFactory(officer=admin, school__name="Oak School", starts_at=slot_at(on, time(10, 0)).starts_at)
    asked = MeetingRequestFactory(school__area=school.area)
    OfferedTimeFactory(request=asked, on=on)
    ask_for_other_times(request=asked, message="Any Thursday in March?", by=admin, now=timezone.now())
    closed = {"decided_at": timezone.now(), "decided_by": admin, "decline_reason": "Your school has left the county."}
    declined = MeetingRequestFactory(school__area=school.area, status=RequestStatus.DECLINED, **closed)
    joined = MeetingRequestFactory(school=school, contact=lead, status=RequestStatus.JOINED, joined_to=waiting)
    shown = [reverse("request_detail", args=[one.reference]) for one in (waiting, asked, declined, joined)]
    return [reverse("request_list") + "?status=all&whose=all", *shown]


def pages_about_meetings(school: School, lead: Contact, admin: User) -> list[str]:
    """One to come with its form back, one that is over, one cancelled and one to which nobody came."""
    coming = MeetingFactory(school=school, officer=admin, starts_at=in_days(3))
    coming.attendees.add(lead)
    now = timezone.now()
    DataFormFactory(meeting=coming, saved_at=now, sent_at=now, pupils=205, classes=7, classes_with_weekly_music=8)
    over = MeetingFactory(school=school, officer=admin, starts_at=in_days(-2))
    cancelled = MeetingFactory(school=school, officer=admin, starts_at=in_days(5))
    cancel_meeting(meeting=cancelled, reason="The hall floods.", by=admin, now=now)
    missed = MeetingFactory(school=school, officer=admin, starts_at=in_days(-9))
    missed_facts = {"missed_at": now, "missed_by": admin, "missed_note": "The office had no note of it."}
    Meeting.objects.filter(pk=missed.pk).update(status=MeetingStatus.NO_SHOW, **missed_facts)
    shown = [reverse("meeting_detail", args=[one.pk]) for one in (coming, over, cancelled, missed)]
    forms = [reverse(name, args=[over.pk]) for name in ("meeting_miss", "meeting_cancel", "meeting_move")]
    return [reverse("meeting_list") + "?when=all", *shown, *forms]


def pages_about_diaries(school: School, lead: Contact, admin: User) -> list[str]:
    meeting = MeetingFactory(school=school, officer=admin, starts_at=in_days(3))
    MeetingFactory(officer=UserFactory(name="Olga Officer"), starts_at=meeting.starts_at)
    TimeOffFactory(officer=admin, starts_at=meeting.starts_at, ends_at=meeting.ends_at)
    on = meeting.held_on
    holiday = HubHolidayFactory(name="Staff training and the Lord Mayor’s visit", first_on=on, last_on=on)
    HubHolidayFactory(name="Area closed", area=school.area, first_on=in_days(9).date(), last_on=in_days(9).date())
    own = [reverse(name, args=[admin.pk]) for name in ("diary_of", "diary_hours", "diary_time_off")]
    holidays = [reverse("holidays"), reverse("holiday_new"), reverse("holiday_edit", args=[holiday.pk])]
    day = f"?day={on.isoformat()}"
    return [reverse("diary"), *own, *holidays, reverse("meeting_week") + day, reverse("meeting_month") + day]


def pages_about_mail(school: School, lead: Contact, admin: User) -> list[str]:
    """One held back and edited, one that failed, and what came in: a bounce, and a letter nobody can place."""
    held = mail_personal_link(contact=lead, number=1)
    services.hold(email=held, by=admin, now=timezone.now())
    refused = f"SMTPRecipientsRefused 550: 5.1.1 <{LONG_ADDRESS}>: Recipient address rejected: User unknown"
    failed = EmailFactory(
        to_address=LONG_ADDRESS, status=EmailStatus.FAILED, claimed_at=timezone.now(), last_error=refused
    )
    sent = mail_personal_link(contact=head_of(SchoolFactory(name="Oak School")), number=1)
    services.deliver(email_id=sent.pk)
    original = f"Message-ID: {sent.message_id}\r\nSubject: Your link\r\n\r\nDear Hilary\r\n".encode()
    take_answer_in(raw=delivery_report(recipient=sent.to_address, original=original), now=timezone.now())
    take_answer_in(raw=letter(sender=f"Ada <ada@{'very-' * 9}long.example.org>"), now=timezone.now())
    incoming = [reverse("incoming", args=[pk]) for pk in IncomingEmail.objects.values_list("pk", flat=True)]
    mails = [reverse("email", args=[one.pk]) for one in (held, failed, sent)]
    forms = [reverse("email_edit", args=[held.pk]), reverse("email_cancel", args=[held.pk])]
    words = [
        reverse("mail_kinds"),
        reverse("mail_kind", args=["booking"]),
        reverse("mail_sentence", args=["booking", "opening"]),
    ]
    lists = [reverse("outbox"), reverse("incoming_list") + "?show=all", reverse("music_leads")]
    return [*lists, *mails, *forms, *incoming, *words]


def pages_about_people(school: School, lead: Contact, admin: User) -> list[str]:
    make_award(school=school, on=timezone.localdate() - timedelta(days=100), officer=admin)
    of_lead = ("contact_hand_over", "contact_data", "contact_erase")
    of_school = ("school_detail", "school_contacts", "school_engagement", "school_reminders", "contact_new")
    return [
        reverse("staff_home"),
        reverse("erasures"),
        *(reverse(name, args=[lead.pk]) for name in of_lead),
        *(reverse(name, args=[school.urn]) for name in of_school),
    ]


@pytest.mark.parametrize(
    "pages",
    [pages_about_requests, pages_about_meetings, pages_about_diaries, pages_about_mail, pages_about_people],
    ids=["requests", "meetings", "diaries", "mail", "people"],
)
def test_staff_pages_are_accessible(open_page: Open, school, lead, admin, pages):
    problems = []
    for address in pages(school, lead, admin):
        page = open_page(address)
        open_what_is_folded(page)
        try:
            assert_accessible(page)
            assert_readable_in_the_dark(page)
        except AssertionError as error:
            problems.append(f"{address}: {error}")
    assert problems == [], "\n".join(problems)


def open_what_is_folded(page: Page) -> None:
    """Where people look only after a press: confirmations, earlier texts, forms that are seldom needed."""
    page.evaluate("() => document.querySelectorAll('main details').forEach(each => { each.open = true; })")
