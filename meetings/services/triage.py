"""What the hub does with a request before there is a meeting: pass it on, ask for other times, say no, close it.

Every verb goes through the table of states (`meetings.rules.states`). Each locks the school first and the request
second, as whoever sends the public form does, so that nobody waits in a circle.
"""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from hubportal.accounts.models import User
from meetings.emails import (
    mail_request_declined,
    mail_request_escalated,
    mail_request_notice,
    mail_request_other_times,
    mail_request_withdrawn,
)
from meetings.models import MeetingRequest, RequestStatus
from meetings.queries import waiting_too_long
from meetings.rules import ESCALATED_AFTER_DAYS, NotFromHere, RequestVerb, request_after
from schools.models import Contact, School, TimelineKind
from schools.queries import hub_profile
from schools.timeline import record_event


def lock_request(request: MeetingRequest) -> MeetingRequest:
    """The request as it stands now, held until the end of the transaction, after its school."""
    School.objects.select_for_update(no_key=True).get(pk=request.school_id)
    # The row alone: whatever is joined to a row that had to be waited for is as old as the question.
    return MeetingRequest.objects.select_for_update().get(pk=request.pk)


def request_status_after(request: MeetingRequest, verb: RequestVerb) -> RequestStatus:
    """What the request becomes by this verb.

    Raises:
        ValidationError: its status does not allow the verb; the sentence says who was quicker.
    """
    who = request.decided_by.name if request.decided_by else "Somebody"
    try:
        return RequestStatus(request_after(request.status, verb, who=who))
    except NotFromHere as error:
        raise ValidationError(str(error)) from error


def check_is_officer(officer: User) -> None:
    """Let only those through who work with schools.

    Raises:
        ValidationError: this person may not hold meetings.
    """
    if not officer.is_officer:
        raise ValidationError(f"{officer.name} does not hold meetings; choose an officer.")


@transaction.atomic
def reassign_request(*, request: MeetingRequest, officer: User, by: User, now: datetime) -> None:
    """Pass an open request to another officer, who gets a mail about it unless it is `by`.

    Raises:
        ValidationError: the request has been answered, or this person does not work with schools.
    """
    locked = lock_request(request)
    locked.status = request_status_after(locked, RequestVerb.REASSIGN)
    check_is_officer(officer)
    if locked.assigned_to_id == officer.pk:
        return
    locked.assigned_to = officer
    locked.save(update_fields=["assigned_to"])
    _record(locked, f"passed to {officer.name}.", by=by, now=now)
    if officer != by:
        mail_request_notice(request=locked)


@transaction.atomic
def ask_for_other_times(*, request: MeetingRequest, message: str, by: User, now: datetime) -> None:
    """None of the offered times suits: ask for others, with a link where they are given.

    The question goes to all those who asked for the meeting and whom an officer has confirmed; where there is none,
    to the first who asked. Nobody else reads it or may answer it: anybody can join a school's request.

    Raises:
        ValidationError: the request has been answered, the message is missing, or the school was asked today already.
    """
    locked = lock_request(request)
    after = request_status_after(locked, RequestVerb.ASK)
    if not message.strip():
        raise ValidationError("Write a few words: the school will read them.")
    if locked.status == RequestStatus.ASKED and locked.asked_at and locked.asked_by:
        asked_on = timezone.localtime(locked.asked_at).date()
        if asked_on == timezone.localtime(now).date():
            raise ValidationError(f"{locked.asked_by.name} has asked the school for other times today already.")
    askers = askers_of(locked)
    readers = [asker for asker in askers if asker.contact.is_confirmed] or askers[:1]
    if not readers:
        raise ValidationError("Nobody who asked may be written to any more: please ring the school.")
    locked.status, locked.asked_message = after, message.strip()
    locked.asked_at, locked.asked_by = now, by
    locked.save(update_fields=["status", "asked_message", "asked_at", "asked_by"])
    _record(locked, f"sent back for other times: {locked.asked_message}", by=by, now=now)
    for reader in readers:
        mail_request_other_times(request=locked, contact=reader.contact)


@transaction.atomic
def decline_request(*, request: MeetingRequest, reason: str, by: User, now: datetime) -> None:
    """Say no to a request, with the reason that everybody who asked will read.

    Raises:
        ValidationError: the request has been answered, or the reason is missing.
    """
    locked = lock_request(request)
    after = request_status_after(locked, RequestVerb.DECLINE)
    if not reason.strip():
        raise ValidationError("Give a reason: the school will read it.")
    close_request(locked, status=after, reason=reason.strip(), by=by, now=now)
    _record(locked, f"declined: {locked.decline_reason}", by=by, now=now)
    for asked in askers_of(locked):
        # Each is told under the reference they know; the answer is the first request's.
        asked.decline_reason, asked.decided_by = locked.decline_reason, by
        mail_request_declined(request=asked)


