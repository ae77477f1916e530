"""What this app keeps about people at schools: who answered a reflection sheet, and whoever is named in it."""

from django.db.models import Q

from awards.models import Reflection, ReflectionAnswer
from schools.personal_data import Holding, excuse, register_personal_data

register_personal_data(
    Holding(
        Reflection,
        "Reflection sheets this person answered",
        own=lambda person: Q(answered_by__in=person.contact_ids),
        shown=("month", "answered_at", "what_next"),
        texts=("what_next", "earlier_answers"),
        may_name=lambda person: Q(audit__meeting__school__in=person.school_ids),
    ),
    Holding(
        ReflectionAnswer,
        "What this person said of a priority",
        own=lambda person: Q(reflection__answered_by__in=person.contact_ids),
        shown=("priority", "progress", "what_helped"),
        texts=("what_helped",),
        may_name=lambda person: Q(reflection__audit__meeting__school__in=person.school_ids),
    ),
)
excuse(
    "Made by the award's rules, and frozen.", *(f"awards.Award.{name}" for name in ("reason", "next_step", "decision"))
)
excuse(
    "An issued certificate names the school and the hub's signatory, and is frozen.",
    *(f"awards.Certificate.{name}" for name in ("number", "key", "school_name", "sha256")),
)
