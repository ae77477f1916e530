"""Reads about frameworks."""

from audits.models import Framework, FrameworkStatus
from audits.rules import (
    CodeMap,
    FrameworkDefinition,
    check_mapping,
    check_version,
    map_backwards,
    map_forwards,
    parse_framework,
)

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


def problems_of_following(definition: FrameworkDefinition, published: Framework | None) -> list[str]:
    """Why this could not be published next, after `published`: a sentence for each thing to mend."""
    versions = Framework.objects.filter(phase=definition.phase).values_list("version", flat=True)
    problems = check_version(definition.version, versions, phase=definition.phase)
    return [*problems, *(check_mapping(definition_of(published), definition) if published else [])]


def code_map(old: Framework, new: Framework) -> CodeMap:
    """Where each criterion of `old` went in `new`, over all versions of the phase published between the two.

    `old` may be the later one: then it says which criterion of the earlier version each one was. So for a comparison
    with last time, `code_map(audit.framework, previous.framework)` has the codes of last time for those of today.
    One query, none when the two are the same version.

    Raises ValueError for frameworks of different phases, whose criteria have nothing to do with one another.
    """
    if old.phase != new.phase:
        raise ValueError(f"no mapping leads from {old} to {new}")
    if old.pk == new.pk:
        return map_forwards([definition_of(old)])
    chain = [definition_of(framework) for framework in _published_between(old, new)]
    return map_forwards(chain) if chain[0].version == old.version else map_backwards(chain)


def _published_between(one: Framework, other: Framework) -> list[Framework]:
    """Both and every version published between them, in the order of publishing."""
    versions = Framework.objects.filter(phase=one.phase).exclude(status=FrameworkStatus.DRAFT)
    ordered = list(versions.defer("definition").order_by("published_at", "pk"))
    places = sorted(place for place, framework in enumerate(ordered) if framework.pk in (one.pk, other.pk))
    return ordered[places[0] : places[-1] + 1]
