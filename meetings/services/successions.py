"""When somebody else takes over at a school, they come to the meetings and get the answers that wait."""

from meetings.emails import mail_booking
from meetings.models import OPEN_STATUSES, Meeting, MeetingRequest
from schools.models import Contact
from schools.successions import Succession, register_succession


@register_succession
def hand_on_meetings(succession: Succession) -> None:
    """Put the successor in the former person's place at each meeting to come, with the invitation and the data form.

    Somebody who waits for an officer to confirm them has the place, and gets the invitation afterwards. Where nobody
    is known yet, the place stays empty.
    """
    former, successor = succession.former, succession.successor
    meetings = Meeting.objects.upcoming(now=succession.at).filter(school=former.school)
    for meeting in meetings.filter(attendees=former).select_related("school", "officer"):
        meeting.attendees.remove(former)
        if successor and not meeting.attendees.filter(pk=successor.pk).exists():
            meeting.attendees.add(successor)
            _invite(meeting, successor)
    if successor and successor.confirmed_at == succession.at:
        for meeting in meetings.filter(attendees=successor).select_related("school", "officer"):
            _invite(meeting, successor)


def _invite(meeting: Meeting, contact: Contact) -> None:
    if contact.is_reachable:
        # Once for each version of the meeting, however often it is asked for.
        mail_booking(meeting=meeting, contact=contact)


@register_succession
def hand_on_requests(succession: Succession) -> None:
    """Let the successor get the answer to a request that is still open; what was typed in it stays."""
    if succession.successor:
        open_requests = MeetingRequest.objects.filter(contact=succession.former, status__in=OPEN_STATUSES)
        open_requests.update(contact=succession.successor)
