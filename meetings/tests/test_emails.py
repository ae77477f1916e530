"""What the mails say, in both parts, and when they no longer go."""

from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core import mail
from icalendar import Calendar

from hubportal.access.rules import derive_token
from hubportal.mail.kinds import why_not_send
from hubportal.mail.models import Email
from hubportal.mail.services import deliver
from meetings.emails import (
    mail_booking,
    mail_cancelled,
    mail_moved,
    mail_officer_booking,
    mail_officer_cancelled,
    mail_request_declined,
    mail_request_notice,
    mail_request_thanks,
)
from meetings.models import DayPart, Meeting, MeetingKind, MeetingRequest
from meetings.rules import LONDON, slot_at
from meetings.services import book_meeting, cancel_meeting, decline_request, move_meeting, reassign_request
from meetings.tests.factories import MeetingFactory, MeetingRequestFactory, OfferedTimeFactory, head_of
from schools.models import Contact, HubProfile, TimelineEvent
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
START = datetime(2027, 3, 2, 9, 30, tzinfo=LONDON)


class Words(HTMLParser):
    """The words of an HTML mail without its markup and its hidden heading."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def __str__(self) -> str:
        return " ".join(" ".join(self.parts).split())


def words_of(email: Email) -> tuple[str, str]:
    return " ".join(email.body_text.split()), str(Words(email.body_html))


def asked(**fields: Any) -> MeetingRequest:
    school = SchoolFactory(name="St Mary's & All Saints", area__leader__name="Olive O'Hara")
    contact = ContactFactory(school=school, name="Cara O'Neil")
    request = MeetingRequestFactory(reference="MR-7K3QD", school=school, contact=contact, **fields)
    OfferedTimeFactory(request=request, on=date(2027, 3, 2), part=DayPart.MORNING)
    return request


def met(**fields: Any) -> Meeting:
    school = SchoolFactory(
        name="St Mary's & All Saints", street="Church Lane", town="Anstey", postcode="LE7 7AA",
        area__leader__name="Olive O'Hara", area__leader__phone="0116 496 0002",
    )  # fmt: skip
    meeting = MeetingFactory(school=school, starts_at=START, **fields)
    meeting.attendees.add(ContactFactory(school=school, name="Cara O'Neil"))
    return meeting


def kind_of_words(email: Email) -> set[str]:
    """Traces of a template that went wrong."""
    everything = email.subject + email.body_text + email.body_html
    return {trace for trace in ("{{", "{%", "None", "&amp;amp;", "&#x27;&") if trace in everything} | {
        trace for trace in ("&#x27;", "&amp;", "&quot;") if trace in email.subject + email.body_text
    }


def test_thanks_says_what_happens_next_and_every_later_mail():
    email = mail_request_thanks(request=asked())

    text, html = words_of(email)
    assert email.subject == "We have your request for a meeting (MR-7K3QD)"
    for sentence in (
        "Dear Cara O'Neil,",
        "Thank you for asking for a Developing Quality Award meeting for St Mary's & All Saints.",
        "Tuesday 2 March 2027, morning",
        "Olive O'Hara will choose one of these times.",
        "The meeting takes 90 minutes, at your school, with the music coordinator and the head teacher.",
        "No other evidence is required.",
        "usually within a week: the booking with a calendar invitation and a link to a short data form",
        "If the meeting is moved or cancelled: a note at once.",
        "About 12 months after the meeting: a short reflection sheet.",
        "About 24 months after the meeting: a second one.",
        "About three years after the meeting: an invitation to take part again.",
    ):
        assert (sentence in text, sentence in html) == (True, True), sentence
    assert kind_of_words(email) == set()


def test_thanks_is_on_the_timeline_with_its_frozen_copy():
    email = mail_request_thanks(request=asked())

    assert TimelineEvent.objects.get().email == email


def test_notice_names_the_school_and_no_person():
    request = asked(head_name="Hilary Teacher", head_email="hilary@school.example.org", phone="0116 496 0001")

    email = mail_request_notice(request=request)

    everything = email.subject + email.body_text + email.body_html
    assert email.subject == "Please answer: St Mary's & All Saints asks for a meeting (MR-7K3QD)"
    assert "http://localhost:8000/requests/MR-7K3QD/" in email.body_text
    for private in (request.name, request.email, request.phone, request.head_name, request.head_email):
        assert private not in everything
    assert kind_of_words(email) == set()


def test_notice_of_a_school_that_is_ready_says_follow_up_visit():
    email = mail_request_notice(request=asked(kind="follow_up"))

    text, html = words_of(email)
    assert email.subject == "Please answer: St Mary's & All Saints asks for a follow-up visit (MR-7K3QD)"
    assert ("has asked for a follow-up visit." in text, "has asked for a follow-up visit." in html) == (True, True)


def test_notice_to_the_hub_says_that_nobody_leads_the_area():
    email = mail_request_notice(request=asked(assigned_to=None))

    text, html = words_of(email)
    sentence = "Nobody leads this school's area yet, so please pass the request to an officer."
    assert (email.to_address, email.to_name) == (HubProfile().contact_email, HubProfile().name)
    assert (sentence in text, sentence in html.replace("’", "'")) == (True, True)


def test_declining_mail_gives_the_reason_kindly():
    request = asked()
    decline_request(request=request, reason="We are full until May.\nAsk us again then.", by=UserFactory(), now=NOW)

    email = Email.objects.get(kind="request_declined")

    text, html = words_of(email)
    assert email.subject == "About your request for a meeting (MR-7K3QD): not this time"
    for sentence in (
        "We are sorry: we cannot arrange it at the moment.",
        "We are full until May. Ask us again then.",
        "You are welcome to ask again at any time",
    ):
        assert (sentence in text, sentence in html) == (True, True), sentence
    assert kind_of_words(email) == set()


def test_booking_mail_says_when_where_and_with_whom_and_asks_for_the_data_form():
    meeting = met()

    email = mail_booking(meeting=meeting, contact=meeting.attendees.get())

    text, html = words_of(email)
    assert email.subject == "Booked: Tuesday 2 March 2027, 09:30, at your school – please fill in the short data form"
    for sentence in (
        "The quality conversation about music at your school is booked:",
        "Tuesday 2 March 2027, 09:30 to 11:00",
        "St Mary's & All Saints, Church Lane, Anstey, LE7 7AA",
        "With Olive O'Hara (0116 496 0002)",
        "It takes 90 minutes, with the music coordinator and the head teacher.",
        "Before the meeting please fill in the short data form.",
        "No other evidence is required.",
        "Fill in the data form",
    ):
        assert (sentence in text, sentence in html) == (True, True), sentence
    assert kind_of_words(email) == set()


def test_booking_mail_carries_a_personal_link_to_the_data_form():
    meeting = met()
    contact = meeting.attendees.get()

    email = mail_booking(meeting=meeting, contact=contact)

    link = contact.personal_links.get(destination=f"/my-school/data-form/{meeting.pk}/")
    assert (link.mail_url in email.body_text, link.mail_withdraw_url in email.body_text) == (True, True)


def test_booking_mail_has_a_second_link_to_rate_the_school_beforehand(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    meeting = met()
    contact = meeting.attendees.get()

    email = mail_booking(meeting=meeting, contact=contact)
    again = mail_booking(meeting=meeting, contact=contact)
    deliver(email_id=email.pk)

    link = contact.personal_links.get(destination=f"/my-school/own-view/{meeting.pk}/")
    text, html = words_of(email)
    assert (link.mail_url in email.body_text, link.mail_url in email.body_html) == (True, True)
    assert ("If you like, you may also rate your own school beforehand" in text) is True
    assert ("If you like, you may also rate your own school beforehand" in html) is True
    assert (again, contact.personal_links.count()) == (email, 2)
    # What is delivered has the token of either link in the place of its mark.
    token = derive_token(link_id=link.pk, secret=settings.SECRET_KEY)
    assert mail.outbox[0].body.count(f"/link/{token}/") == 1


def test_booking_mail_asks_the_head_teacher_only_to_know_of_the_form():
    meeting = met()
    head = head_of(meeting.school)
    meeting.attendees.add(head)

    email = mail_booking(meeting=meeting, contact=head)

    assert email.subject == "Booked: Tuesday 2 March 2027, 09:30, at your school"
    assert "The music coordinator has it too; one of you fills it in." in words_of(email)[0]


def test_booking_mail_asks_the_head_teacher_for_the_form_where_nobody_else_gets_it():
    meeting = met()
    head = head_of(meeting.school)
    meeting.attendees.set([head])

    email = mail_booking(meeting=meeting, contact=head)

    assert email.subject == "Booked: Tuesday 2 March 2027, 09:30, at your school – please fill in the short data form"
    assert "Before the meeting please fill in the short data form." in words_of(email)[0]
    assert "has it too" not in email.body_text + email.body_html


def test_booking_mail_of_a_follow_up_does_not_ask_for_the_form():
    meeting = met(kind=MeetingKind.FOLLOW_UP)
    contact = meeting.attendees.get()

    email = mail_booking(meeting=meeting, contact=contact)

    assert email.subject == "Booked: Tuesday 2 March 2027, 09:30, at your school"
    assert [words in email.body_text + email.body_html for words in ("data form", "beforehand")] == [False, False]
    assert contact.personal_links.get().destination == "/my-school/"


def test_booking_mail_has_the_invitation_attached():
    meeting = met()

    email = mail_booking(meeting=meeting, contact=meeting.attendees.get())

    file = email.attachments.get()
    event = Calendar.from_ical(bytes(file.content)).walk("VEVENT")[0]
    assert (file.filename, file.content_type) == ("invitation.ics", "text/calendar; method=REQUEST")
    assert event["UID"] == str(meeting.calendar_uid)
    assert event["SUMMARY"] == "Quality conversation about music at St Mary's & All Saints"
    assert event["LOCATION"] == "St Mary's & All Saints, Church Lane, Anstey, LE7 7AA"
    assert [str(one) for one in event["ATTENDEE"]] == [
        f"mailto:{meeting.officer.email}",
        f"mailto:{meeting.attendees.get().email}",
    ]


def test_booking_mail_arrives_as_an_invitation_that_mail_programs_understand(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    meeting = met()
    email = mail_booking(meeting=meeting, contact=meeting.attendees.get())

    deliver(email_id=email.pk)

    parts = list(mail.outbox[0].message().walk())
    invitations = [part for part in parts if part.get_content_type() == "text/calendar"]
    assert [part.get_params()[1:] for part in invitations] == [[("method", "REQUEST"), ("charset", "utf-8")]] * 2
    # The first stands beside the text, the second is a file to open.
    assert [part.get_filename() for part in invitations] == [None, "invitation.ics"]
    assert [Calendar.from_ical(part.get_payload(decode=True))["METHOD"] for part in invitations] == ["REQUEST"] * 2


def test_moved_mail_says_the_old_and_the_new_time():
    meeting = met()

    email = mail_moved(
        meeting=meeting, contact=meeting.attendees.get(), before=slot_at(date(2027, 2, 25), START.time())
    )

    text, html = words_of(email)
    assert email.subject == "Moved: our meeting is now on Tuesday 2 March 2027, 09:30"
    for sentence in (
        "was booked for Thursday 25 February 2027, 09:30. It is now:",
        "Tuesday 2 March 2027, 09:30 to 11:00",
        "The attached invitation changes the entry in your calendar.",
    ):
        assert (sentence in text, sentence in html) == (True, True), sentence
    assert email.attachments.get().filename == "invitation.ics"
    assert kind_of_words(email) == set()


def test_move_and_cancellation_carry_one_entry_with_rising_sequence():
    meeting = met()
    contact, by = meeting.attendees.get(), meeting.officer
    mail_booking(meeting=meeting, contact=contact)
    move_meeting(meeting=meeting, officer=by, starts_at=START + timedelta(days=1), by=by, now=NOW)
    cancel_meeting(meeting=meeting, reason="Snow.", by=by, now=NOW)

    mails = Email.objects.filter(to_address=contact.email).order_by("pk")

    files = [Calendar.from_ical(bytes(one.attachments.get().content)) for one in mails]
    events = [file.walk("VEVENT")[0] for file in files]
    assert [str(file["METHOD"]) for file in files] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [event["SEQUENCE"] for event in events] == [0, 1, 2]
    assert {str(event["UID"]) for event in events} == {str(meeting.calendar_uid)}


def test_cancelling_mail_gives_the_reason():
    meeting = met()
    by = UserFactory(name="Ann Administrator")
    cancel_meeting(meeting=meeting, reason="The officer is ill.", by=by, now=NOW)
    meeting.refresh_from_db()

    email = mail_cancelled(meeting=meeting, contact=meeting.attendees.get())

    text, html = words_of(email)
    assert email.subject == "Cancelled: our meeting on Tuesday 2 March 2027, 09:30"
    for sentence in ("Ann Administrator writes:", "The officer is ill.", "Tuesday 2 March 2027, 09:30 to 11:00"):
        assert (sentence in text, sentence in html) == (True, True), sentence
    assert email.attachments.get().content_type == "text/calendar; method=CANCEL"
    assert kind_of_words(email) == set()


def test_officer_gets_the_booking_with_who_comes():
    meeting = met()

    email = mail_officer_booking(meeting=meeting)

    text, html = words_of(email)
    assert email.subject == "Booked: St Mary's & All Saints, Tuesday 2 March 2027, 09:30"
    assert email.to_address == meeting.officer.email
    for sentence in ("You have a new meeting:", "Cara O'Neil, music coordinator"):
        assert (sentence in text, sentence in html) == (True, True), sentence
    assert f"http://localhost:8000/meetings/{meeting.pk}/" in email.body_text
    assert kind_of_words(email) == set()


def test_officer_is_told_when_nobody_at_the_school_could_be():
    meeting = met()
    meeting.attendees.clear()

    email = mail_officer_booking(meeting=meeting)

    sentence = "Nobody from the school has been invited by e-mail: please tell them."
    assert [sentence in words for words in words_of(email)] == [True, True]


def test_officer_of_a_cancelled_meeting_reads_that_in_the_subject():
    meeting = met()
    cancelled = cancel_meeting(meeting=meeting, reason="Snow.", by=meeting.officer, now=NOW)

    email = mail_officer_cancelled(meeting=cancelled, officer=cancelled.officer)

    assert email.subject == "Cancelled: St Mary's & All Saints, Tuesday 2 March 2027, 09:30"


def test_officer_who_gives_a_meeting_away_is_told_who_has_it():
    meeting, first = met(), UserFactory(name="Ffion First")

    email = mail_officer_cancelled(meeting=meeting, officer=first)

    text, html = words_of(email)
    sentence = "Olive O'Hara now holds the quality conversation at St Mary's & All Saints, on Tuesday 2 March 2027."
    assert email.subject == "Not your meeting any more: St Mary's & All Saints"
    assert (email.to_address, sentence in text, sentence in html) == (first.email, True, True)
    assert kind_of_words(email) == set()


# --- When a mail no longer goes -------------------------------------------------------------------


def book(request: MeetingRequest) -> Meeting:
    officer = request.assigned_to
    return book_meeting(
        request=request, officer=officer, starts_at=START, attendees=[request.contact], by=officer, now=NOW
    )


def test_booking_mail_goes_while_the_booking_stands():
    book(MeetingRequestFactory())

    assert {why_not_send(email) for email in Email.objects.all()} == {None}


def test_booking_mail_does_not_go_once_the_meeting_is_cancelled():
    meeting = book(MeetingRequestFactory())
    cancel_meeting(meeting=meeting, reason="Snow.", by=meeting.officer, now=NOW)

    reasons = {email.kind: why_not_send(email) for email in Email.objects.all()}
    assert reasons == {
        "booking": "The meeting was cancelled.",
        "officer_booking": "The meeting was cancelled.",
        "booking_cancelled": None,
        "officer_cancelled": None,
    }


def test_booking_mail_does_not_go_once_the_meeting_is_moved():
    meeting = book(MeetingRequestFactory())
    move_meeting(
        meeting=meeting, officer=meeting.officer, starts_at=START + timedelta(days=1), by=meeting.officer, now=NOW
    )

    reasons = {(email.kind, email.context["sequence"]): why_not_send(email) for email in Email.objects.all()}
    assert reasons == {
        ("booking", 0): "The meeting was moved.",
        ("officer_booking", 0): "The meeting was moved.",
        ("booking_moved", 1): None,
        ("officer_booking", 1): None,
    }


def test_notice_goes_while_the_request_waits_and_not_once_it_is_answered():
    request = MeetingRequestFactory()
    reassign_request(request=request, officer=UserFactory(), by=UserFactory(), now=NOW)
    notice = Email.objects.get(kind="request_notice")
    assert why_not_send(notice) is None

    decline_request(request=request, reason="We are full.", by=UserFactory(), now=NOW)

    assert why_not_send(notice) == "The request has been answered."


@pytest.mark.parametrize("confirmed_at, has_link", [(NOW, True), (None, False)])
def test_declining_mail_leads_to_the_schools_pages_only_whom_they_are_open_to(confirmed_at, has_link):
    request = asked()
    Contact.objects.filter(pk=request.contact_id).update(confirmed_at=confirmed_at)
    decline_request(request=request, reason="We are full.", by=UserFactory(), now=NOW)

    email = Email.objects.get(kind="request_declined")

    assert ["Open your school’s page" in part for part in (email.body_text, email.body_html)] == [has_link, has_link]


def test_declining_mail_is_queued_once():
    request = asked()
    decline_request(request=request, reason="We are full.", by=UserFactory(), now=NOW)
    request.refresh_from_db()

    mail_request_declined(request=request)

    assert Email.objects.filter(kind="request_declined").count() == 1
