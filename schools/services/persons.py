"""Everything the portal holds about a person: to give it to them, and to erase it.

A person is an address: all entries under it, at every school and in every role, are theirs.
"""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import connection, transaction
from django.db.models import BinaryField, Field, JSONField, Model, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from hubportal.access.rules import withhold_placeholders
from hubportal.accounts.models import User
from hubportal.mail.models import Email, EmailStatus
from schools.emails import mail_erasure_asked, role_of
from schools.models import Contact, ContactLink, School, TimelineKind
from schools.personal_data import HOLDINGS, Holding, Person
from schools.queries import hub_profile
from schools.rules import Traces, distinct_names, distinct_phones, whole_names
from schools.services.contacts import end_entry
from schools.successions import Succession, hand_on_everything
from schools.timeline import record_event

ERASED_REASON = "The person was erased."
BATCH = 200
# Where the name of a column says too little to whom it is about.
# What people read instead of a column's name.
LABELS = {
    "at": "When", "text": "What", "subject": "Subject", "email": "E-mail", "body_text": "Text", "status": "State",
    "created_at": "Written", "saved_at": "Saved", "sent_at": "Sent", "starts_at": "When", "replaced_at": "Replaced",
    "to_name": "To", "to_address": "Address", "last_error": "What went wrong",
    "destination": "Leads to", "expires_at": "Good until", "revoked_at": "Ended", "last_used_at": "Last used",
    "consent_wording": "Agreed to", "consented_at": "Agreed", "withdrawn_at": "Withdrawn",
    "confirmed_at": "Confirmed by an officer", "bounced_at": "Mail came back", "bounce_reason": "Why it came back",
    "still_there_at": "Last heard of", "left_at": "Left", "erasure_asked_at": "Erasure asked for",
    "filename": "File", "content_type": "Type of file",
}  # fmt: skip


def person_of(contact: Contact) -> Person:
    """The person behind a contact: every entry of the address, and the names and numbers that stand with it."""
    address = contact.email
    entries = list(Contact.objects.filter(email__iexact=address, erased_at__isnull=True).order_by("pk")) or [contact]
    confirmed = [entry for entry in entries if entry.is_confirmed]
    schools = list(School.objects.filter(contacts__in=entries).distinct().order_by("pk"))
    known = {"names": [school.name for school in schools], "phones": [school.telephone for school in schools]}
    theirs = [school for school in schools if school.pk in {entry.school_id for entry in confirmed}]
    contact_ids = tuple(entry.pk for entry in entries)
    nameless = Person(Traces(address), Traces(address), contact_ids)
    return Person(
        given=Traces(
            address,
            names=distinct_names(_known(nameless, "names"), apart_from=known["names"]),
            phones=distinct_phones(_known(nameless, "phones"), apart_from=known["phones"]),
        ),
        vouched=Traces(
            address,
            names=whole_names(distinct_names((entry.name for entry in confirmed), apart_from=known["names"])),
            phones=distinct_phones((entry.phone for entry in confirmed), apart_from=known["phones"]),
        ),
        contact_ids=contact_ids,
        school_ids=tuple(school.pk for school in theirs),
        school_names=tuple(school.name for school in theirs),
    )


def _known(person: Person, columns: str) -> Iterable[str]:
    for holding in HOLDINGS:
        for column in getattr(holding, columns):
            yield from _rows(holding).filter(holding.own(person)).values_list(column, flat=True).distinct()


def _rows(holding: Holding) -> QuerySet[Any]:
    return holding.model._default_manager.order_by()


# --- Export -----------------------------------------------------------------------------------------------------------


def export_person(*, contact: Contact, by: User | None = None, now: datetime) -> dict[str, Any]:
    """What the portal holds about a person: `held` has a list of records under each title, each by label.

    Without `by` it is for the person themself, and holds what follows from their address or from their entries: a name
    gives nobody access. Somebody whom no officer has confirmed gets what they typed and what we sent them. `by` is the
    administrator who reads it: for them it also holds the rows that name a confirmed person in full. Personal links are
    left out of mails, as wherever they are shown: they would open the school's pages.

    Raises:
        ValidationError: `by` is no administrator.
    """
    if by is not None and not by.is_administrator:
        raise ValidationError("Only an administrator can read all that is held about a person.")
    person = person_of(contact)
    held = {}
    for holding in HOLDINGS:
        meant, columns = _readable(holding, person, is_confirmed=contact.is_confirmed, is_staff=by is not None)
        if columns:
            held[holding.title] = [_record(row, columns) for row in _matching(holding, meant, columns=columns)]
    return {
        "about": {"address": person.address, "names": list(person.given.names)},
        "held_by": hub_profile().name,
        "made_at": _value(now),
        "held": {title: records for title, records in held.items() if records},
    }


