"""A person who is erased stands nowhere any more, whatever table an app keeps words in; the school's history stays."""

import hashlib
import json
import uuid
from datetime import date

import icalendar
import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from audits.models import Audit, AuditChange, Priority, Promise, Rating
from awards.models import Award, Certificate, Reflection, ReflectionAnswer
from awards.tests.factories import make_award
from hubportal.accounts.models import Role
from hubportal.mail.kinds import why_not_send
from hubportal.mail.models import EarlierText, Email, EmailAttachment, IncomingEmail
from hubportal.mail.tests.factories import EmailFactory
from hubportal.retention import RETENTION
from hubportal.tests.test_conventions import our_fields
from meetings.emails import mail_officer_booking
from meetings.models import DataForm, MeetingRequest, RequestDraft
from meetings.tests.factories import MeetingFactory, MeetingRequestFactory
from schools.emails import mail_personal_link
from schools.models import ContactLink, School, TimelineKind
from schools.personal_data import EXCUSED, HOLDINGS
from schools.services import erase_person, export_person, let_contact_go
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory
from schools.timeline import record_event

NAME, ADDRESS, PHONE = "Alice O'Penrose", "alice.openrose@oak.example.org", "0116 496 0555"
TRACES = (NAME, "Alice O&#x27;Penrose", ADDRESS, PHONE)
WORDS = f"{NAME} ({ADDRESS}, {PHONE}) said so."
WORD_COLUMNS = (models.CharField, models.TextField, models.JSONField)


def columns():
    """Each of our columns in which words can stand, by label."""
    return {
        label
        for label, field in our_fields()
        if isinstance(field, WORD_COLUMNS) and not field.choices and not isinstance(field, models.UUIDField)
    }


def declared():
    found = set()
    for holding in HOLDINGS:
        names = (*holding.texts, *holding.replaced)
        found |= {f"{holding.model._meta.label}.{name}" for name in names}
        if holding.is_deleted:
            found |= {f"{holding.model._meta.label}.{field.name}" for field in holding.model._meta.fields}
    return found


def test_every_column_of_words_says_what_an_erasure_does_with_it():
    assert sorted(columns() - declared() - set(EXCUSED)) == []
    assert sorted(set(EXCUSED) - columns()) == []


def test_every_personal_field_of_a_contact_is_erased_or_excused():
    promised = {field for group in RETENTION for field in group.fields}

    assert sorted(promised - declared() - set(EXCUSED)) == []


@pytest.fixture
def alice():
    school = SchoolFactory(
        name="Oak School", engagement="paused", engagement_reason=WORDS, engagement_since=date.today()
    )
    return ContactFactory(school=school, name=NAME, email=ADDRESS, phone=PHONE)


