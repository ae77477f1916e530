"""Reads about awards; each function feeds a whole page."""

from .awards import (
    COLUMNS,
    AwardFilters,
    AwardPage,
    AwardRow,
    award_page,
    award_rows,
    school_awards,
    school_reflections,
)
from .badges import badge_snippet, hosted_badge
from .credentials import (
    achievement_of,
    credential_of,
    credentials_that_ended,
    find_achievement,
    issuer,
    key_address,
    published_jwk,
    published_jwks,
    status_address,
)
from .logos import logo_choices
from .my_school import Download, EarlierPriorities, MySchool, logo_files, my_school, own_promises
from .people import outcome_recipients, reflection_recipient
from .priorities import PriorityText, priority_texts
from .progress import latest_progress, priorities_to_note, priorities_with_notes, progress_notes
from .recommendations import COLUMNS as RECOMMENDATION_COLUMNS
from .recommendations import (
    RecommendationFilters,
    RecommendationStanding,
    recommendation_cells,
    recommendation_rows,
    recommendation_standing,
    with_steps,
)
from .reflections import (
    reflections_overdue,
    reflections_to_remind,
    reflections_with_nobody,
    responses_to,
    with_answers,
)
from .reminders import FutureMail, ReminderContract, reminder_contract
from .renewals import awards_ended, awards_ending_soon, renewals_with_nobody
from .verify import VerifiedCertificate, find_certificate, verified_certificate

__all__ = [
    "COLUMNS",
    "RECOMMENDATION_COLUMNS",
    "AwardFilters",
    "AwardPage",
    "AwardRow",
    "Download",
    "EarlierPriorities",
    "FutureMail",
    "MySchool",
    "PriorityText",
    "RecommendationFilters",
    "RecommendationStanding",
    "ReminderContract",
    "VerifiedCertificate",
    "achievement_of",
    "award_page",
    "award_rows",
    "awards_ended",
    "awards_ending_soon",
    "badge_snippet",
    "credential_of",
    "credentials_that_ended",
    "find_achievement",
    "find_certificate",
    "hosted_badge",
    "issuer",
    "key_address",
    "latest_progress",
    "logo_choices",
    "logo_files",
    "my_school",
    "outcome_recipients",
    "own_promises",
    "priorities_to_note",
    "priorities_with_notes",
    "priority_texts",
    "progress_notes",
    "published_jwk",
    "published_jwks",
    "recommendation_cells",
    "recommendation_rows",
    "recommendation_standing",
    "reflection_recipient",
    "reflections_overdue",
    "reflections_to_remind",
    "reflections_with_nobody",
    "reminder_contract",
    "renewals_with_nobody",
    "responses_to",
    "school_awards",
    "school_reflections",
    "status_address",
    "verified_certificate",
    "with_answers",
    "with_steps",
]
