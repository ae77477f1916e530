"""Saving ratings and notes, also when two people do it at once."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from audits.models import Audit, Rating
from audits.services import (
    NotesChange,
    RatingChange,
    StaleRating,
    merge,
    rate_criterion,
    save_notes,
    save_ratings,
    save_sheet,
)
from audits.tests.factories import make_agreed_audit, make_open_audit
from schools.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

AGREED_ALREADY = "This audit is agreed, so it cannot be changed any more. Nothing was saved."


def stored(audit: Audit, code: str = "P-INT-01") -> tuple[str, str, int]:
    return audit.ratings.filter(criterion__code=code).values_list("agreed", "note", "version").get()


def rate(audit: Audit, code: str = "P-INT-01", agreed: str = "green", note: str = "", version: int = 0, **kwargs):
    return rate_criterion(
        audit=audit, code=code, agreed=agreed, note=note, version=version, by=kwargs.get("by") or UserFactory()
    )


def change(code: str = "P-INT-01", agreed: str = "green", note: str = "", version: int = 0, **before) -> RatingChange:
    return RatingChange(
        code=code,
        agreed=agreed,
        note=note,
        version=version,
        agreed_before=before.get("agreed_before", "not_discussed"),
        note_before=before.get("note_before", ""),
    )


# --- One criterion ------------------------------------------------------------------------------------------------


def test_rate_criterion_stores_rating_note_and_who():
    audit, officer = make_open_audit(), UserFactory()

    returned = rate(audit, agreed="amber", note="A vision, but few know it.", by=officer)

    rating = audit.ratings.get(criterion__code="P-INT-01")
    assert (rating.agreed, rating.note, rating.version, rating.updated_by) == (
        "amber",
        "A vision, but few know it.",
        1,
        officer,
    )
    assert timezone.now() - rating.updated_at < timedelta(minutes=1)
    assert (returned.agreed, returned.version, returned.updated_by) == ("amber", 1, officer)


def test_rate_criterion_leaves_the_other_criteria_alone():
    audit = make_open_audit()

    rate(audit)

    assert audit.ratings.filter(version=0, agreed="not_discussed").count() == 7


def test_rate_criterion_from_a_stale_page_stores_nothing_and_tells_what_is_there():
    audit, first = make_open_audit(), UserFactory()
    rate(audit, agreed="amber", note="First", by=first)

    with pytest.raises(StaleRating) as caught:
        rate(audit, agreed="red", note="Second", version=0)

    current = caught.value.current
    assert (current.agreed, current.note, current.version, current.updated_by) == ("amber", "First", 1, first)
    assert stored(audit) == ("amber", "First", 1)


@pytest.mark.parametrize(
    "code, agreed, sentence",
    [
        ("P-XXX-99", "green", "This audit has no criterion P-XXX-99."),
        ("P-INT-01", "purple", "P-INT-01: choose one of the ratings shown."),
        ("P-INT-01", "not_applicable", "P-INT-01 applies to every school: choose red, amber or green."),
    ],
)
def test_rate_criterion_with_what_cannot_be_is_refused(code, agreed, sentence):
    audit = make_open_audit()

    with pytest.raises(ValidationError) as caught:
        rate(audit, code=code, agreed=agreed)

    assert caught.value.messages == [sentence]
    assert not Rating.objects.filter(version__gt=0).exists()


def test_rate_criterion_not_applicable_where_the_framework_allows_it_is_stored():
    audit = make_open_audit()

    rate(audit, code="P-IMP-03", agreed="not_applicable")

    assert stored(audit, "P-IMP-03") == ("not_applicable", "", 1)


def test_rate_criterion_of_an_agreed_audit_is_refused():
    audit = make_agreed_audit()

    with pytest.raises(ValidationError) as caught:
        rate(audit, agreed="red")

    assert caught.value.messages == [AGREED_ALREADY]
    assert stored(audit) == ("green", "", 0)


@pytest.mark.django_db(transaction=True)
def test_rate_criterion_by_eight_people_at_once_stores_exactly_one():
    audit, officers = make_open_audit(), UserFactory.create_batch(8)
    results: list[str] = []
    together = threading.Barrier(len(officers))

    def save(number: int) -> None:
        together.wait()
        try:
            rate(audit, note=f"Note {number}", by=officers[number])
            results.append("saved")
        except StaleRating:
            results.append("stale")
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=(number,)) for number in range(len(officers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == ["saved"] + ["stale"] * 7
    assert stored(audit)[2] == 1


# --- A whole page -------------------------------------------------------------------------------------------------


def test_save_ratings_stores_what_changed_and_counts_it():
    audit, officer = make_open_audit(), UserFactory()

    outcome = save_ratings(
        audit=audit,
        changes=[
            change("P-INT-01", "red"),
            change("P-INT-02", "not_discussed", note="Come back to this"),
            change("P-INT-03", "not_discussed"),
        ],
        by=officer,
    )

    assert (outcome.saved, outcome.conflicts) == (2, {})
    assert stored(audit, "P-INT-01") == ("red", "", 1)
    assert stored(audit, "P-INT-02") == ("not_discussed", "Come back to this", 1)
    assert stored(audit, "P-INT-03") == ("not_discussed", "", 0)


def test_save_ratings_from_a_stale_page_keeps_what_only_the_others_changed():
    audit = make_open_audit()
    rate(audit, "P-INT-01", agreed="amber", note="Theirs")

    outcome = save_ratings(
        audit=audit, changes=[change("P-INT-01", "not_discussed"), change("P-INT-02", "red")], by=UserFactory()
    )

    assert (outcome.saved, outcome.conflicts) == (1, {})
    assert stored(audit, "P-INT-01") == ("amber", "Theirs", 1)
    assert stored(audit, "P-INT-02") == ("red", "", 1)


def test_save_ratings_from_a_stale_page_joins_their_rating_and_my_note():
    audit = make_open_audit()
    rate(audit, agreed="amber")

    outcome = save_ratings(audit=audit, changes=[change(agreed="not_discussed", note="Mine")], by=UserFactory())

    assert outcome.is_complete
    assert stored(audit) == ("amber", "Mine", 2)


def test_save_ratings_that_both_changed_returns_theirs_and_stores_the_rest():
    audit = make_open_audit()
    rate(audit, "P-INT-01", agreed="amber", note="Theirs")

    outcome = save_ratings(
        audit=audit,
        changes=[change("P-INT-01", "amber", note="Mine"), change("P-INT-02", "green")],
        by=UserFactory(),
    )

    assert outcome.saved == 1
    assert {code: rating.note for code, rating in outcome.conflicts.items()} == {"P-INT-01": "Theirs"}
    assert not outcome.is_complete
    assert stored(audit, "P-INT-01") == ("amber", "Theirs", 1)
    assert stored(audit, "P-INT-02") == ("green", "", 1)


def test_save_ratings_with_one_that_is_not_allowed_stores_none():
    audit = make_open_audit()

    with pytest.raises(ValidationError) as caught:
        save_ratings(
            audit=audit,
            changes=[change("P-INT-01", "green"), change("P-INT-02", "not_applicable")],
            by=UserFactory(),
        )

    assert caught.value.messages == ["P-INT-02 applies to every school: choose red, amber or green."]
    assert stored(audit) == ("not_discussed", "", 0)


def test_save_ratings_with_an_unknown_criterion_is_refused():
    with pytest.raises(ValidationError) as caught:
        save_ratings(audit=make_open_audit(), changes=[change("X-1")], by=UserFactory())

    assert caught.value.messages == ["This audit has no criterion X-1."]


def test_save_ratings_of_an_agreed_audit_is_refused():
    with pytest.raises(ValidationError) as caught:
        save_ratings(audit=make_agreed_audit(), changes=[change(agreed="red")], by=UserFactory())

    assert caught.value.messages == [AGREED_ALREADY]


# --- The two texts ------------------------------------------------------------------------------------------------


def test_save_notes_stores_both_texts():
    audit = make_open_audit()

    outcome = save_notes(
        audit=audit, change=NotesChange(strengths="Singing", private_note="Call again", version=0), by=UserFactory()
    )

    audit.refresh_from_db()
    assert outcome.saved == 1
    assert (audit.strengths, audit.private_note, audit.notes_version) == ("Singing", "Call again", 1)


def test_save_notes_unchanged_stores_nothing():
    audit = make_open_audit()

    outcome = save_notes(audit=audit, change=NotesChange(strengths="", private_note="", version=0), by=UserFactory())

    audit.refresh_from_db()
    assert (outcome.saved, audit.notes_version) == (0, 0)


@pytest.mark.parametrize("before", [None, ""])
def test_save_notes_from_a_stale_page_is_a_conflict(before):
    audit, by = make_open_audit(), UserFactory()
    save_notes(audit=audit, change=NotesChange(strengths="Theirs", private_note="", version=0), by=by)
    mine = NotesChange("Mine", "", version=0, strengths_before=before, private_note_before=before)

    outcome = save_notes(audit=audit, change=mine, by=by)

    audit.refresh_from_db()
    assert outcome.notes_conflict is not None
    assert (outcome.notes_conflict.strengths, audit.strengths) == ("Theirs", "Theirs")


def test_save_notes_from_a_stale_page_joins_their_strengths_and_my_private_note():
    audit, by = make_open_audit(), UserFactory()
    save_notes(audit=audit, change=NotesChange(strengths="Theirs", private_note="", version=0), by=by)
    mine = NotesChange("", "Mine", version=0, strengths_before="", private_note_before="")

    outcome = save_notes(audit=audit, change=mine, by=by)

    audit.refresh_from_db()
    assert outcome.is_complete
    assert (audit.strengths, audit.private_note, audit.notes_version) == ("Theirs", "Mine", 2)


def test_save_notes_of_an_agreed_audit_is_refused():
    with pytest.raises(ValidationError) as caught:
        save_notes(audit=make_agreed_audit(), change=NotesChange("Other", "", version=0), by=UserFactory())

    assert caught.value.messages == [AGREED_ALREADY]


def test_save_sheet_stores_ratings_and_texts_together():
    audit = make_open_audit()

    outcome = save_sheet(
        audit=audit, changes=[change(agreed="red")], notes=NotesChange("Singing", "", version=0), by=UserFactory()
    )

    audit.refresh_from_db()
    assert (outcome.saved, outcome.is_complete) == (2, True)
    assert (stored(audit)[0], audit.strengths) == ("red", "Singing")


@pytest.mark.parametrize(
    "mine, theirs, before, kept",
    [
        ("a", "a", "a", "a"),
        ("b", "a", "a", "b"),
        ("a", "b", "a", "b"),
        ("b", "b", "a", "b"),
        ("b", "c", "a", None),
        ("", "b", "a", None),
        ("", "a", "a", ""),
        ("b", "c", None, None),
        ("c", "c", None, "c"),
    ],
)
def test_merge_of_two_changes_keeps_the_one_that_was_made(mine, theirs, before, kept):
    assert merge(mine, theirs, before=before) == kept
