"""An open audit goes on with a newer version of its framework."""

import threading
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audits.models import Audit, AuditStatus, Framework
from audits.services import Change, apply_change, apply_changes, carry_over_audit, publish_framework, save_priorities
from audits.tests.factories import (
    FrameworkFactory,
    make_agreed_audit,
    make_meeting,
    make_open_audit,
    make_priorities,
    rate,
    small_data,
)
from schools.models import TimelineEvent
from schools.tests.factories import ContactFactory, UserFactory

MAPPING = {"P-INT-01": "P-INT-09", "P-INT-02": ["P-INT-02", "P-INT-03"], "P-INT-03": "none"}


def newer_data(**changes: Any) -> dict[str, Any]:
    """Version 1.1: P-INT-01 has another code, P-INT-02 was split, P-IMP-03 applies to every school."""
    data = small_data(version="1.1", replaces="1.0", mapping=MAPPING, **changes)
    data["sections"][0]["criteria"][0]["code"] = "P-INT-09"
    criterion = data["sections"][1]["criteria"][2]
    criterion["allow_not_applicable"] = False
    del criterion["not_applicable_when"]
    return data


def publish_newer(**changes: Any) -> Framework:
    return publish_framework(definition_data=newer_data(**changes), by=None)


def filled_audit() -> Audit:
    audit = make_open_audit(framework=FrameworkFactory())
    rate(audit, school="amber", officer="red", agreed="green", note="Seen.", reason="We heard it.", is_parked="yes")
    rate(audit, "P-INT-02", agreed="red", note="Split.")
    rate(audit, "P-IMP-03", agreed="not_applicable", school_note="Infants only.")
    apply_changes(
        audit=audit, changes=[Change(field="private_note", value="Call the head.", before="")], by=UserFactory()
    )
    return Audit.objects.get(pk=audit.pk)


def answers(audit: Audit) -> dict[str, tuple[str, ...]]:
    """The answers of each criterion that has one."""
    names = ("criterion__code", "school", "officer", "agreed", "note", "school_note", "reason", "is_parked", "version")
    rows = audit.ratings.order_by("criterion__position").values_list(*names)
    return {row[0]: row[1:] for row in rows if row[-1]}


def carry(audit: Audit, **kwargs: Any) -> Audit:
    return carry_over_audit(audit=audit, **{"by": UserFactory(), "now": timezone.now()} | kwargs)


@pytest.mark.django_db
def test_carry_over_audit_takes_every_answer_that_has_a_place():
    old, officer, now = filled_audit(), UserFactory(), timezone.now()
    before = answers(old)
    newer = publish_newer()

    new = carry(old, by=officer, now=now)

    old.refresh_from_db()
    assert (old.status, new.status, new.carried_from, new.framework) == ("carried", "open", old, newer)
    assert (new.started_by, new.started_at, new.private_note, new.notes_version) == (officer, now, "Call the head.", 1)
    assert answers(new) == {
        "P-INT-09": ("amber", "red", "green", "Seen.", "", "We heard it.", True, 6),
        "P-IMP-03": ("not_discussed", "not_discussed", "not_discussed", "", "Infants only.", "", False, 1),
    }
    assert new.ratings.count() == newer.criteria.count()
    assert answers(old) == before


@pytest.mark.django_db
def test_carry_over_audit_writes_each_value_into_the_history():
    old, officer, now = filled_audit(), UserFactory(), timezone.now()
    publish_newer()

    new = carry(old, by=officer, now=now)

    lines = new.changes.values_list("criterion__code", "field", "before", "after", "version")
    assert list(lines) == [
        (None, "private_note", "", "Call the head.", 1),
        ("P-INT-09", "school", "not_discussed", "amber", 1),
        ("P-INT-09", "officer", "not_discussed", "red", 2),
        ("P-INT-09", "agreed", "not_discussed", "green", 3),
        ("P-INT-09", "note", "", "Seen.", 4),
        ("P-INT-09", "reason", "", "We heard it.", 5),
        ("P-INT-09", "is_parked", "", "yes", 6),
        ("P-IMP-03", "school_note", "", "Infants only.", 1),
    ]
    assert set(new.changes.values_list("by", "made_at", "saved_at")) == {(officer.pk, now, now)}


