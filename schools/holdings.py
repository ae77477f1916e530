"""What this app, the outbox and the admin site keep about people at schools."""

import hashlib
import re
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.admin.models import LogEntry
from django.db.models import Q

from hubportal.mail.models import EarlierText, Email, EmailAttachment, EmailStatus, IncomingEmail
from schools.models import Contact, ContactLink, School, TimelineEvent
from schools.personal_data import Holding, Person, excuse, register_personal_data
from schools.rules import ERASED_ADDRESS, ERASED_NAME, Traces

CALENDAR = "text/calendar"


def _any(conditions: list[Q]) -> Q:
    return reduce(or_, conditions, Q(pk__in=()))


def _whole(field: str, words: str) -> Q:
    """Rows in which these words stand as whole words."""
    pattern = r"\s+".join(map(re.escape, words.split()))
    return Q(**{f"{field}__iregex": rf"(^|\W){pattern}(\W|$)"})


def _named_in(field: str, person: Person) -> Q:
    return _any([_whole(field, name) for name in person.vouched.names])


def mails_about(person: Person, *, path: str = "") -> Q:
    """Mails to colleagues at the person's schools, and to hub staff about these schools."""
    colleagues = list(Contact.objects.filter(school__in=person.school_ids).values_list("pk", flat=True))
    to_staff = Q(**{f"{path}context__{key}__isnull": True for key in ("contact", "former")})
    schools = [_whole(f"{path}{field}", name) for name in person.school_names for field in ("subject", "body_text")]
    return _any([Q(**{f"{path}context__{key}__in": colleagues}) for key in ("contact", "former")]) | (
        to_staff & _any(schools)
    )


def _withdrawn_for(person: Person) -> Q:
    """Mails from another address that an officer knew to be from this person (`withdraw_for_sender`)."""
    pairs = [(name, school) for name in person.vouched.names for school in person.school_names]
    return _any([Q(outcome__icontains=f"withdrew consent for {name}, {school}.") for name, school in pairs])


def forget_letter(letter: Any, traces: Traces) -> None:
    """Empty a mail that came from a person."""
    IncomingEmail.objects.filter(pk=letter.pk).update(from_address="", subject="", body_text="")


def rewrite_calendar(file: Any, traces: Traces) -> None:
    """Take a person out of a calendar file. Others' invitations go on working: the meeting stays as it is."""
    before = bytes(file.content).decode()
    after = traces.taken_out_of_calendar(before)
    if traces.taken_out_of(before) == before and after.count("ATTENDEE") == before.count("ATTENDEE"):
        return
    content = after.encode()
    EmailAttachment.objects.filter(pk=file.pk).update(content=content, sha256=hashlib.sha256(content).hexdigest())


