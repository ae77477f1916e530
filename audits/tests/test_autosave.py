"""Where the audit page sends each change as it is made."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from audits.models import Audit
from audits.services import NotesChange, rate_criterion, save_notes
from audits.tests.factories import make_agreed_audit, make_open_audit
from schools.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

AGREED_ALREADY = "This audit is agreed, so it cannot be changed any more. Nothing was saved."
AT_10_42 = datetime(2026, 11, 5, 10, 42, tzinfo=UTC)


def send_rating(client: Client, audit: Audit, code: str = "P-INT-01", **changes: str):
    data = {"agreed": "amber", "note": "", "version": "0"} | changes
    return client.post(reverse("rating_save", args=[audit.pk, code]), data)


def send_notes(client: Client, audit: Audit, **changes: str):
    data = {"strengths": "Singing", "private_note": "", "version": "0"} | changes
    return client.post(reverse("audit_notes_save", args=[audit.pk]), data)


def stored(audit: Audit) -> tuple[str, str, int]:
    return audit.ratings.filter(criterion__code="P-INT-01").values_list("agreed", "note", "version").get()


@time_machine.travel(AT_10_42, tick=False)
def test_rating_save_stores_and_says_what_is_stored(client, officer):
    audit = make_open_audit()

    response = send_rating(client, audit, note="Known to few.\r\nStill.")

    assert response.status_code == 200
    assert response.json() == {
        "version": 1,
        "values": {"agreed": "amber", "note": "Known to few.\nStill."},
        "at": "10:42",
        "by": "Olga Officer",
    }
    assert stored(audit) == ("amber", "Known to few.\nStill.", 1)


def test_rating_save_asks_at_most_six_queries(client, officer, django_assert_num_queries):
    audit = make_open_audit()
    client.get(reverse("audit_list"))

    with django_assert_num_queries(5):
        response = send_rating(client, audit)

    assert response.status_code == 200


@time_machine.travel(AT_10_42, tick=False)
def test_rating_save_from_a_stale_page_answers_with_what_is_stored(client, officer):
    audit = make_open_audit()
    rate_criterion(
        audit=audit, code="P-INT-01", agreed="green", note="Theirs", version=0, by=UserFactory(name="Amir Other")
    )

    response = send_rating(client, audit, note="Mine")

    assert response.status_code == 409
    assert response.json() == {
        "version": 1,
        "values": {"agreed": "green", "note": "Theirs"},
        "at": "10:42",
        "by": "Amir Other",
    }
    assert stored(audit) == ("green", "Theirs", 1)


def test_rating_save_with_a_version_beyond_all_bounds_is_a_stale_page(client, officer):
    assert send_rating(client, make_open_audit(), version="9" * 30).status_code == 409


def test_rating_save_by_someone_who_left_no_name_still_answers(client, officer):
    audit = make_open_audit()
    audit.ratings.update(updated_by=None, version=3)

    assert send_rating(client, audit).json()["by"] == ""


@pytest.mark.parametrize(
    "code, changes, sentence",
    [
        ("P-INT-01", {"agreed": "purple"}, "Select a valid choice. purple is not one of the available choices."),
        ("P-INT-01", {"agreed": ""}, "Choose an answer for “Agreed rating”."),
        ("P-INT-01", {"agreed": "not_applicable"}, "P-INT-01 applies to every school: choose red, amber or green."),
        ("P-INT-01", {"version": ""}, "Fill in “Version”."),
        (
            "P-INT-01",
            {"note": "x" * 5001},
            "This may have at most 5000 characters; it has 5001. Please shorten it.",
        ),
        ("P-XXX-99", {}, "This audit has no criterion P-XXX-99."),
    ],
)
def test_rating_save_of_what_cannot_be_is_refused_with_a_sentence(client, officer, code, changes, sentence):
    audit = make_open_audit()

    response = send_rating(client, audit, code, **changes)

    assert (response.status_code, response.json()) == (400, {"error": sentence})
    assert not audit.ratings.filter(version__gt=0).exists()


def test_rating_save_of_an_agreed_audit_is_refused(client, officer):
    response = send_rating(client, make_agreed_audit())

    assert (response.status_code, response.json()) == (400, {"error": AGREED_ALREADY})


def test_rating_save_of_an_unknown_audit_is_a_404(client, officer):
    assert client.post(reverse("rating_save", args=[4711, "P-INT-01"])).status_code == 404


def test_rating_save_without_the_token_of_the_page_is_refused(officer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)
    audit = make_open_audit()

    assert send_rating(client, audit).status_code == 403
    assert stored(audit) == ("not_discussed", "", 0)


@time_machine.travel(AT_10_42, tick=False)
def test_notes_save_stores_and_says_what_is_stored(client, officer):
    audit = make_open_audit()

    response = send_notes(client, audit, private_note="Call in May")

    audit.refresh_from_db()
    expected: dict[str, Any] = {
        "version": 1,
        "values": {"strengths": "Singing", "private_note": "Call in May"},
        "at": "10:42",
        "by": "",
    }
    assert (response.status_code, response.json()) == (200, expected)
    assert (audit.strengths, audit.private_note) == ("Singing", "Call in May")


def test_notes_save_from_a_stale_page_answers_with_what_is_stored(client, officer):
    audit = make_open_audit()
    save_notes(audit=audit, change=NotesChange("Theirs", "", version=0), by=UserFactory())

    response = send_notes(client, audit)

    assert response.status_code == 409
    assert (response.json()["version"], response.json()["values"]["strengths"]) == (1, "Theirs")


def test_notes_save_of_a_text_too_long_is_refused_with_a_sentence(client, officer):
    response = send_notes(client, make_open_audit(), strengths="x" * 5001)

    assert response.status_code == 400
    assert response.json() == {"error": "This may have at most 5000 characters; it has 5001. Please shorten it."}


def test_notes_save_of_an_agreed_audit_is_refused(client, officer):
    response = send_notes(client, make_agreed_audit())

    assert (response.status_code, response.json()) == (400, {"error": AGREED_ALREADY})