@pytest.fixture
def traces_everywhere(alice):
    """Alice stands in every column of words that an app has for her school."""
    school, officer = alice.school, UserFactory()
    ContactFactory(
        name=NAME,
        email=ADDRESS.upper(),
        role="head_teacher",
        left_at=timezone.now(),
        bounced_at=timezone.now(),
        bounce_reason=WORDS,
    )
    request = MeetingRequestFactory(school=school, contact=alice, name=NAME, email=ADDRESS, phone=PHONE, notes=WORDS)
    MeetingRequestFactory(
        school=school, kind="additional", head_name=NAME, head_email=ADDRESS, status="declined", notes=WORDS,
        decline_reason=WORDS, asked_message=WORDS, asked_at=timezone.now(), asked_by=officer,
        decided_at=timezone.now(), decided_by=officer,
    )  # fmt: skip
    draft = RequestDraft.mint(
        destination="/", email="other@oak.example.org", answers={"head_email": ADDRESS, "x": [WORDS]}
    )
    draft.save()
    own = RequestDraft.mint(destination="/", email=ADDRESS, answers={"name": NAME})
    own.save()
    meeting = MeetingFactory(school=school, request=request)
    meeting.attendees.add(alice)
    mail_officer_booking(meeting=meeting)
    mail_personal_link(contact=alice, number=1)
    award = make_award(school=school, sent=True)
    audit = award.audit
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL hubportal.erasing = 'on'")
        Audit.objects.filter(pk=audit.pk).update(strengths=WORDS, private_note=WORDS, parking_note=WORDS)
        Audit.objects.update(priorities_draft=[{"owner": NAME}])
        Rating.objects.filter(audit=audit).update(note=WORDS, school_note=WORDS, reason=WORDS)
        Priority.objects.filter(audit=audit).update(owner=NAME, action=WORDS, support=WORDS, good_looks_like=WORDS)
    Promise.objects.filter(priority__audit=audit).update(
        status="kept", note=WORDS, settled_at=timezone.now(), settled_by_contact=alice
    )
    AuditChange.objects.create(
        audit=audit, change_id=uuid.uuid4(), field="strengths", before=WORDS, after=WORDS, version=1,
        made_at=timezone.now(), by_contact=alice,
    )  # fmt: skip
    meeting.cancel_reason, meeting.missed_note = WORDS, WORDS
    meeting.save()
    texts = dict.fromkeys(("singing", "ensembles", "specialist_staff", "partners", "anything_else"), WORDS)
    now = timezone.now()
    DataForm.objects.update_or_create(
        meeting=meeting, defaults={**texts, "saved_at": now, "sent_at": now, "sent_by": alice}
    )
    sheet = Reflection.objects.filter(audit=audit).first() or Reflection.objects.create(
        audit=audit, month=12, due_on=date.today()
    )
    Reflection.objects.filter(pk=sheet.pk).update(
        answered_at=now, answered_by=alice, closed_at=now, closed_by=officer, closed_reason=WORDS
    )
    response, _ = sheet.responses.update_or_create(
        contact=alice, defaults={"anything_else": WORDS, "earlier_answers": [{"anything_else": WORDS}]}
    )
    ReflectionAnswer.objects.update_or_create(
        response=response,
        priority=audit.priorities.first(),
        defaults={"progress": "achieved", "what_helped": WORDS, "what_next": WORDS},
    )
    response.ratings.create(criterion=audit.priorities.first().criterion, rating="green")
    sheet.calls.create(by=officer, has_reached=False, note=WORDS)
    audit.priorities.first().progress_notes.create(text=WORDS, by_contact=alice)
    answered = {"answered_at": now, "answered_by": officer, "answer_note": WORDS}
    audit.level_overrides.create(
        rules_level="silver", level="gold", reason=WORDS, proposed_by=UserFactory(), state="declined", **answered
    )
    award.pack_readings.create(
        asked_by=officer, reader=UserFactory(), answered_at=now, is_fine=False, note=WORDS, sha256="0" * 64
    )
    # Made when the outcome pack went.
    award.recommendation.steps.create(state="recommended", by=officer, note=WORDS)
    award.recommendation.steps.create(state="accepted", by_contact=alice)
    school.public_listings.create(wording="We agree.", listed_by=alice)
    withdrawn = {"withdrawn_at": now, "withdrawn_by": officer, "withdrawn_reason": WORDS}
    Award.objects.filter(pk=award.pk).update(status="withdrawn", **withdrawn)
    colleague = ContactFactory(school=school)
    email = EmailFactory(
        to_address=colleague.email, subject=f"About {NAME}", body_text=WORDS, body_html="<p>Alice O&#x27;Penrose</p>",
        context={"contact": colleague.pk}, last_error=WORDS,
    )  # fmt: skip
    EarlierText.objects.create(email=email, subject=NAME, body_text=WORDS, replaced_at=now, replaced_by=officer)
    EmailAttachment.objects.create(
        email=email, position=1, filename=f"{NAME}.txt", content_type="text/plain", content=b"", sha256=""
    )
    mine = EmailFactory(to_address=ADDRESS, to_name=NAME, context={"contact": alice.pk})
    EarlierText.objects.create(email=mine, subject=NAME, body_text=WORDS, replaced_at=now, replaced_by=officer)
    EmailAttachment.objects.create(
        email=mine, position=1, filename="plan.txt", content_type="text/plain", content=b"", sha256=""
    )
    IncomingEmail.objects.create(
        message_id="<1@x>", received_at=now, from_address=ADDRESS, subject=WORDS, body_text=WORDS, sort="other"
    )
    IncomingEmail.objects.create(
        message_id="<2@x>", received_at=now, from_address="alice@home.example.org", body_text=NAME, sort="withdrawal",
        outcome=f"An officer withdrew consent for {NAME}, {school.name}. Confirmed by mail, once.",
    )  # fmt: skip
    record_event(school=school, kind=TimelineKind.NOTE, text=WORDS, by=officer)
    LogEntry.objects.create(
        user=officer, content_type=ContentType.objects.get_for_model(alice), object_id=str(alice.pk), object_repr=NAME,
        action_flag=CHANGE, change_message=WORDS,
    )  # fmt: skip
    return alice


