"""The invitation to the next conversation after three years, and the one reminder of it.

Both go to one person, the coordinator or else the head teacher: two people who are asked the same would each wait for
the other, or both ask for a meeting. Their words hold on whatever day the mail arrives: a holiday or a pause may lie
between.
"""

from datetime import datetime
from typing import Any

from django.urls import reverse

from awards.models import Award, AwardStatus, Renewal
from hubportal.mail.kinds import MailKind, Sentence, register
from hubportal.mail.models import Email, Pace
from meetings.models import MeetingKind
from schools.emails import SIGN_OFF, mail_contact
from schools.models import Contact, SchoolStatus

FOLDER = "awards/emails"
FACTS = ("level", "awarded_on", "ends_on", "award_name", "school", "contact", "hub")


def mail_renewal(*, award: Award, contact: Contact, not_before: datetime | None) -> Email:
    """Invite the school again; the link leads to the form by which it asks, filled in with what we know."""
    return _mail(RENEWAL, award=award, contact=contact, not_before=not_before)


def mail_renewal_reminder(*, award: Award, contact: Contact, not_before: datetime | None) -> Email:
    """Say plainly that the award has ended, and ask once more."""
    return _mail(RENEWAL_REMINDER, award=award, contact=contact, not_before=not_before)


def _mail(kind: MailKind, *, award: Award, contact: Contact, not_before: datetime | None) -> Email:
    email, _ = mail_contact(
        contact=contact,
        kind=kind.key,
        dedupe_key=f"{kind.key}:{award.pk}",
        folder=f"{FOLDER}/{kind.key}",
        destination=reverse("own_request", args=[MeetingKind.QUALITY_CONVERSATION]),
        context=renewal_context(award),
        check={"renewal": award.renewal.pk},
        not_before=not_before,
    )
    return email


def renewal_context(award: Award) -> dict[str, Any]:
    """What the templates of both mails say of the award."""
    return {
        "level": award.get_level_display(),
        "has_certificate": award.has_certificate_level,
        "awarded_on": award.awarded_on,
        "ends_on": award.expires_on,
        "action_label": "Ask for your next meeting",
    }


def renewal_no_longer_applies(email: Email) -> str | None:
    """What became of the award and the school while the mail waited."""
    renewal = Renewal.objects.select_related("award__school").filter(pk=email.context.get("renewal")).first()
    if renewal is None or renewal.award.status == AwardStatus.WITHDRAWN:
        return "The award was withdrawn."
    if renewal.award.status == AwardStatus.SUPERSEDED:
        return "A newer award has replaced this one."
    if renewal.award.school.status == SchoolStatus.CLOSED:
        return "The school has closed."
    is_arranged = Renewal.objects.arranged().filter(pk=renewal.pk).exists()
    return "The next conversation is being arranged already." if is_arranged else None


def _sentence(place: str, name: str, text: str) -> Sentence:
    return Sentence(place, name, text, facts=FACTS)


CLOSING = _sentence(
    "closing",
    "Closing",
    "Asking takes two minutes: two days that would suit you are enough. If somebody else looks after music at {school} "
    "now, please pass this on, or tell us who it is.",
)
RENEWAL = register(
    MailKind(
        key="renewal",
        name="Invitation to renew",
        no_longer_applies=renewal_no_longer_applies,
        pace=Pace.PACED,
        is_joinable=True,
        sentences=(
            _sentence(
                "opening",
                "Opening",
                "On {awarded_on} {school} reached {level} in the {award_name}. An award is for three years: yours is "
                "valid until {ends_on}. We would love to hear how your music has grown, and invite you to the next "
                "conversation.",
            ),
            _sentence(
                "ending",
                "What happens to the award",
                "The award that follows from it takes the place of this one, whether we meet before {ends_on} or "
                "after. In between, nothing but the date counts: after {ends_on} the page that checks your "
                "certificate says that the award has ended, and the logos have to come down.",
            ),
            _sentence(
                "opening_working_towards",
                "Opening, Working towards Bronze",
                "On {awarded_on} we talked about music at {school}, and you set out towards Bronze. Nothing has run "
                "out: three years later we simply invite every school again. We would love to hear what has changed "
                "since, however small, and see with you what is within reach now.",
            ),
            CLOSING,
            SIGN_OFF,
        ),
    )
)
RENEWAL_REMINDER = register(
    MailKind(
        key="renewal_reminder",
        name="Reminder to renew",
        no_longer_applies=renewal_no_longer_applies,
        pace=Pace.PACED,
        is_joinable=True,
        sentences=(
            _sentence(
                "opening",
                "Opening",
                "The {award_name} of {school}, {level}, has ended: its last day was {ends_on}. The page that checks "
                "your certificate says so, and we ask you to take the logos down. What you achieved stays: the "
                "certificate is still on your school’s own page.",
            ),
            _sentence(
                "next",
                "How to renew",
                "As soon as we have met again, a new award can follow. We remind you this once and not again.",
            ),
            _sentence(
                "opening_working_towards",
                "Opening, Working towards Bronze",
                "A while ago we invited {school} to talk about its music again, three years after our conversation of "
                "{awarded_on}. The invitation stands, and we remind you of it this once.",
            ),
            CLOSING,
            SIGN_OFF,
        ),
    )
)
