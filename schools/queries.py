"""Reads about schools; each function feeds a whole page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import add, and_, or_

from django.contrib.postgres.fields.ranges import RangeStartsWith
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat, JSONObject, Left, Replace

from hubportal.accounts.models import User
from hubportal.mail.models import Email
from schools.models import Area, Contact, ContactRole, HubPicture, HubPictureKind, HubProfile, School, SchoolQuerySet
from schools.rules import COMMON_WORDS, search_words

# Who answers for music at a school first.
ROLE_ORDER = {role: number for number, role in enumerate(("music_coordinator", "head_teacher", "other"))}
# How much of a word must be right (`word_similarity` of pg_trgm, 0 to 1). Two letters that changed places leave little
# of a short word: "Moria" is 0.33 like "Moira".
ALIKE = 0.3
# Of schools that are only like what was asked, those that are nearly as like as the best.
NEARLY_AS_LIKE = 0.8
# As much of a logo's fingerprint as its address holds.
LOGO_ADDRESS = 16


def hub_profile() -> HubProfile:
    """The hub's profile, or its defaults while nobody has written one."""
    return HubProfile.objects.filter(pk=1).first() or HubProfile(pk=1)


@dataclass(frozen=True)
class HubLogo:
    """The logo on pages: what its address ends in, and how large it is in pixels."""

    fingerprint: str
    width: int
    height: int

    @property
    def is_wide(self) -> bool:
        """A picture much wider than high has the hub's name in it: it stands alone, others beside the name."""
        return self.width > 2 * self.height


def hub_on_pages() -> HubProfile:
    """The hub's profile with its logo (`logo`, None without one), in one query."""
    logo = HubPicture.objects.filter(kind=HubPictureKind.LOGO)
    facts = JSONObject(fingerprint=Left("sha256", LOGO_ADDRESS), width="width", height="height")
    profile = HubProfile.objects.filter(pk=1).annotate(found=Subquery(logo.values_list(facts)[:1])).first()
    hub = profile or HubProfile(pk=1)
    found = getattr(hub, "found", None)
    hub.logo = HubLogo(**found) if found else None  # type: ignore[attr-defined]
    return hub


def hub_pictures() -> dict[str, HubPicture]:
    """The hub's pictures by their kind, with who chose them and without the files themselves."""
    return {picture.kind: picture for picture in HubPicture.objects.select_related("uploaded_by").defer("content")}


def hub_picture_files() -> dict[str, bytes]:
    """The hub's logo and the signature on its certificates, as PNG files by their kind; what there is of them."""
    return {kind: bytes(content) for kind, content in HubPicture.objects.values_list("kind", "content")}


def school_rows(user: User) -> QuerySet[School]:
    """The school list: every school this person may see, each with its area and leader and where it stands.

    Adds `last_met_at`, `award_level` and `award_ends_on` (of the current award), None where there is no such thing.
    """
    current = School.objects.filter(pk=OuterRef("pk"), awards__status="current")
    return (
        School.objects.visible_to(user)
        .select_related("area__leader")
        .annotate(
            last_met_at=Max(RangeStartsWith("meetings__period"), filter=Q(meetings__status="held")),
            award_level=Subquery(current.values("awards__level")[:1]),
            award_ends_on=Subquery(current.values("awards__expires_on")[:1]),
        )
        .order_by("name", "urn")
    )


def area_list() -> QuerySet[Area]:
    """Areas with their leaders and the number of open schools in each (`open_schools`)."""
    is_open = ~Q(schools__status="closed")
    return (
        Area.objects.select_related("leader").annotate(open_schools=Count("schools", filter=is_open)).order_by("name")
    )


def search_schools(
    text: str, *, limit: int, include_closed: bool = False, among: QuerySet[School] | None = None
) -> list[School]:
    """Schools by parts of their name, place, postcode or URN, the best first; each with its area and leader.

    All words must be found, in any order. Only when no school has them all, words that are alike count too, and at
    last schools are found that have only some of the words, not counting those that most schools have. Empty when the
    text holds no words. `among` narrows it to some schools.
    """
    words = search_words(_without_accents(text))
    if not words:
        return []
    visible = School.objects.all() if include_closed else School.objects.open()
    if among is not None:
        visible = visible.filter(pk__in=among)
    schools = _ranked(visible.select_related("area__leader"), words)
    if found := list(schools.filter(reduce(and_, map(_contains, words)))[:limit]):
        return found
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(ALIKE)])
        rare_words = [word for word in words if word not in COMMON_WORDS]
        for combine, wanted in ((and_, words), (or_, rare_words)):
            matches = reduce(combine, map(_contains_or_is_like, wanted), Q())
            if wanted and (found := list(schools.filter(matches)[:limit])):
                return [school for school in found if _likeness(school) >= NEARLY_AS_LIKE * _likeness(found[0])]
    return []


