"""Somebody on the public site asks for their personal link again. Nothing that they can see tells whether we know them.

The page does the same little whatever was typed: it keeps the address for an hour in the shared cache, under a name
that says nothing, and tells a worker that name. Who has the address is looked up by the worker alone, so neither the
answer nor the time it takes depends on it, and no address stands in the broker or in a log.
"""

import logging
from datetime import datetime, timedelta
from uuid import uuid4

from celery import current_app
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from hubportal.mail.models import Email
from schools.emails import LINKS_ASKED, mail_links_asked
from schools.models import Contact
from schools.queries import ROLE_ORDER

logger = logging.getLogger(__name__)

SEND_TASK = "schools.tasks.send_asked_links"
# How long a question is kept for the worker, in seconds.
KEPT_FOR = 60 * 60
# One such mail to an address within this time, however often somebody asks for it.
ONCE_IN = timedelta(minutes=30)
# And so many within a day: nobody's mailbox is flooded from our page, however many machines ask.
MOST_A_DAY = 5


def ask_for_links(*, address: str) -> None:
    """Take the question and leave the rest to a worker. If the broker is down it is done here: a slower answer is
    better than a school that waits for a mail in vain."""
    request_id = uuid4().hex
    cache.set(_key(request_id), address, KEPT_FOR)
    try:
        # By name: services stand below tasks and do not import them.
        current_app.send_task(SEND_TASK, (request_id,), retry=False)
    except Exception:
        logger.warning("The broker did not take a question for a personal link; it is answered at once.")
        send_asked_links(request_id=request_id)


def send_asked_links(*, request_id: str) -> Email | None:
    """One mail with a link to each school of the person who was asked for; None where there is nobody whom mail may
    go to, where they got such a mail within half an hour or five within a day, or where it was answered already."""
    address = cache.get(_key(request_id))
    cache.delete(_key(request_id))
    return mail_links_to(address=address, now=timezone.now()) if address else None


@transaction.atomic
def mail_links_to(*, address: str, now: datetime) -> Email | None:
    """As `send_asked_links`, for an address. Who stands in several roles at one school gets one link to it."""
    entries = Contact.objects.reachable().filter(email__iexact=address).select_related("school")
    # Two questions at the same moment wait for one another here.
    locked = sorted(
        entries.select_for_update(of=("self",)).order_by("pk"),
        key=lambda entry: (entry.school.name, ROLE_ORDER[entry.role], entry.pk),
    )
    by_school: dict[int, Contact] = {}
    for entry in locked:
        by_school.setdefault(entry.school_id, entry)
    if not by_school or _has_enough(address, now=now):
        return None
    return mail_links_asked(contacts=list(by_school.values()), now=now)


def _has_enough(address: str, *, now: datetime) -> bool:
    mails = Email.objects.filter(kind=LINKS_ASKED.key, to_address__iexact=address)
    today = mails.filter(created_at__gt=now - timedelta(days=1)).order_by("-created_at")
    times = list(today.values_list("created_at", flat=True)[:MOST_A_DAY])
    return len(times) == MOST_A_DAY or any(at > now - ONCE_IN for at in times)


def _key(request_id: str) -> str:
    return f"asked_link:{request_id}"