def _readable(holding: Holding, person: Person, *, is_confirmed: bool, is_staff: bool) -> tuple[Q, tuple[str, ...]]:
    """Which rows and columns an export shows to the person themself, or to staff."""
    if is_staff:
        return holding.own(person) | holding.named(person), holding.shown
    if is_confirmed:
        return holding.own(person), holding.shown
    return (holding.typed_rows or holding.own)(person), holding.typed


def _matching(holding: Holding, meant: Q, *, columns: Iterable[str] = ()) -> QuerySet[Any]:
    """The rows that are meant, with the records that these columns name."""
    related = {field.name for field in holding.model._meta.concrete_fields if field.is_relation}
    # Which rows first, each once; then the rows.
    found = _rows(holding).filter(meant).values("pk")
    files = [field.name for field in holding.model._meta.concrete_fields if isinstance(field, BinaryField)]
    rows = _rows(holding).filter(pk__in=found).defer(*files).order_by("pk")
    named = related.intersection(columns)
    return rows.select_related(*named) if named else rows


def _record(row: Any, columns: Iterable[str]) -> dict[str, Any]:
    return {_label(row, column): _shown(row, column) for column in columns}


def _label(row: Any, column: str) -> str:
    if column in LABELS:
        return LABELS[column]
    try:
        label = str(row._meta.get_field(column).verbose_name)
    except FieldDoesNotExist:
        label = column.replace("_", " ")
    return label[:1].upper() + label[1:]


def _shown(row: Any, column: str) -> Any:
    display = getattr(row, f"get_{column}_display", None)
    return _value(display() if display else getattr(row, column))


def _value(value: Any) -> Any:
    """A moment in Europe/London, an object by its name, a mail without its links; anything else as it is."""
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(microsecond=0)
    if isinstance(value, Model):
        return str(value)
    return withhold_placeholders(value) if isinstance(value, str) else value


# --- Erasure ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_to_be_erased(*, contact: Contact, now: datetime) -> None:
    """The person asks for it on the school's pages. A second time changes nothing.

    Whoever an officer has confirmed is brought to every administrator by mail, once a day however many schools they
    belong to. Anybody can come in by the public form, and then waits in the list alone.
    """
    locked = Contact.objects.select_for_update(of=("self",)).select_related("school").get(pk=contact.pk)
    if locked.erasure_asked_at:
        return
    locked.erasure_asked_at = now
    locked.save(update_fields=["erasure_asked_at"])
    text = f"{locked.name} asked to be erased. An administrator decides within a month."
    record_event(school=locked.school, kind=TimelineKind.CONTACT, text=text, by_contact=locked, at=now)
    today = timezone.make_aware(datetime.combine(timezone.localdate(now), time.min))
    told_today = Contact.objects.filter(
        email__iexact=locked.email, confirmed_at__isnull=False, erasure_asked_at__gte=today
    ).exclude(pk=locked.pk)
    if locked.is_confirmed and not told_today.exists():
        mail_erasure_asked(contact=locked, asked_at=now)


@transaction.atomic
def erase_person(*, contact: Contact, why: str = "at their request", by: User | None, now: datetime) -> None:
    """Take a person out of everything, at every school their address stands for. It cannot be undone.

    They become "Erased person"; addresses, numbers and what they wrote in a request go, and their whole name goes out
    of what others wrote about their schools. What the school did stays: meetings, ratings, awards, certificates. `by`
    is the administrator; None where the time for it has come (`why` says so on the timeline).

    Raises:
        ValidationError: the person is erased already, the address signs in as hub staff, or `by` may not erase.
    """
    if by is not None and not by.is_administrator:
        raise ValidationError("Only an administrator can erase a person.")
    entries = _lock(contact)
    person = person_of(entries[0])
    _end_current(entries, now=now)
    cancelled = Email.objects.filter(to_address__iexact=person.address, status__in=("queued", "held"))
    cancelled.update(status=EmailStatus.CANCELLED, held_at=None, held_by=None, last_error=ERASED_REASON)
    with connection.cursor() as cursor:
        # Lets the words of what is frozen change until the commit (migration audits 0005).
        cursor.execute("SELECT set_config('hubportal.erasing', 'on', true)")
        _take_out(person)
        cursor.execute("SELECT set_config('hubportal.erasing', 'off', true)")
    Contact.objects.filter(pk__in=person.contact_ids).update(erased_at=now)
    for entry in entries:
        text = f"A former contact ({role_of(entry)}) was erased {why}."
        record_event(school=entry.school, kind=TimelineKind.CONTACT, text=text, by=by, at=now)


