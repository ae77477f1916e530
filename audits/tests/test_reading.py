"""Reading one audit: every state, three views side by side, what came before."""

from datetime import date
from html import unescape

import pytest
from django.urls import reverse

from audits.models import Audit, Framework
from audits.queries.reading import Shown
from audits.rules.progress import AuditStep
from audits.services import Change, apply_change, carry_over_audit, publish_framework
from audits.tests.factories import (
    FrameworkFactory,
    make_agreed_audit,
    make_meeting,
    make_open_audit,
    make_priorities,
    rate,
    small_data,
)
from hubportal.accounts.models import Role
from meetings.models import MeetingKind
from schools.tests.factories import ContactFactory, SchoolFactory

pytestmark = pytest.mark.django_db

PAGES = ("audit_detail", "audit_comparison", "audit_history")


def url(audit: Audit, name: str = "audit_detail", query: str = "") -> str:
    return reverse(name, args=[audit.pk]) + query


def text(response) -> str:
    return unescape(response.content.decode())


def rate_as_school(audit: Audit, code: str, **fields: str) -> None:
    contact = ContactFactory(school=audit.meeting.school)
    for field, value in fields.items():
        before = "" if field == "school_note" else "not_discussed"
        change = Change(code=code, field=field, value=value, before=before)
        apply_change(audit=audit, change=change, by_contact=contact)


def publish_newer() -> Framework:
    """Version 1.1: P-INT-01 has another code, P-IPC-02 is gone and P-IPC-03 is new."""
    data = small_data(version="1.1", replaces="1.0", mapping={"P-INT-01": "P-INT-09", "P-IPC-02": "none"})
    data["sections"][0]["criteria"][0]["code"] = "P-INT-09"
    data["sections"][2]["criteria"][1]["code"] = "P-IPC-03"
    return publish_framework(definition_data=data, by=None)


# --- Who may --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "role, status", [(None, 302), (Role.VIEWER, 403), (Role.OFFICER, 200), (Role.ADMINISTRATOR, 200)]
)
def test_reading_pages_are_for_officers(as_role, role, status):
    audit = make_open_audit()
    client = as_role(role)

    assert [client.get(url(audit, name)).status_code for name in PAGES] == [status] * 3


def test_reading_pages_send_a_contact_of_the_school_to_sign_in(as_contact):
    audit = make_open_audit()
    client = as_contact(ContactFactory(school=audit.meeting.school))

    assert [client.get(url(audit, name)).status_code for name in PAGES] == [302] * 3


def test_reading_pages_of_an_audit_that_does_not_exist_are_a_404_and_change_nothing(client, officer):
    audit = make_open_audit()

    assert [client.get(reverse(name, args=[4711])).status_code for name in PAGES] == [404] * 3
    assert [client.post(url(audit, name)).status_code for name in PAGES] == [405] * 3


# --- How far it has got ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind, ratings, school, priorities, step, label",
    [
        (MeetingKind.QUALITY_CONVERSATION, "not_discussed", "", 0, AuditStep.CONVERSE, "Open the conversation"),
        (MeetingKind.QUALITY_CONVERSATION, "green", "red", 3, AuditStep.EXPLAIN, "Say why the ratings differ"),
        (MeetingKind.QUALITY_CONVERSATION, "green", "green", 2, AuditStep.PRIORITIES, "Write the priorities"),
        (MeetingKind.QUALITY_CONVERSATION, "green", "", 3, AuditStep.AGREE, "Look through it once more and agree"),
        (MeetingKind.FOLLOW_UP, "green", "", 0, AuditStep.AGREE, "Look through it once more and agree"),
    ],
)
def test_open_audit_page_offers_the_one_next_step(client, officer, kind, ratings, school, priorities, step, label):
    audit = make_open_audit(meeting=make_meeting(kind=kind), default=ratings)
    make_priorities(audit, ["P-INT-01", "P-INT-02", "P-INT-03"][:priorities])
    if school:
        rate_as_school(audit, "P-INT-01", school=school)

    response = client.get(url(audit))

    assert response.context["page"].progress.next_step == step
    assert text(response).count(f'<a class="btn btn-primary" href="{next_url(audit, step)}">{label}</a>') == 1
    assert text(response).count("btn-primary") == 1


def next_url(audit: Audit, step: AuditStep) -> str:
    return url(audit, "audit_conversation" if step in (AuditStep.CONVERSE, AuditStep.EXPLAIN) else "audit_priorities")


