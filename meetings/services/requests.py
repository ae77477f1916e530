"""A school asks for a meeting; the hub passes the request on or declines it."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from hubportal.accounts.models import User
from meetings.emails import (
    mail_more_times,
    mail_request_joined,
    mail_request_notice,
    mail_request_thanks,
)
from meetings.models import OPEN_STATUSES, MeetingRequest, OfferedTime, RequestStatus
from meetings.rules import (
    CONSENT_VERSION,
    NAME_AT_MOST,
    REFERENCE_LENGTH,
    REFERENCE_LETTERS,
    REQUESTS_WAITING_AT_MOST,
    Offer,
    RequestVerb,
    long_date,
    reference_from,
)
from meetings.services.drafts import HeldDraft, held_draft
from meetings.services.triage import request_status_after
from schools.models import ContactRole, School, TimelineKind
from schools.queries import hub_profile
from schools.services import keep_contact
from schools.timeline import record_event


@transaction.atomic
def request_meeting(
    *,
    school: School,
    name: str,
    role: str,
    email: str,
    phone: str = "",
    head_name: str = "",
    head_email: str = "",
    kind: str,
    notes: str = "",
    offered: Sequence[Offer],
    consent_wording: str,
    submission_key: UUID,
    draft: HeldDraft | None = None,
    now: datetime,
) -> tuple[MeetingRequest, bool]:
    """Take in what a school asks: keep the people, pass it to the area's officer, thank the person who asked.

    A school has one open request of a kind. Where there is one already, this one joins it: its times count for the
    first, the person is told so, and if the hub waited for other times the first waits for the officer again.

    The same `submission_key` again finds the first request. `draft` is what the answers had been saved as until now;
    it is deleted, unless somebody else has opened it since. Returns the request and whether it is new.

    Raises:
        ValidationError: the school is closed or waits for too many answers, no time is offered, or consent is missing.
    """
    # One request of a school at a time, so that a double click finds what the first one made.
    school = School.objects.select_for_update(no_key=True).get(pk=school.pk)
    earlier = MeetingRequest.objects.filter(submission_key=submission_key).first()
    if earlier:
        return earlier, False
    _check(school, offered=offered, consent_wording=consent_wording)
    request = MeetingRequest(
        submission_key=submission_key,
        school=school,
        name=name,
        role=role,
        email=email,
        phone=phone,
        # The register's names may be longer than ours.
        head_name=head_name or (school.head_name[:NAME_AT_MOST] if head_email else ""),
        head_email=head_email,
        kind=kind,
        notes=notes,
        consent_version=CONSENT_VERSION,
        consent_wording=consent_wording,
        created_at=now,
        waiting_since=now,
    )
    _keep(request, joined_to=_lock_open_request(school, kind=kind))
    add_offers(request, offered=offered, now=now)
    if request.joined_to:
        count_as_offer(request.joined_to, now=now)
        mail_request_joined(request=request)
        mail_more_times(request=request.joined_to, key=f"joined:{request.pk}")
    else:
        mail_request_thanks(request=request)
        mail_request_notice(request=request)
    held_draft(draft).delete()
    return request, True


def _lock_open_request(school: School, *, kind: str) -> MeetingRequest | None:
    """The school's open request of this kind, which nobody answers until this transaction has ended."""
    return MeetingRequest.objects.open().filter(school=school, kind=kind).select_for_update().first()


def _keep(request: MeetingRequest, *, joined_to: MeetingRequest | None) -> None:
    """Save a new request with its people, under a reference and with an officer."""
    request.contact = keep_contact(
        school=request.school,
        name=request.name,
        role=request.role,
        email=request.email,
        phone=request.phone,
        consent_wording=request.consent_wording,
        at=request.created_at,
    )
    _keep_head_teacher(request)
    request.reference = _new_reference()
    if joined_to:
        request.status, request.joined_to = RequestStatus.JOINED, joined_to
        request.assigned_to = joined_to.assigned_to
        text = f"{request.name} asked for a meeting too ({request.reference}): added to {joined_to.reference}."
    else:
        request.assigned_to = _officer_of(request.school)
        kind = request.get_kind_display().lower()
        text = f"{request.name} asked for a meeting ({request.reference}, {kind})."
    if bounced_at := request.contact.bounced_at:
        text += f" Mail to this address came back on {long_date(timezone.localdate(bounced_at))}."
    request.save()
    record_event(
        school=request.school,
        kind=TimelineKind.REQUEST,
        text=text,
        by_contact=request.contact,
        at=request.created_at,
    )


def add_offers(request: MeetingRequest, *, offered: Sequence[Offer], now: datetime) -> None:
    """Keep the times somebody offered. One that had been offered before is as good as new."""
    OfferedTime.objects.bulk_create(
        (
            OfferedTime(request=request, on=offer.on, part=offer.part, start=offer.start, created_at=now)
            for offer in sorted(set(offered), key=lambda offer: offer.order)
        ),
        update_conflicts=True,
        unique_fields=["request", "on", "part", "start"],
        update_fields=["created_at"],
    )


def count_as_offer(request: MeetingRequest, *, now: datetime) -> None:
    """Note on a locked open request that the school has offered times: if the hub waited for them, it waits no more.

    Raises:
        ValidationError: the request is not open any more.
    """
    was_asked = request.status == RequestStatus.ASKED
    request.status = request_status_after(request, RequestVerb.OFFER)
    if was_asked:
        request.waiting_since = now
        request.save(update_fields=["status", "waiting_since"])


def _check(school: School, *, offered: Sequence[Offer], consent_wording: str) -> None:
    if not school.is_open:
        raise ValidationError(f"{school.name} is closed, so it cannot ask for a meeting.")
    waiting = Q(status__in=OPEN_STATUSES) | Q(joined_to__status__in=OPEN_STATUSES)
    if school.meeting_requests.filter(waiting).count() >= REQUESTS_WAITING_AT_MOST:
        raise ValidationError(
            f"{school.name} has {REQUESTS_WAITING_AT_MOST} requests waiting for our answer already, so we cannot take "
            f"another one yet. To change or add something, write to {hub_profile().contact_email}."
        )
    if not offered:
        raise ValidationError("Offer at least one day when the school could meet.")
    if not consent_wording:
        raise ValidationError("Without consent we may not keep your details or answer you.")


def _keep_head_teacher(request: MeetingRequest) -> None:
    if not request.head_email or request.head_email.lower() == request.email.lower():
        return
    # No consent is recorded: another person gave this address. An earlier withdrawal therefore stands.
    keep_contact(
        school=request.school,
        name=request.head_name or "Head teacher",
        role=ContactRole.HEAD_TEACHER,
        email=request.head_email,
        at=request.created_at,
    )


def _officer_of(school: School) -> User | None:
    """The leader of the school's area, if there is one who still works with schools."""
    leader = school.area.leader if school.area else None
    return leader if leader and leader.is_officer else None


def _new_reference() -> str:
    """A reference nobody has: about five million there are, so a second try is rare and a third unheard of."""
    while True:
        indexes = [secrets.randbelow(len(REFERENCE_LETTERS)) for _ in range(REFERENCE_LENGTH)]
        reference = reference_from(indexes)
        if not MeetingRequest.objects.filter(reference=reference).exists():
            return reference
