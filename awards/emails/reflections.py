"""The reflection sheets 12 and 24 months after the meeting, their one reminder, and handing one to a colleague."""

from datetime import date, datetime

from django.urls import reverse

from awards.models import AwardStatus, Reflection
from awards.queries import priority_texts
from hubportal.mail.kinds import MailKind, Sentence, register
from hubportal.mail.models import Email, Pace
from meetings.emails.sending import mail_staff
from schools.emails import SIGN_OFF, WHY_OFFICER, mail_contact
from schools.models import Contact, ContactLink, SchoolStatus
from schools.queries import hub_profile

FOLDER = "awards/emails"
REFLECTION_FOLDER = f"{FOLDER}/reflection"
WHY_HUB = "You get this because nobody leads this school’s area yet."
ALREADY_ANSWERED = "The school has already answered."
FACTS = ("month", "held_on", "award_name", "school", "contact", "hub")


def mail_reflection(*, reflection: Reflection, contact: Contact, not_before: datetime | None) -> Email:
    """The sheet 12 or 24 months after the meeting; it quotes the three priorities and leads to the form.

    A second link leads to where the sheet can be handed to a colleague.
    """
    key = f"reflection:{reflection.audit_id}:{reflection.month}"
    return _mail_sheet(REFLECTION, key, reflection=reflection, contact=contact, not_before=not_before)


def mail_reflection_reminder(*, reflection: Reflection, contact: Contact, not_before: datetime | None) -> Email:
    """The one reminder of a sheet that did not come back."""
    key = f"reflection_reminder:{reflection.audit_id}:{reflection.month}"
    return _mail_sheet(REFLECTION_REMINDER, key, reflection=reflection, contact=contact, not_before=not_before)


def mail_reflection_colleague(
    *, reflection: Reflection, contact: Contact, sender: Contact, on: date
) -> tuple[Email, bool]:
    """Give a colleague a sheet, with a link of their own; before an officer has confirmed them, the word that a link
    will come, and nothing of the school's. Once a day at most. Returns the mail and whether it is new.
    """
    is_open = contact.is_confirmed
    key = f"{REFLECTION_COLLEAGUE.key}:{reflection.pk}:{contact.pk}:{'open' if is_open else 'waits'}:{on:%Y-%m-%d}"
    return mail_contact(
        contact=contact,
        kind=REFLECTION_COLLEAGUE.key,
        dedupe_key=key,
        folder=f"{FOLDER}/{REFLECTION_COLLEAGUE.key}",
        destination=reverse("reflection_form", args=[reflection.pk]),
        context={
            "sender": sender.name,
            "is_open": is_open,
            "month": reflection.month,
            "held_on": reflection.audit.meeting.held_on,
            "priorities": priority_texts(reflection.audit) if is_open else (),
            "action_label": "Fill in the reflection sheet",
            **({} if is_open else {"action_url": ""}),
        },
        check={"reflection": reflection.pk, "waits": not is_open, "sender": sender.pk},
    )


def mail_colleague_notice(*, reflection: Reflection, contact: Contact) -> Email:
    """Tell the officer of the area that a school has named somebody whom they have to confirm first. Names the school,
    no person."""
    school = contact.school
    leader = school.area.leader if school.area and school.area.leader and school.area.leader.is_officer else None
    return mail_staff(
        leader or hub_profile(),
        kind=COLLEAGUE_NOTICE,
        dedupe_key=f"{COLLEAGUE_NOTICE.key}:{contact.pk}",
        path=reverse("school_contacts", args=[school.urn]),
        folder=FOLDER,
        context={
            "school": school,
            "month": reflection.month,
            "action_label": "Open the school’s contacts",
            "why": WHY_OFFICER if leader else WHY_HUB,
        },
        check={"reflection": reflection.pk},
    )