def test_agreed_audit_page_is_read_only(client, officer):
    audit = make_agreed_audit(ratings={"P-INT-01": "red"})

    page = text(client.get(url(audit)))

    assert page.count("<textarea") == 0
    assert page.count("Action 2") == 1
    assert page.count("Singing in assembly.") == 1
    assert page.count("Open the conversation") == 0
    assert page.count("Decide the award") == 1


def test_carried_over_audit_and_the_new_one_lead_to_each_other_and_name_what_was_left(client, officer):
    old = make_open_audit(framework=FrameworkFactory())
    rate(old, "P-INT-01", agreed="green")
    rate(old, "P-IPC-02", agreed="amber", note="A concert in May.")
    publish_newer()
    new = carry_over_audit(audit=old, by=officer, now=old.started_at)

    pages = [client.get(url(audit)) for audit in (old, new)]

    assert [[answer.code for answer in page.context["page"].left_behind] for page in pages] == [["P-IPC-02"]] * 2
    assert [text(page).count("P-IPC-02 is gone since version 1.1.") for page in pages] == [1, 1]
    assert text(pages[0]).count(f'href="{url(new)}"') == 1
    assert text(pages[1]).count(f'href="{url(old)}"') == 1
    assert [text(page).count("Open the conversation") for page in pages] == [0, 1]


# --- Side by side ---------------------------------------------------------------------------------------------------


def make_three_views() -> Audit:
    """The school rated itself amber and green, the officer once red; agreed are red, amber, and green."""
    audit = make_open_audit(default="green")
    rate_as_school(audit, "P-INT-01", school="amber", school_note="We sing on Fridays.")
    rate_as_school(audit, "P-INT-02", school="green")
    rate(audit, "P-INT-01", officer="red", agreed="red", reason="The hall is closed.", note="Heard no singing.")
    rate(audit, "P-IMP-01", agreed="amber")
    return audit


def test_audit_page_shows_the_three_views_with_their_words(client, officer):
    audit = make_three_views()

    response = client.get(url(audit))

    page = response.context["page"]
    assert (page.has_school, page.has_officer) == (True, True)
    for words in ("We sing on Fridays.", "The hall is closed.", "Heard no singing."):
        assert text(response).count(words) == 1
    assert text(response).count(">Differs</span>") == 1
    assert [section["counts"]["amber"] for section in page.school_sections] == [1, 0, 0]


def test_audit_page_without_a_view_of_school_or_officer_leaves_their_columns_out(client, officer):
    page = text(client.get(url(make_agreed_audit())))

    assert page.count("The school has not rated itself beforehand.") == 1
    assert (page.count("School’s own</th>"), page.count("Officer’s</th>")) == (0, 0)


@pytest.mark.parametrize(
    "query, shown, codes",
    [
        ("?show=differed", Shown.DIFFERED, ["P-INT-01"]),
        ("?show=weak", Shown.WEAK, ["P-INT-01", "P-IMP-01"]),
        ("?show=purple", Shown.ALL, None),
        ("", Shown.ALL, None),
    ],
)
def test_audit_page_shows_the_criteria_asked_for(client, officer, query, shown, codes):
    audit = make_three_views()

    page = client.get(url(audit, query=query)).context["page"]

    everything = [row.criterion.code for row in page.sheet.rows]
    assert page.shown == shown
    assert [row.criterion.code for section in page.sections for row in section.rows] == (codes or everything)
    assert [choice["count"] for choice in page.choices] == [8, 1, 2]


@pytest.mark.parametrize("query, title", [("?show=differed", "No difference"), ("?show=weak", "No red and no amber")])
def test_audit_page_with_nothing_to_show_says_so(client, officer, query, title):
    page = text(client.get(url(make_agreed_audit(), query=query)))

    assert page.count(f"<h2>{title}</h2>") == 1


@pytest.mark.parametrize("state, number", [("open", 8), ("agreed", 9), ("carried", 10)])
def test_audit_page_asks_a_fixed_number_of_queries(client, officer, state, number, django_assert_num_queries):
    audit = make_agreed_audit() if state == "agreed" else make_three_views()
    make_agreed_audit(school=audit.meeting.school, on=date(2020, 1, 6))
    if state == "carried":
        publish_newer()
        carry_over_audit(audit=audit, by=officer, now=audit.started_at)
    client.get(url(audit))

    with django_assert_num_queries(number):
        client.get(url(audit))


# --- Then and now ---------------------------------------------------------------------------------------------------


