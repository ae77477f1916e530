"""A school asks for a meeting; the hub passes the request on or declines it."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from hubportal.accounts.models import User
from meetings.emails import mail_request_declined, mail_request_notice, mail_request_thanks
from meetings.models import MeetingRequest, OfferedTime, RequestStatus
from meetings.rules import (
    CONSENT_VERSION,
    NAME_AT_MOST,
    REFERENCE_LENGTH,
    REFERENCE_LETTERS,
    REQUESTS_WAITING_AT_MOST,
    reference_from,
)
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
    offered: Sequence[tuple[date, str]],
    consent_wording: str,
    submission_key: UUID,
    now: datetime,
) -> tuple[MeetingRequest, bool]:
    """Take in what a school asks: keep the people, pass it to the area's officer, thank the person who asked.

    `offered` holds days and parts of the day (`DayPart`). The same `submission_key` again finds the first request.
    Returns the request and whether it is new.

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
    )
    _keep(request, offered=offered)
    mail_request_thanks(request=request)
    mail_request_notice(request=request)
    return request, True


def _keep(request: MeetingRequest, *, offered: Sequence[tuple[date, str]]) -> None:
    """Save a new request with its people and times, under a reference and with an officer."""
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
    request.assigned_to = _officer_of(request.school)
    request.save()
    times = sorted(set(offered))
    OfferedTime.objects.bulk_create(OfferedTime(request=request, on=on, part=part) for on, part in times)
    record_event(
        school=request.school,
        kind=TimelineKind.REQUEST,
        text=f"{request.name} asked for a meeting ({request.reference}, {request.get_kind_display().lower()}).",
        by_contact=request.contact,
        at=request.created_at,
    )


def _check(school: School, *, offered: Sequence[tuple[date, str]], consent_wording: str) -> None:
    if not school.is_open:
        raise ValidationError(f"{school.name} is closed, so it cannot ask for a meeting.")
    if school.meeting_requests.waiting().count() >= REQUESTS_WAITING_AT_MOST:
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


def lock_new_request(request: MeetingRequest) -> MeetingRequest:
    """The request as it stands now, held until the end of the transaction, so that it is answered only once.

    Raises:
        ValidationError: it was booked or declined meanwhile.
    """
    # The row alone: whatever is joined to a row that had to be waited for is as old as the question.
    locked = MeetingRequest.objects.select_for_update().get(pk=request.pk)
    if locked.status != RequestStatus.NEW:
        assert locked.decided_by
        done = locked.get_status_display().lower()
        raise ValidationError(f"{locked.decided_by.name} has {done} this request already.")
    return locked


@transaction.atomic
def reassign_request(*, request: MeetingRequest, officer: User, by: User, now: datetime) -> None:
    """Pass a request that waits to another officer, who gets a mail about it unless it is `by`.

    Raises:
        ValidationError: the request has been answered, or this person does not work with schools.
    """
    locked = lock_new_request(request)
    check_is_officer(officer)
    if locked.assigned_to_id == officer.pk:
        return
    locked.assigned_to = officer
    locked.save(update_fields=["assigned_to"])
    text = f"Request {locked.reference} passed to {officer.name}."
    record_event(school=locked.school, kind=TimelineKind.REQUEST, text=text, by=by, at=now)
    if officer != by:
        mail_request_notice(request=locked)


def check_is_officer(officer: User) -> None:
    """Let only those through who work with schools.

    Raises:
        ValidationError: this person may not hold meetings.
    """
    if not officer.is_officer:
        raise ValidationError(f"{officer.name} does not hold meetings; choose an officer.")


@transaction.atomic
def decline_request(*, request: MeetingRequest, reason: str, by: User, now: datetime) -> None:
    """Say no to a request, with the reason the school will read.

    Raises:
        ValidationError: the request has been answered, or the reason is missing.
    """
    locked = lock_new_request(request)
    if not reason.strip():
        raise ValidationError("Give a reason: the school will read it.")
    locked.status, locked.decline_reason = RequestStatus.DECLINED, reason.strip()
    locked.decided_at, locked.decided_by = now, by
    locked.save(update_fields=["status", "decline_reason", "decided_at", "decided_by"])
    text = f"Request {locked.reference} declined: {locked.decline_reason}"
    record_event(school=locked.school, kind=TimelineKind.REQUEST, text=text, by=by, at=now)
    mail_request_declined(request=locked)
