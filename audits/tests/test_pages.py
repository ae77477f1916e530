"""The list, the beginning of an audit, and the audit page."""

from datetime import date
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from audits.models import Audit, Rating
from audits.queries import previous_audit, sheet_of
from audits.services import NotesChange, rate_criterion, save_notes
from audits.tests.factories import (
    FrameworkFactory,
    make_agreed_audit,
    make_meeting,
    make_open_audit,
)
from hubportal.accounts.models import Role
from schools.models import AuditOffer
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory
from schools.tests.visitors import said

pytestmark = pytest.mark.django_db

ROLES = [(None, 302), (Role.VIEWER, 403), (Role.OFFICER, 200), (Role.ADMINISTRATOR, 200)]


def page_data(audit: Audit, **changes: Any) -> dict[str, Any]:
    """What a browser sends when the page as it is now is saved, with some fields changed (`P_INT_01_agreed`)."""
    data: dict[str, Any] = {
        "notes-strengths": audit.strengths,
        "notes-strengths_before": audit.strengths,
        "notes-private_note": audit.private_note,
        "notes-private_note_before": audit.private_note,
        "notes-version": audit.notes_version,
    }
    for rating in audit.ratings.select_related("criterion"):
        code = rating.criterion.code
        data |= {
            f"{code}-agreed": rating.agreed,
            f"{code}-agreed_before": rating.agreed,
            f"{code}-note": rating.note,
            f"{code}-note_before": rating.note,
            f"{code}-version": rating.version,
        }
    assert changes.keys() <= data.keys()
    return data | changes


def url(audit: Audit) -> str:
    return reverse("audit_detail", args=[audit.pk])


def stored(audit: Audit, code: str) -> tuple[str, str]:
    return audit.ratings.filter(criterion__code=code).values_list("agreed", "note").get()


# --- Who may --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role, status", ROLES)
def test_audit_pages_are_for_officers(as_role, role, status):
    client, open_audit, agreed = as_role(role), make_open_audit(), make_agreed_audit()
    pages = [reverse("audit_list"), url(open_audit), url(agreed), reverse("audit_priorities", args=[open_audit.pk])]

    assert [client.get(page).status_code for page in pages] == [status] * 4


@pytest.mark.parametrize("role, may", [(None, False), (Role.VIEWER, False), (Role.OFFICER, True)])
def test_audit_writes_are_for_officers(as_role, role, may):
    client, audit, meeting = as_role(role), make_open_audit(), make_meeting()
    arguments = [audit.pk, "P-INT-01"]

    client.post(reverse("audit_start", args=[meeting.pk]), {"phase": "primary"})
    client.post(reverse("rating_save", args=arguments), {"agreed": "red", "note": "", "version": "0"})
    client.post(reverse("audit_notes_save", args=[audit.pk]), {"strengths": "Singing", "version": "0"})

    audit.refresh_from_db()
    assert Audit.objects.filter(meeting=meeting).exists() == may
    assert (stored(audit, "P-INT-01") == ("red", "")) == may
    assert (audit.strengths == "Singing") == may


def test_audit_pages_send_a_contact_of_the_school_to_sign_in(as_contact):
    audit = make_open_audit()
    client = as_contact(ContactFactory(school=audit.meeting.school))

    statuses = {
        client.get(url(audit)).status_code,
        client.post(url(audit)).status_code,
        client.get(reverse("audit_priorities", args=[audit.pk])).status_code,
        client.post(reverse("rating_save", args=[audit.pk, "P-INT-01"])).status_code,
        client.post(reverse("audit_agree", args=[audit.pk])).status_code,
    }

    assert statuses == {302}


def test_audit_addresses_that_write_do_nothing_when_merely_opened(client, officer):
    audit = make_open_audit()
    addresses = [
        reverse("audit_start", args=[audit.meeting_id]),
        reverse("rating_save", args=[audit.pk, "P-INT-01"]),
        reverse("audit_notes_save", args=[audit.pk]),
        reverse("audit_agree", args=[audit.pk]),
    ]

    assert [client.get(address).status_code for address in addresses] == [405] * 4


@pytest.mark.parametrize("name", ["audit_detail", "audit_priorities"])
def test_audit_page_that_does_not_exist_is_a_404(client, officer, name):
    assert client.get(reverse(name, args=[4711])).status_code == 404


# --- The page -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [make_open_audit, make_agreed_audit])
def test_audit_page_asks_a_fixed_number_of_queries(client, officer, make, django_assert_num_queries):
    make_agreed_audit(school=(audit := make()).meeting.school, on=date(2020, 1, 6))
    client.get(url(audit))
    expected = {"open": 8, "agreed": 9}[audit.status]

    with django_assert_num_queries(expected):
        client.get(url(audit))


