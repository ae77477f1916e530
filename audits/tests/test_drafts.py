"""Writing, publishing and discarding a draft."""

import threading
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.utils import timezone

from audits.models import Framework, FrameworkDraft
from audits.queries.drafts import draft_page
from audits.rules.drafting import Part, Place, file_of_data, fingerprint, part_of
from audits.services.drafts import (
    NEW,
    StalePart,
    begin_draft,
    discard_draft,
    move_draft_part,
    publish_draft,
    remove_draft_part,
    save_draft_part,
    upload_draft,
)
from audits.tests.factories import FrameworkFactory, small_data
from schools.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
FIRST = Place(Part.CRITERION, 1, 1)


def act(**kwargs: Any) -> dict[str, Any]:
    kwargs.setdefault("now", timezone.now())
    return kwargs if "by" in kwargs else kwargs | {"by": UserFactory(role="administrator")}


def draft_of(phase: str = "primary") -> FrameworkDraft:
    return begin_draft(phase=phase, **act())


def seen(draft: FrameworkDraft, place: Place) -> str:
    draft.refresh_from_db()
    return fingerprint(part_of(draft.data, place))


def save(draft: FrameworkDraft, place: Place, value: dict[str, Any], **kwargs: Any) -> Place:
    if "seen" not in kwargs:
        kwargs["seen"] = seen(draft, place)
    return save_draft_part(draft=draft, place=place, value=value, **act(**kwargs))


def test_begin_draft_starts_from_the_published_version():
    published, by = FrameworkFactory(), UserFactory()

    draft = begin_draft(phase="primary", by=by, now=timezone.now())

    assert (draft.base, draft.created_by, draft.revision) == (published, by, 0)
    assert draft.data == small_data(version="1.1", replaces="1.0")
    assert draft_page(draft).mends == ()


def test_begin_draft_twice_returns_the_open_one():
    FrameworkFactory()

    assert draft_of() == draft_of()


def test_begin_draft_with_nothing_published_lists_all_that_is_needed():
    page = draft_page(draft_of("secondary"))

    assert (page.is_ready, page.published, page.changes) == (False, None, None)
    assert page.mends[-1].sentence == "The framework has no scoring."


def test_save_draft_part_stores_what_was_typed_however_wrong():
    FrameworkFactory()
    draft, by, now = draft_of(), UserFactory(), timezone.now()

    place = save(draft, FIRST, {"code": "", "title": "Half a thought"}, by=by, now=now)

    draft.refresh_from_db()
    assert part_of(draft.data, place) == {"code": "", "title": "Half a thought"}
    assert (draft.revision, draft.updated_by, draft.updated_at) == (1, by, now)
    assert FIRST in {mend.place for mend in draft_page(draft).mends}


def test_save_draft_part_twice_from_the_same_page_is_refused_and_shows_theirs():
    FrameworkFactory()
    draft = draft_of()
    before, code = seen(draft, FIRST), part_of(draft.data, FIRST)["code"]
    save(draft, FIRST, {"code": code, "title": "Theirs"})

    with pytest.raises(StalePart) as caught:
        save(draft, FIRST, {"code": code, "title": "Mine"}, seen=before, code=code)

    assert (caught.value.place, caught.value.part) == (FIRST, {"code": code, "title": "Theirs"})
    assert save(draft, FIRST, {"code": code, "title": "Mine"}, seen=caught.value.seen) == FIRST


def test_save_draft_part_while_others_write_other_parts_is_no_conflict():
    FrameworkFactory()
    draft = draft_of()
    before = seen(draft, FIRST)
    save(draft, Place(Part.FACTS), {"title": "Theirs"})
    move_draft_part(draft=draft, place=FIRST, by_places=1, seen=before, **act())

    place = save(draft, FIRST, {"code": "P-INT-01", "title": "Mine"}, seen=before)

    draft.refresh_from_db()
    assert place == Place(Part.CRITERION, 1, 2)
    assert (draft.data["title"], part_of(draft.data, place)["title"]) == ("Theirs", "Mine")


def test_save_draft_part_that_was_removed_says_so_and_comes_last_the_next_time():
    FrameworkFactory()
    draft = draft_of()
    before = seen(draft, FIRST)
    remove_draft_part(draft=draft, place=FIRST, seen=before, **act())

    with pytest.raises(StalePart) as caught:
        save(draft, FIRST, {"code": "P-INT-01"}, seen=before, code="P-INT-01")

    assert (caught.value.part, caught.value.seen) == (None, NEW)
    assert save(draft, FIRST, {"code": "P-INT-01"}, seen=NEW) == Place(Part.CRITERION, 1, 3)


def test_save_draft_part_into_a_section_that_is_gone_is_refused():
    FrameworkFactory()

    with pytest.raises(ValidationError, match="section of this criterion has been removed"):
        save(draft_of(), Place(Part.CRITERION, 9), {"code": "A-1"}, seen=NEW)


def test_remove_draft_part_of_a_section_with_criteria_is_refused():
    FrameworkFactory()
    draft, section = draft_of(), Place(Part.SECTION, 1)

    with pytest.raises(ValidationError, match="still has criteria"):
        remove_draft_part(draft=draft, place=section, seen=seen(draft, section), **act())


def test_move_draft_part_that_has_changed_is_refused():
    FrameworkFactory()

    with pytest.raises(ValidationError, match="has changed this in the meantime"):
        move_draft_part(draft=draft_of(), place=FIRST, by_places=1, seen="another", **act())


