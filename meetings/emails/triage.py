"""The mails while a request waits, and when its meeting does not come about: one function each."""

from django.urls import reverse

from hubportal.accounts.models import User
from hubportal.mail.kinds import MailKind, Sentence, register
from hubportal.mail.models import Email, Pace
from hubportal.mail.render import words_of
from meetings.models import Meeting, MeetingRequest, MeetingStatus, RequestStatus
from meetings.queries import other_times_key
from meetings.rules import ESCALATED_AFTER_DAYS
from schools.emails import SIGN_OFF, mail_contact
from schools.models import Contact, HubProfile
from schools.queries import hub_profile

from .bookings import meeting_facts
from .sending import FOLDER, SCHOOL_PAGES, mail_staff

FACTS = ("school", "contact", "hub")
WHY_ESCALATED = "You get this because you are an administrator of this portal."


def _no_longer_asked(email: Email) -> str | None:
    request = MeetingRequest.objects.filter(pk=email.context["request"]).first()
    if request is None or request.status == RequestStatus.ASKED:
        return None
    return "The school has offered other times, or the request has been answered."


def _no_longer_waits(email: Email) -> str | None:
    request = MeetingRequest.objects.filter(pk=email.context["request"]).first()
    return "The request waits no longer." if request is None or request.status != RequestStatus.NEW else None


def _booking_is_over(email: Email) -> str | None:
    meeting = Meeting.objects.get(pk=email.context["meeting"])
    return None if meeting.status == MeetingStatus.BOOKED else "The meeting is not booked any more."


def _not_missed(email: Email) -> str | None:
    meeting = Meeting.objects.get(pk=email.context["meeting"])
    return None if meeting.status == MeetingStatus.NO_SHOW else "The meeting did take place."


OTHER_TIMES = register(
    MailKind(
        "request_other_times",
        "Other times asked for",
        no_longer_applies=_no_longer_asked,
        sentences=(
            Sentence(
                "opening",
                "Opening",
                "Thank you for asking for a meeting. We are sorry: none of the times you offered suits us. "
                "Could you give us some others?",
                FACTS,
            ),
            Sentence("closing", "Closing", "It takes two minutes, and your request keeps its place.", FACTS),
            SIGN_OFF,
        ),
    )
)
WITHDRAWN = register(
    MailKind(
        "request_withdrawn",
        "Request called off",
        sentences=(
            Sentence(
                "opening",
                "Opening",
                "Your school has told us that it does not need a meeting for now, so we have closed your request.",
                FACTS,
            ),
            Sentence(
                "closing",
                "Closing",
                "If that is a misunderstanding, write to us at {hub_email}. You are welcome to ask again at any time.",
                ("hub_email", *FACTS),
            ),
            SIGN_OFF,
        ),
    )
)
ASKER_TOLD = register(
    MailKind(
        "request_booked",
        "Meeting arranged, for who asked",
        no_longer_applies=_booking_is_over,
        sentences=(
            Sentence(
                "opening",
                "Opening",
                "The meeting you asked us for is arranged. The invitation has gone to those at your school who "
                "take part.",
                FACTS,
            ),
            SIGN_OFF,
        ),
    )
)
ASKER_CANCELLED = register(
    MailKind(
        "request_unbooked",
        "Meeting cancelled, for who asked",
        sentences=(
            Sentence("opening", "Opening", "The meeting you asked us for has been cancelled.", FACTS),
            SIGN_OFF,
        ),
    )
)
MISSED = register(
    MailKind(
        "meeting_missed",
        "We missed each other",
        no_longer_applies=_not_missed,
        sentences=(
            Sentence(
                "opening",
                "Opening",
                "We had planned to meet on {date}, and missed each other. These things happen.",
                ("date", *FACTS),
            ),
            Sentence("closing", "Closing", "We will suggest a new time to you soon.", FACTS),
            SIGN_OFF,
        ),
    )
)
ESCALATED = register(
    MailKind("request_escalated", "Request waiting too long", no_longer_applies=_no_longer_waits, pace=Pace.SCHOOL_DAY)
)


