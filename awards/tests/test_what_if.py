"""What if? Other ratings are tried on a page of their own, and nothing of it is stored."""

import pytest
from django.core.management import call_command

from audits.models import Audit, AuditChange, AuditStatus, Priority, Rating
from audits.queries import published_framework
from audits.tests.factories import FrameworkFactory, make_agreed_audit, make_open_audit, make_priorities, rate
from audits.tests.framework_builder import shipped
from awards.forms.what_if import query_of
from awards.models import Award
from awards.tests.factories import make_audit
from hubportal.accounts.models import Role
from schools.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def address(audit: Audit, query: str = "") -> str:
    return f"/audits/{audit.pk}/what-if/{query}"


@pytest.fixture
def silver() -> Audit:
    """An agreed audit at Silver by its ratings: amber and green in turn."""
    return make_audit(level="silver")


def codes_of(audit: Audit) -> list[str]:
    return list(audit.framework.criteria.values_list("code", flat=True))


# --- Who may open it --------------------------------------------------------------------------------------------


def test_what_if_anonymous_is_sent_to_sign_in(client, silver):
    response = client.get(address(silver))

    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")


@pytest.mark.parametrize("role, status", [(Role.VIEWER, 403), (Role.OFFICER, 200), (Role.ADMINISTRATOR, 200)])
def test_what_if_is_for_officers_and_administrators(client, silver, role, status):
    client.force_login(UserFactory(role=role))

    assert client.get(address(silver)).status_code == status


def test_what_if_of_an_audit_that_does_not_exist_is_not_found(client, officer):
    assert client.get("/audits/999999/what-if/").status_code == 404


def test_what_if_of_an_audit_that_was_carried_over_leads_to_reading_it(client, officer):
    audit = make_open_audit()
    Audit.objects.filter(pk=audit.pk).update(status=AuditStatus.CARRIED_OVER)

    response = client.get(address(audit))

    assert (response.status_code, response["Location"]) == (302, f"/audits/{audit.pk}/")


def test_what_if_cannot_be_posted_to(client, officer, silver):
    assert client.post(address(silver), {"P-INT-01": "green"}).status_code == 405


# --- What it begins with ----------------------------------------------------------------------------------------


def test_what_if_begins_with_the_agreed_ratings_and_priorities_of_today(client, officer, silver):
    context = client.get(address(silver)).context

    result = context["result"]
    stored = dict(silver.ratings.values_list("criterion__code", "agreed"))
    assert result.ratings == stored
    assert set(result.priorities) == set(silver.priorities.values_list("criterion__code", flat=True))
    assert (result.decision.level, result.is_today) == ("silver", True)


def test_what_if_of_an_open_audit_counts_priorities_that_are_only_begun(client, officer):
    audit = make_open_audit(default="green", ratings={"P-INT-01": "red"})
    Audit.objects.filter(pk=audit.pk).update(
        priorities_draft=[{"criterion": "P-INT-01", "action": ""}, {"criterion": ""}, {"criterion": "GONE-1"}]
    )

    assert client.get(address(audit)).context["result"].priorities == ("P-INT-01",)


def test_what_if_of_an_open_audit_counts_priorities_that_are_written_down(client, officer):
    audit = make_open_audit(default="green")
    make_priorities(audit, ["P-INT-01", "P-INT-02"])

    assert client.get(address(audit)).context["result"].priorities == ("P-INT-01", "P-INT-02")


# --- What follows -----------------------------------------------------------------------------------------------


def test_what_if_all_were_green_shows_gold_and_changes_nothing(client, officer, silver):
    before = list(silver.ratings.order_by("pk").values())
    query = query_of(dict.fromkeys(codes_of(silver), "green"), [])

    response = client.get(address(silver, f"?{query}"))

    result = response.context["result"]
    assert (result.decision.level, result.start.decision.level, result.is_today) == ("gold", "silver", False)
    assert list(silver.ratings.order_by("pk").values()) == before
    assert (AuditChange.objects.count(), Award.objects.count(), Priority.objects.count()) == (0, 0, 3)


def test_what_if_says_that_nothing_is_stored_and_leads_back_to_today(client, officer, silver):
    page = client.get(address(silver, f"?{codes_of(silver)[0]}=red")).text

    assert "Nothing here is stored, and the audit stays as it is." in page
    assert "1 rating changed here." in page
    assert f'<a href="/audits/{silver.pk}/what-if/">Back to the ratings of today</a>' in page


def test_what_if_with_one_code_keeps_the_others_and_the_priorities_as_they_are(client, officer, silver):
    code = next(iter(silver.ratings.filter(agreed="amber").values_list("criterion__code", flat=True)))

    result = client.get(address(silver, f"?{code}=green")).context["result"]

    assert result.changed == (code,)
    assert result.priorities == result.start.priorities


