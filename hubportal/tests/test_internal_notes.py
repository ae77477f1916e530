"""What hub staff write for each other reaches no school: no page behind a personal link, no mail, no file.

Every column in which people write freely is declared here, so whoever adds one says whom it is for. A sentinel then
stands in each of those for staff, and everything a school can open or is sent is searched for it.
"""

import io
import uuid
import zipfile
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, models, transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from audits.models import Audit, AuditChange, Promise, PromiseSide
from audits.tests.factories import make_meeting, make_open_audit
from awards.emails import mail_reflection, mail_renewal, mail_renewal_reminder
from awards.models import Award, Recommendation, Reflection
from awards.services import (
    answer_reading,
    ask_second_reader,
    preview_outcome_pack,
    reissue_certificate,
    send_outcome_pack,
    withdraw_award,
)
from awards.tests.factories import make_award, make_award_with_private_note, stand_in
from hubportal.mail.models import EarlierText, Email, IncomingEmail
from hubportal.mail.tests.factories import EmailFactory
from hubportal.tests.test_conventions import our_fields, views
from hubportal.tests.test_erasure import places_of
from meetings.tests.factories import MeetingRequestFactory
from schools.models import Contact, School, TimelineKind
from schools.permissions import ContactRequiredMixin
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory
from schools.timeline import record_event

pytestmark = pytest.mark.django_db
SENTINEL = "StaffOnlyNote7f3a"

# Written by hub staff for hub staff, or by the machine for them.
FOR_STAFF = {
    "audits.Audit.parking_note", "audits.Audit.priorities_draft", "audits.Audit.private_note",
    "audits.AuditChange.after", "audits.AuditChange.before", "audits.Promise.note",
    "awards.Award.withdrawn_reason", "awards.Certificate.reason", "awards.LevelOverride.answer_note",
    "awards.PackReading.note", "awards.RecommendationStep.note", "awards.Reflection.closed_reason",
    "awards.ReflectionCall.note",
    "mail.EarlierText.body_text", "mail.Email.last_error", "mail.IncomingEmail.body_text",
    "mail.IncomingEmail.outcome",
    "meetings.Meeting.missed_note",
    "schools.Contact.bounce_reason", "schools.School.engagement_reason", "schools.TimelineEvent.text",
}  # fmt: skip
# For schools to read, or in their own words.
FOR_SCHOOLS = {
    "audits.Criterion.amber", "audits.Criterion.green", "audits.Criterion.not_applicable_when",
    "audits.Criterion.red", "audits.Criterion.support_amber", "audits.Criterion.support_red",
    "audits.Criterion.why_it_matters", "audits.Criterion.conversation_prompt", "audits.Section.question",
    "audits.Audit.strengths", "audits.Priority.action", "audits.Priority.good_looks_like", "audits.Priority.support",
    # On the agreed audit that the school downloads, beside its own words.
    "audits.Rating.note", "audits.Rating.reason", "audits.Rating.school_note",
    "awards.Award.next_step", "awards.Award.reason", "awards.LevelOverride.reason", "awards.ProgressNote.text",
    "awards.PublicListing.wording", "awards.Recommendation.wording", "awards.ReflectionAnswer.what_helped",
    "awards.ReflectionAnswer.what_next", "awards.ReflectionResponse.anything_else",
    "awards.ReflectionResponse.earlier_answers",
    "mail.Email.body_html", "mail.Email.body_text", "mail.HubSentence.text",
    "meetings.DataForm.anything_else", "meetings.DataForm.ensembles", "meetings.DataForm.partners",
    "meetings.DataForm.singing", "meetings.DataForm.specialist_staff",
    "meetings.Meeting.cancel_reason", "meetings.MeetingRequest.asked_message",
    "meetings.MeetingRequest.consent_wording", "meetings.MeetingRequest.decline_reason",
    "meetings.MeetingRequest.notes", "meetings.RequestDraft.answers",
    "schools.Contact.consent_wording", "schools.HubProfile.recognition_text",
    "support.Offer.description", "support.TakenSuggestion.text",
}  # fmt: skip
# Made by the portal from other columns, or of no school at all.
NOT_WRITTEN = {
    "audits.Framework.definition", "audits.FrameworkDraft.data", "awards.Award.decision",
    "awards.BatchPart.certificate_ids", "awards.CertificateBatch.failure", "awards.Credential.jwt",
    "mail.Email.context", "mail.IncomingEmail.message_id", "schools.ImportRun.report", "schools.School.search_text",
    "schools.School.website",
}  # fmt: skip


def free_text() -> set[str]:
    """Every column with room for more than a name or a title."""
    return {
        label
        for label, field in our_fields()
        if not field.choices
        and (
            isinstance(field, models.TextField | models.JSONField)
            or (isinstance(field, models.CharField) and (field.max_length or 0) >= 300)
        )
    }