@pytest.mark.django_db
def test_carry_over_audit_keeps_what_the_school_said_and_writes_the_timeline():
    old, contact = filled_audit(), ContactFactory()
    Audit.objects.filter(pk=old.pk).update(school_done_at=old.started_at, school_done_by=contact)
    publish_newer()

    new = carry(old)

    assert (new.school_done_at, new.school_done_by) == (old.started_at, contact)
    event = TimelineEvent.objects.get(school=old.meeting.school)
    assert event.text == "Small primary audit goes on with version 1.1 (begun with 1.0)."


@pytest.mark.django_db
def test_carry_over_audit_maps_the_criteria_of_priorities_and_keeps_all_words():
    old = filled_audit()
    save_priorities(
        audit=old,
        complete=[],
        draft=[{"criterion": "P-INT-01", "action": "Write it down"}, {"criterion": "P-INT-02", "action": "Name one"}],
        version=0,
        by=UserFactory(),
    )
    make_priorities(old, ["P-INT-01", "P-INT-02", "P-IPC-01"])
    publish_newer()

    new = carry(old)

    assert new.priorities_draft == [
        {"criterion": "P-INT-09", "action": "Write it down"},
        {"criterion": "", "action": "Name one"},
    ]
    assert new.priorities_version == 1
    assert list(new.priorities.values_list("number", "criterion__code", "criterion__framework", "action")) == [
        (1, "P-INT-09", new.framework_id, "Action 1"),
        (3, "P-IPC-01", new.framework_id, "Action 3"),
    ]
    assert old.priorities.count() == 3


@pytest.mark.django_db
def test_carry_over_audit_twice_returns_the_same_audit():
    old = filled_audit()
    publish_newer()

    first, second = carry(old), carry(old)

    assert first == second
    assert old.meeting.audits.count() == 2


@pytest.mark.django_db
def test_carry_over_audit_of_the_published_version_is_refused():
    with pytest.raises(ValidationError, match="is of the newest version already"):
        carry(make_open_audit())


@pytest.mark.django_db
def test_carry_over_audit_that_is_agreed_is_refused():
    audit = make_agreed_audit()
    publish_newer()

    with pytest.raises(ValidationError, match="This audit is agreed"):
        carry(audit)


@pytest.mark.django_db
def test_change_of_an_audit_that_was_carried_over_is_refused():
    old = filled_audit()
    publish_newer()
    carry(old)

    with pytest.raises(ValidationError, match="goes on with a newer version"):
        apply_change(
            audit=old,
            change=Change(code="P-IPC-01", field="agreed", value="red", before="not_discussed"),
            by=UserFactory(),
        )
    with pytest.raises(IntegrityError, match="cannot change"), transaction.atomic():
        old.ratings.update(agreed="red")


@pytest.mark.django_db
def test_audit_carried_from_one_that_is_open_or_of_another_meeting_is_refused():
    old, newer = filled_audit(), publish_newer()
    carried = carry(old)

    for fields in (
        {"meeting": make_meeting(), "carried_from": old},
        {"meeting": carried.meeting, "carried_from": carried},
    ):
        with pytest.raises(IntegrityError, match="was not carried over at this meeting"), transaction.atomic():
            Audit.objects.create(framework=newer, started_by=UserFactory(), **fields)


@pytest.mark.django_db
def test_second_audit_carried_from_the_same_one_is_refused():
    old = filled_audit()
    publish_newer()
    new = carry(old)
    Audit.objects.filter(pk=new.pk).update(status=AuditStatus.CARRIED_OVER)
    third = publish_framework(definition_data=small_data(version="1.2"), by=None)

    with pytest.raises(IntegrityError, match="carried_from_id"), transaction.atomic():
        Audit.objects.create(framework=third, started_by=UserFactory(), meeting=old.meeting, carried_from=old)