def test_audit_page_offers_not_applicable_only_where_the_framework_does(client, officer):
    audit = make_open_audit()

    items = client.get(url(audit)).context["sheet_form"].items

    choices = {code: [option.value for option in item.options] for code, item in items.items()}
    usual = ["red", "amber", "green", "not_discussed"]
    assert choices.pop("P-IMP-03") == [*usual, "not_applicable"]
    assert set(map(tuple, choices.values())) == {tuple(usual)}


def test_audit_page_shows_descriptors_prompt_and_support(client, officer):
    page = unescape(client.get(url(make_open_audit())).content.decode())

    for words in (
        "There is an aim that few people know.",
        "What is music for here?",
        "A clear aim protects time for music.",
        "Example visions",
        "Help with one plain page",
        "The school has no nursery class.",
    ):
        assert page.count(words) == 1


def test_audit_page_shows_the_schools_latest_earlier_agreed_ratings(client, officer):
    school = SchoolFactory()
    make_agreed_audit(school=school, on=date(2020, 5, 4), ratings={"P-INT-01": "red"})
    make_agreed_audit(school=school, on=date(2023, 5, 4), ratings={"P-INT-01": "amber"})
    make_agreed_audit(school=school, on=date(2026, 12, 1), ratings={"P-INT-01": "red"})
    make_agreed_audit(on=date(2024, 5, 6), ratings={"P-INT-01": "red"})
    audit = make_open_audit(meeting=make_meeting(school=school, on=date(2026, 11, 5)))

    sheet = client.get(url(audit)).context["sheet"]

    assert sheet.previous.meeting.held_on == date(2023, 5, 4)
    assert {row.criterion.code: row.previous for row in sheet.rows}["P-INT-01"] == "amber"


def test_previous_audit_of_the_other_phase_or_still_open_does_not_count():
    school = SchoolFactory(audit_offer=AuditOffer.CHOICE)
    make_agreed_audit(school=school, on=date(2023, 5, 4), framework=FrameworkFactory(phase="secondary"))
    make_open_audit(meeting=make_meeting(school=school, on=date(2024, 5, 7)))
    audit = make_open_audit(meeting=make_meeting(school=school))

    assert previous_audit(audit) is None


def test_sheet_of_an_audit_whose_framework_is_newer_matches_by_code():
    school = SchoolFactory()
    make_agreed_audit(school=school, on=date(2023, 5, 4), ratings={"P-IPC-02": "red"})
    audit = make_open_audit(meeting=make_meeting(school=school), framework=FrameworkFactory(version="2.0"))

    sheet = sheet_of(audit)

    assert {row.criterion.code: row.previous for row in sheet.rows} == {
        "P-INT-01": "green",
        "P-INT-02": "green",
        "P-INT-03": "green",
        "P-IMP-01": "green",
        "P-IMP-02": "green",
        "P-IMP-03": "green",
        "P-IPC-01": "green",
        "P-IPC-02": "red",
    }


def test_sheet_counts_each_section():
    audit = make_open_audit(ratings={"P-INT-01": "red", "P-INT-03": "green", "P-IMP-03": "not_applicable"})

    sheet = sheet_of(audit)

    assert [(section.title, section.discussed, len(section.rows)) for section in sheet.sections] == [
        ("Intent", 2, 3),
        ("Implementation", 1, 3),
        ("Impact", 0, 2),
    ]
    assert sheet.sections[0].counts == {
        "red": 1,
        "amber": 0,
        "green": 1,
        "not_discussed": 1,
        "not_applicable": 0,
    }
    assert [row.criterion.code for row in sheet.missing] == ["P-INT-02", "P-IMP-01", "P-IMP-02", "P-IPC-01", "P-IPC-02"]


# --- Saving without a script ------------------------------------------------------------------------------------------


def test_audit_page_saved_stores_everything_and_returns_to_the_section(client, officer):
    audit = make_open_audit()
    data = page_data(
        audit,
        **{
            "P-INT-01-agreed": "amber",
            "P-INT-01-note": "First line\r\nsecond line ",
            "P-IMP-03-agreed": "not_applicable",
            "notes-strengths": "Singing",
            "notes-private_note": "Call in May",
        },
    )

    response = client.post(url(audit), data | {"then": "IMP"})

    audit.refresh_from_db()
    assert (response.status_code, response.url) == (302, f"{url(audit)}#section-IMP")
    assert stored(audit, "P-INT-01") == ("amber", "First line\nsecond line")
    assert stored(audit, "P-IMP-03") == ("not_applicable", "")
    assert (audit.strengths, audit.private_note) == ("Singing", "Call in May")
    assert Rating.objects.filter(version__gt=0).count() == 2


