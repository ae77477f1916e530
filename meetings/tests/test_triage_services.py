"""What the hub does with a request before there is a meeting, and who is told."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from hubportal.mail.kinds import why_not_send
from hubportal.mail.models import Email
from meetings.models import MeetingKind, MeetingRequest
from meetings.queries import is_asked_for_times, waiting_too_long
from meetings.rules import LONDON
from meetings.services import (
    ask_for_other_times,
    decline_request,
    escalate_requests,
    reassign_request,
    withdraw_request,
)
from meetings.tests.factories import HubHolidayFactory, MeetingRequestFactory, administrator
from schools.models import TimelineEvent
from schools.tests.factories import ContactFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)


def joined_to(request: MeetingRequest, **fields) -> MeetingRequest:
    contact = ContactFactory(school=request.school)
    return MeetingRequestFactory(school=request.school, contact=contact, status="joined", joined_to=request, **fields)


def refusal(act) -> str:
    with pytest.raises(ValidationError) as error:
        act()
    return error.value.messages[0]


def kinds_and_addresses() -> list[tuple[str, str]]:
    return sorted(Email.objects.values_list("kind", "to_address"))


# --- Other times ----------------------------------------------------------------------------------


def test_asking_for_other_times_waits_for_the_school_and_mails_a_link():
    request, by = MeetingRequestFactory(reference="MR-7K3QD"), UserFactory(name="Olga Officer")

    ask_for_other_times(request=request, message=" Any Thursday? ", by=by, now=NOW)

    request.refresh_from_db()
    assert (request.status, request.asked_at, request.asked_by, request.asked_message) == (
        "asked", NOW, by, "Any Thursday?",
    )  # fmt: skip
    email = Email.objects.get()
    assert (email.kind, email.to_address) == ("request_other_times", request.email)
    assert "Olga Officer writes:\n\nAny Thursday?" in email.body_text
    assert request.contact.personal_links.get().destination == "/my-school/requests/MR-7K3QD/times/"
    assert TimelineEvent.objects.get(kind="request").text == "Request MR-7K3QD sent back for other times: Any Thursday?"


def test_asking_for_other_times_goes_to_who_joined_where_the_first_person_gets_no_mail():
    request = MeetingRequestFactory()
    other = joined_to(request)
    request.contact.withdrawn_at = NOW
    request.contact.save()

    ask_for_other_times(request=request, message="When?", by=UserFactory(), now=NOW)

    assert kinds_and_addresses() == [("request_other_times", other.contact.email)]


def test_asking_for_other_times_goes_to_everybody_confirmed_and_not_to_a_stranger_who_was_first():
    stranger = ContactFactory(email="stranger@example.org", confirmed_at=None)
    request = MeetingRequestFactory(school=stranger.school, contact=stranger)
    others = [joined_to(request), joined_to(request)]

    ask_for_other_times(request=request, message="When?", by=UserFactory(), now=NOW)

    assert kinds_and_addresses() == sorted(("request_other_times", other.contact.email) for other in others)
    request.refresh_from_db()
    assert [is_asked_for_times(request, contact=each) for each in (stranger, *(other.contact for other in others))] == [
        False, True, True,
    ]  # fmt: skip


def test_asking_for_other_times_does_not_go_to_a_stranger_who_joined():
    request = MeetingRequestFactory()
    stranger = ContactFactory(school=request.school, confirmed_at=None)
    MeetingRequestFactory(school=request.school, contact=stranger, status="joined", joined_to=request)

    ask_for_other_times(request=request, message="When?", by=UserFactory(), now=NOW)

    assert kinds_and_addresses() == [("request_other_times", request.contact.email)]


def test_asking_for_other_times_goes_to_the_first_alone_where_nobody_is_confirmed():
    contact = ContactFactory(confirmed_at=None)
    request = MeetingRequestFactory(school=contact.school, contact=contact)
    stranger = ContactFactory(school=request.school, confirmed_at=None)
    MeetingRequestFactory(school=request.school, contact=stranger, status="joined", joined_to=request)

    ask_for_other_times(request=request, message="When?", by=UserFactory(), now=NOW)

    assert kinds_and_addresses() == [("request_other_times", contact.email)]


def test_asking_for_other_times_is_refused_where_nobody_could_read_it():
    contact = ContactFactory(left_at=NOW)
    request = MeetingRequestFactory(school=contact.school, contact=contact)

    assert refusal(lambda: ask_for_other_times(request=request, message="When?", by=UserFactory(), now=NOW)) == (
        "Nobody who asked may be written to any more: please ring the school."
    )


def test_asking_for_other_times_needs_words():
    request = MeetingRequestFactory()

    assert refusal(lambda: ask_for_other_times(request=request, message=" ", by=UserFactory(), now=NOW)) == (
        "Write a few words: the school will read them."
    )


def test_asking_for_other_times_twice_a_day_is_refused_and_the_next_day_asks_again():
    request, by = MeetingRequestFactory(), UserFactory(name="Olga Officer")
    ask_for_other_times(request=request, message="When?", by=by, now=NOW)

    def again(now: datetime) -> None:
        ask_for_other_times(request=request, message="Still no answer?", by=by, now=now)

    assert refusal(lambda: again(NOW)) == "Olga Officer has asked the school for other times today already."
    again(NOW + timedelta(days=1))
    assert Email.objects.count() == 2


def test_asking_for_other_times_no_longer_applies_once_the_school_has_answered():
    request = MeetingRequestFactory()
    ask_for_other_times(request=request, message="When?", by=UserFactory(), now=NOW)
    email = Email.objects.get()
    before = why_not_send(email)

    MeetingRequest.objects.update(status="new")

    assert (before, why_not_send(email)) == (
        None, "The school has offered other times, or the request has been answered.",
    )  # fmt: skip


# --- Closing --------------------------------------------------------------------------------------


def test_declining_tells_everybody_who_asked_the_same_reason_under_their_own_reference():
    request = MeetingRequestFactory(reference="MR-11111")
    other = joined_to(request, reference="MR-22222")

    decline_request(request=request, reason="We are full.", by=UserFactory(), now=NOW)

    mails = {email.to_address: email for email in Email.objects.all()}
    assert set(mails) == {request.email, other.contact.email}
    assert ("MR-11111" in mails[request.email].subject, "MR-22222" in mails[other.contact.email].subject) == (
        True,
        True,
    )
    assert ["We are full." in email.body_text for email in mails.values()] == [True, True]
    other.refresh_from_db()
    assert (other.status, other.decline_reason, other.decided_by) == ("joined", "", None)


def test_withdrawing_closes_the_request_and_tells_everybody_who_asked_without_the_words():
    request = MeetingRequestFactory(reference="MR-11111")
    other = joined_to(request)

    withdraw_request(request=request, reason="New head teacher.", by=UserFactory(), now=NOW)

    request.refresh_from_db()
    assert (request.status, request.decline_reason, request.decided_at) == ("withdrawn", "New head teacher.", NOW)
    assert kinds_and_addresses() == sorted(
        [("request_withdrawn", request.email), ("request_withdrawn", other.contact.email)]
    )
    assert ["New head" in email.body_text for email in Email.objects.all()] == [False, False]
    assert TimelineEvent.objects.get(kind="request").text == (
        "Request MR-11111 called off by the school: New head teacher."
    )


def test_withdrawing_needs_a_reason_for_whoever_comes_next():
    request = MeetingRequestFactory()

    assert refusal(lambda: withdraw_request(request=request, reason="", by=UserFactory(), now=NOW)) == (
        "Say why, in a few words: whoever looks after this school next will want to know."
    )


@pytest.mark.parametrize(
    "act",
    [
        lambda request, by: reassign_request(request=request, officer=by, by=by, now=NOW),
        lambda request, by: ask_for_other_times(request=request, message="When?", by=by, now=NOW),
        lambda request, by: decline_request(request=request, reason="Full", by=by, now=NOW),
        lambda request, by: withdraw_request(request=request, reason="Ill", by=by, now=NOW),
    ],
)
def test_request_that_was_answered_meanwhile_says_by_whom_and_stays(act):
    request = MeetingRequestFactory()
    stale = MeetingRequest.objects.get(pk=request.pk)
    decline_request(request=request, reason="Full", by=UserFactory(name="Ffion First"), now=NOW)
    sent = Email.objects.count()

    assert refusal(lambda: act(stale, UserFactory())) == "Ffion First has declined this request already."
    assert Email.objects.count() == sent


# --- Waiting too long -----------------------------------------------------------------------------


def sent_on(day: int, **fields) -> MeetingRequest:
    return MeetingRequestFactory(created_at=datetime(2026, 11, day, 12, 0, tzinfo=LONDON), **fields)


def escalate(today: date = TODAY) -> int:
    return escalate_requests(as_of=today, now=NOW)


@pytest.mark.parametrize("day, told", [(5, 1), (6, 0)])
def test_request_goes_to_administrators_after_ten_working_days(day, told):
    boss, request = administrator(), sent_on(day, school__name="Holy Trinity School")

    assert escalate() == told

    request.refresh_from_db()
    assert kinds_and_addresses() == [("request_escalated", boss.email)] * told
    assert request.escalated_at == (NOW if told else None)


def test_escalation_names_the_school_and_no_person():
    administrator()
    request = sent_on(2, school__name="Holy Trinity School", phone="0116 496 0001", head_name="Hilary Teacher")

    escalate()

    email = Email.objects.get()
    everything = email.subject + email.body_text + email.body_html
    assert "Holy Trinity School" in email.subject
    assert [text in everything for text in (request.name, request.email, request.phone, request.head_name)] == [
        False
    ] * 4


def test_escalation_happens_once_for_each_administrator_however_often_the_job_runs():
    people = {administrator().email, administrator().email}
    request = sent_on(2)

    assert (escalate(), escalate(), escalate(date(2026, 12, 1))) == (1, 0, 0)
    reassign_request(request=request, officer=UserFactory(), by=UserFactory(), now=NOW)
    assert escalate(date(2026, 12, 2)) == 0

    assert set(Email.objects.filter(kind="request_escalated").values_list("to_address", flat=True)) == people
    assert Email.objects.filter(kind="request_escalated").count() == 2


def test_escalation_without_an_administrator_goes_to_the_hub():
    sent_on(2)

    escalate()

    assert Email.objects.get().to_address == "music@hub.example.org"


def test_escalation_leaves_out_what_is_answered_or_waits_for_the_school():
    sent_on(2, status="asked", asked_at=NOW, asked_by=UserFactory(), asked_message="When?")
    sent_on(2, status="declined", decline_reason="Full", decided_at=NOW, decided_by=UserFactory())

    assert escalate() == 0


def test_escalation_happens_again_for_a_request_that_waits_again():
    administrator()
    request = sent_on(2)
    escalate()
    MeetingRequest.objects.filter(pk=request.pk).update(waiting_since=NOW + timedelta(days=1))

    assert (escalate(), escalate(date(2026, 12, 21))) == (0, 1)


def test_escalation_does_not_count_the_hubs_holidays():
    sent_on(5)
    HubHolidayFactory(first_on=date(2026, 11, 9), last_on=date(2026, 11, 9))

    assert escalate() == 0


def test_escalation_mail_does_not_go_once_the_request_is_answered():
    administrator()
    request = sent_on(2)
    escalate()
    email = Email.objects.get()
    before = why_not_send(email)

    decline_request(request=request, reason="Full", by=UserFactory(), now=NOW)

    assert (before, why_not_send(email)) == (None, "The request waits no longer.")


@pytest.mark.parametrize("rows", [1, 3])
def test_waiting_too_long_takes_two_questions_however_many_wait(django_assert_num_queries, rows):
    for _ in range(rows):
        sent_on(2, kind=MeetingKind.ADDITIONAL)

    with django_assert_num_queries(2):
        assert len(waiting_too_long(as_of=TODAY)) == rows