def test_every_column_of_free_text_says_whom_it_is_for():
    declared = FOR_STAFF | FOR_SCHOOLS | NOT_WRITTEN

    assert sorted(free_text() - declared) == []
    assert sorted(declared - free_text()) == []
    assert len(declared) == len(FOR_STAFF) + len(FOR_SCHOOLS) + len(NOT_WRITTEN)


# --- A school about which much is noted -------------------------------------------------------------


@pytest.fixture(autouse=True)
def _quickly():
    with patch("awards.pdf.render_certificate", stand_in):
        yield


@pytest.fixture
def contact() -> Contact:
    school = SchoolFactory(
        name="Oak School", engagement="paused", engagement_reason=SENTINEL, engagement_since=date(2026, 11, 1)
    )
    ContactFactory(school=school, left_at=timezone.now(), bounced_at=timezone.now(), bounce_reason=SENTINEL)
    return ContactFactory(school=school, name="Ada Coordinator", email="ada@school.example.org")


def note_of_the_machinery(school: School) -> None:
    """What the mail machine and the timeline keep of a school."""
    officer, now = UserFactory(), timezone.now()
    email = EmailFactory(last_error=SENTINEL, context={})
    EarlierText.objects.create(email=email, subject="x", body_text=SENTINEL, replaced_at=now, replaced_by=officer)
    IncomingEmail.objects.create(
        message_id="<1@x>", received_at=now, body_text=SENTINEL, outcome=SENTINEL, sort="other", subject="x"
    )
    record_event(school=school, kind=TimelineKind.NOTE, text=SENTINEL, by=officer)


def note_on_audits(*audits: Audit) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL hubportal.erasing = 'on'")
        notes = {"private_note": SENTINEL, "parking_note": SENTINEL, "priorities_draft": [{"action": SENTINEL}]}
        Audit.objects.filter(pk__in=[audit.pk for audit in audits]).update(**notes)
    for audit in audits:
        AuditChange.objects.create(
            audit=audit, change_id=uuid.uuid4(), field="private_note", before=SENTINEL, after=SENTINEL, version=1,
            made_at=timezone.now(), by=audit.meeting.officer,
        )  # fmt: skip
        audit.meeting.missed_note = SENTINEL
        audit.meeting.save(update_fields=["missed_note"])
    hub_side = Promise.objects.filter(side=PromiseSide.HUB, priority__audit__in=audits)
    hub_side.update(status="given_up", note=SENTINEL, settled_at=timezone.now(), settled_by=UserFactory())


def note_on_award(award: Award) -> None:
    """All that staff write about an award until its pack has gone, and after."""
    officer, reader, now = UserFactory(), UserFactory(), timezone.now()
    award.audit.level_overrides.create(
        rules_level="silver", level="gold", reason="Why.", proposed_by=officer, state="declined",
        answered_at=now, answered_by=reader, answer_note=SENTINEL,
    )  # fmt: skip
    reading = ask_second_reader(award=award, reader=reader, by=officer)
    seen = preview_outcome_pack(award).fingerprint
    answer_reading(reading=reading, is_fine=False, note=SENTINEL, seen=seen, by=reader)
    send_outcome_pack(award=award, by=officer)
    reissue_certificate(award=award, school_name="Oak", reason=SENTINEL, by=officer, notify=True)
    recommendation, _ = Recommendation.objects.get_or_create(award=award, defaults={"scheme_name": "A scheme"})
    recommendation.steps.create(state="recommended", by=officer, note=SENTINEL)
    first, second = award.audit.reflections.order_by("month")
    Reflection.objects.filter(pk=second.pk).update(closed_at=now, closed_by=officer, closed_reason=SENTINEL)
    first.calls.create(by=officer, has_reached=False, note=SENTINEL)
    email = mail_reflection(reflection=first, contact=award.school.contacts.reachable().get(), not_before=None)
    Reflection.objects.filter(pk=first.pk).update(email=email, queued_at=now)


@pytest.fixture
def noted(contact: Contact) -> dict[str, Any]:
    """A school with an award, an older one that was withdrawn and a meeting to come, and notes on all of it."""
    school = contact.school
    old = make_award(school=school, on=date(2024, 11, 5), sent=True)
    award = make_award_with_private_note(SENTINEL, school=school)
    to_come = make_meeting(school=school, on=timezone.localdate() + timedelta(days=20))
    beforehand = make_open_audit(meeting=to_come, framework=award.audit.framework)
    note_on_audits(award.audit, old.audit, beforehand)
    note_on_award(award)
    withdraw_award(award=old, reason=f"It was {SENTINEL} by mistake.", by=UserFactory(role="administrator"))
    note_of_the_machinery(school)
    request = MeetingRequestFactory(
        school=school, contact=contact, status="asked", asked_message="Please.", asked_at=timezone.now(),
        asked_by=UserFactory(),
    )  # fmt: skip
    return {"award": award, "meeting": to_come, "audit": beforehand, "request": request}


