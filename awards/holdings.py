"""What this app keeps about people at schools: who answered a reflection sheet, and whoever is named in it."""

from django.db.models import Q

from awards.models import (
    Award,
    LevelOverride,
    PackReading,
    ProgressNote,
    PublicListing,
    RecommendationStep,
    Reflection,
    ReflectionAnswer,
    ReflectionCall,
    ReflectionRating,
    ReflectionResponse,
)
from schools.personal_data import Holding, excuse, register_personal_data

register_personal_data(
    Holding(
        Reflection,
        "Reflection sheets this person answered",
        own=lambda person: Q(answered_by__in=person.contact_ids),
        shown=("month", "answered_at"),
        texts=("closed_reason",),
        may_name=lambda person: Q(audit__meeting__school__in=person.school_ids),
    ),
    Holding(
        ReflectionResponse,
        "What this person said of a reflection sheet",
        own=lambda person: Q(contact__in=person.contact_ids),
        shown=("reflection", "answered_at", "anything_else"),
        texts=("anything_else", "earlier_answers"),
        may_name=lambda person: Q(reflection__audit__meeting__school__in=person.school_ids),
    ),
    Holding(
        ReflectionAnswer,
        "What this person said of a priority",
        own=lambda person: Q(response__contact__in=person.contact_ids),
        shown=("priority", "progress", "what_helped", "what_next"),
        texts=("what_helped", "what_next"),
        may_name=lambda person: Q(response__reflection__audit__meeting__school__in=person.school_ids),
    ),
    Holding(
        ReflectionRating,
        "How this person rated what a priority is about",
        own=lambda person: Q(response__contact__in=person.contact_ids),
        shown=("response", "criterion", "rating"),
    ),
    Holding(
        ReflectionCall,
        "Notes on telephone calls",
        texts=("note",),
        may_name=lambda person: Q(reflection__audit__meeting__school__in=person.school_ids),
    ),
    Holding(
        ProgressNote,
        "What this person noted of a priority",
        own=lambda person: Q(by_contact__in=person.contact_ids),
        shown=("priority", "text", "written_at"),
        texts=("text",),
        may_name=lambda person: Q(priority__audit__meeting__school__in=person.school_ids),
    ),
    Holding(
        LevelOverride,
        "Why another level was given",
        texts=("reason", "answer_note"),
        may_name=lambda person: Q(audit__meeting__school__in=person.school_ids),
    ),
    Holding(
        PackReading,
        "What a second reader said",
        texts=("note",),
        may_name=lambda person: Q(award__school__in=person.school_ids),
    ),
    Holding(
        PublicListing,
        "Places in the public list that this person agreed to or ended",
        own=lambda person: Q(listed_by__in=person.contact_ids) | Q(ended_by__in=person.contact_ids),
        shown=("wording", "listed_at", "ended_at"),
    ),
    Holding(
        RecommendationStep,
        "What this person said of a recommendation",
        own=lambda person: Q(by_contact__in=person.contact_ids),
        shown=("state", "at"),
        texts=("note",),
        may_name=lambda person: Q(recommendation__award__school__in=person.school_ids),
    ),
    Holding(
        Award,
        "Why an award was withdrawn",
        texts=("withdrawn_reason",),
        may_name=lambda person: Q(school__in=person.school_ids),
    ),
)
excuse(
    "Made by the award's rules, and frozen.", *(f"awards.Award.{name}" for name in ("reason", "next_step", "decision"))
)
excuse(
    "An issued certificate names the school and the hub's signatory, and is frozen.",
    *(f"awards.Certificate.{name}" for name in ("number", "key", "school_name", "sha256")),
)
excuse("Why it was corrected, in the hub's words, and frozen with it.", "awards.Certificate.reason")
excuse("Signed, and about a school only.", "awards.Credential.jwt", "awards.Credential.key_id")
excuse(
    "Files as they went to the school: certificate and logos.",
    "awards.OutcomePack.sha256",
    *(f"awards.PackFile.{name}" for name in ("filename", "content_type", "sha256")),
    "awards.PackReading.sha256",
)
excuse("A scheme's name and wording.", "awards.Recommendation.scheme_name", "awards.Recommendation.wording")
excuse("The portal's own wording.", "awards.PublicListing.wording")
excuse(
    "Dates and numbers of certificates.",
    *(f"awards.CertificateBatch.{name}" for name in ("label", "failure")),
    "awards.BatchPart.certificate_ids",
)