def _lock(contact: Contact) -> list[Contact]:
    entries = Contact.objects.select_for_update(of=("self",)).select_related("school").order_by("pk")
    given = entries.get(pk=contact.pk)
    if given.erased_at:
        raise ValidationError("This person has been erased already.")
    if User.objects.filter(email__iexact=given.email).exists():
        raise ValidationError(
            "This address also signs in to the portal as hub staff: delete that account first, or give it another "
            "address."
        )
    return list(entries.filter(email__iexact=given.email, erased_at__isnull=True))


def _end_current(entries: Iterable[Contact], *, now: datetime) -> None:
    for entry in entries:
        if entry.left_at is None:
            end_entry(entry, replaced_by=None, reason=ERASED_REASON, now=now)
            hand_on_everything(Succession(former=entry, successor=None, at=now))
    ContactLink.objects.filter(contact__in=[entry.pk for entry in entries], revoked_at__isnull=True).update(
        revoked_at=now
    )


def _take_out(person: Person) -> None:
    # Which rows are meant has to be known before the first of them changes.
    own = [(holding, _ids(holding, holding.own(person))) for holding in HOLDINGS]
    named = [(holding, *meant) for holding in HOLDINGS for meant in _naming(holding, person)]
    for holding, own_ids in own:
        if holding.is_deleted:
            _rows(holding).filter(pk__in=own_ids).delete()
        elif holding.replaced:
            _rows(holding).filter(pk__in=own_ids).update(**holding.replaced)
    for holding, row_ids, traces in named:
        for start in range(0, len(row_ids), BATCH):
            rows = _rows(holding).filter(pk__in=row_ids[start : start + BATCH])
            for row in rows if holding.rewrite else rows.only(*holding.texts):
                _take_out_of(row, holding, traces)


def _naming(holding: Holding, person: Person) -> list[tuple[list[Any], Traces]]:
    """The rows in whose words the person may stand, with what goes from them.

    From their own rows any name they gave goes, unless the rows tell of the school's work. Where an officer has
    confirmed them, their whole name goes from what others wrote about their schools, or beside their address.
    """
    if not (holding.texts or holding.rewrite):
        return []
    meant = [(holding.own(person), person.given if holding.is_theirs else person.vouched)]
    if person.is_vouched:
        # A file is searched when it is read.
        is_named = Q() if holding.rewrite else _contains(holding, person.vouched)
        stands_there = _contains(holding, Traces(person.address))
        meant.append((holding.may_name(person) & is_named | stands_there, person.vouched))
    return [(_ids(holding, condition), traces) for condition, traces in meant]


def _ids(holding: Holding, condition: Q) -> list[Any]:
    fields = [holding.model._meta.get_field(column) for column in holding.texts]
    words = {f"words_of_{field.name}": Cast(field.name, TextField()) for field in fields}
    return list(_rows(holding).alias(**words).filter(condition).values_list("pk", flat=True).distinct())


def _contains(holding: Holding, traces: Traces) -> Q:
    # Whatever stands between the words of a name.
    conditions = Q(pk__in=())
    for trace in (traces.address, *traces.names, *traces.phones):
        for column in holding.texts:
            conditions |= Q(**{f"words_of_{column}__icontains": trace.split()[0]})
    return conditions


def _take_out_of(row: Any, holding: Holding, traces: Traces) -> None:
    changed = {}
    for column in holding.texts:
        before, field = getattr(row, column), row._meta.get_field(column)
        after = _without(before, field, traces)
        if after != before:
            changed[column] = after
    if changed:
        _rows(holding).filter(pk=row.pk).update(**changed)
    if holding.rewrite:
        holding.rewrite(row, traces)


def _without(value: Any, field: "Field[Any, Any]", traces: Traces) -> Any:
    if isinstance(field, JSONField):
        return traces.taken_out_of_value(value)
    return traces.taken_out_of(value or "")[: field.max_length]
