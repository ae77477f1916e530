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
from .logos import logo_choices
from .my_school import Download, EarlierPriorities, MySchool, logo_files, my_school, own_promises
from .people import outcome_recipients, reflection_recipient
from .priorities import PriorityText, priority_texts
from .reflections import REFLECTION_PATIENCE, reflections_overdue, reflections_with_nobody, responses_to, with_answers
from .reminders import FutureMail, ReminderContract, reminder_contract
from .renewals import awards_ended, awards_ending_soon, renewals_with_nobody
from .verify import VerifiedCertificate, find_certificate, verified_certificate

__all__ = [
    "COLUMNS",
    "REFLECTION_PATIENCE",
    "AwardFilters",
    "AwardPage",
    "AwardRow",
    "Download",
    "EarlierPriorities",
    "FutureMail",
    "MySchool",
    "PriorityText",
    "ReminderContract",
    "VerifiedCertificate",
    "award_page",
    "award_rows",
    "awards_ended",
    "awards_ending_soon",
    "badge_snippet",
    "find_certificate",
    "hosted_badge",
    "logo_choices",
    "logo_files",
    "my_school",
    "outcome_recipients",
    "own_promises",
    "priority_texts",
    "reflection_recipient",
    "reflections_overdue",
    "reflections_with_nobody",
    "reminder_contract",
    "renewals_with_nobody",
    "responses_to",
    "school_awards",
    "school_reflections",
    "verified_certificate",
    "with_answers",
]
