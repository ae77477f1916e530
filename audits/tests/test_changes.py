"""One change at a time: what is stored, what the history says, and what two people at once come to."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from audits.models import Audit, AuditChange
from audits.services import Change, ChangeConflict, apply_change, apply_changes
from audits.tests.factories import make_agreed_audit, make_open_audit, rate
from schools.tests.factories import ContactFactory, UserFactory

pytestmark = pytest.mark.django_db

AGREED_ALREADY = "This audit is agreed, so it cannot be changed any more. Nothing was saved."


def stored(audit: Audit, code: str = "P-INT-01") -> tuple[str, str, int]:
    return audit.ratings.filter(criterion__code=code).values_list("agreed", "note", "version").get()


def change(field: str = "agreed", value: str = "green", before: str = "not_discussed", **rest) -> Change:
    return Change(**{"code": "P-INT-01", "field": field, "value": value, "before": before} | rest)


def history(audit: Audit) -> list[tuple[str, str, str, int]]:
    return list(audit.changes.values_list("field", "before", "after", "version"))


def test_apply_change_stores_it_and_writes_the_history():
    audit, officer = make_open_audit(), UserFactory()
    made_at = timezone.now() - timedelta(minutes=20)

    answer = apply_change(audit=audit, change=change(made_at=made_at), by=officer)

    assert (answer.value, answer.version, answer.by) == ("green", 1, officer.name)
    assert stored(audit) == ("green", "", 1)
    line = audit.changes.get()
    assert (line.field, line.before, line.after, line.by, line.made_at) == (
        "agreed",
        "not_discussed",
        "green",
        officer,
        made_at,
    )
    assert audit.ratings.get(criterion__code="P-INT-01").updated_by == officer


def test_apply_change_made_by_a_clock_that_is_ahead_counts_as_made_when_saved():
    audit, now = make_open_audit(), timezone.now()

    apply_change(audit=audit, change=change(made_at=now + timedelta(hours=3)), by=UserFactory(), now=now)

    assert (audit.changes.get().made_at, audit.changes.get().saved_at) == (now, now)


@pytest.mark.parametrize("clock", [datetime(1, 1, 1, tzinfo=timezone.get_fixed_timezone(14 * 60)),
                                   datetime(2020, 1, 1, tzinfo=UTC)])  # fmt: skip
def test_apply_change_made_by_a_clock_that_is_years_behind_counts_as_made_when_saved(clock):
    audit, now = make_open_audit(), timezone.now()

    apply_change(audit=audit, change=change(made_at=clock), by=UserFactory(), now=now)

    assert (audit.changes.get().made_at, audit.changes.get().saved_at) == (now, now)


def test_apply_change_sent_twice_is_done_once():
    audit, message, officer = make_open_audit(), change(), UserFactory()

    first = apply_change(audit=audit, change=message, by=officer)
    second = apply_change(audit=audit, change=message, by=officer)

    assert (first.value, first.version, first.by) == (second.value, second.version, second.by)
    assert history(audit) == [("agreed", "not_discussed", "green", 1)]


def test_apply_change_that_comes_again_after_a_later_one_does_not_undo_it():
    audit, first, officer = make_open_audit(), change(), UserFactory()
    apply_change(audit=audit, change=first, by=officer)
    apply_change(audit=audit, change=change(value="red", before="green"), by=officer)

    answer = apply_change(audit=audit, change=first, by=officer)

    assert (answer.value, answer.version) == ("red", 2)
    assert stored(audit) == ("red", "", 2)


def test_apply_change_to_another_field_of_the_same_rating_merges():
    audit = make_open_audit()
    apply_change(audit=audit, change=change(version=0), by=UserFactory())

    apply_change(audit=audit, change=change("note", "Known to few.", "", version=0), by=UserFactory())

    assert stored(audit) == ("green", "Known to few.", 2)


def test_apply_change_to_the_same_field_is_a_conflict_that_tells_both():
    audit, first = make_open_audit(), UserFactory(name="Amir Other")
    apply_change(audit=audit, change=change(value="amber"), by=first)

    with pytest.raises(ChangeConflict) as caught:
        apply_change(audit=audit, change=change(value="red", version=0), by=UserFactory())

    found = caught.value.stored
    assert (found.value, found.version, found.by) == ("amber", 1, "Amir Other")
    assert stored(audit) == ("amber", "", 1)
    assert audit.changes.count() == 1


def test_apply_change_to_what_somebody_else_chose_too_is_no_conflict():
    audit = make_open_audit()
    apply_change(audit=audit, change=change(), by=UserFactory())

    answer = apply_change(audit=audit, change=change(), by=UserFactory())

    assert (answer.value, answer.version) == ("green", 1)
    assert history(audit)[1] == ("agreed", "green", "green", 1)


def test_apply_change_of_the_audits_own_text_counts_its_own_version():
    audit = make_open_audit()

    answer = apply_change(audit=audit, change=change("strengths", "Singing", "", code=""), by=UserFactory())

    audit.refresh_from_db()
    assert (audit.strengths, audit.notes_version, answer.version) == ("Singing", 1, 1)


def test_apply_change_puts_a_criterion_aside_and_back():
    audit, officer = make_open_audit(), UserFactory()

    apply_change(audit=audit, change=change("is_parked", "yes", ""), by=officer)
    assert audit.ratings.get(criterion__code="P-INT-01").is_parked

    apply_change(audit=audit, change=change("is_parked", "", "yes"), by=officer)
    assert not audit.ratings.get(criterion__code="P-INT-01").is_parked


def test_apply_change_by_a_contact_is_the_schools_own():
    audit, contact = make_open_audit(), ContactFactory()

    apply_change(audit=audit, change=change("school", "amber"), by_contact=contact)

    line, rating = audit.changes.get(), audit.ratings.get(criterion__code="P-INT-01")
    assert (line.by, line.by_contact, rating.school, rating.agreed) == (None, contact, "amber", "not_discussed")


NOTHING_HERE = "This is nothing that can be changed here. Please load the page again."


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        ({"code": "P-XXX-99"}, "This audit has no criterion P-XXX-99."),
        ({"value": "purple"}, "P-INT-01: choose one of the ratings shown."),
        ({"value": "not_applicable"}, "P-INT-01 applies to every school: choose red, amber or green."),
        ({"field": "version", "value": "7"}, NOTHING_HERE),
        ({"field": "strengths"}, NOTHING_HERE),
        ({"field": "agreed", "code": ""}, NOTHING_HERE),
        ({"field": "is_parked", "value": "perhaps"}, "P-INT-01: it is either put aside or not."),
        (
            {"field": "note", "value": "x" * 5001, "before": ""},
            "This may have at most 5000 characters; it has 5001. Please shorten it.",
        ),
        (
            {"field": "note", "value": "a\x00b", "before": ""},
            "This text has a character that cannot be stored. Please type it anew.",
        ),
    ],
)
def test_apply_change_that_cannot_be_is_refused_and_leaves_no_trace(wrong, sentence):
    audit = make_open_audit()

    with pytest.raises(ValidationError) as caught:
        apply_change(audit=audit, change=change(**wrong), by=UserFactory())

    assert caught.value.messages == [sentence]
    assert (stored(audit), AuditChange.objects.count()) == (("not_discussed", "", 0), 0)


@pytest.mark.parametrize("field, value", [("agreed", "green"), ("officer", "green"), ("note", "x"), ("reason", "x")])
def test_apply_change_by_a_contact_to_what_is_the_hubs_is_refused(field, value):
    audit = make_open_audit()

    with pytest.raises(ValidationError) as caught:
        apply_change(audit=audit, change=change(field, value, ""), by_contact=ContactFactory())

    assert caught.value.messages == [NOTHING_HERE]


def test_apply_change_of_an_agreed_audit_is_refused():
    audit = make_agreed_audit()

    with pytest.raises(ValidationError) as caught:
        apply_change(audit=audit, change=change(value="red", before="green"), by=UserFactory())

    assert caught.value.messages == [AGREED_ALREADY]
    assert stored(audit) == ("green", "", 0)


def test_apply_change_under_an_id_of_another_audit_is_its_own():
    first, second, key = make_open_audit(), make_open_audit(), uuid.uuid4()

    for audit in (first, second):
        apply_change(audit=audit, change=change(change_id=key), by=UserFactory())

    assert (stored(first), stored(second)) == (("green", "", 1), ("green", "", 1))


# --- A whole page -------------------------------------------------------------------------------------------------


def test_apply_changes_stores_everything_and_counts_it():
    audit = make_open_audit()

    outcome = apply_changes(
        audit=audit,
        changes=[
            change("agreed", "red"),
            change("note", "Come back to this", "", code="P-INT-02"),
            change("strengths", "Singing", "", code=""),
        ],
        by=UserFactory(),
    )

    audit.refresh_from_db()
    assert (outcome.saved, outcome.is_complete) == (3, True)
    assert (stored(audit), stored(audit, "P-INT-02")) == (("red", "", 1), ("not_discussed", "Come back to this", 1))
    assert (audit.strengths, audit.notes_version, audit.changes.count()) == ("Singing", 1, 3)


def test_apply_changes_leaves_conflicts_and_stores_the_rest():
    audit = make_open_audit()
    rate(audit, agreed="amber", note="Theirs", by=UserFactory(name="Amir Other"))

    outcome = apply_changes(
        audit=audit,
        changes=[change("note", "Mine", ""), change("agreed", "green", code="P-INT-02")],
        by=UserFactory(),
    )

    assert outcome.saved == 1
    theirs = outcome.conflicts_of("P-INT-01")
    assert {field: (each.value, each.by) for field, each in theirs.items()} == {"note": ("Theirs", "Amir Other")}
    assert (stored(audit), stored(audit, "P-INT-02")) == (("amber", "Theirs", 2), ("green", "", 1))


def test_apply_changes_with_one_that_is_not_allowed_stores_none():
    audit = make_open_audit()

    with pytest.raises(ValidationError) as caught:
        apply_changes(
            audit=audit,
            changes=[change(), change("agreed", "not_applicable", code="P-INT-02")],
            by=UserFactory(),
        )

    assert caught.value.messages == ["P-INT-02 applies to every school: choose red, amber or green."]
    assert (stored(audit), audit.changes.count()) == (("not_discussed", "", 0), 0)


def test_apply_changes_of_an_agreed_audit_is_refused():
    with pytest.raises(ValidationError) as caught:
        apply_changes(audit=make_agreed_audit(), changes=[change(value="red", before="green")], by=UserFactory())

    assert caught.value.messages == [AGREED_ALREADY]