def _without_accents(text: str) -> str:
    if text.isascii():
        return text
    with connection.cursor() as cursor:
        cursor.execute("SELECT unaccent(%s)", [text.replace("\0", "")])
        return str(cursor.fetchone()[0])


def _ranked(schools: QuerySet[School], words: Sequence[str]) -> QuerySet[School]:
    """The best first: names that begin as asked, then the likeness of all words, of which long ones count more."""
    whole = " ".join(words)
    begins = Case(When(search_text__startswith=whole, then=Value(0)), default=Value(1), output_field=IntegerField())
    likeness = reduce(
        add,
        (len(word) * TrigramWordSimilarity(word, "search_text") for word in words if not _is_number(word)),
        Value(0.0),
    )
    compact_postcode = Replace("postcode", Value(" "), Value(""))
    numbers = Concat(compact_postcode, Value(" "), Cast("urn", CharField()), output_field=CharField())
    # Made part of the query only where a filter asks for it.
    schools = schools.annotate(likeness=likeness).alias(numbers=numbers)
    return schools.order_by(begins, "-likeness", "name", "urn")


def _likeness(school: School) -> float:
    return float(school.likeness)  # type: ignore[attr-defined]


def _is_number(word: str) -> bool:
    """Whether a word may be a URN or a postcode, or the beginning of one."""
    return any(map(str.isdigit, word))


def _contains(word: str) -> Q:
    contains = Q(search_text__contains=word)
    return contains | Q(numbers__contains=word.upper()) if _is_number(word) else contains


def _contains_or_is_like(word: str) -> Q:
    # A number that is nearly right is another number.
    return _contains(word) if _is_number(word) else _contains(word) | Q(search_text__trigram_word_similar=word)


@dataclass(frozen=True)
class Successor:
    """A school that took the place of another, as the national register says. `school` is None where ours lacks it."""

    urn: int
    name: str
    established_on: date | None
    school: School | None


# Links that point at each other exist, so no step leads back to a school on the way.
SUCCESSORS = """
    WITH RECURSIVE chain (urn, name, established_on, step, way) AS (
        SELECT link.linked_urn, link.linked_name, link.established_on, 1, ARRAY[%(urn)s, link.linked_urn]
        FROM schools_schoollink link
        WHERE link.school_id = %(id)s AND link.link_type = 'Successor' AND link.linked_urn <> %(urn)s
        UNION ALL
        SELECT link.linked_urn, link.linked_name, link.established_on, chain.step + 1, chain.way || link.linked_urn
        FROM chain
        JOIN schools_school school ON school.urn = chain.urn
        JOIN schools_schoollink link ON link.school_id = school.id AND link.link_type = 'Successor'
        WHERE link.linked_urn <> ALL (chain.way)
    )
    SELECT urn, min(name), min(established_on) FROM chain GROUP BY urn ORDER BY min(step), urn
"""


def successors_of(school: School) -> list[Successor]:
    """The schools that followed this one, through any number of steps, the nearest first; never the school itself.

    Only links called "Successor" count (not merged, split or amalgamated schools). A link says nothing of whether a
    school is open, and where there are several successors a person has to choose.
    """
    with connection.cursor() as cursor:
        cursor.execute(SUCCESSORS, {"id": school.pk, "urn": school.urn})
        rows = cursor.fetchall()
    known = School.objects.in_bulk([urn for urn, _, _ in rows], field_name="urn")
    return [Successor(urn, name, day, known.get(urn)) for urn, name, day in rows]


def schools_without_music_lead() -> SchoolQuerySet:
    """Open schools that take part and had a music coordinator, but have none now whom mail reaches: the last one has
    left, or their mail comes back. Somebody has to ask the school who leads music now."""
    coordinators = Contact.objects.coordinators().filter(school=OuterRef("pk"), confirmed_at__isnull=False)
    in_office = coordinators.filter(left_at__isnull=True, bounced_at__isnull=True)
    return School.objects.taking_part().filter(Exists(coordinators), ~Exists(in_office))


