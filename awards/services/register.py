"""A school's entry in the public register of award holders: by its own leave, and ended whenever it likes."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from awards.models import PublicListing
from hubportal.accounts.models import User
from schools.models import Contact, School, TimelineKind
from schools.timeline import record_event

NOT_YOURS = "Only somebody of the school can have it shown in the public list."
NO_WORDING = "Keep the words that the school agreed to with its entry."
CLOSED = "This school is closed, so it cannot be shown in the public list."


@transaction.atomic
def list_school(*, school: School, by_contact: Contact, wording: str, now: datetime | None = None) -> PublicListing:
    """Show the school in the public register from now on, while an award of its is in force. Twice is harmless.

    The leave is the school's, not one award's: a renewed award is shown as the one before was. `wording` is what the
    person read and agreed to, word for word (`awards.rules.listing_wording`).

    Raises:
        ValidationError: the person is of another school, the wording is empty, or the school is closed.
    """
    school = School.objects.select_for_update(of=("self",), no_key=True).get(pk=school.pk)
    if by_contact.school_id != school.pk:
        raise ValidationError(NOT_YOURS)
    if not wording.strip():
        raise ValidationError(NO_WORDING)
    if not school.is_open:
        raise ValidationError(CLOSED)
    standing = PublicListing.objects.standing().filter(school=school).first()
    if standing:
        return standing
    at = now or timezone.now()
    listing = PublicListing.objects.create(school=school, wording=wording.strip(), listed_at=at, listed_by=by_contact)
    text = "The school agreed to be shown in the public list of award holders."
    record_event(school=school, kind=TimelineKind.AWARD, text=text, by_contact=by_contact, at=at)
    return listing


@transaction.atomic
def unlist_school(
    *, school: School, by_contact: Contact | None = None, by: User | None = None, now: datetime | None = None
) -> PublicListing | None:
    """Take the school out of the public register at once, on its page or by staff who were asked to. Returns the
    entry that ended, or None where there was none.

    Raises:
        ValidationError: the person is of another school.
    """
    if by_contact and by_contact.school_id != school.pk:
        raise ValidationError(NOT_YOURS)
    listing = PublicListing.objects.standing().select_for_update(of=("self",)).filter(school=school).first()
    if listing is None:
        return None
    listing.ended_at, listing.ended_by = now or timezone.now(), by_contact
    listing.save(update_fields=["ended_at", "ended_by"])
    text = "The school is no longer shown in the public list of award holders."
    record_event(school=school, kind=TimelineKind.AWARD, text=text, by=by, by_contact=by_contact, at=listing.ended_at)
    return listing