def send_every_reminder(award: Award, contact: Contact) -> None:
    """The mails of the coming years, as they would read today."""
    mail_renewal(award=award, contact=contact, not_before=None)
    mail_renewal_reminder(award=award, contact=contact, not_before=None)


def test_every_column_for_staff_holds_the_sentinel(noted):
    """Otherwise what follows would prove nothing."""
    assert sorted(FOR_STAFF - set(places_of((SENTINEL,)))) == []


# --- What a school can open, and what it is sent ----------------------------------------------------


def addresses(noted: dict[str, Any], contact: Contact) -> dict[str, list[tuple[Any, ...]]]:
    """Each address behind a personal link, with what it is asked for."""
    award, meeting = noted["award"], noted["meeting"].pk
    priority = award.audit.priorities.first()
    promise = Promise.objects.filter(side=PromiseSide.SCHOOL, priority=priority).get()
    sheets = [(sheet.pk,) for sheet in award.audit.reflections.all()]
    logo = award.outcome_pack.files.filter(content_type="image/svg+xml").first().filename
    recommendation = Recommendation.objects.get(award=award).pk
    plain = (
        "still_you", "still_you_yes", "still_you_left", "my_data", "my_data_erase", "my_school", "my_reminders",
        "pause_mail", "let_mail_flow", "my_listing", "companion", "companion_pdf", "music_plan", "music_plan_word",
    )  # fmt: skip
    of_meeting = (
        "data_form", "data_form_save", "data_form_thanks", "own_view", "own_view_begin", "own_view_done",
        "own_view_colleague",
    )  # fmt: skip
    section = award.audit.framework.sections.first().code
    own_recommendation = ("my_recommendation", "my_recommendation_back")
    sheet_pages = ("reflection_form", "reflection_colleague", "reflection_thanks")
    return {
        **{name: [()] for name in plain},
        **{name: [(meeting,)] for name in of_meeting},
        **dict.fromkeys(sheet_pages, sheets),
        **{name: [(recommendation,)] for name in own_recommendation},
        "my_progress": [(priority.pk,)],
        "my_audit_pdf": [(award.audit_id,)],
        "my_audit_word": [(award.audit_id,)],
        "switch_school": [(contact.pk,)],
        "request_times": [(noted["request"].reference,)],
        "own_request": [("follow_up",), ("quality_conversation",)],
        "own_view_changes": [(meeting, noted["audit"].pk)],
        "own_view_section": [(meeting, section)],
        "my_certificate": [(number,) for number in award.certificates.values_list("number", flat=True)],
        "my_logo": [(award.pk, logo)],
        "my_promise": [(promise.pk,)],
    }


def words_of(content: bytes) -> str:
    """All the words in a page or a file, whatever it is packed in."""
    if content.startswith(b"%PDF") and b"certificate DQA" not in content:
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return " ".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    return content.decode("utf-8", "replace")


def body_of(response: HttpResponse) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.mark.slow
def test_no_page_or_file_behind_a_personal_link_holds_what_is_for_staff(as_contact, contact, noted):
    asked = addresses(noted, contact)
    reachable = {
        name for name, view in views() if issubclass(getattr(view, "view_class", object), ContactRequiredMixin)
    }
    assert (sorted(reachable - set(asked)), sorted(set(asked) - reachable)) == ([], [])
    client, opened, found = as_contact(contact), set(), []

    for name, arguments in asked.items():
        for argument in arguments:
            response = client.get(reverse(name, args=argument))
            opened |= {name} if response.status_code == 200 else set()
            found += [name] if SENTINEL in words_of(body_of(response)) else []

    assert found == []
    # Those pages were really there; the others only take what a form sends, or lead on.
    assert opened >= {
        "my_school", "my_data", "my_reminders", "my_audit_pdf", "my_audit_word", "my_certificate", "my_logo",
        "my_progress", "my_promise", "reflection_form", "data_form", "own_view", "own_view_section",
    }  # fmt: skip


def test_no_mail_to_a_school_holds_what_is_for_staff(contact, noted):
    send_every_reminder(noted["award"], contact)

    to_schools = Email.objects.filter(context__has_key="contact").prefetch_related("attachments")

    sent = {email.kind for email in to_schools}
    assert sent >= {"outcome", "corrected_certificate", "reflection", "renewal", "renewal_reminder"}
    found = [
        email.kind
        for email in to_schools
        if SENTINEL in email.subject + email.body_text + email.body_html
        or any(SENTINEL in words_of(bytes(file.content)) for file in email.attachments.all())
    ]
    assert found == []


def test_no_public_page_of_a_certificate_holds_what_is_for_staff(client, noted):
    certificates = noted["award"].certificates.all()

    pages = [client.get(reverse("verify_certificate", args=[one.key])).content.decode() for one in certificates]

    assert [SENTINEL in page for page in pages] == [False, False]
