"""The history of an audit: who changed what, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from audits.models import Audit, AuditChange
from audits.rules.story import Piece, is_text, what_changed, what_was_carried, when, word_difference

STAFF, SCHOOL = "staff", "school"
OWN_TEXTS = "audit"
# Erased since, or no longer a contact: the line keeps what was done.
FORMER_CONTACT = "A former contact"


@dataclass(frozen=True)
class HistoryLine:
    """One change: `who` did `what`, `when`; for words, what came and went.

    `carried_at` is when the audit took the answers of one under an earlier version; None for any other audit.
    """

    change: AuditChange
    carried_at: datetime | None = None

    @property
    def who(self) -> str:
        person = self.change.by or self.change.by_contact
        return person.name if person else FORMER_CONTACT

    @property
    def side(self) -> str:
        return "The hub" if self.change.by else "The school"

    @property
    def code(self) -> str:
        return self.change.criterion.code if self.change.criterion else ""

    @property
    def what(self) -> str:
        change = self.change
        if change.saved_at == self.carried_at:
            return what_was_carried(change.field, self.code, change.after)
        return what_changed(change.field, self.code, change.before, change.after)

    @property
    def when(self) -> str:
        made_at, saved_at = timezone.localtime(self.change.made_at), timezone.localtime(self.change.saved_at)
        return when(made_at=made_at, saved_at=saved_at)

    @property
    def day(self) -> date:
        """The day on which it was saved, in the hub's time zone."""
        return timezone.localtime(self.change.saved_at).date()

    @property
    def difference(self) -> tuple[Piece, ...]:
        """The words before and after as one text; empty for a rating, which the sentence tells in full."""
        change = self.change
        return word_difference(change.before, change.after) if is_text(change.field) else ()


def lines_of(audit: Audit, changes: Iterable[AuditChange]) -> list[HistoryLine]:
    """These changes of the audit, in words."""
    carried_at = audit.started_at if audit.carried_from_id else None
    return [HistoryLine(change, carried_at) for change in changes]


def history_of(audit: Audit, *, code: str = "", who: str = "") -> QuerySet[AuditChange]:
    """What was changed, the newest first; messages that changed nothing are left out.

    `code` is a criterion's, or "audit" for the audit's own texts. `who` is "staff" or "school", or one person of
    them ("staff-5", "school-12").
    """
    changes = audit.changes.exclude(before=F("after")).select_related("criterion", "by", "by_contact")
    if code:
        changes = changes.filter(criterion__isnull=True) if code == OWN_TEXTS else changes.filter(criterion__code=code)
    side, _, number = who.partition("-")
    if side:
        changes = changes.filter(by__isnull=side != STAFF)
    if number:
        changes = changes.filter(Q(by=number) if side == STAFF else Q(by_contact=number))
    return changes.order_by("-pk")


def people_of_history(audit: Audit) -> list[tuple[str, str]]:
    """Whoever has changed the audit, as choices of `who`; staff first, each side by name."""
    rows = audit.changes.exclude(before=F("after")).order_by().values_list(
        "by", "by__name", "by_contact", "by_contact__name"
    )  # fmt: skip
    known = rows.filter(Q(by__isnull=False) | Q(by_contact__isnull=False)).distinct()
    staff = sorted((name, f"{STAFF}-{pk}") for pk, name, _, _ in known if pk)
    school = sorted((name, f"{SCHOOL}-{pk}") for _, _, pk, name in known if pk)
    return [(value, name) for name, value in [*staff, *school]]
