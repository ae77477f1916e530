"""Beginning an audit at a meeting."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from audits.models import Audit, ChangedField, Framework, Phase
from audits.queries import published_framework
from audits.services.following import begin_ratings
from hubportal.accounts.models import User
from meetings.models import Meeting, MeetingStatus
from schools.models import AuditOffer, Contact, School, TimelineKind
from schools.services import record_event


@transaction.atomic
def start_audit(
    *,
    meeting: Meeting,
    phase: str,
    by: User | None = None,
    by_contact: Contact | None = None,
    now: datetime | None = None,
) -> Audit:
    """Begin the audit of a meeting with the framework published today; a second click returns the open one.

    At a follow-up visit it begins with what was agreed before. `by` is the officer, `by_contact` somebody of the
    school who wants to rate it beforehand. An open audit of the other phase in which nobody has written anything
    gives way; for the school only one that the school itself began.

    Raises:
        ValidationError: the meeting is cancelled, the school is not offered this phase, no framework of the
            phase is published, or the meeting's audit is agreed already, or open with something written in it.
    """
    meeting = Meeting.objects.select_related("school").select_for_update(of=("self",)).get(pk=meeting.pk)
    open_audit = meeting.audits.open().select_related("framework").first()
    if open_audit and open_audit.framework.phase == phase:
        return open_audit
    framework = _framework_for(meeting=meeting, phase=phase)
    if open_audit:
        _make_way(open_audit, by=by)
    audit = Audit.objects.create(
        meeting=meeting,
        framework=framework,
        started_at=now or timezone.now(),
        started_by=by,
        started_by_contact=by_contact,
    )
    begin_ratings(audit, by=by, by_contact=by_contact, at=audit.started_at)
    begun = f"{framework.title} begun (version {framework.version})"
    if audit.follows:
        begun += f", from what was agreed on {audit.follows.meeting.held_on:%-d %B %Y}"
    record_event(
        school=meeting.school,
        kind=TimelineKind.AUDIT,
        text=f"{begun}: the school rates itself." if by_contact else f"{begun}.",
        by=by,
        by_contact=by_contact,
        at=now,
    )
    return audit


def _make_way(audit: Audit, *, by: User | None) -> None:
    """Delete an open audit that is still empty, or say why it stays."""
    # Ratings before the audit, as in `audits.services.changes`: whoever writes at this moment comes first, or finds
    # nothing to write to.
    list(audit.ratings.select_for_update().order_by("pk").values_list("pk"))
    locked = Audit.objects.select_for_update().get(pk=audit.pk)
    if by is None and locked.started_by_id:
        raise ValidationError("The hub has begun the audit of this meeting already. Load the page again to see it.")
    phase = audit.framework.get_phase_display().lower()
    changes = locked.changes.all()
    if locked.follows_id:
        # What a follow-up visit took over as it began is nobody's writing.
        changes = changes.exclude(field=ChangedField.AGREED, saved_at=locked.started_at)
    if locked.priorities_version or locked.carried_from_id or changes.filter(by_contact__isnull=True).exists():
        raise ValidationError("Another audit of this meeting is still open. Agree it before you begin the next.")
    if changes.exists():
        raise ValidationError(
            f"The school has rated itself in the {phase} audit already. Go on with that one, or agree it before you "
            "begin the other."
        )
    locked.delete()


def offered_phases(school: School) -> list[Phase]:
    """The phases whose audit the school may have; where there is a choice, primary first."""
    return [phase for phase in Phase if school.audit_offer in (phase.value, AuditOffer.CHOICE)]


def _framework_for(*, meeting: Meeting, phase: str) -> Framework:
    if meeting.status == MeetingStatus.CANCELLED:
        raise ValidationError("This meeting is cancelled, so it has no audit. Book a new meeting first.")
    if meeting.status == MeetingStatus.NO_SHOW:
        raise ValidationError("This meeting was noted as missed. If it did take place, say so on its page first.")
    offered = offered_phases(meeting.school)
    if phase not in offered:
        names = " or ".join(each.label.lower() for each in offered)
        raise ValidationError(
            f"{meeting.school.name} is offered the {names} audit. To use another one, change it on the school's page."
        )
    if meeting.audits.filter(framework__phase=phase).exists():
        raise ValidationError("The audit of this meeting is agreed and cannot be begun again.")
    framework = published_framework(phase)
    if framework is None:
        raise ValidationError(
            f"No {Phase(phase).label.lower()} framework is published yet. Ask an administrator to load one."
        )
    return framework