def places_of(traces):
    """Where in the whole database any of these words stand, also within files."""
    found = []
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, (*WORD_COLUMNS, models.BinaryField)):
                with connection.cursor() as cursor:
                    cursor.execute(f'SELECT "{field.column}" FROM "{model._meta.db_table}"')
                    for (value,) in cursor.fetchall():
                        text = bytes(value).decode("latin-1") if isinstance(value, memoryview) else str(value)
                        if any(trace.lower() in text.lower() for trace in traces):
                            found.append(f"{model._meta.label}.{field.name}")
    return found


@pytest.mark.django_db
def test_erase_person_leaves_no_name_address_or_number_anywhere(traces_everywhere):
    before = set(places_of(TRACES))
    administrator = UserFactory(role=Role.ADMINISTRATOR)

    erase_person(contact=traces_everywhere, by=administrator, now=timezone.now())

    promised = {f"{holding.model._meta.label}.{name}" for holding in HOLDINGS for name in holding.texts}
    promised -= {"mail.Email.dedupe_key", "mail.Email.context", "mail.IncomingEmail.message_id"}
    assert sorted(promised - before) == []
    assert places_of(TRACES) == []


@pytest.mark.django_db
def test_erase_person_keeps_the_schools_history(traces_everywhere):
    kept = (Award, Certificate, Audit, Rating, Priority, MeetingRequest, Reflection, School)
    before = [(model, model.objects.count()) for model in kept]
    certificate = Certificate.objects.get()

    erase_person(contact=traces_everywhere, by=UserFactory(role=Role.ADMINISTRATOR), now=timezone.now())

    assert [(model, model.objects.count()) for model in kept] == before
    after = Certificate.objects.get()
    assert (after.sha256, bytes(after.pdf)) == (certificate.sha256, bytes(certificate.pdf))
    assert Priority.objects.first().owner == "Erased person"


@pytest.mark.django_db
def test_erase_person_ends_links_cancels_mail_and_says_so_without_the_name(traces_everywhere, client):
    administrator, school = UserFactory(role=Role.ADMINISTRATOR), traces_everywhere.school

    erase_person(contact=traces_everywhere, by=administrator, now=timezone.now())

    traces_everywhere.refresh_from_db()
    event = school.timeline.filter(kind="contact").first()
    assert traces_everywhere.erased_at is not None
    assert not ContactLink.objects.usable(now=timezone.now()).filter(contact=traces_everywhere).exists()
    assert set(Email.objects.filter(to_address="erased@person.invalid").values_list("status", flat=True)) == {
        "cancelled"
    }
    assert (event.text, event.by) == (
        "A former contact (music coordinator) was erased at their request.",
        administrator,
    )


@pytest.mark.django_db
def test_mail_that_a_worker_had_in_hands_during_the_erasure_goes_nowhere(alice):
    email = EmailFactory(to_address=ADDRESS, status="sending", claimed_at=timezone.now(), context={})

    erase_person(contact=alice, by=UserFactory(role=Role.ADMINISTRATOR), now=timezone.now())

    email.refresh_from_db()
    assert why_not_send(email) == "The person was erased."


@pytest.mark.django_db
def test_erase_person_keeps_the_calendar_files_of_others_working(alice):
    meeting = MeetingFactory(school=alice.school)
    meeting.attendees.add(alice)
    mail_officer_booking(meeting=meeting)

    erase_person(contact=alice, by=UserFactory(role=Role.ADMINISTRATOR), now=timezone.now())

    file = EmailAttachment.objects.get()
    event = icalendar.Calendar.from_ical(bytes(file.content)).walk("VEVENT")[0]
    attendees = event["ATTENDEE"] if isinstance(event["ATTENDEE"], list) else [event["ATTENDEE"]]
    assert str(event["UID"]) != ""
    assert [str(one) for one in attendees] == [f"mailto:{meeting.officer.email}"]
    assert file.sha256 == hashlib.sha256(bytes(file.content)).hexdigest()


