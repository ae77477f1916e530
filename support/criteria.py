"""The criteria that offers serve. They belong to the audits, an app above this one, which says how they are read."""

from collections.abc import Callable

from support.rules import Criterion

Source = Callable[[], list[Criterion]]
SOURCES: list[Source] = []


def register_criteria(source: Source) -> Source:
    """Say which criteria there are. There is one source."""
    SOURCES[:] = [source]
    return source


def published_criteria() -> list[Criterion]:
    """The criteria of the published frameworks in their order, primary first; none where no source is registered."""
    return SOURCES[0]() if SOURCES else []
