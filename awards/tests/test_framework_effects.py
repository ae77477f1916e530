"""What would change if a draft were published: open audits and awards, by the mapping."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from audits.models import Framework
from audits.rules import Rating, parse_framework
from audits.rules.drafting import file_of_data
from audits.services.drafts import begin_draft, upload_draft
from audits.tests.factories import FrameworkFactory, make_meeting, make_open_audit, small_data
from awards.models import Award
from awards.queries.framework_effects import FrameworkEffects, framework_effects
from awards.rules import decide, decide_level
from awards.tests.factories import make_award
from hubportal.accounts.models import Role
from schools.tests.factories import SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db


def newer(**changes: Any) -> dict[str, Any]:
    return small_data(version="1.1", replaces="1.0", **changes)


def effects_of(data: dict[str, Any]) -> FrameworkEffects:
    return framework_effects(definition=parse_framework(data), user=UserFactory(role=Role.ADMINISTRATOR))


def stricter() -> dict[str, Any]:
    data = newer()
    data["scoring"]["machine_rule"]["silver"]["overall"] = 79
    return data


@pytest.mark.parametrize("count", range(4))
@pytest.mark.parametrize("rating", [Rating.RED, Rating.AMBER, Rating.NOT_DISCUSSED])
def test_decide_level_is_the_level_that_decide_works_out(rating, count):
    framework = parse_framework(small_data())
    codes = [criterion.code for criterion in framework.criteria]
    ratings = dict.fromkeys(codes, Rating.GREEN) | dict.fromkeys(codes[: 2 * count], rating)

    level = decide_level(framework=framework, ratings=ratings, priorities=codes[:1])

    assert level == decide(framework=framework, ratings=ratings, priorities=codes[:1]).level


def test_award_keeps_its_level_when_the_rules_stay():
    make_award(level="silver")

    effects = effects_of(newer())

    assert (len(effects.awards), effects.changed_awards) == (1, [])


def test_award_that_would_be_another_level_by_the_new_rules_is_named():
    award = make_award(level="silver")

    (effect,) = effects_of(stricter()).changed_awards

    assert (effect.award, effect.level_words, effect.is_settled) == (award, "Bronze", True)
    assert (effect.unanswered, effect.unmapped) == ((), ())
    assert Award.objects.get().level == "silver"


def test_award_with_answers_that_have_no_place_lies_between_two_levels():
    make_award(level="silver")

    (effect,) = effects_of(newer(mapping={"P-INT-01": "none", "P-IMP-01": "none"})).changed_awards

    assert effect.unanswered == ("P-INT-01", "P-IMP-01")
    assert effect.level_words == "between Working towards Bronze and Silver"
    assert effect.unmapped == (
        "P-INT-01 means something else since version 1.1.",
        "P-IMP-01 means something else since version 1.1.",
    )


def test_award_whose_criteria_have_other_codes_is_compared_by_the_mapping():
    make_award(level="silver")
    data = newer(mapping={"P-INT-01": "P-INT-09"})
    data["sections"][0]["criteria"][0]["code"] = "P-INT-09"

    assert effects_of(data).changed_awards == []


def test_award_that_is_not_current_or_of_the_other_phase_is_left_out():
    school = SchoolFactory()
    make_award(level="silver", school=school, on=date(2023, 5, 10))
    current = make_award(level="silver", school=school)
    make_award(level="silver", framework=FrameworkFactory(phase="secondary"))

    assert [effect.award for effect in effects_of(stricter()).awards] == [current]


def test_open_audit_is_listed_with_what_would_stay_behind():
    audit = make_open_audit(
        framework=FrameworkFactory(), ratings={"P-INT-01": "red", "P-INT-02": "green", "P-IPC-01": "amber"}
    )
    make_open_audit(framework=FrameworkFactory(phase="secondary"))

    (effect,) = effects_of(newer(mapping={"P-INT-01": "none", "P-INT-03": "none"})).open_audits

    assert (effect.audit, effect.answered, effect.left_behind) == (audit, 3, ("P-INT-01",))


@pytest.mark.parametrize("count", [1, 3])
def test_framework_effects_take_the_same_queries_for_any_number(django_assert_num_queries, count):
    for number in range(count):
        make_award(level="silver")
        make_open_audit(meeting=make_meeting(on=date(2026, 11, 6 + number)), ratings={"P-INT-01": "red"})
    definition, admin = parse_framework(stricter()), UserFactory(role=Role.ADMINISTRATOR)
    framework_effects(definition=definition, user=admin)

    with django_assert_num_queries(6):
        effects = framework_effects(definition=definition, user=admin)

    assert (len(effects.open_audits), len(effects.changed_awards)) == (count, count)


@pytest.fixture
def page_of(client):
    """The page about a draft that says `data`."""

    def open_page(data: dict[str, Any]):
        admin = UserFactory(role=Role.ADMINISTRATOR)
        client.force_login(admin)
        draft = begin_draft(phase="primary", by=admin, now=timezone.now())
        upload_draft(draft=draft, text=file_of_data(data), revision=0, by=admin, now=timezone.now())
        return client.get(reverse("framework_effects", args=[draft.pk]))

    return open_page


def test_effects_page_says_that_awards_stay_as_they_were_issued(page_of):
    award = make_award(level="silver")

    page = page_of(stricter())

    assert [effect.award for effect in page.context["changed"]] == [award]
    assert "Awards stay as they were issued." in page.content.decode()
    assert Framework.objects.count() == 1


def test_effects_page_of_a_draft_that_is_not_ready_says_what_to_mend(page_of):
    FrameworkFactory()

    page = page_of(newer(title=""))

    assert [sentence for sentence, _ in page.context["mends"]] == ["The framework: title is empty."]
    assert "effects" not in page.context
