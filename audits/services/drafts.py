"""Writing the next version of a framework: part by part, complete or not, until it is published or discarded."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from audits.models import Framework, FrameworkDraft
from audits.queries.frameworks import published_framework
from audits.rules.drafting import (
    Data,
    Part,
    Place,
    begin_data,
    data_of_file,
    find_code,
    find_seen,
    fingerprint,
    moved,
    part_of,
    with_part,
    without,
)
from audits.rules.parsing import FrameworkInvalid
from hubportal.accounts.models import User

from .frameworks import publish_framework, wait_for_other_publishers

# Far more than a framework needs; a file of this size is something else.
LARGEST_FILE = 400_000
# What a page has seen of a section or criterion that does not exist yet.
NEW = "new"


class StalePart(Exception):
    """Somebody else has changed this part since the page was opened; nothing is stored.

    `place` is where it stands now and `part` what stands there (None: it has been removed).
    """

    def __init__(self, place: Place, part: Data | None) -> None:
        self.place, self.part = place, part
        self.seen = fingerprint(part) if part is not None else NEW
        super().__init__(f"{place} has changed")


@transaction.atomic
def begin_draft(*, phase: str, by: User, now: datetime) -> FrameworkDraft:
    """Begin the next version of a phase from the published one; the open draft of the phase, when there is one."""
    wait_for_other_publishers()
    draft = FrameworkDraft.objects.filter(phase=phase, published=None, discarded_at=None).first()
    if draft:
        return draft
    published = published_framework(phase)
    data = begin_data(published.definition if published else None, phase)
    return FrameworkDraft.objects.create(
        phase=phase, data=data, base=published, created_at=now, created_by=by, updated_at=now, updated_by=by
    )


@transaction.atomic
def save_draft_part(
    *,
    draft: FrameworkDraft,
    place: Place,
    value: Mapping[str, Any],
    seen: str,
    code: str = "",
    by: User,
    now: datetime,
) -> Place:
    """Store one part as typed, whether it makes sense or not, and return where it stands.

    `seen` is the fingerprint of the part as the page showed it, or NEW; `code` the code it had then. A part that was
    moved in the meantime is found again; one without a place yet comes last.

    Raises:
        StalePart: somebody else changed or removed it in the meantime.
        ValidationError: the draft is published or discarded.
    """
    draft = _lock(draft)
    there: Place | None
    if seen == NEW:
        there = Place(place.part, place.section if place.part == Part.CRITERION else 0)
        _check_section_exists(draft, there)
    else:
        there = find_seen(draft.data, place, seen)
    if there is None:
        nearest = find_code(draft.data, place, code)
        raise StalePart(nearest or place, part_of(draft.data, nearest) if nearest else None)
    _store(draft, with_part(draft.data, there, value), by, now)
    return _last(draft.data, there)


@transaction.atomic
def move_draft_part(*, draft: FrameworkDraft, place: Place, by_places: int, seen: str, by: User, now: datetime) -> None:
    """Move a section or criterion up (-1) or down (1); a criterion at the edge goes on into the next section.

    Raises ValidationError: somebody has changed it in the meantime, or the draft is published or discarded.
    """
    draft = _lock(draft)
    _store(draft, moved(draft.data, _find(draft, place, seen), by_places), by, now)


@transaction.atomic
def remove_draft_part(*, draft: FrameworkDraft, place: Place, seen: str, by: User, now: datetime) -> None:
    """Take a criterion, or a section without criteria, out of the draft.

    Raises ValidationError: the section still has criteria, somebody has changed it in the meantime, or the draft is
    published or discarded.
    """
    draft = _lock(draft)
    there = _find(draft, place, seen)
    if place.part == Part.SECTION and draft.data["sections"][there.section - 1]["criteria"]:
        raise ValidationError("This section still has criteria. Move them to other sections or remove them first.")
    _store(draft, without(draft.data, there), by, now)


@transaction.atomic
def upload_draft(*, draft: FrameworkDraft, text: str, revision: int, by: User, now: datetime) -> None:
    """Replace the whole draft by a framework file, complete or not.

    Raises ValidationError: the file cannot be kept as a draft or is of the other phase, somebody has changed the draft
    since revision `revision`, or the draft is published or discarded.
    """
    draft = _lock(draft)
    if draft.revision != revision:
        raise ValidationError(
            f"{draft.updated_by.name} has changed the draft since you opened this page. Look at it first, or download "
            "it; then choose your file again."
        )
    if len(text) > LARGEST_FILE:
        raise ValidationError("This file is too large for a framework.")
    try:
        data = data_of_file(text)
    except FrameworkInvalid as error:
        raise ValidationError(error.problems) from error
    data = {"id": draft.phase, "phase": draft.phase} | data
    if data["phase"] != draft.phase:
        raise ValidationError(f"This file is not a {draft.phase} framework: its phase says something else.")
    _store(draft, data, by, now)


@transaction.atomic
def publish_draft(*, draft: FrameworkDraft, revision: int, by: User, now: datetime) -> Framework:
    """Publish the draft as it stands at that revision; from then on nobody can change it. Twice is harmless.

    Raises ValidationError: something is still to mend (a sentence each), somebody has changed the draft since, it
    says the same as the published version, or it is discarded.
    """
    current = FrameworkDraft.objects.select_for_update().get(pk=draft.pk)
    if current.published:
        return current.published
    current = _lock(draft)
    if current.revision != revision:
        raise ValidationError(
            f"{current.updated_by.name} has changed the draft since you opened this page. Look at it once more."
        )
    before = published_framework(current.phase)
    framework = publish_framework(definition_data=current.data, by=by)
    if framework == before:
        raise ValidationError("This draft says the same as the published version, so there is nothing to publish.")
    current.published, current.updated_at, current.updated_by = framework, now, by
    current.save(update_fields=["published", "updated_at", "updated_by"])
    return framework


@transaction.atomic
def discard_draft(*, draft: FrameworkDraft, by: User, now: datetime) -> None:
    """Put the draft aside. It stays to be downloaded; a new one may be begun.

    Raises ValidationError: it is published. Discarded already is harmless.
    """
    current = FrameworkDraft.objects.select_for_update().get(pk=draft.pk)
    if current.discarded_at:
        return
    if current.published_id:
        raise ValidationError("This draft is published. What is published stays.")
    current.discarded_at, current.discarded_by = now, by
    current.save(update_fields=["discarded_at", "discarded_by"])


def _lock(draft: FrameworkDraft) -> FrameworkDraft:
    # Without a join: whoever waits here would not find the row again after another person has saved it.
    current = FrameworkDraft.objects.select_for_update().get(pk=draft.pk)
    if current.published_id:
        raise ValidationError("This draft is published and cannot be changed any more. Begin a new one.")
    if current.discarded_at:
        raise ValidationError("This draft was discarded. Begin a new one, and upload the old one if you still want it.")
    return current


def _store(draft: FrameworkDraft, data: Data, by: User, now: datetime) -> None:
    draft.data, draft.revision, draft.updated_at, draft.updated_by = data, draft.revision + 1, now, by
    draft.save(update_fields=["data", "revision", "updated_at", "updated_by"])


def _find(draft: FrameworkDraft, place: Place, seen: str) -> Place:
    there = find_seen(draft.data, place, seen)
    if there is None:
        raise ValidationError(
            f"{draft.updated_by.name} has changed this in the meantime. Nothing was done: look at it once more."
        )
    return there


def _check_section_exists(draft: FrameworkDraft, place: Place) -> None:
    if place.part == Part.CRITERION and part_of(draft.data, Place(Part.SECTION, place.section)) is None:
        raise ValidationError("The section of this criterion has been removed. Copy your words, and add it to another.")


def _last(data: Data, place: Place) -> Place:
    """The place of a part that has just come last."""
    if place.part == Part.SECTION and not place.section:
        return Place(Part.SECTION, len(data["sections"]))
    if place.part == Part.CRITERION and not place.number:
        return Place(Part.CRITERION, place.section, len(data["sections"][place.section - 1]["criteria"]))
    return place