@pytest.mark.django_db
def test_erase_person_leaves_others_alone():
    alice = ContactFactory(name="May Green", email="may@oak.example.org")
    colleague = ContactFactory(school=alice.school, name="May Greenwood", email="may@oak.example.org.uk")
    elsewhere = SchoolFactory()
    record_event(school=elsewhere, kind=TimelineKind.NOTE, text="May Green of another school")
    record_event(school=alice.school, kind=TimelineKind.NOTE, text="In May the green bus came; dismay greeted it.")

    erase_person(contact=alice, by=UserFactory(role=Role.ADMINISTRATOR), now=timezone.now())

    colleague.refresh_from_db()
    assert (colleague.name, colleague.email) == ("May Greenwood", "may@oak.example.org.uk")
    assert elsewhere.timeline.get().text == "May Green of another school"
    assert alice.school.timeline.filter(text="In May the green bus came; dismay greeted it.").exists()


@pytest.mark.django_db
def test_erase_person_whose_name_is_a_role_or_whose_number_is_the_schools_mangles_nothing():
    school = SchoolFactory(telephone="0116 496 0999")
    head = ContactFactory(school=school, name="Head teacher", role="head_teacher", phone="01164960999")
    record_event(school=school, kind=TimelineKind.NOTE, text="Head teacher rang from 01164960999")

    erase_person(contact=head, by=UserFactory(role=Role.ADMINISTRATOR), now=timezone.now())

    assert school.timeline.filter(text="Head teacher rang from 01164960999").exists()


@pytest.mark.django_db
def test_erase_person_twice_is_refused(alice):
    administrator = UserFactory(role=Role.ADMINISTRATOR)
    erase_person(contact=alice, by=administrator, now=timezone.now())

    with pytest.raises(ValidationError, match="erased already"):
        erase_person(contact=alice, by=administrator, now=timezone.now())


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.OFFICER, Role.VIEWER])
def test_erase_person_by_whoever_is_no_administrator_is_refused(alice, role):
    with pytest.raises(ValidationError, match="Only an administrator"):
        erase_person(contact=alice, by=UserFactory(role=role), now=timezone.now())


@pytest.mark.django_db
def test_erase_person_whose_address_signs_in_as_staff_is_refused(alice):
    UserFactory(email=ADDRESS.upper())

    with pytest.raises(ValidationError, match="hub staff"):
        erase_person(contact=alice, by=UserFactory(role=Role.ADMINISTRATOR), now=timezone.now())


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"owner": "Eve"}, {"due_on": date(2030, 1, 1)}])
def test_agreed_priority_still_changes_by_no_other_way(change):
    award = make_award()

    with pytest.raises(IntegrityError, match="cannot change"), transaction.atomic():
        Priority.objects.filter(audit=award.audit).update(**change)


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"due_on": date(2030, 1, 1)}, {"number": 9}])
def test_agreed_priority_changes_no_more_than_its_words_while_a_person_is_erased(change):
    award = make_award()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL hubportal.erasing = 'on'")

    with pytest.raises(IntegrityError), transaction.atomic():
        Priority.objects.filter(audit=award.audit, number=1).update(**change)


@pytest.mark.django_db
def test_export_person_holds_everything_about_the_address(traces_everywhere):
    elsewhere = ContactFactory(name="Bea Other", email="bea@oak.example.org", school=traces_everywhere.school)

    data = export_person(contact=traces_everywhere, by=UserFactory(role=Role.ADMINISTRATOR), now=timezone.now())

    text = json.dumps(data, ensure_ascii=False, default=str)
    assert set(data["held"]) == {holding.title for holding in HOLDINGS if holding.shown}
    assert data["about"] == {"address": ADDRESS, "names": [NAME]}
    assert len(data["held"]["Entries as a contact of a school"]) == 2
    assert "[[personal-link:" not in text
    assert elsewhere.email not in text


@pytest.mark.django_db
def test_let_go_and_erased_later_is_still_erased_everywhere(traces_everywhere):
    let_contact_go(contact=traces_everywhere, by=UserFactory(), now=timezone.now())

    erase_person(contact=traces_everywhere, by=UserFactory(role=Role.ADMINISTRATOR), now=timezone.now())

    assert places_of(TRACES) == []