@pytest.mark.django_db(transaction=True)
def test_carry_over_audit_clicked_twice_at_once_while_others_save_loses_nothing():
    old = filled_audit()
    publish_newer()
    officers = [UserFactory(), UserFactory()]
    together, results, acknowledged = threading.Barrier(4), [], []

    def act(work) -> None:
        together.wait()
        try:
            work()
        finally:
            connection.close()

    def save(code: str) -> None:
        message = Change(code=code, field="agreed", value="green", before="not_discussed")
        try:
            apply_change(audit=old, change=message, by=officers[0])
        except ValidationError:
            return
        acknowledged.append(code)

    works = [lambda officer=officer: results.append(carry(old, by=officer)) for officer in officers]
    works += [lambda code=code: save(code) for code in ("P-IMP-01", "P-IPC-01")]
    threads = [threading.Thread(target=act, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({audit.pk for audit in results}) == 1
    assert len(results) == 2
    new = results[0]
    kept = new.ratings.filter(agreed="green", criterion__code__in=("P-IMP-01", "P-IPC-01"))
    assert sorted(kept.values_list("criterion__code", flat=True)) == sorted(acknowledged)


def open_page(user, audit: Audit):
    client = Client()
    client.force_login(user)
    return client.get(reverse("audit_carry_over", args=[audit.pk]))


@pytest.mark.django_db
def test_carry_over_page_lists_what_would_stay_behind(django_assert_num_queries):
    old = filled_audit()
    publish_newer()

    page = open_page(UserFactory(), old)

    plan = page.context["plan"]
    assert [(left.code, left.reason) for left in plan.left_behind] == [
        ("P-INT-02", "P-INT-02 was split into P-INT-02 and P-INT-03 in version 1.1."),
        ("P-IMP-03", "P-IMP-03 applies to every school now: rate it anew."),
    ]
    assert [rating.criterion.code for rating, _ in plan.taken] == ["P-INT-01", "P-IMP-03"]
    assert "Split." in page.content.decode()


@pytest.mark.django_db
def test_carry_over_page_then_says_what_stayed_behind(client):
    old = filled_audit()
    publish_newer()
    client.force_login(UserFactory())

    answer = client.post(reverse("audit_carry_over", args=[old.pk]))

    new = old.meeting.audits.open().get()
    assert answer.url == reverse("audit_carry_over", args=[new.pk])
    page = client.get(answer.url)
    assert [left.code for left in page.context["plan"].left_behind] == ["P-INT-02", "P-IMP-03"]
    assert "This audit now goes on with version 1.1." in page.content.decode()


@pytest.mark.django_db
def test_carry_over_page_with_nothing_left_leads_to_the_conversation(client):
    old = make_open_audit(framework=FrameworkFactory())
    publish_newer()
    client.force_login(UserFactory())

    answer = client.post(reverse("audit_carry_over", args=[old.pk]))

    assert answer.url == reverse("audit_conversation", args=[old.meeting.audits.open().get().pk])


@pytest.mark.django_db
def test_carry_over_page_of_an_agreed_audit_says_why_not(client):
    audit = make_agreed_audit()
    client.force_login(UserFactory())

    answer = client.post(reverse("audit_carry_over", args=[audit.pk]), follow=True)

    assert answer.redirect_chain[0][0] == reverse("audit_detail", args=[audit.pk])
    assert [str(message) for message in answer.context["messages"]] == [
        "This audit is agreed. It keeps the version of the framework that it was agreed with."
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("role, status", [("viewer", 403), ("officer", 404), ("administrator", 404)])
def test_carry_over_page_without_a_newer_version_is_not_there(role, status):
    assert open_page(UserFactory(role=role), make_open_audit()).status_code == status


@pytest.mark.django_db
def test_carry_over_page_asks_strangers_to_sign_in(client):
    answer = client.get(reverse("audit_carry_over", args=[filled_audit().pk]))

    assert (answer.status_code, answer.url.split("?")[0]) == (302, reverse("account_login"))


@pytest.mark.django_db
@pytest.mark.parametrize("is_newer", [True, False])
def test_page_of_an_open_audit_says_that_a_newer_version_is_published(client, is_newer):
    audit = make_open_audit(framework=FrameworkFactory())
    if is_newer:
        publish_newer()
    client.force_login(UserFactory())

    page = client.get(reverse("audit_detail", args=[audit.pk])).content.decode()

    assert ("A newer version 1.1 of this audit is published" in page) is is_newer
