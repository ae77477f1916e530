"""Where a device sends each change of an audit, and hears of what others have changed."""

import logging
import threading
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits.models import Audit, AuditChange, AuditStatus
from audits.tests.factories import make_agreed_audit, make_open_audit, rate
from hubportal.accounts.models import Role
from schools.tests.factories import ContactFactory, UserFactory

pytestmark = pytest.mark.django_db

AGREED_ALREADY = "This audit is agreed, so it cannot be changed any more. Nothing was saved."
CARRIED_OVER = "This audit goes on with a newer version of its framework. Open it anew: nothing was saved here."
AT_10_42 = datetime(2026, 11, 5, 10, 42, tzinfo=UTC)
SECRET = "The deputy said something in confidence"


def message(**changes: str) -> dict[str, str]:
    about = {"id": str(uuid.uuid4()), "code": "P-INT-01", "field": "agreed", "made_at": "2026-11-05T10:30:00.000Z"}
    return about | {"value": "amber", "before": "not_discussed", "version": "0"} | changes


def send(client: Client, audit: Audit, **changes: str) -> HttpResponse:
    return client.post(reverse("audit_changes", args=[audit.pk]), message(**changes))


def hear(client: Client, audit: Audit, **query: object) -> HttpResponse:
    return client.get(reverse("audit_changes", args=[audit.pk]), query)


def stored(audit: Audit) -> tuple[str, str, int]:
    return audit.ratings.filter(criterion__code="P-INT-01").values_list("agreed", "note", "version").get()


@time_machine.travel(AT_10_42, tick=False)
def test_change_is_stored_and_answered_with_what_is_stored(client, officer):
    audit, sent = make_open_audit(), message(field="note", value="Known to few.\r\nStill. ", before="")

    response = client.post(reverse("audit_changes", args=[audit.pk]), sent | {"author": str(officer.pk)})

    assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")
    assert response.json() == {
        "id": sent["id"],
        "code": "P-INT-01",
        "field": "note",
        "value": "Known to few.\nStill. ",
        "version": 1,
        "by": "Olga Officer",
        "at": "10:42",
    }
    assert stored(audit) == ("not_discussed", "Known to few.\nStill. ", 1)
    line = audit.changes.get()
    assert (line.by, line.made_at, line.saved_at) == (officer, AT_10_42 - timedelta(minutes=12), AT_10_42)


@pytest.mark.parametrize(
    "about", [{}, {"code": "", "field": "strengths", "before": ""}, {"code": "P-INT-02", "field": "note", "before": ""}]
)
def test_change_is_stored_in_six_queries(client, officer, about):
    audit = make_open_audit()
    client.get(reverse("audit_list"))

    with CaptureQueriesContext(connection) as context:
        response = send(client, audit, **about)

    queries = [query["sql"] for query in context if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert (response.status_code, len(queries)) == (200, 6), queries


def test_change_sent_again_is_answered_again_and_stored_once(client, officer):
    audit, sent = make_open_audit(), message()
    url = reverse("audit_changes", args=[audit.pk])

    answers = [client.post(url, sent) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [answer.json()["version"] for answer in answers] == [1, 1, 1]
    assert audit.changes.count() == 1


@time_machine.travel(AT_10_42, tick=False)
def test_change_from_a_stale_page_is_answered_with_what_somebody_else_left(client, officer):
    audit = make_open_audit()
    rate(audit, agreed="green", by=UserFactory(name="Amir Other"))

    response = send(client, audit, value="red")

    assert response.status_code == 409
    answer = response.json()
    assert (answer["value"], answer["version"], answer["by"], answer["at"]) == ("green", 1, "Amir Other", "10:42")
    assert stored(audit) == ("green", "", 1)


def test_change_of_another_field_than_somebody_else_changed_is_stored(client, officer):
    audit = make_open_audit()
    rate(audit, agreed="green")

    response = send(client, audit, field="note", value="Mine", before="")

    assert (response.status_code, stored(audit)) == (200, ("green", "Mine", 2))


REFUSED: list[tuple[dict[str, str], str]] = [
    ({"value": "purple"}, "P-INT-01: choose one of the ratings shown."),
    ({"value": "not_applicable"}, "P-INT-01 applies to every school: choose red, amber or green."),
    ({"code": "P-XXX-99"}, "This audit has no criterion P-XXX-99."),
    ({"code": ""}, "This is nothing that can be changed here. Please load the page again."),
    ({"field": "strengths"}, "This is nothing that can be changed here. Please load the page again."),
    (
        {"field": "note", "before": "", "value": "x" * 5001},
        "This may have at most 5000 characters; it has 5001. Please shorten it.",
    ),
]


@pytest.mark.parametrize("changes, sentence", REFUSED)
def test_change_that_cannot_be_is_refused_with_a_sentence(client, officer, changes, sentence):
    audit = make_open_audit()

    response = send(client, audit, **changes)

    assert (response.status_code, response.json()) == (400, {"error": sentence})
    assert not AuditChange.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "seven"},
        {"field": "status"},
        {"value": "x" * 20_001},
        {"before": "x" * 20_001},
        {"version": "9" * 30},
        {"version": "-1"},
        {"made_at": "yesterday"},
        {"code": "P" * 21},
        {"author": "me"},
    ],
)
def test_change_that_no_page_of_ours_sends_is_refused(client, officer, changes):
    audit = make_open_audit()

    response = send(client, audit, **changes)

    assert response.status_code == 400
    assert response.json()["error"]
    assert not AuditChange.objects.exists()


