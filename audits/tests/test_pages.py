"""The audit pages: who may open them, and what of last time they show."""

from datetime import date

import pytest
from django.urls import reverse

from audits.models import Audit
from audits.queries import previous_audit, sheet_of
from audits.tests.factories import (
    FrameworkFactory,
    make_agreed_audit,
    make_meeting,
    make_open_audit,
)
from hubportal.accounts.models import Role
from schools.models import AuditOffer
from schools.tests.factories import ContactFactory, SchoolFactory

pytestmark = pytest.mark.django_db

ROLES = [(None, 302), (Role.VIEWER, 403), (Role.OFFICER, 200), (Role.ADMINISTRATOR, 200)]


def url(audit: Audit) -> str:
    return reverse("audit_detail", args=[audit.pk])


# --- Who may --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role, status", ROLES)
def test_audit_pages_are_for_officers(as_role, role, status):
    client, open_audit, agreed = as_role(role), make_open_audit(), make_agreed_audit()
    pages = [
        reverse("audit_list"),
        url(open_audit),
        url(agreed),
        reverse("audit_conversation", args=[open_audit.pk]),
        reverse("audit_criterion", args=[open_audit.pk, "P-INT-01"]),
        reverse("audit_closing", args=[open_audit.pk]),
        reverse("audit_priorities", args=[open_audit.pk]),
    ]

    assert [client.get(page).status_code for page in pages] == [status] * 7


@pytest.mark.parametrize("role, may", [(None, False), (Role.VIEWER, False), (Role.OFFICER, True)])
def test_audit_writes_are_for_officers(as_role, role, may):
    client, audit, meeting = as_role(role), make_open_audit(), make_meeting()
    rating = {"P-INT-01-officer": "not_discussed", "P-INT-01-officer_before": "not_discussed",
              "P-INT-01-agreed": "red", "P-INT-01-agreed_before": "not_discussed"}  # fmt: skip

    client.post(reverse("audit_start", args=[meeting.pk]), {"phase": "primary"})
    client.post(reverse("audit_criterion", args=[audit.pk, "P-INT-01"]), rating)
    client.post(reverse("audit_closing", args=[audit.pk]), {"notes-strengths": "Singing"})

    audit.refresh_from_db()
    assert Audit.objects.filter(meeting=meeting).exists() == may
    assert (audit.ratings.get(criterion__code="P-INT-01").agreed == "red") == may
    assert (audit.strengths == "Singing") == may


def test_audit_pages_send_a_contact_of_the_school_to_sign_in(as_contact):
    audit = make_open_audit()
    client = as_contact(ContactFactory(school=audit.meeting.school))

    statuses = {
        client.get(url(audit)).status_code,
        client.get(reverse("audit_conversation", args=[audit.pk])).status_code,
        client.post(reverse("audit_conversation", args=[audit.pk])).status_code,
        client.post(reverse("audit_criterion", args=[audit.pk, "P-INT-01"])).status_code,
        client.get(reverse("audit_priorities", args=[audit.pk])).status_code,
        client.post(reverse("audit_agree", args=[audit.pk])).status_code,
    }

    assert statuses == {302}


def test_audit_addresses_that_write_do_nothing_when_merely_opened(client, officer):
    audit = make_open_audit()
    addresses = [
        reverse("audit_start", args=[audit.meeting_id]),
        reverse("audit_agree", args=[audit.pk]),
    ]

    assert [client.get(address).status_code for address in addresses] == [405] * 2


@pytest.mark.parametrize("name", ["audit_detail", "audit_conversation", "audit_closing", "audit_priorities"])
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