@pytest.mark.parametrize(
    "then, ends", [("priorities", "priorities/"), ("", ""), ("//evil.example.org", ""), ("INT", "#section-INT")]
)
def test_audit_page_saved_leads_where_the_button_says(client, officer, then, ends):
    audit = make_open_audit()

    response = client.post(url(audit), page_data(audit) | {"then": then})

    assert response.url == url(audit) + ends


def test_audit_page_saved_from_a_stale_tab_brings_back_both_texts(client, officer):
    audit = make_open_audit()
    data = page_data(audit, **{"P-INT-01-note": "Mine", "P-INT-02-agreed": "green"})
    rate_criterion(
        audit=audit, code="P-INT-01", agreed="red", note="Theirs", version=0, by=UserFactory(name="Amir Other")
    )

    response = client.post(url(audit), data)

    item = response.context["sheet_form"].items["P-INT-01"]
    assert response.status_code == 409
    assert (item.theirs.note, item.theirs.agreed, item.theirs.updated_by.name) == ("Theirs", "red", "Amir Other")
    assert (item.form["note"].value(), item.form["agreed"].value(), item.form["version"].value()) == ("Mine", "red", 1)
    assert stored(audit, "P-INT-01") == ("red", "Theirs")
    assert stored(audit, "P-INT-02") == ("green", "")
    page = response.content.decode()
    assert page.count("Amir Other saved this at") == 1
    assert page.count(">\nMine</textarea>") == 1
    assert page.count('<a href="#P-INT-01">P-INT-01 A shared vision</a>') == 1


def test_audit_page_saved_again_after_a_conflict_stores_the_last_word(client, officer):
    audit = make_open_audit()
    data = page_data(audit, **{"P-INT-01-note": "Mine"})
    rate_criterion(audit=audit, code="P-INT-01", agreed="red", note="Theirs", version=0, by=UserFactory())
    forms = client.post(url(audit), data).context["sheet_form"].forms

    again = {form.add_prefix(name): form[name].value() for form in forms for name in form.fields}
    response = client.post(url(audit), again)

    assert response.status_code == 302
    assert stored(audit, "P-INT-01") == ("red", "Mine")


def test_audit_page_with_notes_saved_by_two_brings_back_both(client, officer):
    audit = make_open_audit()
    data = page_data(audit, **{"notes-strengths": "Mine"})
    save_notes(audit=audit, change=NotesChange("Theirs", "", version=0), by=UserFactory())

    response = client.post(url(audit), data)

    form = response.context["sheet_form"]
    assert (response.status_code, form.notes_conflict.strengths) == (409, "Theirs")
    assert (form.notes_form["strengths"].value(), form.notes_form["version"].value()) == ("Mine", 1)


@pytest.mark.parametrize(
    "field, value, sentence",
    [
        ("P-INT-01-agreed", "purple", "Select a valid choice. purple is not one of the available choices."),
        (
            "P-INT-01-note",
            "x" * 5001,
            "This may have at most 5000 characters; it has 5001. Please shorten it.",
        ),
        ("P-INT-01-note", "a\x00b", "Null characters are not allowed."),
        ("P-INT-01-version", "-1", "Ensure this value is greater than or equal to 0."),
    ],
)
def test_audit_page_with_a_wrong_value_saves_nothing_and_loses_nothing(client, officer, field, value, sentence):
    audit = make_open_audit()
    data = page_data(audit, **{"P-INT-02-note": "Half an hour of typing", field: value})

    response = client.post(url(audit), data)

    form = response.context["sheet_form"]
    assert response.status_code == 422
    assert [error for part in form.forms for errors in part.errors.values() for error in errors] == [sentence]
    assert form.items["P-INT-02"].form["note"].value() == "Half an hour of typing"
    assert not Rating.objects.filter(version__gt=0).exists()


def test_audit_page_of_an_audit_agreed_meanwhile_shows_what_was_typed_and_changes_nothing(client, officer):
    audit = make_agreed_audit()
    data = page_data(audit, **{"P-INT-01-note": "Too late"})

    response = client.post(url(audit), data)

    assert response.status_code == 409
    assert said(response) == ["This audit is agreed, so it cannot be changed any more. Nothing was saved."]
    assert response.content.decode().count(">\nToo late</textarea>") == 1
    assert stored(audit, "P-INT-01") == ("green", "")


def test_agreed_audit_is_shown_to_read(client, officer):
    audit = make_agreed_audit(ratings={"P-INT-01": "red"})

    response = client.get(url(audit))

    page = response.content.decode()
    assert "audits/audit_agreed.html" in [template.name for template in response.templates]
    assert page.count("<textarea") == 0
    assert page.count("Action 2") == 1
    assert page.count("Singing in assembly.") == 1