def test_what_if_sent_without_any_tick_has_no_priority(client, officer, silver):
    result = client.get(address(silver, "?asked=1")).context["result"]

    assert (result.priorities, result.is_today) == ((), False)


def test_what_if_shows_the_smallest_changes_to_each_higher_level_and_tries_them(client, officer):
    audit = make_audit(level="bronze")

    steps = client.get(address(audit)).context["steps"]

    assert [step.words.level for step in steps] == ["silver", "gold"]
    tried = [client.get(address(audit, f"?{step.query}")).context["result"].decision.level for step in steps]
    assert tried == ["silver", "gold"]


def test_what_if_with_criteria_not_discussed_names_them_and_says_between_which_levels_it_will_be(client, officer):
    audit = make_open_audit(default="green", ratings={"P-INT-01": "not_discussed"})

    response = client.get(address(audit))

    result = response.context["result"]
    assert (result.decision.level, [one.code for one in result.missing]) == (None, ["P-INT-01"])
    assert '<a href="#P-INT-01-green">P-INT-01 ' in response.text
    assert f"{result.range.lowest.label} and {result.range.highest.label}" in response.text
    assert result.range.lowest < result.range.highest == "gold"


def test_what_if_fragment_is_only_the_result(client, officer, silver):
    page = client.get(address(silver, "?fragment=1")).text

    assert "data-result" in page
    assert "<html" not in page
    assert 'type="radio"' not in page


def test_what_if_of_a_published_framework_has_all_its_criteria(client, officer):
    call_command("load_frameworks", verbosity=0)
    audit = make_open_audit(framework=published_framework("secondary"), default="amber")

    context = client.get(address(audit)).context

    sections = [(name, len(rows)) for name, rows in context["form"].sections]
    assert sections == [(section.name, len(section.criteria)) for section in shipped("secondary").sections]
    assert [step.words.level for step in context["steps"]] == ["silver", "gold"]


# --- What does not belong ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query, sentence",
    [
        ("?Z-9=green", "“Z-9” is not a criterion of {name}, so it is left out."),
        ("?asked=1&priority=Z-9", "“Z-9” cannot be a priority: it is not a criterion of {name}."),
        (
            "?P-INT-01=purple",
            "P-INT-01 cannot be rated “purple”. Choose one of these: Red, Amber, Green, Not discussed. "
            "Until then it counts as it is rated today.",
        ),
        (
            "?P-INT-01=not_applicable",
            "P-INT-01 cannot be rated “not_applicable”. Choose one of these: Red, Amber, Green, Not discussed. "
            "Until then it counts as it is rated today.",
        ),
        (f"?{'x' * 90}=1", f"“{'x' * 39}…” is not a criterion of {{name}}, so it is left out."),
    ],
)
def test_what_if_with_something_that_does_not_belong_says_so_and_counts_the_rest(client, officer, query, sentence):
    audit = make_agreed_audit()

    response = client.get(address(audit, query))

    assert response.status_code == 200
    problems = [problem.sentence for problem in response.context["form"].problems]
    name = f"the {audit.framework.title} {audit.framework.version}"
    assert problems == [sentence.format(name=name)]
    assert response.context["result"].ratings == response.context["result"].start.ratings
    assert "There is a problem" in response.text


def test_what_if_with_four_priorities_works_nothing_out_and_says_why(client, officer, silver):
    query = query_of({}, codes_of(silver)[:4])

    response = client.get(address(silver, f"?{query}"))

    assert response.context["result"] is None
    assert [problem.sentence for problem in response.context["form"].problems] == [
        "A school has three priorities, and 4 are ticked. Take away all but three."
    ]
    assert response.context["form"].priorities == tuple(codes_of(silver)[:4])


# --- How it is reached, and what it costs -----------------------------------------------------------------------


@pytest.mark.parametrize("page", ["", "conversation/"])
def test_audit_and_conversation_lead_to_what_if(client, officer, page):
    audit = make_open_audit()

    assert f'href="/audits/{audit.pk}/what-if/"' in client.get(f"/audits/{audit.pk}/{page}").text


@pytest.mark.parametrize("is_full", [False, True])
def test_what_if_costs_the_same_queries_however_much_is_rated(client, officer, django_assert_num_queries, is_full):
    audit = make_open_audit(framework=FrameworkFactory())
    if is_full:
        for rating in Rating.objects.filter(audit=audit).select_related("criterion"):
            rate(audit, rating.criterion.code, agreed="amber")
        make_priorities(audit, codes_of(audit)[:3])
    client.get(address(audit))

    with django_assert_num_queries(6):
        client.get(address(audit))
