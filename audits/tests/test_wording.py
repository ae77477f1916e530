"""The award rules in sentences, as the public page shows them."""

import pytest

from audits.rules import AwardRules, Essential, EssentialRule, LevelRule, levels_in_words
from audits.tests.framework_builder import shipped


def words_of(*rules: EssentialRule, overall: int = 50, section: int | None = None) -> tuple[str, ...]:
    level = LevelRule(level="silver", overall=overall, section=section, essentials=rules)
    return levels_in_words(AwardRules(status="", explanation=(), levels=(level,)))[0].tests


@pytest.mark.parametrize("phase", ["primary", "secondary"])
def test_levels_in_words_of_the_projects_rules_say_what_each_level_asks(phase):
    levels = levels_in_words(shipped(phase).scoring)

    assert [(level.level, level.label, level.tests) for level in levels] == [
        (
            "bronze",
            "Bronze",
            (
                "40% or more overall",
                "at most one Bronze essential is red, and then it is one of the agreed priorities",
            ),
        ),
        (
            "silver",
            "Silver",
            (
                "60% or more overall",
                "50% or more in each section",
                "no Bronze essential is red",
                "at most one Silver essential is red, and then it is one of the agreed priorities",
            ),
        ),
        (
            "gold",
            "Gold",
            (
                "80% or more overall",
                "70% or more in each section",
                "every Bronze essential is green (or does not apply to the school)",
                "no Silver or Gold essential is red",
            ),
        ),
    ]


@pytest.mark.parametrize(
    "rule, sentence",
    [
        (EssentialRule(Essential.BRONZE, max_red=0), "no Bronze essential is red"),
        (EssentialRule(Essential.BRONZE, max_red=1), "at most one Bronze essential is red"),
        (EssentialRule(Essential.BRONZE, max_red=2), "at most two Bronze essentials are red"),
        (EssentialRule(Essential.BRONZE, max_red=12), "at most 12 Bronze essentials are red"),
        (
            EssentialRule(Essential.GOLD, max_red=3, red_must_be_priority=True),
            "at most three Gold essentials are red, each of them one of the agreed priorities",
        ),
        (
            EssentialRule(Essential.SILVER, red_must_be_priority=True),
            "each Silver essential that is red is one of the agreed priorities",
        ),
        (
            EssentialRule(Essential.SILVER, max_red=0, must_be_green=True),
            "every Silver essential is green (or does not apply to the school)",
        ),
    ],
)
def test_levels_in_words_of_one_rule_are_one_sentence(rule, sentence):
    assert words_of(rule) == ("50% or more overall", sentence)


def test_levels_in_words_of_essentials_without_a_limit_say_nothing():
    assert words_of(EssentialRule(Essential.GOLD), section=0) == ("50% or more overall",)