def test_change_larger_than_any_text_is_refused_before_it_is_read(client, officer, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 50_000
    audit = make_open_audit()

    assert send(client, audit, field="note", value="x" * 60_000).status_code == 400
    assert not AuditChange.objects.exists()


def test_change_without_a_version_is_judged_by_what_was_there_before(client, officer):
    audit = make_open_audit()

    assert send(client, audit, version="").status_code == 200
    assert send(client, audit, version="", value="red", before="not_discussed").status_code == 409


@pytest.mark.parametrize(
    "status, sentence", [(AuditStatus.AGREED, AGREED_ALREADY), (AuditStatus.CARRIED_OVER, CARRIED_OVER)]
)
def test_change_of_an_audit_that_is_closed_is_refused_and_hearing_says_so(client, officer, status, sentence):
    audit = make_agreed_audit() if status == AuditStatus.AGREED else make_open_audit()
    if status == AuditStatus.CARRIED_OVER:
        Audit.objects.filter(pk=audit.pk).update(status=status)

    response = send(client, audit)

    assert (response.status_code, response.json()) == (400, {"error": sentence})
    assert hear(client, audit).json()["status"] == status


def test_change_made_under_another_account_is_not_stored_in_this_ones_name(client, officer):
    audit, other = make_open_audit(), UserFactory()

    for response in [send(client, audit, author=str(other.pk)), hear(client, audit, author=other.pk)]:
        assert response.status_code == 403
        assert response.json() == {
            "error": "These changes were made under another account. Sign in with that one to send them."
        }
    assert not AuditChange.objects.exists()


def test_change_of_nobody_signed_in_is_answered_in_words_and_not_led_elsewhere(client):
    audit = make_open_audit()

    for response in [send(client, audit), hear(client, audit)]:
        assert (response.status_code, response.json()) == (
            401,
            {"error": "You are signed out. Sign in again: nothing is lost."},
        )
    assert not AuditChange.objects.exists()


def test_change_by_a_viewer_is_refused(as_role):
    audit, client = make_open_audit(), as_role(Role.VIEWER)

    assert (send(client, audit).status_code, hear(client, audit).status_code) == (403, 403)
    assert not AuditChange.objects.exists()


def test_change_by_a_contact_of_the_school_is_refused_here(as_contact):
    audit = make_open_audit()
    client = as_contact(ContactFactory(school=audit.meeting.school))

    assert (send(client, audit).status_code, hear(client, audit).status_code) == (401, 401)
    assert not AuditChange.objects.exists()


def test_change_by_an_administrator_is_stored(client):
    audit = make_open_audit()
    client.force_login(UserFactory(role=Role.ADMINISTRATOR))

    assert send(client, audit).status_code == 200


def test_change_of_an_unknown_audit_is_a_404(client, officer):
    url = reverse("audit_changes", args=[4711])

    assert (client.post(url, message()).status_code, client.get(url).status_code) == (404, 404)


def test_change_needs_the_token_that_hearing_brings(officer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)
    audit, url = make_open_audit(), ""
    url = reverse("audit_changes", args=[audit.pk])
    assert client.post(url, message()).status_code == 403
    assert not AuditChange.objects.exists()

    token = client.get(url).cookies["csrftoken"].value

    assert client.post(url, message(), headers={"X-CSRFToken": token}).status_code == 200


def test_change_is_never_written_to_the_log(client, officer, caplog):
    audit = make_open_audit()
    caplog.set_level(logging.DEBUG)

    send(client, audit, field="note", value=SECRET, before="")
    send(client, audit, field="note", value=SECRET + "!", before="Something else", version="0")
    send(client, audit, field="agreed", value=SECRET)
    send(client, make_agreed_audit(), field="note", value=SECRET)
    client.logout()
    send(client, audit, field="note", value=SECRET)

    assert "Bad Request: /audits/" in caplog.text
    ours = [record for record in caplog.records if record.name != "django.db.backends"]
    assert [record for record in ours if SECRET in record.getMessage()] == []


@pytest.mark.django_db(transaction=True)
def test_change_that_arrives_twice_at_the_same_moment_is_stored_once():
    audit, officer, sent = make_open_audit(), UserFactory(), message()
    start, answers = threading.Barrier(2), []

    def arrive() -> None:
        client = Client()
        client.force_login(officer)
        start.wait()
        response = client.post(reverse("audit_changes", args=[audit.pk]), sent)
        answers.append((response.status_code, response.json()["value"], response.json()["version"]))
        connection.close()

    threads = [threading.Thread(target=arrive) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [(200, "amber", 1), (200, "amber", 1)]
    assert audit.changes.count() == 1


def lines(response: HttpResponse) -> list[tuple[str, str, str, int]]:
    return [(each["code"], each["field"], each["value"], each["version"]) for each in response.json()["changes"]]


def test_hearing_tells_the_last_change_of_each_field(client, officer):
    audit = make_open_audit()
    other = UserFactory(name="Amir Other")
    with time_machine.travel(AT_10_42, tick=False):
        rate(audit, agreed="red", by=other)
        rate(audit, agreed="green", note="Two choirs", by=other)
        rate(audit, "P-IMP-01", agreed="amber", by=other)
        send(client, audit, code="", field="strengths", value="Singing", before="")

        response = hear(client, audit, after=0, author=officer.pk)

    assert sorted(lines(response)) == [
        ("", "strengths", "Singing", 1),
        ("P-IMP-01", "agreed", "amber", 1),
        ("P-INT-01", "agreed", "green", 2),
        ("P-INT-01", "note", "Two choirs", 3),
    ]
    about = {each["field"]: (each["by"], each["at"]) for each in response.json()["changes"]}
    assert about["note"] == ("Amir Other", "10:42")
    assert response.json()["status"] == "open"


def test_hearing_goes_on_from_the_last_line_that_has_settled(client, officer):
    audit = make_open_audit()
    with time_machine.travel(AT_10_42, tick=False):
        rate(audit, agreed="red")
        first = audit.changes.get().pk
        assert hear(client, audit).json()["last"] == 0
    with time_machine.travel(AT_10_42 + timedelta(seconds=10), tick=False):
        rate(audit, note="Just now")

        response = hear(client, audit, after=first)

        # What is younger than ten seconds is told once more.
        assert (response.json()["last"], lines(response)) == (first, [("P-INT-01", "note", "Just now", 2)])
        assert lines(hear(client, audit, after=response.json()["last"])) == [("P-INT-01", "note", "Just now", 2)]


def test_hearing_after_a_line_that_the_portal_does_not_know_says_where_it_stands(client, officer):
    audit = make_open_audit()
    with time_machine.travel(AT_10_42, tick=False):
        rate(audit, agreed="red")

    response = hear(client, audit, after=audit.changes.get().pk + 7)

    assert (response.json()["last"], lines(response)) == (audit.changes.get().pk, [])


@pytest.mark.parametrize("after", ["", "x", "-3", "9" * 30])
def test_hearing_after_anything_else_begins_at_the_beginning(client, officer, after):
    audit = make_open_audit()
    rate(audit, agreed="red")

    assert lines(hear(client, audit, after=after)) == [("P-INT-01", "agreed", "red", 1)]


def test_hearing_asks_the_same_queries_for_one_line_and_for_many(client, officer, django_assert_num_queries):
    audit = make_open_audit()
    rate(audit, agreed="red")
    client.get(reverse("audit_list"))

    for _ in range(2):
        with django_assert_num_queries(5):
            response = hear(client, audit)
        assert response.status_code == 200
        rate(audit, "P-IMP-01", agreed="amber", note="One", officer="red")


def test_hearing_tells_nothing_of_another_audit(client, officer):
    audit, other = make_open_audit(), make_open_audit()
    rate(other, agreed="red")

    assert lines(hear(client, audit)) == []


def test_hearing_leaves_out_what_changed_nothing(client, officer):
    audit = make_open_audit()
    rate(audit, agreed="red")
    send(client, audit, value="red")
    expected: list[Any] = [("P-INT-01", "agreed", "red", 1)]

    assert (audit.changes.count(), lines(hear(client, audit))) == (2, expected)
