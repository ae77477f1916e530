"""What each award level asks, in sentences for the public page: read from the framework, never written twice."""

from dataclasses import dataclass

from .framework import AwardRules, Essential, EssentialRule, LevelRule

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True)
class LevelInWords:
    """One level with its tests, all of which must be met."""

    level: str
    label: str
    overall: int
    section: int | None
    tests: tuple[str, ...]


def levels_in_words(rules: AwardRules) -> tuple[LevelInWords, ...]:
    """Every level of the award, lowest first."""
    return tuple(
        LevelInWords(
            level=rule.level,
            label=rule.level.capitalize(),
            overall=rule.overall,
            section=rule.section,
            tests=_tests(rule),
        )
        for rule in rules.levels
    )


def _tests(rule: LevelRule) -> tuple[str, ...]:
    tests = [f"{rule.overall}% or more overall"]
    if rule.section:
        tests.append(f"{rule.section}% or more in each section")
    by_limit: dict[tuple[int | None, bool, bool], list[Essential]] = {}
    for essential in rule.essentials:
        limit = (essential.max_red, essential.red_must_be_priority, essential.must_be_green)
        by_limit.setdefault(limit, []).append(essential.essential)
    for (max_red, is_priority, is_green), essentials in by_limit.items():
        sample = EssentialRule(essentials[0], max_red, is_priority, is_green)
        sentence = _essential_test(sample, _listed([essential.label for essential in essentials]))
        if sentence:
            tests.append(sentence)
    return tuple(tests)


def _essential_test(rule: EssentialRule, names: str) -> str:
    if rule.must_be_green:
        return f"every {names} essential is green (or does not apply to the school)"
    if rule.max_red == 0:
        return f"no {names} essential is red"
    if rule.max_red == 1:
        priority = ", and then it is one of the agreed priorities" if rule.red_must_be_priority else ""
        return f"at most one {names} essential is red{priority}"
    if rule.max_red is not None:
        number = NUMBERS[rule.max_red] if rule.max_red < len(NUMBERS) else str(rule.max_red)
        priority = ", each of them one of the agreed priorities" if rule.red_must_be_priority else ""
        return f"at most {number} {names} essentials are red{priority}"
    if rule.red_must_be_priority:
        return f"each {names} essential that is red is one of the agreed priorities"
    return ""


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