def test_upload_draft_replaces_it_and_keeps_what_is_wrong():
    FrameworkFactory()
    draft = draft_of()
    text = file_of_data(small_data(version="nine", title="Uploaded"))

    upload_draft(draft=draft, text=text, revision=0, **act())

    draft.refresh_from_db()
    assert (draft.data["title"], draft.revision) == ("Uploaded", 1)
    assert [mend.sentence for mend in draft_page(draft).mends] == [
        "The framework: version must look like 1.0, not 'nine'."
    ]


@pytest.mark.parametrize(
    "text, revision, sentence",
    [
        ("Hello", 0, "This is not a framework file"),
        ("sections: []\nphase: secondary", 0, "This file is not a primary framework"),
        ("sections: []", 7, "has changed the draft since you opened this page"),
        ("#" * 400_001, 0, "too large"),
    ],
)
def test_upload_draft_that_cannot_be_kept_is_refused(text, revision, sentence):
    FrameworkFactory()
    draft = draft_of()

    with pytest.raises(ValidationError, match=sentence):
        upload_draft(draft=draft, text=text, revision=revision, **act())

    assert FrameworkDraft.objects.get().revision == 0


def test_publish_draft_freezes_it_as_the_next_version():
    old, by = FrameworkFactory(), UserFactory(role="administrator")
    draft = draft_of()

    framework = publish_draft(draft=draft, revision=0, by=by, now=timezone.now())

    old.refresh_from_db()
    draft.refresh_from_db()
    assert (framework.version, framework.status, framework.published_by, old.status) == (
        "1.1",
        "published",
        by,
        "retired",
    )
    assert (draft.published, draft.is_open) == (framework, False)
    assert publish_draft(draft=draft, revision=0, by=by, now=timezone.now()) == framework
    with pytest.raises(ValidationError, match="is published and cannot be changed"):
        save(draft, FIRST, {})


@pytest.mark.parametrize(
    "changes, revision, sentence",
    [
        ({"version": "1.0", "title": "Other"}, 1, "its version 1.0 is not higher than 1.0"),
        ({"version": "1.1", "title": ""}, 1, "title is empty"),
        ({"version": "1.1", "replaces": "0.9"}, 1, "replaces says 0.9"),
        ({"version": "1.0"}, 1, "says the same as the published version"),
        ({"version": "1.1"}, 0, "has changed the draft since you opened this page"),
    ],
)
def test_publish_draft_that_is_not_ready_is_refused(changes, revision, sentence):
    FrameworkFactory()
    draft = draft_of()
    upload_draft(draft=draft, text=file_of_data(small_data(**changes)), revision=0, **act())

    with pytest.raises(ValidationError) as caught:
        publish_draft(draft=draft, revision=revision, **act())

    assert sentence in " ".join(caught.value.messages)
    assert Framework.objects.count() == 1


def test_discard_draft_keeps_it_and_lets_another_begin():
    FrameworkFactory()
    draft, by, now = draft_of(), UserFactory(), timezone.now()

    discard_draft(draft=draft, by=by, now=now)
    discard_draft(draft=draft, **act())

    draft.refresh_from_db()
    assert (draft.discarded_by, draft.discarded_at, draft.is_open) == (by, now, False)
    assert draft_of() != draft
    with pytest.raises(ValidationError, match="was discarded"):
        publish_draft(draft=draft, revision=0, **act())


def test_discard_draft_that_is_published_is_refused():
    FrameworkFactory()
    draft = draft_of()
    publish_draft(draft=draft, revision=0, **act())

    with pytest.raises(ValidationError, match="What is published stays"):
        discard_draft(draft=draft, **act())


@pytest.mark.parametrize(
    "changes, constraint",
    [
        ({"phase": "primary"}, "audits_draft_one_a_phase"),
        ({"phase": "nursery"}, "audits_draft_phase_known"),
        ({"discarded_at": timezone.now()}, "audits_draft_discarded_in_full"),
        ({"is_published": True, "is_discarded": True}, "audits_draft_published_or_discarded"),
    ],
)
def test_draft_row_that_breaks_a_constraint_is_refused(changes, constraint):
    framework, by = FrameworkFactory(), UserFactory()
    draft_of()
    if changes.pop("is_published", False):
        changes["published"] = framework
    if changes.pop("is_discarded", False):
        changes |= {"discarded_at": timezone.now(), "discarded_by": by}

    with pytest.raises(IntegrityError, match=constraint):
        FrameworkDraft.objects.create(**{"phase": "secondary", "created_by": by, "updated_by": by} | changes)


def test_version_that_came_of_two_drafts_is_refused():
    framework, by = FrameworkFactory(), UserFactory()
    FrameworkDraft.objects.create(phase="primary", created_by=by, updated_by=by, published=framework)

    with pytest.raises(IntegrityError, match="published_id"):
        FrameworkDraft.objects.create(phase="primary", created_by=by, updated_by=by, published=framework)


@pytest.mark.django_db(transaction=True)
def test_two_parts_saved_at_the_same_moment_are_both_kept():
    FrameworkFactory()
    draft = draft_of()
    places = [FIRST, Place(Part.CRITERION, 2, 1)]
    marks = [seen(draft, place) for place in places]
    together, officers = threading.Barrier(2), [UserFactory(), UserFactory()]

    def work(number: int) -> None:
        together.wait()
        save(draft, places[number], {"code": f"A-{number}"}, seen=marks[number], by=officers[number])
        connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    draft.refresh_from_db()
    assert [part_of(draft.data, place) for place in places] == [{"code": "A-0"}, {"code": "A-1"}]
    assert draft.revision == 2