def mail_request_other_times(*, request: MeetingRequest, contact: Contact) -> Email:
    """Ask somebody who sent the request (or one joined to it) for other times; the link leads to where they go."""
    email, _ = mail_contact(
        contact=contact,
        kind=OTHER_TIMES.key,
        dedupe_key=other_times_key(request, contact=contact),
        folder=f"{FOLDER}/{OTHER_TIMES.key}",
        destination=f"{SCHOOL_PAGES}requests/{request.reference}/times/",
        context={"request": request, "officer": request.asked_by, "action_label": "Give other times"},
        check={"request": request.pk},
    )
    return email


def mail_request_withdrawn(*, request: MeetingRequest) -> Email:
    """Tell somebody who asked that the school called the request off, so that a misunderstanding comes to light."""
    email, _ = mail_contact(
        contact=request.contact,
        kind=WITHDRAWN.key,
        dedupe_key=f"{WITHDRAWN.key}:{request.pk}",
        folder=f"{FOLDER}/{WITHDRAWN.key}",
        destination=SCHOOL_PAGES,
        context={"request": request, "action_url": ""},
    )
    return email


def mail_asker_told(*, meeting: Meeting, request: MeetingRequest) -> Email:
    """Tell somebody who asked, and is not invited, that there is a meeting.

    Neither day nor place: no officer has said that this person belongs to the school.
    """
    email, _ = mail_contact(
        contact=request.contact,
        kind=ASKER_TOLD.key,
        dedupe_key=f"{ASKER_TOLD.key}:{meeting.pk}:{request.contact_id}",
        folder=f"{FOLDER}/{ASKER_TOLD.key}",
        destination=SCHOOL_PAGES,
        context={
            "request": request,
            "officer": meeting.officer,
            "is_anybody_invited": meeting.attendees.reachable().exists(),
            "action_url": "",
        },
        check={"meeting": meeting.pk},
    )
    return email


def mail_asker_cancelled(*, meeting: Meeting, request: MeetingRequest, waits_again: bool) -> Email:
    """Tell somebody who asked, and was not invited, that the meeting is off. The reason is for those who were."""
    email, _ = mail_contact(
        contact=request.contact,
        kind=ASKER_CANCELLED.key,
        dedupe_key=f"{ASKER_CANCELLED.key}:{meeting.pk}:{request.contact_id}",
        folder=f"{FOLDER}/{ASKER_CANCELLED.key}",
        destination=SCHOOL_PAGES,
        context={"request": request, "officer": meeting.officer, "waits_again": waits_again, "action_url": ""},
    )
    return email


def mail_meeting_missed(*, meeting: Meeting, contact: Contact) -> Email:
    """A kind word after a meeting that nobody came to. It blames nobody: the officer may have had the wrong day."""
    email, _ = mail_contact(
        contact=contact,
        kind=MISSED.key,
        dedupe_key=f"{MISSED.key}:{meeting.pk}:{contact.pk}",
        folder=f"{FOLDER}/{MISSED.key}",
        destination=SCHOOL_PAGES,
        context={**meeting_facts(meeting), "action_label": "Open your school’s page"},
        check={"meeting": meeting.pk},
    )
    return email


def missed_words(meeting: Meeting) -> str:
    """What that mail says, for the page where an officer decides whether it goes."""
    context = {**meeting_facts(meeting), "school": meeting.school, "hub": hub_profile(), "contact": meeting.school}
    words = words_of(MISSED.key, context, tried={})
    return f"{words['opening']} {words['closing']}"


def mail_request_escalated(*, request: MeetingRequest, administrator: User | HubProfile) -> Email:
    """Tell an administrator (without one, the hub's own address) that a request waits too long. Names no person of
    the school."""
    reader = administrator.pk if isinstance(administrator, User) else "hub"
    return mail_staff(
        administrator,
        kind=ESCALATED,
        dedupe_key=f"{ESCALATED.key}:{request.pk}:{request.waiting_since.timestamp():.0f}:{reader}",
        path=reverse("request_detail", args=[request.reference]),
        context={
            "request": request,
            "school": request.school,
            "reader": administrator,
            "days": ESCALATED_AFTER_DAYS,
            "action_label": "Open the request",
            "why": WHY_ESCALATED,
        },
        check={"request": request.pk},
    )
