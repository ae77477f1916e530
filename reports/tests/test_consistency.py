"""The page for administrators about how alike officers rate."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import pytest
import time_machine
from django.urls import reverse

from audits.models import Audit, AuditStatus, Framework
from audits.tests.factories import FrameworkFactory, make_meeting, make_open_audit
from hubportal.accounts.models import Role, User
from meetings.models import MeetingKind, MeetingStatus
from reports.consistency.queries import CriterionRow, OfficerRow, consistency, days_of, years_to_choose
from reports.consistency.rules import LEAST_AUDITS, LEAST_RATINGS, CriterionAgreement, OfficerLean
from schools.models import School
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)
FIRST, LAST = date(2024, 9, 1), date(2027, 8, 31)
HELD_ON = date(2026, 10, 6)
ROLES = [(None, 302), (Role.VIEWER, 403), (Role.OFFICER, 403), (Role.ADMINISTRATOR, 200)]


@pytest.fixture
def school() -> School:
    return SchoolFactory()


def rated(
    school: School,
    officer: User,
    rating: str,
    *,
    number: int = LEAST_RATINGS,
    on: date = HELD_ON,
    framework: Framework | None = None,
    besides: Mapping[str, str] | None = None,
    follows: Audit | None = None,
    is_agreed: bool = True,
) -> list[Audit]:
    """So many audits in which this officer gave every criterion this rating, but for those named `besides`."""
    audits = []
    for _ in range(number):
        held = {"kind": MeetingKind.ADDITIONAL, "status": MeetingStatus.HELD}
        meeting = make_meeting(school=school, officer=officer, on=on, **held)
        audit = make_open_audit(meeting=meeting, framework=framework, default="green")
        audit.ratings.update(officer=rating)
        for code, other in (besides or {}).items():
            audit.ratings.filter(criterion__code=code).update(officer=other)
        agreed = {"status": AuditStatus.AGREED, "agreed_at": meeting.ends_at, "agreed_by": officer}
        Audit.objects.filter(pk=audit.pk).update(follows=follows, **agreed if is_agreed else {})
        audits.append(audit)
    return audits


def row(code: str = "P-INT-01") -> CriterionRow:
    """What the page says of one criterion."""
    return {row.result.code: row for row in consistency(first=FIRST, last=LAST).criteria}[code]


@pytest.mark.parametrize("role, status", ROLES)
def test_consistency_page_is_for_administrators(as_role, role, status):
    client = as_role(role)

    assert [client.get(reverse("consistency") + query).status_code for query in ("", "?format=csv")] == [status] * 2


def test_consistency_page_a_schools_contact_is_sent_to_the_sign_in_page(as_contact):
    response = as_contact(ContactFactory()).get(reverse("consistency"))

    assert response["Location"] == f"{reverse('account_login')}?next=/reports/consistency/"


def test_consistency_counts_what_two_officers_gave_each_criterion(school):
    rated(school, UserFactory(), "green", besides={"P-INT-02": "red"})
    rated(school, UserFactory(), "green")

    assert (row().agreement, row().chance, row().note) == ("100%", "100%", "")
    assert (row("P-INT-02").agreement, row("P-INT-02").chance, row("P-INT-02").note) == (
        "0%",
        "44%",
        "Worth talking about",
    )


def test_consistency_below_the_minimum_shows_a_sentence_and_no_figure(as_role, school):
    rated(school, UserFactory(), "green")
    rated(school, UserFactory(), "red", number=LEAST_RATINGS - 1)

    with time_machine.travel(TODAY, tick=False):
        text = as_role(Role.ADMINISTRATOR).get(reverse("consistency")).content.decode()

    assert row().agreement == ""
    assert text.count("Too few ratings: it takes two officers who rated it at least 5 times each.") == 8
    assert text.count('data-label="Agreement"') == 0
    assert text.count(f"Too few audits: figures are given from {LEAST_AUDITS} on.") == 2


@pytest.mark.parametrize(
    "left_out",
    [
        {"is_agreed": False},
        {"on": date(2024, 8, 31)},
        {"rating": "not_discussed"},
        {"follows": True},
    ],
    ids=["not agreed", "before the first day", "not discussed", "a follow-up visit"],
)
def test_consistency_leaves_out_what_is_no_rating_of_that_time(school, left_out):
    officer = UserFactory()
    (conversation,) = rated(school, officer, "green", number=1)
    given = {"rating": "green", **left_out}
    if "follows" in given:
        given["follows"] = conversation

    rated(school, officer, number=1, **given)

    found = consistency(first=FIRST, last=LAST)
    assert (found.audits, [row.lean.audits for row in found.officers]) == (1, [1])


def test_consistency_counts_earlier_versions_under_todays_codes(school):
    officer, other = UserFactory(), UserFactory()
    rated(school, officer, "green", besides={"P-INT-01": "red"})
    swapped = {"P-INT-01": "P-INT-02", "P-INT-02": "P-INT-01"}
    newer = FrameworkFactory(version="1.1", replaces="1.0", mapping=swapped)

    rated(school, other, "green", framework=newer, besides={"P-INT-02": "red"})

    assert (row("P-INT-01").agreement, row("P-INT-02").agreement) == ("100%", "100%")
    assert (row("P-INT-01").chance, row("P-INT-02").chance) == ("100%", "100%")


def test_consistency_compares_officers_from_eight_audits_on(school):
    strict, kind = UserFactory(name="Ann"), UserFactory(name="Ben")
    rated(school, strict, "amber", number=LEAST_AUDITS)
    rated(school, kind, "green", number=LEAST_AUDITS - 1)

    found = {row.name: (row.words, row.note) for row in consistency(first=FIRST, last=LAST).officers}

    assert found == {
        "Ann": ("1.00 of a step lower than the others", "Worth talking about"),
        "Ben": ("", "Too few audits: figures are given from 8 on."),
    }


def test_consistency_csv_gives_no_number_below_the_minimum():
    too_few = CriterionRow("Primary", "Intent", CriterionAgreement("P-INT-01", "A shared vision", 1, 9))

    sentence = "Too few ratings: it takes two officers who rated it at least 5 times each."
    assert too_few.cells == ("Primary", "Intent", "P-INT-01", "A shared vision", "", "", "", "", sentence)


def test_consistency_csv_has_every_criterion_and_every_officer(as_role, school):
    rated(school, UserFactory(name="Ann"), "green")
    rated(school, UserFactory(name="Ben"), "green")
    client = as_role(Role.ADMINISTRATOR)

    with time_machine.travel(TODAY, tick=False):
        criteria = client.get(reverse("consistency"), {"format": "csv"}).content.decode().splitlines()
        officers = client.get(reverse("consistency"), {"format": "officers"}).content.decode().splitlines()

    assert criteria[0] == "\ufeffPhase,Section,Code,Criterion,Officers,Ratings,Agreement,By chance,Note"
    assert (criteria[1], len(criteria)) == ("Primary,Intent,P-INT-01,A shared vision,2,10,100%,100%,", 9)
    assert officers[1:] == [f"{name},5,40,,Too few audits: figures are given from 8 on." for name in ("Ann", "Ben")]


def test_consistency_officer_cells_have_a_number_a_spreadsheet_understands():
    lean = OfficerLean(officer=1, audits=9, ratings=72, steps=Fraction(-1, 3))

    assert OfficerRow("Ann", lean).cells == ("Ann", 9, 72, -0.33, "Worth talking about")


@pytest.mark.parametrize(
    "year, days",
    [
        ("", (date(2024, 9, 1), date(2027, 8, 31))),
        ("2026", (date(2026, 9, 1), date(2027, 8, 31))),
        ("2024", (date(2024, 9, 1), date(2025, 8, 31))),
    ],
)
def test_days_of_a_choice_are_whole_school_years(year, days):
    assert days_of(year, today=TODAY) == days


def test_years_to_choose_are_the_last_three():
    assert years_to_choose(today=TODAY) == [
        ("", "The last 3 school years"),
        ("2026", "2026/27"),
        ("2025", "2025/26"),
        ("2024", "2024/25"),
    ]


@pytest.mark.parametrize("year, audits", [("", 3), ("2026", 1), ("2025", 2), ("1999", 3), ("none", 3)])
def test_consistency_page_counts_the_chosen_school_year(as_role, school, year, audits):
    officer = UserFactory()
    rated(school, officer, "green", number=1)
    rated(school, officer, "green", number=2, on=date(2025, 10, 7))

    with time_machine.travel(TODAY, tick=False):
        page = as_role(Role.ADMINISTRATOR).get(reverse("consistency"), {"year": year}).context["page"]

    assert page.audits == audits


@pytest.mark.parametrize("number", [1, 3])
def test_consistency_page_asks_the_same_number_of_queries(as_role, school, number, django_assert_num_queries):
    for _ in range(number):
        rated(school, UserFactory(), "green", number=number)
    client = as_role(Role.ADMINISTRATOR)

    # Session, user, the versions, the ratings, the audits of each officer, their names, the hub's profile.
    with time_machine.travel(TODAY, tick=False), django_assert_num_queries(7):
        client.get(reverse("consistency"))
