"""Forms about awards: check a certificate, look through the list, answer a reflection sheet."""

from .filters import AwardFilterForm
from .reflections import LONGEST_ANSWER, ReflectionForm
from .verify import VerifyForm

__all__ = ["LONGEST_ANSWER", "AwardFilterForm", "ReflectionForm", "VerifyForm"]
