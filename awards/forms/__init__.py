"""Forms about awards: check a certificate, look through the list, answer a reflection sheet."""

from .filters import AwardFilterForm
from .progress import ProgressNoteForm
from .recommendations import HandOverListForm, RecommendationFilterForm, RecommendationNoteForm, SchoolStepForm
from .reflections import LONGEST_ANSWER, ReflectionColleagueForm, ReflectionForm
from .register import HolderFilterForm
from .verify import VerifyForm

__all__ = [
    "LONGEST_ANSWER",
    "AwardFilterForm",
    "HandOverListForm",
    "HolderFilterForm",
    "ProgressNoteForm",
    "RecommendationFilterForm",
    "RecommendationNoteForm",
    "ReflectionColleagueForm",
    "ReflectionForm",
    "SchoolStepForm",
    "VerifyForm",
]
