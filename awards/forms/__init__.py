"""Forms about awards: check a certificate, look through the list, answer a reflection sheet."""

from .batches import BatchForm
from .filters import AwardFilterForm
from .packs import CorrectCertificateForm, PackReadingForm, SecondReaderForm
from .progress import ProgressNoteForm
from .recommendations import HandOverListForm, RecommendationFilterForm, RecommendationNoteForm, SchoolStepForm
from .reflection_calls import CallFilterForm, CallForm, StopAskingForm
from .reflections import LONGEST_ANSWER, ReflectionColleagueForm, ReflectionForm, TakenDownForm
from .register import HolderFilterForm
from .sheets_typed import kept_answers, posted_fields
from .verify import LARGEST_FILE, VerifyFileForm, VerifyForm

__all__ = [
    "LARGEST_FILE",
    "LONGEST_ANSWER",
    "AwardFilterForm",
    "BatchForm",
    "CallFilterForm",
    "CallForm",
    "CorrectCertificateForm",
    "HandOverListForm",
    "HolderFilterForm",
    "PackReadingForm",
    "ProgressNoteForm",
    "RecommendationFilterForm",
    "RecommendationNoteForm",
    "ReflectionColleagueForm",
    "ReflectionForm",
    "SchoolStepForm",
    "SecondReaderForm",
    "StopAskingForm",
    "TakenDownForm",
    "VerifyFileForm",
    "VerifyForm",
    "kept_answers",
    "posted_fields",
]
