"""Typing in a paper audit, and who may download which audit on paper."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from audits.models import Audit, AuditChange
from audits.rules.letters import letter_for
from audits.services.changes import read_field
from audits.tests.factories import FrameworkFactory, make_agreed_audit, make_open_audit, rate
from hubportal.accounts.models import Role
from schools.tests.factories import ContactFactory, UserFactory
from schools.tests.visitors import said

pytestmark = pytest.mark.django_db

FIELDS = ("school", "officer", "agreed", "note", "reason")
NOT_A_RATING = "Type r, a, g, n or x (or 1, 2, 3, 0)."
ROLES = [(None, 302), (Role.VIEWER, 403), (Role.OFFICER, 200), (Role.ADMINISTRATOR, 200)]
DOWNLOADS = ("audit_pdf", "audit_word")


def url(audit: Audit) -> str:
    return reverse("audit_paper", args=[audit.pk])


def page_data(audit: Audit, **changes: str) -> dict[str, Any]:
    """What a browser sends when the page as it is now is saved, with some boxes changed (`P-INT-01-agreed`)."""
    data = {"audit-strengths": audit.strengths, "audit-strengths_before": audit.strengths}
    for rating in audit.ratings.select_related("criterion"):
        code = rating.criterion.code
        for name in FIELDS:
            value = read_field(rating, name)
            data[f"{code}-{name}"] = value if name in ("note", "reason") else letter_for(value)
            data[f"{code}-{name}_before"] = value
    assert changes.keys() <= data.keys()
    return data | changes


def stored(audit: Audit, code: str = "P-INT-01") -> tuple[str, ...]:
    rating = audit.ratings.get(criterion__code=code)
    return tuple(read_field(rating, name) for name in FIELDS)


# --- The page -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role, status", ROLES)
def test_paper_page_is_for_officers(as_role, role, status):
    client, audit = as_role(role), make_open_audit()

    assert client.get(url(audit)).status_code == status


def test_paper_page_sends_a_contact_of_the_school_to_sign_in(as_contact):
    audit = make_open_audit()
    client = as_contact(ContactFactory(school=audit.meeting.school))

    assert {client.get(url(audit)).status_code, client.post(url(audit)).status_code} == {302}


def test_paper_page_asks_a_fixed_number_of_queries(client, officer, django_assert_num_queries):
    audit = make_open_audit()
    client.get(url(audit))

    with django_assert_num_queries(7):
        client.get(url(audit))


def test_paper_page_has_the_criteria_in_the_order_of_the_paper_with_what_is_stored(client, officer):
    audit = make_open_audit(ratings={"P-IMP-03": "not_applicable"})
    rate(audit, school="amber", officer="red", agreed="red")

    form = client.get(url(audit)).context["paper_form"]

    values = {code: tuple(line.form[name].value() for name in FIELDS[:3]) for code, line in form.lines.items()}
    assert list(values) == [criterion.code for criterion in form.sheet.definition.criteria]
    assert (values["P-INT-01"], values["P-IMP-03"], values["P-IPC-02"]) == (
        ("A", "R", "R"),
        ("", "", "X"),
        ("", "", ""),
    )


def test_paper_page_of_an_agreed_audit_leads_to_reading_it(client, officer):
    audit = make_agreed_audit()

    response = client.get(url(audit))

    assert (response.status_code, response.url) == (302, reverse("audit_detail", args=[audit.pk]))


def test_paper_page_saved_stores_all_of_it_with_its_author(client, officer):
    audit = make_open_audit()
    data = page_data(
        audit,
        **{
            "P-INT-01-school": "a",
            "P-INT-01-officer": "1",
            "P-INT-01-agreed": "R",
            "P-INT-01-note": "First line\r\nsecond line",
            "P-INT-01-reason": "The plan is new.",
            "P-IMP-03-agreed": "x",
            "audit-strengths": "Singing",
        },
    )

    response = client.post(url(audit), data)

    audit.refresh_from_db()
    assert (response.status_code, response.url) == (302, url(audit))
    assert stored(audit) == ("amber", "red", "red", "First line\nsecond line", "The plan is new.")
    assert (stored(audit, "P-IMP-03")[2], audit.strengths) == ("not_applicable", "Singing")
    assert set(AuditChange.objects.values_list("by", flat=True)) == {officer.pk}
    assert AuditChange.objects.count() == 7


def test_paper_page_saved_as_it_was_opened_changes_nothing(client, officer):
    audit = make_open_audit(ratings={"P-INT-02": "green"})
    rate(audit, note="Two\nlines", agreed="red")
    before = AuditChange.objects.count()

    client.post(url(audit), page_data(audit))

    assert AuditChange.objects.count() == before == 2


def test_paper_page_with_a_letter_taken_away_takes_the_rating_back(client, officer):
    audit = make_open_audit(ratings={"P-INT-01": "red", "P-INT-02": "green"})

    client.post(url(audit), page_data(audit, **{"P-INT-01-agreed": "", "P-INT-02-agreed": "n"}))

    assert (stored(audit)[2], stored(audit, "P-INT-02")[2]) == ("not_discussed", "not_discussed")


def test_paper_page_saved_may_lead_to_the_priorities(client, officer):
    audit = make_open_audit()

    response = client.post(url(audit), page_data(audit) | {"then": "priorities"})

    assert response.url == reverse("audit_priorities", args=[audit.pk])


@pytest.mark.parametrize(
    "box, typed, sentence",
    [
        ("P-INT-01-agreed", "q", f"P-INT-01, Agreed: {NOT_A_RATING}"),
        ("P-INT-01-school", "x", "P-INT-01, School: This one applies to every school: type r, a, g or n."),
        (
            "P-INT-01-note",
            "x" * 5001,
            "P-INT-01, What we saw and heard: This may have at most 5000 characters; it has 5001. Please shorten it.",
        ),
    ],
)
def test_paper_page_with_a_mistake_says_where_and_keeps_everything_typed(client, officer, box, typed, sentence):
    audit = make_open_audit()
    data = page_data(audit, **{"P-INT-02-note": "Half an hour of typing", "P-INT-02-agreed": "g", box: typed})

    response = client.post(url(audit), data)

    form = response.context["paper_form"]
    assert response.status_code == 422
    assert [problem.sentence for problem in form.problems] == [sentence]
    assert form.problems[0].link == f"#id_{box}"
    assert (form.lines["P-INT-02"].form["note"].value(), form.lines["P-INT-02"].form["agreed"].value()) == (
        "Half an hour of typing",
        "g",
    )
    assert not AuditChange.objects.exists()
    # In the summary, and beside the box.
    assert response.content.decode().count(sentence.partition(": ")[2]) == 2


def test_paper_page_saved_from_a_stale_tab_brings_back_both_and_saves_the_rest(client, officer):
    audit = make_open_audit()
    data = page_data(
        audit, **{"P-INT-01-agreed": "a", "P-INT-01-note": "Mine", "P-INT-02-agreed": "g", "audit-strengths": "Mine"}
    )
    rate(audit, agreed="red", note="Theirs", by=UserFactory(name="Amir Other"))

    response = client.post(url(audit), data)

    line = response.context["paper_form"].lines["P-INT-01"]
    assert response.status_code == 409
    assert {name: (each.value, each.by) for name, each in line.theirs.items()} == {
        "agreed": ("red", "Amir Other"),
        "note": ("Theirs", "Amir Other"),
    }
    assert (line.form["agreed"].value(), line.form["note"].value()) == ("A", "Mine")
    assert stored(audit) == ("not_discussed", "not_discussed", "red", "Theirs", "")
    assert stored(audit, "P-INT-02")[2] == "green"
    page = response.content.decode()
    assert page.count("Amir Other wrote this at") == 1
    assert page.count('<a href="#P-INT-01">P-INT-01 A shared vision</a>') == 1


def test_paper_page_saved_again_after_a_conflict_stores_the_last_word(client, officer):
    audit = make_open_audit()
    data = page_data(audit, **{"P-INT-01-agreed": "a"})
    rate(audit, agreed="red")
    form = client.post(url(audit), data).context["paper_form"]

    parts = [*(line.form for line in form.lines.values()), form.strengths_form]
    again = {part.add_prefix(name): part[name].value() for part in parts for name in part.fields}
    response = client.post(url(audit), again)

    assert (response.status_code, stored(audit)[2]) == (302, "amber")


def test_paper_page_of_an_audit_agreed_meanwhile_shows_what_was_typed_and_changes_nothing(client, officer):
    audit = make_agreed_audit()

    response = client.post(url(audit), page_data(audit, **{"P-INT-01-note": "Too late"}))

    assert response.status_code == 409
    assert said(response) == ["This audit is agreed, so it cannot be changed any more. Nothing was saved."]
    assert response.content.decode().count(">\nToo late</textarea>") == 1
    assert stored(audit)[3] == ""


# --- Downloads ------------------------------------------------------------------------------------------------------


@pytest.fixture
def quick_files(monkeypatch) -> None:
    """Files that are made at once: these tests are about who gets them."""
    monkeypatch.setattr("audits.pdf.audit_pdf", lambda paper: b"%PDF of " + paper.subject.encode())
    monkeypatch.setattr("audits.pdf.blank_pdf", lambda paper: b"%PDF of " + paper.subject.encode())


@pytest.mark.parametrize("role, status", ROLES)
def test_audit_on_paper_is_for_officers(as_role, role, status, quick_files):
    client, audits = as_role(role), [make_open_audit(), make_agreed_audit()]
    addresses = [reverse(name, args=[audit.pk]) for name in DOWNLOADS for audit in audits]

    assert [client.get(address).status_code for address in addresses] == [status] * 4


def test_audit_on_paper_is_named_by_school_and_day(client, officer, quick_files):
    audit = make_agreed_audit(on=date(2026, 3, 5))

    response = client.get(reverse("audit_pdf", args=[audit.pk]))

    name = f"primary-music-audit-{audit.meeting.school.urn}-2026-03-05.pdf"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert (response["Content-Type"], response["Cache-Control"]) == ("application/pdf", "private, no-store")


def test_my_audit_is_for_the_contacts_of_its_own_school(as_contact, quick_files):
    mine, others = make_agreed_audit(), make_agreed_audit()
    client = as_contact(ContactFactory(school=mine.meeting.school))

    statuses = {
        name: [client.get(reverse(name, args=[audit.pk])).status_code for audit in (mine, others)]
        for name in ("my_audit_pdf", "my_audit_word")
    }

    assert statuses == {"my_audit_pdf": [200, 404], "my_audit_word": [200, 404]}


def test_my_audit_while_it_is_open_is_not_there_yet(as_contact, quick_files):
    audit = make_open_audit()
    client = as_contact(ContactFactory(school=audit.meeting.school))

    assert client.get(reverse("my_audit_pdf", args=[audit.pk])).status_code == 404


def test_my_audit_without_a_personal_link_says_how_to_get_one(client, quick_files):
    response = client.get(reverse("my_audit_pdf", args=[make_agreed_audit().pk]))

    assert (response.status_code, response.url) == (302, reverse("link_needed"))


@pytest.mark.parametrize("role", [None, Role.VIEWER])
def test_blank_audit_is_for_everybody(as_role, role, quick_files):
    FrameworkFactory()
    client = as_role(role)

    responses = [client.get(reverse(name, args=["primary"])) for name in ("audit_blank_pdf", "audit_blank_word")]

    assert [response.status_code for response in responses] == [200, 200]
    assert [response["Cache-Control"] for response in responses] == ["public, max-age=3600"] * 2
    assert [response["Content-Disposition"] for response in responses] == [
        'attachment; filename="primary-music-audit-1.0.pdf"',
        'attachment; filename="primary-music-audit-1.0.docx"',
    ]


def test_blank_audit_a_browser_has_already_is_not_sent_again(client, quick_files):
    FrameworkFactory()
    address = reverse("audit_blank_pdf", args=["primary"])

    again = client.get(address, headers={"if-none-match": client.get(address)["ETag"]})

    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("phase", ["secondary", "nursery"])
def test_blank_audit_of_a_phase_without_a_framework_is_a_404(client, phase):
    FrameworkFactory()

    assert client.get(reverse("audit_blank_word", args=[phase])).status_code == 404


def test_blank_audit_is_throttled(client, settings, quick_files):
    settings.PUBLIC_FORM_LIMIT_PER_HOUR = 1
    FrameworkFactory()
    address = reverse("audit_blank_pdf", args=["primary"])

    assert [client.get(address).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_my_audit_is_throttled(as_contact, settings, quick_files):
    settings.PUBLIC_FORM_LIMIT_PER_HOUR = 1
    audit = make_agreed_audit()
    client, address = as_contact(ContactFactory(school=audit.meeting.school)), reverse("my_audit_pdf", args=[audit.pk])

    assert [client.get(address).status_code for _ in range(4)] == [200, 200, 200, 429]
