"""How a school's contact gets in: by the session that a personal link opened."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from schools.models import Contact, ContactLink
from schools.queries import own_entries

SESSION_KEY = "contact_link"
# Which of their entries a person with several is here for, when it is not the one their link was made for.
SESSION_ENTRY_KEY = "contact_entry"


def open_session(request: HttpRequest, link: ContactLink) -> None:
    """Remember in the session who came in by which link; the token itself is not kept."""
    request.session.cycle_key()
    request.session[SESSION_KEY] = str(link.pk)
    request.session.pop(SESSION_ENTRY_KEY, None)


def contact_of(request: HttpRequest) -> Contact | None:
    """The contact in this session, asked of the database each time so that revoking a link works at once."""
    link_id = request.session.get(SESSION_KEY)
    if not link_id:
        return None
    links = ContactLink.objects.usable(now=timezone.now()).filter(pk=UUID(link_id), contact__left_at__isnull=True)
    link = links.select_related("contact__school").first()
    if link is None:
        return None
    entry_id = request.session.get(SESSION_ENTRY_KEY)
    if entry_id is None or entry_id == link.contact_id:
        return link.contact
    # Of the link's own person alone, and only as long as they are known there.
    return next((entry for entry in own_entries(link.contact) if entry.pk == entry_id), link.contact)


def switch_entry(request: HttpRequest, entry: Contact) -> None:
    """Go on at another of the person's own schools (`own_entries`), by the same link."""
    request.session[SESSION_ENTRY_KEY] = entry.pk


class ContactRequiredMixin:
    """For the school's own pages. Sets `self.contact` and `self.school`; without a link it explains how to get in."""

    contact: Contact
    # Anybody can name any school on the public form: the school's pages wait until an officer knows the person.
    needs_confirmation = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        contact = contact_of(request)
        if contact is None:
            return redirect("link_needed")
        if self.needs_confirmation and not contact.is_confirmed:
            return render(request, "schools/not_confirmed.html", {"contact": contact})
        self.contact, self.school = contact, contact.school
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class OwnMatterMixin(ContactRequiredMixin):
    """For pages about what this person asked for themselves, which they may see before an officer knows them.

    The view loads by `self.contact`, never by `self.school`, and shows nothing else of the school.
    """

    needs_confirmation = False
