"""What the privacy notice promises (`hubportal.retention`), kept: what is past its time goes by itself.

Each rule counts calendar days in Europe/London and asks "what is past its time as of this day and still there?", so
that a server which slept catches up, and a second run finds nothing.
"""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.db.models.functions import Greatest, Lower
from django.utils import timezone

from hubportal.accounts.models import User
from hubportal.mail.models import EarlierText, Email, EmailAttachment, EmailStatus, IncomingEmail
from schools.models import Contact
from schools.personal_data import FORGETTERS, register_forgetting
from schools.rules import ERASED_ADDRESS, ERASED_NAME, years_after
from schools.services.persons import erase_person

CONTACT_YEARS = 2
MAIL_YEARS = 6
ANSWER_YEARS = 1
BATCH = 500
FORGOTTEN_BODY = "The text was erased six years after it was sent."
UNSENT = (EmailStatus.FAILED, EmailStatus.CANCELLED, EmailStatus.JOINED)


def forget_what_is_past_its_time(*, as_of: date) -> int:
    """Erase and delete what the hub has no more reason to keep. Returns how many people and rows that were."""
    return sum(forget(as_of) for forget in FORGETTERS)


def end_of(day: date) -> datetime:
    """The first moment after a day in Europe/London."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


@register_forgetting
def forget_people(as_of: date) -> int:
    """Erase whoever left the last of their schools two years ago.

    Somebody who asked for a meeting and whom no officer ever confirmed counts as gone from the day they last asked.
    """
    threshold = end_of(years_after(as_of, -CONTACT_YEARS))
    people = Contact.objects.filter(erased_at__isnull=True).annotate(
        address=Lower("email"),
        gone_at=Case(
            When(left_at__isnull=False, then=F("left_at")),
            When(confirmed_at__isnull=True, then=Greatest("created_at", "consented_at")),
        ),
    )
    is_elsewhere = people.filter(Q(gone_at__isnull=True) | Q(gone_at__gte=threshold), address=OuterRef("address"))
    is_staff = User.objects.annotate(address=Lower("email")).filter(address=OuterRef("address"))
    gone = people.filter(~Exists(is_elsewhere), ~Exists(is_staff), gone_at__lt=threshold)
    number = 0
    for contact_id in list(gone.order_by("pk").values_list("pk", flat=True)):
        # Another entry of theirs may have taken this one along.
        if contact := Contact.objects.filter(pk=contact_id, erased_at__isnull=True).first():
            erase_person(contact=contact, why="two years after they left", by=None, now=timezone.now())
            number += 1
    return number


@register_forgetting
def forget_mails(as_of: date) -> int:
    """Six years after a mail was sent, who got it and what it said go; that it went, and its subject, stay.

    A mail that never went counts from the day it was written. Calendar files name people, so they go too;
    certificates and logos stay.
    """
    threshold = end_of(years_after(as_of, -MAIL_YEARS))
    past = Email.objects.filter(Q(sent_at__lt=threshold) | Q(status__in=UNSENT, created_at__lt=threshold)).exclude(
        body_text=FORGOTTEN_BODY
    )
    number = 0
    while batch := list(past.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            EmailAttachment.objects.filter(email__in=batch, content_type__startswith="text/calendar").delete()
            EarlierText.objects.filter(email__in=batch).delete()
            number += Email.objects.filter(pk__in=batch).update(
                to_address=ERASED_ADDRESS, to_name=ERASED_NAME, body_text=FORGOTTEN_BODY, body_html="", last_error=""
            )
    return number


@register_forgetting
def forget_answers(as_of: date) -> int:
    """Delete mails that came in a year ago."""
    past = IncomingEmail.objects.filter(received_at__lt=end_of(years_after(as_of, -ANSWER_YEARS)))
    return past.delete()[0]