def _mail_sheet(
    kind: MailKind, dedupe_key: str, *, reflection: Reflection, contact: Contact, not_before: datetime | None
) -> Email:
    hand_over = ContactLink.mint(destination=reverse("reflection_colleague", args=[reflection.pk]), contact=contact)
    email, is_new = mail_contact(
        contact=contact,
        kind=kind.key,
        dedupe_key=dedupe_key,
        folder=f"{FOLDER}/{kind.key}",
        destination=reverse("reflection_form", args=[reflection.pk]),
        context={
            "month": reflection.month,
            "held_on": reflection.audit.meeting.held_on,
            "priorities": priority_texts(reflection.audit),
            "colleague_url": hand_over.mail_url,
            "action_label": "Fill in the reflection sheet",
        },
        check={"reflection": reflection.pk, "links": [str(hand_over.pk)]},
        not_before=not_before,
    )
    # A mail that had been written before has its own.
    if is_new:
        hand_over.save()
    return email


def reflection_no_longer_applies(email: Email) -> str | None:
    """A sheet that was answered, or that a newer conversation replaced, while its mail waited stays here."""
    sheets = Reflection.objects.filter(pk=email.context.get("reflection")).of_current_priorities()
    facts = ("answered_at", "closed_at", "audit__meeting__school__status", "audit__award__status")
    sheet = sheets.values(*facts).first()
    if sheet is None:
        return "A newer conversation has replaced this one."
    if sheet["audit__award__status"] == AwardStatus.WITHDRAWN:
        return "The award was withdrawn."
    if sheet["answered_at"]:
        return ALREADY_ANSWERED
    if sheet["closed_at"]:
        return "The hub does not ask for it any more."
    return "The school has closed." if sheet["audit__meeting__school__status"] == SchoolStatus.CLOSED else None


def handed_no_longer_applies(email: Email) -> str | None:
    """A colleague may answer beside somebody who has answered already: both answers are kept."""
    reason = reflection_no_longer_applies(email)
    return None if reason == ALREADY_ANSWERED else reason


REFLECTION_SENTENCES = (
    Sentence(
        "opening",
        "Opening",
        "About {month} months ago, on {held_on}, we talked about music at {school} and agreed three priorities with "
        "you. How far have you got, what helped, and what comes next? A few words for each are enough; it takes about "
        "five minutes.",
        facts=FACTS,
    ),
    Sentence(
        "closing",
        "Closing",
        "No evidence is needed, and whatever you answer changes nothing about your level. If something stands in your "
        "way, say so: we would like to help.",
        facts=FACTS,
    ),
    SIGN_OFF,
)
REFLECTION = register(
    MailKind(
        key="reflection",
        name="Reflection sheet",
        no_longer_applies=reflection_no_longer_applies,
        pace=Pace.PACED,
        is_joinable=True,
        sentences=REFLECTION_SENTENCES,
    )
)
REFLECTION_REMINDER = register(
    MailKind(
        key="reflection_reminder",
        name="Reminder of a reflection sheet",
        no_longer_applies=reflection_no_longer_applies,
        pace=Pace.PACED,
        is_joinable=True,
        sentences=(
            Sentence(
                "opening",
                "Opening",
                "A while ago we sent {school} a short sheet about the three priorities that we agreed on {held_on}. It "
                "has not come back to us yet. A few words for each are enough, about five minutes; “not started” is "
                "a fine answer.",
                facts=FACTS,
            ),
            Sentence(
                "closing",
                "Closing",
                "This is the only reminder. If you would rather talk than write, answer this e-mail or ring us, and "
                "we write your answer down.",
                facts=FACTS,
            ),
            SIGN_OFF,
        ),
    )
)
REFLECTION_COLLEAGUE = register(
    MailKind(
        key="reflection_colleague",
        name="Reflection sheet, handed to a colleague",
        no_longer_applies=handed_no_longer_applies,
        sentences=(
            Sentence(
                "effort",
                "What it takes",
                "It takes about five minutes: a few words for each priority. No evidence is needed, and whatever you "
                "answer changes nothing about your level.",
                facts=("month", "school", "contact", "hub"),
            ),
            SIGN_OFF,
        ),
    )
)
COLLEAGUE_NOTICE = register(
    MailKind(key="reflection_colleague_notice", name="A colleague to confirm for a reflection sheet, for the officer")
)
