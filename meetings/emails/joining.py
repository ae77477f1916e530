"""The mails when a school asks again while its request is open, and when it offers other times."""

from django.urls import reverse

from hubportal.mail.kinds import MailKind, Sentence, register
from hubportal.mail.models import Email
from meetings.models import MeetingRequest
from schools.emails import JUST_TYPED, SIGN_OFF, mail_contact
from schools.queries import hub_profile

from .limits import has_had_enough_thanks
from .requests import WHY_HUB, WHY_TRIAGE, request_answered
from .sending import FOLDER, SCHOOL_PAGES, mail_staff

JOINED = register(
    MailKind(
        "request_joined",
        "Thanks for a request that joined another",
        sentences=(
            Sentence(
                "opening",
                "Opening",
                "Thank you for asking for a {award_name} meeting for {school}.",
                facts=("award_name", "school", "contact", "hub"),
            ),
            Sentence("closing", "Closing", "There is nothing you need to do now.", facts=("school", "contact", "hub")),
            SIGN_OFF,
        ),
    )
)
MORE_TIMES = register(MailKind("more_times", "New times for a request", no_longer_applies=request_answered))


def mail_request_joined(*, request: MeetingRequest) -> Email | None:
    """Thank somebody whose school has a request with the hub already, and say that theirs was added to it.

    It does not say who sent the first one: anybody may name any school on the public form. None when the address has
    had as many thanks lately as it should get.
    """
    if has_had_enough_thanks(request.email, at=request.created_at):
        return None
    email, _ = mail_contact(
        contact=request.contact,
        kind=JOINED.key,
        dedupe_key=f"request_joined:{request.pk}",
        folder=f"{FOLDER}/{JOINED.key}",
        destination=SCHOOL_PAGES,
        context={
            "first": request.joined_to,
            "offered_times": list(request.offered_times.all()),
            # The school's pages open once an officer has answered: there is nothing to press yet.
            "action_url": "",
        },
        check={JUST_TYPED: True},
    )
    return email


def mail_more_times(*, request: MeetingRequest, key: str) -> Email:
    """Tell the officer (without one, the hub's own address) that a school has offered more times for a request.

    `key` says which offer it is. The mail names the school and no person.
    """
    officer = request.assigned_to
    return mail_staff(
        officer or hub_profile(),
        kind=MORE_TIMES,
        dedupe_key=f"more_times:{request.pk}:{key}",
        path=reverse("request_detail", args=[request.reference]),
        context={
            "request": request,
            "school": request.school,
            "officer": officer,
            "action_label": "Open the request",
            "why": WHY_TRIAGE if officer else WHY_HUB,
        },
        check={"request": request.pk},
    )