def steps(response) -> dict[str, tuple[str, str]]:
    return {step.code: (step.movement.value, step.why) for step in response.context["comparison"].steps}


def test_comparison_tells_each_criterion_and_the_sum(client, officer):
    school = SchoolFactory()
    make_agreed_audit(school=school, on=date(2023, 5, 4), ratings={"P-INT-01": "red", "P-IMP-03": "not_applicable"})
    audit = make_agreed_audit(school=school, ratings={"P-INT-02": "amber"})

    response = client.get(url(audit, "audit_comparison"))

    same = ("same", "")
    assert steps(response) == {
        "P-INT-01": ("better", ""),
        "P-INT-02": ("lower", ""),
        "P-INT-03": same,
        "P-IMP-01": same,
        "P-IMP-02": same,
        "P-IMP-03": ("not_comparable", "It did not apply then."),
        "P-IPC-01": same,
        "P-IPC-02": same,
    }
    assert text(response).count("1 better, 1 lower, 5 the same, 1 cannot be compared.") == 1
    assert [tuple(row.values()) for row in response.context["comparison"].distances] == [
        ("Intent", 67, 83, 3),
        ("Implementation", 100, 100, 2),
        ("Impact", 100, 100, 2),
        ("Altogether", 86, 93, 7),
    ]  # fmt: skip


def test_comparison_across_versions_goes_by_the_mapping(client, officer):
    school = SchoolFactory()
    make_agreed_audit(
        school=school, on=date(2023, 5, 4), framework=FrameworkFactory(), ratings={"P-INT-01": "red", "P-IPC-02": "red"}
    )
    audit = make_open_audit(meeting=make_meeting(school=school), framework=publish_newer(), default="green")

    response = client.get(url(audit, "audit_comparison"))

    found = {code: step for code, step in steps(response).items() if step != ("same", "")}
    assert found == {
        "P-INT-09": ("better", ""),
        "P-IPC-03": ("new", "P-IPC-03 is new in version 1.1."),
        "P-IPC-02": ("gone", "P-IPC-02 is gone since version 1.1."),
    }
    assert text(response).count("(P-INT-01 then)") == 1
    assert text(response).count("No longer asked</h2>") == 1


def test_comparison_takes_the_latest_of_the_same_phase_unless_another_is_chosen(client, officer):
    school = SchoolFactory(audit_offer="choice")
    oldest = make_agreed_audit(school=school, on=date(2020, 5, 4))
    older = make_agreed_audit(school=school, on=date(2023, 5, 4))
    secondary = make_agreed_audit(school=school, on=date(2024, 5, 4), framework=FrameworkFactory(phase="secondary"))
    make_agreed_audit(on=date(2024, 6, 4))
    make_agreed_audit(school=school, on=date(2026, 12, 1))
    audit = make_agreed_audit(school=school, on=date(2026, 11, 5))

    def compared(query: str) -> Audit:
        return client.get(url(audit, "audit_comparison", query)).context["comparison"].other

    assert client.get(url(audit, "audit_comparison")).context["comparison"].earlier == (secondary, older, oldest)
    assert [compared(query) for query in ("", f"?with={oldest.pk}", "?with=0", "?with=x")] == [
        older,
        oldest,
        older,
        older,
    ]


def test_comparison_with_the_other_phase_says_that_it_cannot_be(client, officer):
    school = SchoolFactory(audit_offer="choice")
    other = make_agreed_audit(school=school, on=date(2023, 5, 4), framework=FrameworkFactory(phase="secondary"))
    audit = make_agreed_audit(school=school)

    pages = [text(client.get(url(audit, "audit_comparison", query))) for query in ("", f"?with={other.pk}")]

    assert pages[0].count("No earlier audit of this phase") == 1
    assert pages[1].count("These two cannot be compared") == 1


def test_comparison_of_the_first_audit_says_that_there_is_none(client, officer):
    assert text(client.get(url(make_agreed_audit(), "audit_comparison"))).count("<h2>No earlier audit</h2>") == 1


@pytest.mark.parametrize("number", [1, 3])
def test_comparison_asks_the_same_number_of_queries(client, officer, number, django_assert_num_queries):
    school = SchoolFactory()
    for year in range(number):
        make_agreed_audit(school=school, on=date(2020 + year, 5, 4))
    audit = make_agreed_audit(school=school)
    client.get(url(audit, "audit_comparison"))

    with django_assert_num_queries(9):
        response = client.get(url(audit, "audit_comparison"))

    assert len(response.context["comparison"].earlier) == number
