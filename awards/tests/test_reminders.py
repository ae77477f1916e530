"""The reminder contract: what stands on it comes, on that day and to those people, and nothing else does."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from awards.models import Reflection
from awards.queries import FutureMail, reminder_contract
from awards.services import queue_due_mail, queue_due_renewals
from awards.tests.factories import become, make_award, make_known
from hubportal.mail import services as outbox
from hubportal.mail.models import Email, EmailStatus
from hubportal.mail.services import delivering
from meetings.models import MeetingKind
from meetings.services import arrange_meeting, queue_due_reminders
from meetings.tests.factories import HubHolidayFactory, MeetingRequestFactory, head_of
from schools.models import Contact, School
from schools.services import ask_still_there
from schools.tests.factories import ContactFactory, SchoolFactory
from schools.tests.visitors import said

pytestmark = pytest.mark.django_db

# A Monday; the sheets of the meeting of 5 March 2026 are due on 5 March 2027 and 2028.
TODAY = datetime(2027, 2, 8, 10, 0, tzinfo=UTC)
LAST_MEETING = date(2026, 3, 5)
# A Wednesday.
NEXT_MEETING = datetime(2027, 3, 10, 9, 30, tzinfo=UTC)
MINE = "/my-school/reminders/"


@pytest.fixture
def clock():
    with time_machine.travel(TODAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def school(clock) -> School:
    school = SchoolFactory(name="Wren Primary School")
    ada = ContactFactory(school=school, name="Ada Coordinator", email="ada@school.example.org")
    # Ada was last in touch on 27 February, Hilary on 20 April.
    seen = {"consented_at": datetime(2026, 2, 27, 9, tzinfo=UTC), "confirmed_at": datetime(2026, 2, 27, 9, tzinfo=UTC)}
    Contact.objects.filter(pk=ada.pk).update(**seen)
    hilary = head_of(school)
    Contact.objects.filter(pk=hilary.pk).update(still_there_at=None, confirmed_at=datetime(2026, 4, 20, 9, tzinfo=UTC))
    Contact.objects.filter(pk=hilary.pk).update(consented_at=datetime(2026, 4, 20, 9, tzinfo=UTC))
    return school


@pytest.fixture
def busy_school(school) -> School:
    """Everything at once: sheets to come, a meeting booked, people to ask."""
    make_known(make_award(school=school, on=LAST_MEETING))
    officer = school.area.leader
    arrange_meeting(
        school=school,
        kind=MeetingKind.ADDITIONAL,
        officer=officer,
        starts_at=NEXT_MEETING,
        attendees=list(school.contacts.all()),
        by=officer,
        now=TODAY,
    )
    # Only what comes by itself is on the list.
    Email.objects.update(status=EmailStatus.SENT, sent_at=TODAY)
    return school


def promised(school: School) -> list[tuple[date | None, str, str]]:
    school.refresh_from_db()
    mails = reminder_contract(school, now=timezone.now()).mails
    return [(mail.on, mail.kind, person.name) for mail in mails for person in mail.people or [Contact(name="nobody")]]


EVERYTHING = [
    # The question is due on Saturday 27 February.
    (date(2027, 3, 1), "still_you", "Ada Coordinator"),
    (date(2027, 3, 3), "data_form_reminder", "Ada Coordinator"),
    (date(2027, 3, 5), "reflection", "Ada Coordinator"),
    (date(2027, 3, 8), "meeting_reminder", "Ada Coordinator"),
    (date(2027, 3, 8), "meeting_reminder", "Hilary Teacher"),
    # Three school weeks after the sheet, Good Friday and Easter Monday left out.
    (date(2027, 3, 30), "reflection_reminder", "Ada Coordinator"),
    (date(2027, 4, 20), "still_you", "Hilary Teacher"),
    # 5 March 2028 is a Sunday.
    (date(2028, 3, 6), "reflection", "Ada Coordinator"),
    (date(2028, 3, 27), "reflection_reminder", "Ada Coordinator"),
    # The award ends on 5 March 2029, a Monday.
    (date(2028, 12, 5), "renewal", "Ada Coordinator"),
    (date(2029, 3, 6), "renewal_reminder", "Ada Coordinator"),
]


def by_day(mails):
    return sorted(mails, key=lambda mail: (mail[0], mail[1], mail[2]))


def test_contract_promises_every_mail_with_its_day(busy_school):
    assert by_day(promised(busy_school)) == EVERYTHING


@pytest.mark.slow
def test_contract_keeps_what_it_promises_day_by_day(busy_school, clock, monkeypatch):
    """The clock goes forward, every day the jobs run and the outbox delivers: exactly what was promised went."""
    HubHolidayFactory(first_on=date(2027, 2, 15), last_on=date(2027, 3, 1), area=busy_school.area)
    plan = promised(busy_school)
    # The workers, without a broker.
    monkeypatch.setattr(delivering, "announce", lambda ids: [outbox.deliver(email_id=pk) for pk in ids])

    days = [TODAY.date() + timedelta(days=number) for number in range(31)]
    for day in [*days, date(2027, 3, 29), date(2027, 3, 30), date(2027, 4, 19), date(2027, 4, 20)]:
        live_through(day, clock)
    # Both are in touch before they are asked once more.
    Contact.objects.update(still_there_at=datetime(2029, 1, 10, 9, tzinfo=UTC))
    for day in WEEKENDS_AND_DAYS_OF_THE_AWARD:
        live_through(day, clock)

    assert by_day(sent()) == by_day(plan)
    assert (date(2027, 3, 2), "still_you", "Ada Coordinator") in plan


WEEKENDS_AND_DAYS_OF_THE_AWARD = (
    *(date(2028, 3, day) for day in (5, 6, 26, 27)),
    *(date(2028, 12, day) for day in (4, 5)),
    *(date(2029, 3, day) for day in (5, 6)),
)


def live_through(day: date, clock) -> None:
    """What the beat schedule does on a day, at six and at nine in London."""
    clock.move_to(datetime.combine(day, datetime.min.time(), tzinfo=UTC) + timedelta(hours=6), tick=False)
    queue_due_mail(day)
    queue_due_reminders(day)
    ask_still_there(as_of=day)
    clock.move_to(timezone.now() + timedelta(hours=3, minutes=1))
    outbox.sweep(now=timezone.now())


def sent() -> list[tuple[date, str, str]]:
    """Each mail that went after today, alone or within another."""
    went = []
    for email in Email.objects.exclude(kind="joined").select_related("joined_into"):
        carrier = email.joined_into or email
        if carrier.sent_at and carrier.sent_at > TODAY:
            went.append((timezone.localdate(carrier.sent_at), email.kind, email.to_name))
    return went


# --- What is left out, and what changes -----------------------------------------------------------


def test_contract_shows_what_waits_in_the_outbox_with_its_own_time(busy_school, clock):
    clock.move_to(datetime(2027, 3, 7, 12, 0, tzinfo=UTC))
    queue_due_mail(date(2027, 3, 7))

    mail = next(mail for mail in reminder_contract(busy_school, now=timezone.now()).mails if mail.is_queued)

    assert (mail.on, mail.kind, mail.what) == (
        date(2027, 3, 8),
        "reflection",
        Email.objects.get(kind="reflection").subject,
    )
    assert [kind for _, kind, _ in promised(busy_school)].count("reflection") == 2


def test_contract_leaves_out_a_queued_mail_that_will_not_go(busy_school, clock):
    clock.move_to(datetime(2027, 3, 7, 12, 0, tzinfo=UTC))
    queue_due_mail(date(2027, 3, 7))
    Reflection.objects.filter(month=12).update(answered_at=timezone.now())

    assert [mail for mail in reminder_contract(busy_school, now=timezone.now()).mails if mail.is_queued] == []


@pytest.mark.parametrize("change", ["withdrawn_at", "left_at", "bounced_at"])
def test_contract_writes_to_nobody_who_cannot_be_written_to(busy_school, change):
    busy_school.contacts.filter(name="Ada Coordinator").update(**{change: TODAY})

    # The head teacher stands in for the sheets and the form.
    assert {name for _, _, name in promised(busy_school)} == {"Hilary Teacher"}


def test_contract_with_nobody_to_write_to_tells_staff_and_not_the_school(busy_school):
    busy_school.contacts.update(withdrawn_at=TODAY)

    page = reminder_contract(busy_school, now=timezone.now())

    assert {mail.kind: mail.people for mail in page.mails} == {
        "data_form_reminder": (),
        "meeting_reminder": (),
        "reflection": (),
        "renewal": (),
    }
    assert page.to_somebody == ()


@pytest.mark.parametrize(
    "change",
    [
        {"status": "closed"},
        {"engagement": "not_engaging", "engagement_reason": "Wants none", "engagement_since": date(2027, 2, 1)},
    ],
)
def test_contract_of_a_school_that_gets_no_mail_is_empty(busy_school, change):
    School.objects.filter(pk=busy_school.pk).update(**change)

    assert promised(busy_school) == []


def test_contract_of_a_school_paused_for_nobody_knows_how_long_has_no_day_for_what_waits(busy_school):
    School.objects.filter(pk=busy_school.pk).update(
        engagement="paused", engagement_reason="No teacher", engagement_since=date(2027, 2, 1)
    )

    assert [(on, kind) for on, kind, _ in promised(busy_school)] == [
        (date(2027, 3, 3), "data_form_reminder"),
        (date(2027, 3, 8), "meeting_reminder"),
        (date(2027, 3, 8), "meeting_reminder"),
        (None, "reflection"),
        (None, "reflection"),
        (None, "reflection_reminder"),
        (None, "reflection_reminder"),
        (None, "renewal"),
        (None, "renewal_reminder"),
    ]


def test_contract_of_a_school_that_paused_mail_keeps_the_meeting_and_moves_the_rest(busy_school):
    # The first school day after Easter's fortnight.
    School.objects.filter(pk=busy_school.pk).update(mail_paused_until=date(2027, 4, 12))

    assert by_day(promised(busy_school)) == [
        (date(2027, 3, 3), "data_form_reminder", "Ada Coordinator"),
        (date(2027, 3, 8), "meeting_reminder", "Ada Coordinator"),
        (date(2027, 3, 8), "meeting_reminder", "Hilary Teacher"),
        (date(2027, 4, 12), "reflection", "Ada Coordinator"),
        (date(2027, 4, 12), "still_you", "Ada Coordinator"),
        (date(2027, 4, 20), "still_you", "Hilary Teacher"),
        # Three school weeks after the sheet has gone, not after it was due.
        (date(2027, 5, 4), "reflection_reminder", "Ada Coordinator"),
        *EVERYTHING[-4:],
    ]


def kinds(school: School) -> list[str]:
    return [kind for _, kind, _ in promised(school) if kind.startswith(("renewal", "reflection"))]


def test_contract_promises_no_renewal_of_an_award_the_school_has_not_heard_of(school):
    make_award(school=school, on=LAST_MEETING)

    assert kinds(school) == ["reflection", "reflection_reminder"] * 2


def test_contract_promises_nothing_of_a_withdrawn_award(busy_school):
    become("withdrawn")

    assert kinds(busy_school) == []


def test_contract_promises_no_renewal_once_the_next_conversation_is_arranged(busy_school):
    MeetingRequestFactory(school=busy_school)

    assert "renewal" not in kinds(busy_school)


def test_contract_of_an_invitation_that_went_late_moves_its_reminder(busy_school, clock):
    clock.move_to(datetime(2029, 2, 20, 10, 0, tzinfo=UTC))
    queue_due_renewals(as_of=date(2029, 2, 20))
    Email.objects.filter(kind="renewal").update(status=EmailStatus.SENT, sent_at=timezone.now())

    # Four weeks later, a Tuesday.
    assert [each for each in promised(busy_school) if each[1].startswith("renewal")] == [
        (date(2029, 3, 20), "renewal_reminder", "Ada Coordinator")
    ]


def test_contract_of_a_school_that_works_towards_bronze_speaks_of_no_end(school):
    make_known(make_award(school=school, on=LAST_MEETING, level="working_towards"))

    mails = [mail for mail in reminder_contract(school, now=timezone.now()).mails if mail.kind.startswith("renewal")]

    assert [(mail.what, mail.why) for mail in mails] == [
        ("An invitation to our next conversation", "Only if it is not arranged by then."),
        ("A reminder of our invitation", "Only if our next conversation is not arranged by then. We remind you once."),
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_contract_asks_the_database_as_often_for_one_meeting_as_for_three(school, django_assert_num_queries, number):
    for week in range(number):
        arrange_meeting(
            school=school,
            kind=MeetingKind.ADDITIONAL,
            officer=school.area.leader,
            starts_at=NEXT_MEETING + timedelta(weeks=week),
            attendees=list(school.contacts.all()),
            by=school.area.leader,
            now=TODAY,
        )
    Email.objects.update(status=EmailStatus.SENT, sent_at=TODAY)

    with django_assert_num_queries(15):
        assert len(reminder_contract(school, now=timezone.now()).mails) == 2 * number + 2


# --- The school's page ----------------------------------------------------------------------------


def shown(response) -> list[FutureMail]:
    return list(response.context["page"].to_somebody)


def test_page_without_a_personal_link_explains_how_to_get_in(client, school):
    response = client.get(MINE)

    assert (response.status_code, response.url) == (302, "/my-school/link-needed/")


def test_page_shows_the_contacts_own_school_and_no_other(as_contact, school):
    other = ContactFactory(school=SchoolFactory(name="Other School"))

    response = as_contact(other).get(MINE)

    assert {mail.kind for mail in shown(response)} == {"still_you"}
    assert "Ada Coordinator" not in response.content.decode()


def test_page_says_when_what_why_and_to_whom(as_contact, busy_school):
    content = as_contact(busy_school.contacts.get(name="Ada Coordinator")).get(MINE).content.decode()

    for words in (
        "Wednesday 3 March 2027",
        "A reminder of our meeting on 10 March 2027",
        "How far have you got with the three priorities of 5 March 2026?",
        "To Hilary Teacher, head teacher",
        "Pause until Monday 12 April 2027",
        "Mail about a booked meeting, its reminders included, comes all the same",
    ):
        assert words in content
    assert "@school.example.org" not in content


def test_page_is_linked_from_the_schools_own_page(as_contact, school):
    content = as_contact(school.contacts.first()).get("/my-school/").content.decode()

    assert f'href="{MINE}"' in content


def test_pause_until_next_term_is_shown_first_and_held_to(as_contact, school):
    contact = school.contacts.first()
    client = as_contact(contact)
    promised_day = client.get(MINE).context["page"].next_term_on

    response = client.post(f"{MINE}pause/")

    school.refresh_from_db()
    assert (response.url, school.mail_paused_until) == (MINE, promised_day)
    assert said(response) == ["Mail that can wait is paused until Monday 12 April 2027."]
    assert school.timeline.get(text__startswith="Mail that can wait is paused").by_contact == contact
    page = client.get(MINE)
    assert page.context["page"].paused_until == promised_day
    assert "Let mail come again" in page.content.decode()


def test_pause_is_ended_by_the_school(as_contact, busy_school):
    School.objects.filter(pk=busy_school.pk).update(mail_paused_until=date(2027, 4, 12))

    response = as_contact(busy_school.contacts.first()).post(f"{MINE}go-on/")

    busy_school.refresh_from_db()
    assert (response.url, busy_school.mail_paused_until) == (MINE, None)
    assert by_day(promised(busy_school)) == EVERYTHING


@pytest.mark.parametrize("action", ["pause/", "go-on/"])
def test_pause_changes_nothing_for_who_may_not(client, as_contact, as_role, school, action):
    School.objects.filter(pk=school.pk).update(mail_paused_until=date(2027, 3, 1))

    answers = [client.post(MINE + action), as_role("administrator").post(MINE + action)]
    client.logout()
    answers.append(as_contact(ContactFactory()).post(MINE + action))
    opened = as_contact(school.contacts.first()).get(MINE + action)

    school.refresh_from_db()
    assert school.mail_paused_until == date(2027, 3, 1)
    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert opened.status_code == 405


# --- The same list for staff ----------------------------------------------------------------------


@pytest.mark.parametrize("role, status", [(None, 302), ("viewer", 403), ("officer", 200), ("administrator", 200)])
def test_staff_list_is_for_those_who_work_with_schools(as_role, school, role, status):
    assert as_role(role).get(f"/schools/{school.urn}/reminders/").status_code == status


def test_staff_list_is_not_for_the_schools_own_people(as_contact, school):
    response = as_contact(school.contacts.first()).get(f"/schools/{school.urn}/reminders/")

    assert response.status_code == 302


def test_staff_list_of_no_school_is_not_found(as_role, clock):
    assert as_role("officer").get("/schools/1/reminders/").status_code == 404


def test_staff_list_says_where_there_is_nobody_to_write_to(as_role, busy_school):
    busy_school.contacts.update(withdrawn_at=TODAY)

    content = as_role("officer").get(f"/schools/{busy_school.urn}/reminders/").content.decode()

    assert content.count("Nobody to write to") == 5


def test_staff_list_is_linked_from_the_schools_page(as_role, school):
    content = as_role("officer").get(f"/schools/{school.urn}/").content.decode()

    assert f'href="/schools/{school.urn}/reminders/"' in content
