"""Where the meaning of each criterion went from one version of a framework to another, forwards or backwards.

Between two versions that follow one another, the newer one says so (`FrameworkDefinition.mapping`); a criterion it
does not name keeps its meaning under the same code, as long as that code is there and was not given to another one.
Over several versions the steps are taken one after the other. A criterion always answers for at most one other, so
every mapping can be read backwards as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from .framework import FrameworkDefinition, MappedCode
from .reading import listed


@dataclass(frozen=True)
class CodeMap:
    """For each criterion of one version, the one that means the same in another version, or why there is none.

    `codes` has the code there (None: there is none), `reasons` a sentence for each code without one, in the order of
    the first version.
    """

    codes: Mapping[str, str | None]
    reasons: Mapping[str, str] = field(default_factory=dict)

    def get(self, code: str) -> str | None:
        """The code of the same criterion in the other version; None when there is none, or no such code."""
        return self.codes.get(code)

    def reason(self, code: str) -> str:
        """Why there is none, as a sentence: "P-INT-02 was split into P-INT-02 and P-INT-03 in version 1.1."."""
        return self.reasons.get(code, "")

    @property
    def unmapped(self) -> tuple[str, ...]:
        """The codes that have no counterpart, in the order of the conversation."""
        return tuple(code for code, there in self.codes.items() if there is None)


def map_forwards(chain: Sequence[FrameworkDefinition]) -> CodeMap:
    """From the codes of the first version of the chain to those of its last; each one follows the one before it."""
    codes: dict[str, str | None] = {criterion.code: criterion.code for criterion in chain[0].criteria}
    reasons: dict[str, str] = {}
    for older, newer in pairwise(chain):
        step = map_step(older, newer)
        for code, now in codes.items():
            if now is None:
                continue
            codes[code] = step.get(now)
            if now in step.reasons:
                was = "" if now == code else f"{code} went on as {now}. "
                reasons[code] = f"{was}{step.reason(now)}"
    return CodeMap(codes=codes, reasons={code: reasons[code] for code in codes if code in reasons})


def map_backwards(chain: Sequence[FrameworkDefinition]) -> CodeMap:
    """From the codes of the last version of the chain back to those of its first."""
    codes: dict[str, str | None] = {criterion.code: criterion.code for criterion in chain[-1].criteria}
    reasons: dict[str, str] = {}
    for newer, older in pairwise(reversed(chain)):
        origins = {new: old for old, new in map_step(older, newer).codes.items() if new}
        for code, then in codes.items():
            if then is None:
                continue
            codes[code] = origins.get(then)
            if then not in origins:
                was = "" if then == code else f"{code} was {then} before. "
                reasons[code] = f"{was}{_why_new(then, older, newer)}"
    return CodeMap(codes=codes, reasons={code: reasons[code] for code in codes if code in reasons})


def map_step(older: FrameworkDefinition, newer: FrameworkDefinition) -> CodeMap:
    """From one version to the one that follows it. Codes in its mapping that the older one never had do nothing."""
    named = {mapped.old: mapped for mapped in newer.mapping}
    there = {criterion.code for criterion in newer.criteria}
    given = {mapped.into[0]: mapped.old for mapped in newer.mapping if len(mapped.into) == 1}
    codes: dict[str, str | None] = {}
    reasons: dict[str, str] = {}
    for criterion in older.criteria:
        code = criterion.code
        mapped = named.get(code)
        if mapped and len(mapped.into) == 1:
            codes[code] = mapped.into[0]
        elif mapped is None and code in there and given.get(code, code) == code:
            codes[code] = code
        else:
            codes[code] = None
            reasons[code] = _why_gone(code, mapped, newer, is_there=code in there)
    return CodeMap(codes=codes, reasons=reasons)


def check_mapping(older: FrameworkDefinition, newer: FrameworkDefinition) -> list[str]:
    """What is wrong with a version as the one that follows `older`, a sentence each; nothing when all is well."""
    problems = []
    if newer.replaces and newer.replaces != older.version:
        problems.append(
            f"The framework: replaces says {newer.replaces}, but the version before this one is {older.version}. "
            f"Write {older.version}, and see that the mapping starts from the criteria of that version."
        )
    known = {criterion.code for criterion in older.criteria}
    problems += [
        f"The mapping: {mapped.old} is not a criterion of version {older.version}."
        for mapped in newer.mapping
        if mapped.old not in known
    ]
    named = {mapped.old for mapped in newer.mapping}
    problems += [
        f"The mapping: {mapped.into[0]} takes the answers of {mapped.old}, so say as well where {mapped.into[0]} of "
        f"version {older.version} went."
        for mapped in newer.mapping
        if len(mapped.into) == 1 and mapped.into[0] in known - named
    ]
    return problems


def _why_gone(code: str, mapped: MappedCode | None, newer: FrameworkDefinition, *, is_there: bool) -> str:
    if mapped and mapped.into:
        return f"{code} was split into {listed(mapped.into, 'and')} in version {newer.version}."
    if is_there:
        return f"{code} means something else since version {newer.version}."
    return f"{code} is gone since version {newer.version}."


def _why_new(code: str, older: FrameworkDefinition, newer: FrameworkDefinition) -> str:
    parents = [mapped.old for mapped in newer.mapping if len(mapped.into) > 1 and code in mapped.into]
    if parents:
        return f"{code} was split off from {listed(parents, 'and')} in version {newer.version}."
    if any(criterion.code == code for criterion in older.criteria):
        return f"{code} means something else since version {newer.version}."
    return f"{code} is new in version {newer.version}."
