"""Forms about awards: check a certificate, look through the list, answer a reflection sheet."""

from .batches import BatchForm
from .filters import AwardFilterForm
from .packs import CorrectCertificateForm, PackReadingForm, SecondReaderForm
from .progress import ProgressNoteForm
from .recommendations import HandOverListForm, RecommendationFilterForm, RecommendationNoteForm, SchoolStepForm
from .reflections import LONGEST_ANSWER, ReflectionColleagueForm, ReflectionForm
from .register import HolderFilterForm
from .verify import VerifyForm

__all__ = [
    "LONGEST_ANSWER",
    "AwardFilterForm",
    "BatchForm",
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
    "VerifyForm",
]