register_personal_data(
    Holding(
        Contact,
        "Entries as a contact of a school",
        own=lambda person: Q(pk__in=person.contact_ids),
        shown=(
            "school", "name", "role", "email", "phone", "consent_wording", "consented_at", "withdrawn_at",
            "confirmed_at", "bounced_at", "bounce_reason", "still_there_at", "created_at", "left_at",
            "erasure_asked_at",
        ),
        replaced={
            "name": ERASED_NAME, "email": ERASED_ADDRESS, "phone": "", "consent_wording": "", "consented_at": None,
            "bounced_at": None, "bounce_reason": "", "still_there_at": None,
        },
        texts=("bounce_reason",),
        names=("name",),
        phones=("phone",),
        is_theirs=True,
        typed=(
            "school", "name", "role", "email", "phone", "consent_wording", "consented_at", "withdrawn_at", "created_at",
            "erasure_asked_at",
        ),
    ),
    Holding(
        ContactLink,
        "Personal links",
        own=lambda person: Q(contact__in=person.contact_ids),
        shown=("destination", "created_at", "expires_at", "revoked_at", "last_used_at"),
        typed=("destination", "created_at", "expires_at", "revoked_at", "last_used_at"),
    ),
    Holding(
        TimelineEvent,
        "Lines on a school’s timeline",
        own=lambda person: Q(by_contact__in=person.contact_ids) | Q(email__to_address__iexact=person.address),
        named=lambda person: Q(school__in=person.school_ids) & _named_in("text", person),
        shown=("school", "at", "text"),
        is_theirs=True,
        texts=("text",),
        may_name=lambda person: Q(school__in=person.school_ids),
    ),
    Holding(
        School,
        "Schools",
        texts=("engagement_reason",),
        may_name=lambda person: Q(pk__in=person.school_ids),
    ),
    Holding(
        Email,
        "E-mails to this address",
        own=lambda person: Q(to_address__iexact=person.address),
        shown=("subject", "to_name", "to_address", "status", "created_at", "sent_at", "last_error", "body_text"),
        replaced={"to_name": ERASED_NAME, "to_address": ERASED_ADDRESS},
        texts=("dedupe_key", "subject", "body_text", "body_html", "context", "last_error"),
        may_name=mails_about,
        names=("to_name",),
        is_theirs=True,
        typed=("subject", "to_name", "to_address", "sent_at", "body_text"),
        typed_rows=lambda person: Q(to_address__iexact=person.address, status=EmailStatus.SENT),
    ),
    Holding(
        EarlierText,
        "What an e-mail said before it was edited",
        own=lambda person: Q(email__to_address__iexact=person.address),
        shown=("subject", "body_text", "replaced_at"),
        texts=("subject", "body_text"),
        may_name=lambda person: mails_about(person, path="email__"),
        is_theirs=True,
    ),
    Holding(
        EmailAttachment,
        "Files sent with an e-mail",
        own=lambda person: Q(email__to_address__iexact=person.address),
        shown=("filename", "content_type"),
        texts=("filename",),
        may_name=lambda person: mails_about(person, path="email__"),
        is_theirs=True,
        typed=("filename", "content_type"),
        typed_rows=lambda person: Q(email__to_address__iexact=person.address, email__status=EmailStatus.SENT),
    ),
    Holding(
        EmailAttachment,
        "Calendar files, which name whoever attends",
        own=lambda person: Q(content_type__startswith=CALENDAR, email__to_address__iexact=person.address),
        is_theirs=True,
        may_name=lambda person: Q(content_type__startswith=CALENDAR) & mails_about(person, path="email__"),
        rewrite=rewrite_calendar,
    ),
    Holding(
        IncomingEmail,
        "E-mails that came from this address, or were about it",
        own=lambda person: Q(from_address__iexact=person.address)
        | Q(about__to_address__iexact=person.address),
        named=_withdrawn_for,
        shown=("received_at", "from_address", "subject", "body_text", "outcome"),
        replaced={"from_address": "", "subject": "", "body_text": ""},
        texts=("message_id", "subject", "body_text", "outcome"),
        may_name=_withdrawn_for,
        is_theirs=True,
        typed=("received_at", "from_address", "subject", "body_text"),
        typed_rows=lambda person: Q(from_address__iexact=person.address),
    ),
    Holding(
        IncomingEmail,
        "E-mails that an officer knew to be from this person",
        may_name=_withdrawn_for,
        rewrite=forget_letter,
    ),
    Holding(
        LogEntry,
        "Changes on the administrators’ site",
        own=lambda person: Q(
            content_type__app_label="schools",
            content_type__model="contact",
            object_id__in=[str(contact_id) for contact_id in person.contact_ids],
        ),
        shown=("action_time", "object_repr"),
        replaced={"object_repr": ERASED_NAME},
        texts=("object_repr", "change_message"),
        is_theirs=True,
    ),
)  # fmt: skip
excuse("The hub speaks of itself.", *(f"schools.HubProfile.{name}" for name in (
    "name", "award_name", "accent_colour", "contact_email", "contact_phone", "website", "signatory_name",
    "signatory_role", "recognition_name", "recognition_text",
)))  # fmt: skip
excuse("The public register of schools, in which a head teacher is named; the next import replaces it.", *(
    f"schools.School.{name}" for name in (
        "name", "la_code", "la_name", "establishment_number", "type_code", "type_name", "phase_code", "phase_name",
        "street", "locality", "address3", "town", "county", "postcode", "website", "telephone", "head_name",
        "closed_reason", "search_text",
    )
), "schools.SchoolLink.linked_name", "schools.SchoolLink.link_type", "schools.ImportRun.file_name",
    "schools.ImportRun.sha256", "schools.ImportRun.report")  # fmt: skip
excuse("A place, not a person.", "schools.Area.name")
excuse("A key, a kind or a path: the portal makes it up.", *(
    "schools.ContactLink.token_hash", "schools.ContactLink.destination", "mail.Email.kind", "mail.Email.message_id",
    "mail.EmailAttachment.content_type", "mail.EmailAttachment.sha256", "mail.HubSentence.kind",
    "schools.HubPicture.sha256",
    "mail.HubSentence.place",
))  # fmt: skip
excuse("The hub's own words in every mail of a kind.", "mail.HubSentence.text")
excuse("Hub staff: their accounts have their own times.", *(
    f"accounts.User.{name}" for name in ("password", "email", "name", "job_title", "phone")
))  # fmt: skip
