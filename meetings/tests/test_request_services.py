from datetime import UTC, date, datetime, time
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from hubportal.mail.models import Email
from hubportal.mail.services import deliver
from meetings.models import DayPart, MeetingKind, MeetingRequest, RequestStatus
from meetings.rules import CONSENT_VERSION, REFERENCE_LETTERS, Offer
from meetings.services import decline_request, reassign_request, request_meeting
from meetings.tests.factories import MeetingRequestFactory, viewer
from schools.models import Contact, ContactRole, SchoolStatus, TimelineEvent
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
KEY = UUID("7e7b9c2a-52a6-4d0e-9a3f-0d9c6f1f1a11")
WORDING = "I agree that the hub may write to me."


def ask(school=None, **changes):
    answers = {
        "school": school or SchoolFactory(),
        "name": "Cara Coordinator",
        "role": ContactRole.MUSIC_COORDINATOR,
        "email": "cara@school.example.org",
        "phone": "0116 496 0001",
        "head_name": "Hilary Teacher",
        "head_email": "hilary@school.example.org",
        "kind": MeetingKind.QUALITY_CONVERSATION,
        "notes": "The hall is being painted.",
        "offered": [Offer(date(2027, 3, 2), DayPart.MORNING), Offer(date(2027, 3, 4), DayPart.AT_TIME, time(15, 45))],
        "consent_wording": WORDING,
        "submission_key": KEY,
        "now": NOW,
    }
    return request_meeting(**(answers | changes))


def refusal(act) -> str:
    with pytest.raises(ValidationError) as error:
        act()
    return error.value.messages[0]


def test_request_is_kept_as_it_was_typed():
    school = SchoolFactory()

    request, is_new = ask(school)

    request.refresh_from_db()
    assert is_new
    assert (request.school, request.name, request.role, request.email, request.phone) == (
        school,
        "Cara Coordinator",
        "music_coordinator",
        "cara@school.example.org",
        "0116 496 0001",
    )
    assert (request.head_name, request.head_email) == ("Hilary Teacher", "hilary@school.example.org")
    assert (request.kind, request.notes, request.status) == (
        "quality_conversation",
        "The hall is being painted.",
        "new",
    )
    assert list(request.offered_times.values_list("on", "part", "start", "created_at")) == [
        (date(2027, 3, 2), "morning", None, NOW),
        (date(2027, 3, 4), "at_time", time(15, 45), NOW),
    ]
    assert request.waiting_since == NOW


def test_request_keeps_consent_word_for_word_with_its_time():
    request, _ = ask()

    assert (request.consent_version, request.consent_wording, request.created_at) == (CONSENT_VERSION, WORDING, NOW)
    assert (request.contact.consent_wording, request.contact.consented_at) == (WORDING, NOW)


def test_request_has_a_short_reference_one_can_read_out():
    request, _ = ask()

    assert request.reference.startswith("MR-")
    assert len(request.reference) == 8
    assert set(request.reference[3:]) <= set(REFERENCE_LETTERS)


def test_request_makes_the_head_teacher_a_contact_without_consent_of_their_own():
    request, _ = ask()

    head = Contact.objects.get(role=ContactRole.HEAD_TEACHER)
    assert (head.school, head.name, head.email, head.consent_wording, head.consented_at) == (
        request.school,
        "Hilary Teacher",
        "hilary@school.example.org",
        "",
        None,
    )


@pytest.mark.parametrize("head_email", ["", "Cara@school.example.org"])
def test_request_without_another_address_for_the_head_makes_one_contact(head_email):
    ask(head_name="", head_email=head_email)

    assert list(Contact.objects.values_list("name", "role")) == [("Cara Coordinator", "music_coordinator")]


@pytest.mark.parametrize("known, kept", [("Mrs Known", "Mrs Known"), ("", "Head teacher")])
def test_request_with_only_the_heads_address_takes_the_name_from_the_register(known, kept):
    ask(SchoolFactory(head_name=known), head_name="")

    assert Contact.objects.get(role=ContactRole.HEAD_TEACHER).name == kept


def test_request_from_an_address_that_takes_no_mail_tells_the_officer_and_is_answered_once(client, officer):
    cara = ContactFactory(email="cara@school.example.org", bounced_at=datetime(2026, 3, 3, 23, tzinfo=UTC))

    request, _ = ask(cara.school)
    ask(cara.school, submission_key=UUID(int=1))

    cara.refresh_from_db()
    page = client.get(reverse("request_detail", args=[request.reference])).content.decode()
    came_back = "Mail to this address came back on Tuesday 3 March 2026."
    lines = cara.school.timeline.filter(kind="request", text__endswith=came_back)
    answers = Email.objects.filter(to_address=cara.email).order_by("pk")
    assert cara.bounced_at is not None
    assert "Mail to this address came back on 3 March 2026." in page
    assert lines.count() == 2
    assert [deliver(email_id=email.pk) for email in answers] == ["sent", "cancelled"]


def test_request_goes_to_the_leader_of_the_schools_area():
    school = SchoolFactory()

    request, _ = ask(school)

    assert request.assigned_to == school.area.leader


@pytest.mark.parametrize("state", [{"is_active": False}, {"role": "viewer"}])
def test_request_goes_to_nobody_when_the_leader_works_with_schools_no_more(state):
    school = SchoolFactory(area__leader=UserFactory(**state))

    request, _ = ask(school)

    assert request.assigned_to is None


def test_request_of_a_school_without_area_goes_to_nobody_and_the_hub_is_told():
    request, _ = ask(SchoolFactory(area=None))

    assert request.assigned_to is None
    assert list(Email.objects.filter(kind="request_notice").values_list("to_address", flat=True)) == [
        "music@hub.example.org"
    ]


