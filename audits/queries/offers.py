"""The criteria of the published frameworks, as the pages of support show them."""

from audits.queries.frameworks import published_definitions
from support.criteria import register_criteria
from support.rules import Criterion


@register_criteria
def criteria_to_serve() -> list[Criterion]:
    """Each criterion of the published frameworks in order, primary first, with the support it suggests; one query."""
    return [
        Criterion(
            phase=definition.phase,
            section=section.name,
            code=criterion.code,
            title=criterion.title,
            support_red=criterion.support_red,
            support_amber=criterion.support_amber,
        )
        for definition in published_definitions()
        for section in definition.sections
        for criterion in section.criteria
    ]
