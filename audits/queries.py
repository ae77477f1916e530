"""Reads about frameworks and audits; each function feeds a whole page."""

from audits.models import Framework
from audits.rules import FrameworkDefinition, parse_framework


def published_framework(phase: str) -> Framework | None:
    """The version that new audits of this phase begin with; None while nothing is published."""
    return Framework.objects.published().filter(phase=phase).first()


def definition_of(framework: Framework) -> FrameworkDefinition:
    """The framework as the rules know it.

    Kept in memory by fingerprint: what is published never changes, and a page needs it again and again.
    """
    definition = _definitions.get(framework.sha256)
    if definition is None:
        definition = _definitions[framework.sha256] = parse_framework(framework.definition)
    return definition


# As many as there are versions in use: a handful.
_definitions: dict[str, FrameworkDefinition] = {}