@transaction.atomic
def withdraw_request(*, request: MeetingRequest, reason: str, by: User, now: datetime) -> None:
    """Note that the school called its request off. Everybody who asked is told, in case it is a misunderstanding.

    `reason` is what the school said, for staff.

    Raises:
        ValidationError: the request has been answered, or the reason is missing.
    """
    locked = lock_request(request)
    after = request_status_after(locked, RequestVerb.WITHDRAW)
    if not reason.strip():
        raise ValidationError("Say why, in a few words: whoever looks after this school next will want to know.")
    close_request(locked, status=after, reason=reason.strip(), by=by, now=now)
    _record(locked, f"called off by the school: {locked.decline_reason}", by=by, now=now)
    for asked in askers_of(locked):
        mail_request_withdrawn(request=asked)


def askers_of(request: MeetingRequest) -> list[MeetingRequest]:
    """The request and those joined to it, the first of each person who may still be written to: who gets an answer."""
    asking = MeetingRequest.objects.filter(Q(pk=request.pk) | Q(joined_to=request))
    willing = asking.filter(contact__in=Contact.objects.willing()).select_related("contact__school", "school")
    first: dict[int, MeetingRequest] = {}
    for asked in willing.order_by("created_at", "pk"):
        first.setdefault(asked.contact_id, asked)
    return list(first.values())


def close_request(request: MeetingRequest, *, status: RequestStatus, reason: str, by: User, now: datetime) -> None:
    """Close a locked request for good, with the reason."""
    request.status, request.decline_reason = status, reason
    request.decided_at, request.decided_by = now, by
    request.save(update_fields=["status", "decline_reason", "decided_at", "decided_by"])


def reopen_request(request: MeetingRequest, *, by: User, now: datetime) -> None:
    """Let a locked request wait again, with its officer: its meeting fell through and the school still wants one.

    Where the school has sent another request of the kind since, the later of the two joins the earlier one.

    Raises:
        ValidationError: it has no meeting that could fall through.
    """
    request.status = request_status_after(request, RequestVerb.REOPEN)
    request.decided_at = request.decided_by = None
    request.waiting_since = now
    # The school is locked, so no third one comes meanwhile.
    same = MeetingRequest.objects.open().filter(school=request.school_id, kind=request.kind)
    other = same.select_for_update().first()
    if other and (other.created_at, other.pk) < (request.created_at, request.pk):
        _join(request, to=other, by=by, now=now)
        return
    if other:
        _join(other, to=request, by=by, now=now)
    request.save(update_fields=["status", "decided_at", "decided_by", "waiting_since"])
    _record(request, "waits for a new time.", by=by, now=now)


def _join(request: MeetingRequest, *, to: MeetingRequest, by: User, now: datetime) -> None:
    request.status, request.joined_to = request_status_after(request, RequestVerb.JOIN), to
    request.save(update_fields=["status", "joined_to", "decided_at", "decided_by", "waiting_since"])
    # Whoever had joined it goes with it: nobody is two steps away from the answer.
    request.joined.update(joined_to=to)
    _record(request, f"joined to {to.reference}.", by=by, now=now)


def settle_request(request: MeetingRequest, *, by: User, now: datetime) -> None:
    """Let a locked request be answered by its meeting again, which was noted as missed by mistake.

    Raises:
        ValidationError: another meeting has been booked for it since.
    """
    request.status = request_status_after(request, RequestVerb.SETTLE)
    request.joined_to, request.decline_reason = None, ""
    request.decided_at, request.decided_by = now, by
    request.save(update_fields=["status", "joined_to", "decline_reason", "decided_at", "decided_by"])


def escalate_requests(*, as_of: date, now: datetime) -> int:
    """Tell every administrator of the requests that have waited for more than ten working days as of this day.

    Each is told once for each time it began to wait; one that was answered meanwhile is left out. Returns how many
    were told of.
    """
    told = 0
    for request_id in list(waiting_too_long(as_of=as_of).values_list("pk", flat=True)):
        with transaction.atomic():
            # Somebody may have answered it since the question, and another run may have told of it.
            due = waiting_too_long(as_of=as_of).select_for_update(skip_locked=True, of=("self",))
            request = due.select_related("school", "assigned_to").filter(pk=request_id).first()
            if request:
                _escalate(request, now=now)
                told += 1
    return told


def _escalate(request: MeetingRequest, *, now: datetime) -> None:
    request.escalated_at = now
    request.save(update_fields=["escalated_at"])
    text = f"has waited for more than {ESCALATED_AFTER_DAYS} working days; administrators were told."
    _record(request, text, by=None, now=now)
    administrators = [user for user in User.objects.officers() if user.is_administrator]
    for administrator in administrators or [hub_profile()]:
        mail_request_escalated(request=request, administrator=administrator)


def _record(request: MeetingRequest, what: str, *, by: User | None, now: datetime) -> None:
    record_event(
        school=request.school,
        kind=TimelineKind.REQUEST,
        text=f"Request {request.reference} {what}",
        by=by,
        at=now,
    )
