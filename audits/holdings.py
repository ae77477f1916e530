"""What this app keeps about people at schools: who sees to a priority, and whoever is named in words."""

from functools import reduce
from operator import or_

from django.db.models import Q

from audits.models import Audit, AuditChange, Priority, Promise, Rating
from schools.personal_data import Holding, Person, excuse, register_personal_data


def _priorities_of(person: Person) -> Q:
    owners = reduce(or_, (Q(owner__iexact=name) for name in person.vouched.names), Q(pk__in=()))
    return Q(audit__meeting__school__in=person.school_ids) & owners


register_personal_data(
    Holding(
        Audit,
        "Audits",
        texts=("strengths", "private_note", "parking_note", "priorities_draft"),
        may_name=lambda person: Q(meeting__school__in=person.school_ids),
    ),
    Holding(
        Rating,
        "Notes on a rating",
        texts=("note", "school_note", "reason"),
        may_name=lambda person: Q(audit__meeting__school__in=person.school_ids),
    ),
    Holding(
        AuditChange,
        "Changes of an audit",
        own=lambda person: Q(by_contact__in=person.contact_ids),
        shown=("field", "after", "saved_at"),
        texts=("before", "after"),
        may_name=lambda person: Q(audit__meeting__school__in=person.school_ids),
        typed=("field", "after", "saved_at"),
    ),
    Holding(
        Priority,
        "Priorities this person sees to",
        named=_priorities_of,
        shown=("action", "support", "owner", "due_on"),
        texts=("action", "support", "owner", "good_looks_like"),
        may_name=lambda person: Q(audit__meeting__school__in=person.school_ids),
    ),
    Holding(
        Promise,
        "What was promised with a priority",
        texts=("note",),
        may_name=lambda person: Q(priority__audit__meeting__school__in=person.school_ids),
    ),
)
FRAMEWORK = "A published framework: the same for every school."
excuse(FRAMEWORK, *(f"audits.Framework.{name}" for name in ("version", "title", "definition", "sha256")))
excuse(FRAMEWORK, "audits.FrameworkDraft.data")
excuse(FRAMEWORK, *(f"audits.Section.{name}" for name in ("code", "name", "question")))
excuse(
    FRAMEWORK,
    *(
        f"audits.Criterion.{name}"
        for name in (
            "code", "title", "red", "amber", "green", "why_it_matters", "conversation_prompt", "essential",
            "not_applicable_when", "support_red", "support_amber",
        )
    ),
)  # fmt: skip