def test_request_is_on_the_timeline():
    request, _ = ask()

    event = TimelineEvent.objects.get(kind="request")
    assert (event.school, event.by_contact, event.at) == (request.school, request.contact, NOW)
    assert event.text == f"Cara Coordinator asked for a meeting ({request.reference}, quality conversation)."


def test_request_thanks_the_school_and_tells_the_officer():
    request, _ = ask()

    assert set(Email.objects.values_list("kind", "to_address")) == {
        ("request_thanks", "cara@school.example.org"),
        ("request_notice", request.assigned_to.email),
    }


def test_same_submission_again_is_the_same_request_and_mails_nobody_twice():
    school = SchoolFactory()
    first, _ = ask(school)

    second, is_new = ask(school)

    assert (second, is_new) == (first, False)
    assert (MeetingRequest.objects.count(), Email.objects.count(), TimelineEvent.objects.count()) == (1, 2, 2)


def test_another_submission_of_the_same_school_is_another_request():
    school = SchoolFactory()
    first, _ = ask(school)

    second, is_new = ask(school, submission_key=UUID(int=1))

    assert is_new
    assert second.reference != first.reference
    assert second.contact == first.contact


def test_same_time_offered_twice_is_kept_once():
    request, _ = ask(offered=[Offer(date(2027, 3, 2), DayPart.MORNING)] * 2)

    assert request.offered_times.count() == 1


def test_closed_school_cannot_ask():
    school = SchoolFactory(name="Old Mill School", status=SchoolStatus.CLOSED)

    assert refusal(lambda: ask(school)) == "Old Mill School is closed, so it cannot ask for a meeting."
    assert MeetingRequest.objects.count() == 0


def test_request_without_a_time_is_refused():
    assert refusal(lambda: ask(offered=[])) == "Offer at least one day when the school could meet."


def test_request_without_consent_is_refused_and_nobody_is_kept():
    assert refusal(lambda: ask(consent_wording="")) == ("Without consent we may not keep your details or answer you.")
    assert Contact.objects.count() == 0


def test_asking_again_leaves_an_earlier_withdrawal():
    school = SchoolFactory()
    ContactFactory(school=school, email="cara@school.example.org", withdrawn_at=NOW)

    request, _ = ask(school)

    assert request.contact.withdrawn_at == NOW


def test_head_teacher_who_withdrew_stays_withdrawn():
    school = SchoolFactory()
    head = ContactFactory(
        school=school, role=ContactRole.HEAD_TEACHER, email="hilary@school.example.org", withdrawn_at=NOW
    )

    ask(school)

    head.refresh_from_db()
    assert head.withdrawn_at == NOW


def test_reassigned_request_belongs_to_the_other_officer_who_is_told():
    request, other, by = MeetingRequestFactory(), UserFactory(name="Otto Other"), UserFactory()

    reassign_request(request=request, officer=other, by=by, now=NOW)

    request.refresh_from_db()
    event = TimelineEvent.objects.get()
    assert request.assigned_to == other
    assert list(Email.objects.values_list("kind", "to_address")) == [("request_notice", other.email)]
    assert (event.text, event.by, event.at) == (f"Request {request.reference} passed to Otto Other.", by, NOW)


def test_officer_who_takes_a_request_gets_no_mail_about_it():
    request, other = MeetingRequestFactory(), UserFactory()

    reassign_request(request=request, officer=other, by=other, now=NOW)

    assert Email.objects.count() == 0


def test_request_passed_to_its_own_officer_changes_nothing():
    request = MeetingRequestFactory()

    reassign_request(request=request, officer=request.assigned_to, by=UserFactory(), now=NOW)

    assert (Email.objects.count(), TimelineEvent.objects.count()) == (0, 0)


def test_request_cannot_go_to_somebody_who_does_not_work_with_schools():
    request, board = MeetingRequestFactory(), viewer()

    assert refusal(lambda: reassign_request(request=request, officer=board, by=UserFactory(), now=NOW)) == (
        f"{board.name} does not hold meetings; choose an officer."
    )


def test_declined_request_keeps_the_reason_and_who_declined_it():
    request, by = MeetingRequestFactory(), UserFactory()

    decline_request(request=request, reason="  We are full until May. ", by=by, now=NOW)

    request.refresh_from_db()
    assert (request.status, request.decline_reason, request.decided_at, request.decided_by) == (
        RequestStatus.DECLINED,
        "We are full until May.",
        NOW,
        by,
    )
    assert TimelineEvent.objects.get(kind="request").text == (
        f"Request {request.reference} declined: We are full until May."
    )
    assert list(Email.objects.values_list("kind", "to_address")) == [("request_declined", request.email)]


def test_request_is_not_declined_without_a_reason():
    request = MeetingRequestFactory()

    assert refusal(lambda: decline_request(request=request, reason=" \n", by=UserFactory(), now=NOW)) == (
        "Give a reason: the school will read it."
    )


@pytest.mark.parametrize(
    "answer",
    [
        lambda request, by: decline_request(request=request, reason="No", by=by, now=NOW),
        lambda request, by: reassign_request(request=request, officer=by, by=by, now=NOW),
    ],
)
def test_request_answered_meanwhile_is_not_answered_again(answer):
    first = UserFactory(name="Ffion First")
    request = MeetingRequestFactory()
    stale = MeetingRequest.objects.get(pk=request.pk)
    decline_request(request=request, reason="We are full.", by=first, now=NOW)

    assert refusal(lambda: answer(stale, UserFactory())) == "Ffion First has declined this request already."
