"""The mails around a request, one function each, and the last check before each is sent."""

from django.urls import reverse

from hubportal.mail.kinds import MailKind, register
from hubportal.mail.models import Email
from meetings.models import MeetingKind, MeetingRequest, RequestStatus
from meetings.queries import thanks_key
from schools.emails import JUST_TYPED, mail_contact
from schools.queries import hub_profile

from .limits import has_had_enough_thanks
from .sending import FOLDER, SCHOOL_PAGES, mail_staff
from .sentences import DECLINED_SENTENCES, THANKS_SENTENCES

WHY_TRIAGE = "You get this because this school's requests come to you."
WHY_HUB = "You get this because nobody leads this school's area yet."


def request_answered(email: Email) -> str | None:
    request = MeetingRequest.objects.filter(pk=email.context["request"]).first()
    if request is None or request.status == RequestStatus.NEW:
        return None
    return "The request has been answered."


THANKS = register(MailKind(key="request_thanks", name="Thanks for a request", sentences=THANKS_SENTENCES))
NOTICE = register(MailKind("request_notice", "New request", no_longer_applies=request_answered))
DECLINED = register(MailKind(key="request_declined", name="Request declined", sentences=DECLINED_SENTENCES))


def mail_request_thanks(*, request: MeetingRequest) -> Email | None:
    """Thank the person who asked, and say what happens next and which later mails they will get.

    None when the address has had as many thanks lately as it should get.
    """
    if has_had_enough_thanks(request.email, at=request.created_at):
        return None
    email, _ = mail_contact(
        contact=request.contact,
        kind=THANKS.key,
        dedupe_key=thanks_key(request),
        folder=f"{FOLDER}/request_thanks",
        destination=SCHOOL_PAGES,
        context={
            "request": request,
            "offered_times": list(request.offered_times.all()),
            "officer": request.assigned_to,
            "asks_for_data_form": MeetingKind(request.kind).asks_for_data_form,
            # The school's pages open once an officer has answered: there is nothing to press yet.
            "action_url": "",
        },
        check={JUST_TYPED: True},
    )
    return email


def mail_request_notice(*, request: MeetingRequest) -> Email:
    """Tell the officer (without one, the hub's own address) that a school asks. Names the school, no person."""
    officer = request.assigned_to
    return mail_staff(
        officer or hub_profile(),
        kind=NOTICE,
        dedupe_key=f"request_notice:{request.pk}:{officer.pk if officer else 'hub'}",
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


def mail_request_declined(*, request: MeetingRequest) -> Email:
    """Tell the person who asked, kindly and with the reason, that there will be no meeting for now."""
    email, _ = mail_contact(
        contact=request.contact,
        kind=DECLINED.key,
        dedupe_key=f"request_declined:{request.pk}",
        folder=f"{FOLDER}/request_declined",
        destination=SCHOOL_PAGES,
        context={
            "request": request,
            "officer": request.decided_by,
            "action_label": "Open your school’s page",
            # To somebody no officer knows the school's pages stay closed.
            **({} if request.contact.is_confirmed else {"action_url": ""}),
        },
    )
    return email
