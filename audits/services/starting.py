"""Beginning an audit at a meeting."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from audits.models import Audit, Framework, Phase, Rating
from audits.queries import published_framework
from hubportal.accounts.models import User
from meetings.models import Meeting, MeetingStatus
from schools.models import AuditOffer, School, TimelineKind
from schools.services import record_event


@transaction.atomic
def start_audit(*, meeting: Meeting, phase: str, by: User, now: datetime | None = None) -> Audit:
    """Begin the audit of a meeting with the framework published today; a second click returns the open one.

    Raises:
        ValidationError: the meeting is cancelled, the school is not offered this phase, no framework of the
            phase is published, or the meeting's audit is agreed already.
    """
    meeting = Meeting.objects.select_related("school").select_for_update(of=("self",)).get(pk=meeting.pk)
    open_audit = meeting.audits.open().select_related("framework").first()
    if open_audit and open_audit.framework.phase == phase:
        return open_audit
    framework = _framework_for(meeting=meeting, phase=phase)
    audit = Audit.objects.create(meeting=meeting, framework=framework, started_at=now or timezone.now(), started_by=by)
    Rating.objects.bulk_create(
        Rating(audit=audit, criterion=criterion, updated_at=audit.started_at)
        for criterion in framework.criteria.only("pk")
    )
    record_event(
        school=meeting.school,
        kind=TimelineKind.AUDIT,
        text=f"{framework.title} begun (version {framework.version}).",
        by=by,
        at=now,
    )
    return audit


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
    if meeting.audits.open().exists():
        raise ValidationError("Another audit of this meeting is still open. Agree it before you begin the next.")
    if meeting.audits.filter(framework__phase=phase).exists():
        raise ValidationError("The audit of this meeting is agreed and cannot be begun again.")
    framework = published_framework(phase)
    if framework is None:
        raise ValidationError(
            f"No {Phase(phase).label.lower()} framework is published yet. Ask an administrator to load one."
        )
    return framework
