"""Reads about frameworks."""

from audits.models import Framework
from audits.rules import FrameworkDefinition, parse_framework

# Parsed frameworks by fingerprint: as many as there are versions in use, a handful.
_definitions: dict[str, FrameworkDefinition] = {}


def definition_of(framework: Framework) -> FrameworkDefinition:
    """The framework as the rules know it.

    Kept in memory, because what is published never changes and a page asks for it again and again.
    """
    definition = _definitions.get(framework.sha256)
    if definition is None:
        definition = _definitions[framework.sha256] = parse_framework(framework.definition)
    return definition


def published_framework(phase: str) -> Framework | None:
    """The version that new audits of this phase begin with; None while nothing is published."""
    return Framework.objects.published().filter(phase=phase).first()


def published_definitions() -> list[FrameworkDefinition]:
    """What the award asks today: each published framework, primary first."""
    # The text is read only when this process has not parsed it yet.
    return [
        definition_of(framework) for framework in Framework.objects.published().defer("definition").order_by("phase")
    ]
