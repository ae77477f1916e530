"""Reads for the staff's outbox and for the pages about the mails there are; each function feeds a whole page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from hubportal.mail.kinds import KINDS, MailKind, Sentence
from hubportal.mail.models import EarlierText, Email, EmailStatus, HubSentence
from hubportal.mail.reasons import Reason, reason_of

# The mails that a member of staff can still hold back, edit or cancel.
WAITING = (EmailStatus.QUEUED, EmailStatus.HELD)
TRIED = (EmailStatus.QUEUED, EmailStatus.SENDING, EmailStatus.FAILED, EmailStatus.SENT, EmailStatus.HELD)


@dataclass(frozen=True)
class OutboxFilters:
    """What the outbox shows; the same words as in the address bar. The days are those on which a mail goes or went."""

    status: str = ""
    kind: str = ""
    q: str = ""
    since: date | None = None
    until: date | None = None
    sort: str = "-when"


OUTBOX_ORDERS = {
    "when": "when_at",
    "subject": "subject",
    "to": "to_address",
    "kind": "kind",
    "school": "school_name",
    "status": "status",
}


def outbox(filters: OutboxFilters) -> QuerySet[Email]:
    """The mails that are asked for, without their bodies.

    Each has `when_at` (when it went or will go; where it did not, when that was settled), `school_name` and
    `school_urn` of the school on whose timeline it stands, and `files`.
    """
    found = _with_when(_with_school(Email.objects.defer("body_text", "body_html"))).select_related("joined_into")
    found = found.annotate(files=Count("attachments"))
    if filters.status:
        found = found.filter(status=filters.status)
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.q:
        found = found.filter(
            Q(to_address__icontains=filters.q)
            | Q(to_name__icontains=filters.q)
            | Q(subject__icontains=filters.q)
            | Q(school_name__icontains=filters.q)
        )
    if filters.since:
        found = found.filter(when_at__gte=_midnight(filters.since))  # type: ignore[misc]
    if filters.until:
        found = found.filter(when_at__lt=_midnight(filters.until + timedelta(days=1)))  # type: ignore[misc]
    return found.order_by(_order(filters.sort), "-pk")


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _order(sort: str) -> Any:
    column = F(OUTBOX_ORDERS.get(sort.removeprefix("-"), "when_at"))
    return column.desc(nulls_last=True) if sort.startswith("-") else column.asc(nulls_last=True)


def _with_when(emails: QuerySet[Email]) -> QuerySet[Email]:
    to_come = Case(
        When(status__in=WAITING, then=F("not_before")),
        When(joined_into__status__in=WAITING, then=F("joined_into__not_before")),
    )
    return emails.annotate(
        when_at=Coalesce("sent_at", "joined_into__sent_at", to_come, "claimed_at", "not_before"),
    )


def _with_school(emails: QuerySet[Email]) -> QuerySet[Email]:
    """A mail that holds several stands on no timeline itself: its school is that of its first message."""
    parts = Email.objects.filter(joined_into=OuterRef("pk")).order_by("pk")
    return emails.annotate(
        school_name=Coalesce(
            "timeline_event__school__name", Subquery(parts.values("timeline_event__school__name")[:1])
        ),
        school_urn=Coalesce("timeline_event__school__urn", Subquery(parts.values("timeline_event__school__urn")[:1])),
    )


@dataclass(frozen=True)
class OutboxRow:
    """One line of the outbox; also of the file that a spreadsheet opens. `email` comes from `outbox`."""

    email: Any

    @property
    def kind_name(self) -> str:
        return kind_name(self.email.kind)

    @property
    def is_private(self) -> bool:
        """Whether it holds a key to an account, so that nobody reads it here."""
        return self.email.kind in private_kinds()

    @property
    def when_words(self) -> str:
        """What happened, or will, at `when_at`."""
        return when_words(self.email)

    @property
    def note(self) -> str:
        """Why it failed, waits longer or was cancelled, in a sentence."""
        return note_of(self.email)

    @property
    def cells(self) -> tuple[object, ...]:
        email = self.email
        return (
            email.get_status_display(),
            self.when_words,
            timezone.localtime(email.when_at).strftime("%Y-%m-%d %H:%M"),
            self.kind_name,
            email.school_urn or "",
            email.school_name or "",
            email.to_name,
            email.to_address,
            email.subject,
            email.files,
            self.note,
            email.last_error if email.status != EmailStatus.CANCELLED else "",
        )


OUTBOX_COLUMNS = (
    "Status",
    "What happens",
    "When",
    "Kind",
    "URN",
    "School",
    "Name",
    "Address",
    "Subject",
    "Files",
    "Why",
    "The mail server’s words",
)
WHEN_WORDS = {
    EmailStatus.QUEUED: "goes from",
    EmailStatus.SENDING: "begun",
    EmailStatus.SENT: "went",
    EmailStatus.FAILED: "last tried",
    EmailStatus.CANCELLED: "would have gone from",
    EmailStatus.HELD: "held; would go from",
}


def when_words(email: Email) -> str:
    """The words before the moment in a list, such as "went" or "goes from"."""
    if email.joined_into:
        return "went" if email.joined_into.sent_at else "goes with another from"
    return WHEN_WORDS.get(EmailStatus(email.status), "")


def note_of(email: Email) -> str:
    """Why a mail failed, is tried again or was cancelled, in a sentence; empty where there is nothing to say."""
    if email.status == EmailStatus.CANCELLED:
        return email.last_error
    reason = reason_of(email.last_error) if email.status in TRIED else None
    if reason is None:
        return ""
    return f"{reason.sentence} We try again by ourselves." if email.status == EmailStatus.QUEUED else reason.sentence


def count_by_status() -> dict[str, int]:
    """How many mails stand at each status; every status is there, also those with none."""
    counts = dict(Email.objects.order_by().values_list("status").annotate(Count("pk")))
    return {status: counts.get(status, 0) for status in EmailStatus.values}


def kind_name(key: str) -> str:
    """The name of a kind for staff; a kind that the portal no longer has keeps its key."""
    return KINDS[key].name if key in KINDS else key


def private_kinds() -> list[str]:
    """The kinds that hold a key to an account."""
    return [kind.key for kind in KINDS.values() if kind.is_private]


def readable_emails() -> QuerySet[Email]:
    """Mails whose text staff may read: all but those that hold a key to an account."""
    return Email.objects.exclude(kind__in=private_kinds())


@dataclass(frozen=True)
class EmailPage:
    """All that the page about one mail shows."""

    email: Any
    kind_name: str
    when_words: str
    reason: Reason | None
    note: str
    parts: list[Email] = field(default_factory=list)
    earlier: list[EarlierText] = field(default_factory=list)

    @property
    def may_hold(self) -> bool:
        return bool(self.email.status == EmailStatus.QUEUED)

    @property
    def is_held(self) -> bool:
        return bool(self.email.status == EmailStatus.HELD)

    @property
    def may_edit(self) -> bool:
        """One that holds several messages may not: each has links of its own."""
        return self.is_held and not self.parts

    @property
    def may_cancel(self) -> bool:
        return self.email.status in WAITING


def email_page(pk: int) -> EmailPage:
    """The page about one mail.

    Raises:
        Email.DoesNotExist: there is none, or it holds a key to an account.
    """
    related = ("joined_into", "held_by", "edited_by")
    email = _with_when(_with_school(readable_emails())).select_related(*related)
    email = email.prefetch_related("attachments", "answers")
    found = email.get(pk=pk)
    is_cancelled = found.status == EmailStatus.CANCELLED
    return EmailPage(
        email=found,
        kind_name=kind_name(found.kind),
        when_words=when_words(found),
        reason=reason_of(found.last_error) if not is_cancelled else None,
        note=note_of(found),
        parts=list(found.parts.defer("body_text", "body_html").order_by("pk")),
        earlier=list(found.earlier_texts.select_related("replaced_by")),
    )


@dataclass(frozen=True)
class SentenceRow:
    """A place in a mail with the words that stand there now."""

    sentence: Sentence
    own: HubSentence | None

    @property
    def text(self) -> str:
        return self.own.text if self.own else self.sentence.text


def sentence_rows(kind: MailKind) -> list[SentenceRow]:
    """The sentences of a mail that administrators may change, each with the hub's own words where it has some."""
    kept_under = {sentence.kept_under(kind.key) for sentence in kind.sentences}
    rows = HubSentence.objects.filter(kind__in=kept_under).select_related("changed_by")
    own: Mapping[tuple[str, str], HubSentence] = {(row.kind, row.place): row for row in rows}
    return [
        SentenceRow(sentence, own.get((sentence.kept_under(kind.key), sentence.place))) for sentence in kind.sentences
    ]


def changed_kinds() -> set[str]:
    """The keys of the kinds in which the hub's own words stand somewhere."""
    places = set(HubSentence.objects.values_list("kind", "place"))
    return {
        kind.key
        for kind in KINDS.values()
        if any((sentence.kept_under(kind.key), sentence.place) in places for sentence in kind.sentences)
    }
