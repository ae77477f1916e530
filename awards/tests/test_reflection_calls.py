"""The telephone list: who stands on it, the calls, the answer taken down, and stopping to ask."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from awards.models import Reflection
from awards.queries import CallFilters, sheet_to_ring, sheets_to_ring, to_ring
from awards.services import ask_again, queue_due_reflection_reminders, queue_due_reflections, record_call, stop_asking
from awards.tests.factories import make_due_reflections
from hubportal.accounts.models import Role
from hubportal.mail.models import Email, EmailStatus
from schools.models import Contact, ContactRole, School, TimelineKind
from schools.tests.factories import AreaFactory, ContactFactory, UserFactory

pytestmark = pytest.mark.django_db

# Mondays without holidays between: sent, reminded three school weeks later, to ring three more school weeks later.
SENT, REMINDED, RING = date(2026, 9, 14), date(2026, 10, 5), date(2026, 10, 26)
PAGES = ("reflection_call", "reflection_take_down", "reflection_stop")


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(at_nine(RING), tick=False):
        yield


def at_nine(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, 0, tzinfo=UTC)


def reminded_sheets(number: int) -> list[Reflection]:
    made = [one.pk for one in make_due_reflections(number, due_on=SENT)]
    with time_machine.travel(at_nine(SENT), tick=False):
        queue_due_reflections(as_of=SENT)
        Email.objects.filter(reflection__in=made).update(status=EmailStatus.SENT, sent_at=timezone.now())
    with time_machine.travel(at_nine(REMINDED), tick=False):
        queue_due_reflection_reminders(as_of=REMINDED)
        mails = Email.objects.filter(reflection_reminder__in=made)
        mails.update(status=EmailStatus.SENT, sent_at=timezone.now())
    return list(Reflection.objects.select_related("audit__meeting__school").filter(pk__in=made).order_by("pk"))


@pytest.fixture
def sheet() -> Reflection:
    return reminded_sheets(1)[0]


@pytest.fixture
def ada(sheet) -> Contact:
    return sheet.audit.meeting.school.contacts.get()


def listed(officer, *, as_of: date = RING, area: str = "all") -> list[Reflection]:
    return list(sheets_to_ring(user=officer, filters=CallFilters(area=area), as_of=as_of))


def typed(**changes: object) -> dict[str, object]:
    return {f"progress_{number}": "under_way" for number in (1, 2, 3)} | changes


# --- Who stands on it -----------------------------------------------------------------------------


@pytest.mark.parametrize("as_of, is_listed", [(RING - timedelta(days=1), False), (RING, True)])
def test_list_has_sheets_three_school_weeks_after_their_reminder(officer, sheet, as_of, is_listed):
    assert listed(officer, as_of=as_of) == ([sheet] if is_listed else [])


@pytest.mark.parametrize("change", ["answered_at", "closed", "school"])
def test_list_leaves_out_what_is_answered_given_up_or_of_a_closed_school(officer, sheet, change):
    if change == "answered_at":
        Reflection.objects.filter(pk=sheet.pk).update(answered_at=timezone.now())
    elif change == "closed":
        stop_asking(reflection=sheet, reason="They are rebuilding.", by=officer, now=timezone.now())
    else:
        School.objects.update(status="closed")

    assert listed(officer) == []


def test_list_has_a_sheet_at_once_that_nobody_can_be_reminded_of_or_written_to(officer):
    Contact.objects.all().delete()
    unsent, unreminded = make_due_reflections(2, due_on=SENT)
    with time_machine.travel(at_nine(SENT), tick=False):
        Contact.objects.filter(school=unsent.audit.meeting.school).update(left_at=timezone.now())
        queue_due_reflections(as_of=SENT)
        Email.objects.update(status=EmailStatus.SENT, sent_at=timezone.now())
    Contact.objects.filter(left_at=None).update(left_at=timezone.now())

    assert listed(officer, as_of=REMINDED - timedelta(days=1)) == [unsent]
    assert set(listed(officer, as_of=REMINDED)) == {unsent, unreminded}
    assert {to_ring(one).person for one in listed(officer)} == {None}


def test_list_has_a_sheet_whose_reminder_reached_nobody(officer, sheet):
    Email.objects.filter(pk=sheet.reminder_email_id).update(status=EmailStatus.FAILED, sent_at=None)

    assert listed(officer) == [sheet]


def test_list_shows_an_officers_own_area_first_and_others_when_asked(officer):
    mine, other = reminded_sheets(2)
    own = AreaFactory(leader=officer)
    School.objects.filter(pk=mine.audit.meeting.school_id).update(area=own)

    assert listed(officer, area="mine") == [mine]
    assert listed(officer, area="all") == [mine, other]
    assert listed(officer, area=str(own.pk)) == [mine]
    assert listed(UserFactory(), area="mine") == [mine, other]


def test_list_names_whom_the_mail_went_to_and_after_them_whoever_is_there(officer, sheet, ada):
    hal = ContactFactory(school=ada.school, role=ContactRole.HEAD_TEACHER)
    first = sheet_to_ring(user=officer, pk=sheet.pk).person
    Contact.objects.filter(pk=ada.pk).update(left_at=timezone.now())

    assert (first, sheet_to_ring(user=officer, pk=sheet.pk).person) == (ada, hal)


def test_list_puts_those_first_that_were_never_rung(officer):
    rung, never = reminded_sheets(2)
    record_call(reflection=rung, has_reached=False, by=officer, now=timezone.now())

    assert listed(officer) == [never, rung]


@pytest.mark.parametrize("number", [1, 3])
def test_list_page_asks_the_same_number_of_queries(client, officer, number, django_assert_num_queries):
    for sheet in reminded_sheets(number):
        record_call(reflection=sheet, has_reached=False, note="Later.", by=officer, now=timezone.now())
    client.force_login(officer)

    # Session, user, areas to choose from, holidays, own areas, the number, the sheets with contacts, priorities and
    # calls; the hub's profile.
    with django_assert_num_queries(11):
        text = client.get(reverse("reflections_to_call")).content.decode()
    assert text.count("Later.") == number


# --- Who may open it ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "role, code", [(None, 302), (Role.VIEWER, 403), (Role.OFFICER, 200), (Role.ADMINISTRATOR, 200)]
)
def test_pages_are_for_officers(as_role, sheet, role, code):
    client = as_role(role)
    pages = [reverse("reflections_to_call"), *(reverse(name, args=[sheet.pk]) for name in PAGES)]

    assert {client.get(page).status_code for page in pages} == {code}


def test_pages_are_closed_to_the_schools_contact(as_contact, sheet, ada):
    client = as_contact(ada)

    assert {client.post(reverse(name, args=[sheet.pk])).status_code for name in PAGES} == {302}
    assert sheet.calls.count() == 0


def test_pages_of_a_sheet_that_is_none_are_404(client, officer):
    client.force_login(officer)

    assert {client.get(reverse(name, args=[999_999])).status_code for name in PAGES} == {404}


# --- A call, the answer, stopping -----------------------------------------------------------------


def test_call_is_noted_with_its_outcome_and_on_the_timeline(client, officer, sheet):
    client.force_login(officer)

    client.post(reverse("reflection_call", args=[sheet.pk]), {"reached": "no", "note": "After lunch."})

    call = sheet.calls.get()
    assert (call.has_reached, call.note, call.by, call.at) == (False, "After lunch.", officer, timezone.now())
    event = sheet.audit.meeting.school.timeline.get(kind=TimelineKind.REFLECTION)
    assert (event.text, event.by) == ("Rang about the 12-month reflection: nobody was reached.", officer)


def test_call_without_an_outcome_is_refused_and_keeps_the_note(client, officer, sheet):
    client.force_login(officer)

    response = client.post(reverse("reflection_call", args=[sheet.pk]), {"note": "After lunch."})

    form = response.context["form"]
    assert (form.errors, form["note"].value()) == ({"reached": ["Say whether you reached somebody."]}, "After lunch.")
    assert sheet.calls.count() == 0


def test_answer_taken_down_is_the_contacts_with_who_wrote_it(client, officer, sheet, ada):
    client.force_login(officer)

    client.post(reverse("reflection_take_down", args=[sheet.pk]), typed(person=ada.pk, helped_1="New ukuleles."))

    sheet.refresh_from_db()
    response = sheet.responses.get()
    assert (response.contact, response.taken_by, sheet.answered_by) == (ada, officer, ada)
    assert response.answers.get(priority__number=1).what_helped == "New ukuleles."
    event = sheet.audit.meeting.school.timeline.filter(kind=TimelineKind.REFLECTION).get()
    assert event.text == (
        f"12-month reflection answered by {ada.name} on the telephone: under way, under way, under way."
    )
    assert listed(officer) == []


def test_answer_taken_down_of_somebody_who_is_no_contact_is_kept(client, officer, sheet):
    client.force_login(officer)

    client.post(reverse("reflection_take_down", args=[sheet.pk]), typed(person="new"))

    assert sheet.responses.values_list("contact", "taken_by").get() == (None, officer.pk)


def test_answer_taken_down_of_somebody_who_has_answered_is_refused_and_nothing_typed_is_lost(
    client, officer, sheet, ada
):
    client.force_login(officer)
    page = reverse("reflection_take_down", args=[sheet.pk])
    client.post(page, typed(person=ada.pk))

    response = client.post(page, typed(person=ada.pk, helped_1="New ukuleles."))

    form = response.context["form"]
    assert form.errors == {
        "person": [f"{ada.name} has answered this sheet already, and that stays. Choose somebody else."]
    }
    assert (form["helped_1"].value(), sheet.responses.count()) == ("New ukuleles.", 1)


def test_answer_taken_down_becomes_the_persons_own_once_they_change_it(client, as_contact, officer, sheet, ada):
    client.force_login(officer)
    client.post(reverse("reflection_take_down", args=[sheet.pk]), typed(person=ada.pk))

    as_contact(ada).post(reverse("reflection_form", args=[sheet.pk]), typed(progress_1="achieved"))

    response = sheet.responses.get()
    assert (response.taken_by, response.earlier_answers[0]["answers"][0]["progress"]) == (None, "under_way")


def test_stop_asking_and_asking_again(client, officer, sheet):
    client.force_login(officer)

    client.post(reverse("reflection_stop", args=[sheet.pk]), {"reason": "They are  rebuilding."})
    sheet.refresh_from_db()
    assert (sheet.closed_at, sheet.closed_by, sheet.closed_reason) == (timezone.now(), officer, "They are rebuilding.")

    client.post(reverse("reflection_ask_again", args=[sheet.pk]))
    assert listed(officer) == [sheet]
    events = sheet.audit.meeting.school.timeline.filter(kind=TimelineKind.REFLECTION).order_by("pk")
    assert [event.text for event in events] == [
        "We stop asking for the 12-month reflection.",
        "We ask for the 12-month reflection again.",
    ]


@pytest.mark.parametrize(
    "reason, sentence",
    [
        (" ", "Say why: whoever looks after this school next will want to know."),
        ("x" * 301, "Make the reason shorter: 300 letters at most."),
    ],
)
def test_stop_asking_wants_a_short_reason(sheet, officer, reason, sentence):
    with pytest.raises(ValidationError) as refused:
        stop_asking(reflection=sheet, reason=reason, by=officer, now=timezone.now())

    assert refused.value.messages == [sentence]


def test_stop_asking_for_what_is_answered_or_given_up_is_refused(sheet, officer):
    now = timezone.now()
    stop_asking(reflection=sheet, reason="They are rebuilding.", by=officer, now=now)
    with pytest.raises(ValidationError, match="stopped asking for this sheet already"):
        stop_asking(reflection=sheet, reason="Again.", by=officer, now=now)

    ask_again(reflection=sheet, by=officer, now=now)
    Reflection.objects.filter(pk=sheet.pk).update(answered_at=now)
    with pytest.raises(ValidationError, match="has answered meanwhile"):
        stop_asking(reflection=sheet, reason="Again.", by=officer, now=now)


# --- What staff see of the answers ----------------------------------------------------------------


def test_both_answers_stand_side_by_side_for_staff_and_say_where_they_differ(client, officer, sheet, ada):
    hal = ContactFactory(school=ada.school, name="Hal Head", role=ContactRole.HEAD_TEACHER)
    client.force_login(officer)
    page = reverse("reflection_take_down", args=[sheet.pk])
    client.post(page, typed(person=ada.pk, helped_1="New ukuleles."))
    client.post(page, typed(person=hal.pk, progress_1="achieved", rating_2="red"))

    text = client.get(reverse("school_detail", args=[ada.school.urn])).content.decode()

    assert text.count("The answers differ") == 1
    assert (text.count(f"<strong>{ada.name}:</strong>"), text.count("<strong>Hal Head:</strong>")) == (3, 3)
    assert "New ukuleles." in text
