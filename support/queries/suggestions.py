"""What the published frameworks suggest and nobody has made an offer of yet."""

from support.criteria import published_criteria
from support.models import TakenSuggestion
from support.rules import Suggestion, same_words, suggestions_of


def untaken_suggestions() -> list[Suggestion]:
    """Lines of support in the order of the frameworks, without those taken once, whatever became of them since."""
    rows = TakenSuggestion.objects.values_list("phase", "code", "when", "text")
    taken = {(phase, code, when, same_words(text)) for phase, code, when, text in rows}
    return [
        suggestion
        for criterion in published_criteria()
        for suggestion in suggestions_of(criterion)
        if suggestion.key not in taken
    ]
