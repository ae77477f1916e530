"""Schools that somebody looks for who has not heard that they have closed."""

from dataclasses import dataclass

from schools.models import School
from schools.queries import search_schools, successors_of

SHOWN_AT_MOST = 3


@dataclass(frozen=True)
class ClosedSchool:
    """A school that has closed, and the open schools that took its place."""

    school: School
    successors: list[School]


def closed_schools(text: str) -> list[ClosedSchool]:
    """The closed schools that somebody probably looks for: those whose names hold what they typed."""
    if not text:
        return []
    wanted = text.casefold().split()
    hits = search_schools(text, limit=20, include_closed=True)
    closed = [hit for hit in hits if not hit.is_open and all(word in hit.name.casefold() for word in wanted)]
    return [followed_by(school) for school in closed[:SHOWN_AT_MOST]]


def followed_by(school: School) -> ClosedSchool:
    return ClosedSchool(school, [s.school for s in successors_of(school) if s.school and s.school.is_open])