@dataclass(frozen=True)
class SchoolContacts:
    """A school's people: those in office by role, and those who were there before, the newest first.

    `needs_music_lead` as in `schools_without_music_lead`, for this one school.
    """

    school: School
    current: tuple[Contact, ...]
    former: tuple[Contact, ...]
    needs_music_lead: bool


def own_entries(contact: Contact) -> list[Contact]:
    """Every entry of the person at any school and in any role, their own one included: an officer has confirmed each
    under the very address that their link was mailed to. By school; in a school who answers for music first.

    An entry that nobody has confirmed says nothing of who the person is: then it is that entry alone.
    """
    if not contact.is_confirmed:
        return [contact]
    entries = Contact.objects.filter(email__iexact=contact.email, confirmed_at__isnull=False, left_at__isnull=True)
    return sorted(entries.select_related("school"), key=lambda one: (one.school.name, ROLE_ORDER[one.role], one.pk))


def school_contacts(school: School) -> SchoolContacts:
    """All who are or were contacts of a school, each with whoever replaced them and whom they replaced."""
    people = list(
        school.contacts.select_related("replaced_by", "confirmed_by")
        .prefetch_related("replaced")
        .order_by("name", "pk")
    )
    current = sorted((one for one in people if one.left_at is None), key=lambda one: ROLE_ORDER[one.role])
    former = sorted((one for one in people if one.left_at), key=_left_at, reverse=True)
    return SchoolContacts(school, tuple(current), tuple(former), needs_music_lead=needs_music_lead(school, people))


def _left_at(contact: Contact) -> datetime:
    assert contact.left_at
    return contact.left_at


def needs_music_lead(school: School, people: Sequence[Contact]) -> bool:
    """As `schools_without_music_lead`, for one school with all its contacts, former ones too."""
    coordinators = [one for one in people if one.role == ContactRole.MUSIC_COORDINATOR and one.is_confirmed]
    in_office = [one for one in coordinators if not one.left_at and not one.bounced_at]
    return school.is_taking_part and bool(coordinators) and not in_office


def last_sign_of_life(contact: Contact) -> datetime | None:
    """When a person was last known to be there: they said so, used their link, agreed to our mail, or an officer
    confirmed them."""
    return max(filter(None, (contact.still_there_at, contact.confirmed_at, contact.consented_at)), default=None)


def schools_to_ask(user: User) -> QuerySet[School]:
    """The schools of `schools_without_music_lead` that this person may see, by name, each with its area and leader.

    `last_leads` holds the music coordinators each had: those whose mail comes back first, then the last to leave.
    """
    leads = Contact.objects.coordinators().filter(confirmed_at__isnull=False, erased_at__isnull=True)
    return (
        schools_without_music_lead()
        .visible_to(user)
        .select_related("area__leader")
        .prefetch_related(
            Prefetch("contacts", queryset=leads.order_by(F("left_at").desc(nulls_first=True)), to_attr="last_leads")
        )
        .order_by("name", "urn")
    )


def contacts_with_address(user: User, address: str) -> list[Contact]:
    """Who has this address, at every school that this person may see, those who are there now first."""
    if not address:
        return []
    contacts = Contact.objects.filter(email__iexact=address, school__in=School.objects.visible_to(user))
    return list(contacts.select_related("school").order_by(F("left_at").desc(nulls_first=True), "pk"))


# A list of people longer than this is better narrowed by more letters.
SENDERS_AT_MOST = 20


def possible_senders(user: User, *, about: Email | None, address: str, text: str = "") -> list[Contact]:
    """Contacts who may have written a mail whose sender nobody knows; each with the school.

    Those whose name or address holds `text`; without it the one whom our mail went to that was answered, and others
    with an address at the same place.
    """
    contacts = Contact.objects.filter(withdrawn_at__isnull=True, erased_at__isnull=True)
    contacts = contacts.filter(school__in=School.objects.visible_to(user)).select_related("school")
    if text:
        found = Q(name__icontains=text) | Q(email__icontains=text)
    else:
        at_place = Q(email__iendswith="@" + address.rpartition("@")[2]) if "@" in address else Q(pk=None)
        found = at_place | Q(email__iexact=about.to_address) if about else at_place
    return list(contacts.filter(found).order_by("name", "pk")[:SENDERS_AT_MOST])


def people_to_erase() -> QuerySet[Contact]:
    """Contacts who asked to be erased and still wait for it, the first to ask first."""
    waiting = Contact.objects.filter(erasure_asked_at__isnull=False, erased_at__isnull=True)
    return waiting.select_related("school").order_by("erasure_asked_at", "pk")
