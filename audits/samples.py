"""The mails around an audit with made-up facts, for staff to look at. Nothing here is ever saved."""

from audits.emails import OWN_VIEW_LINK
from hubportal.mail.kinds import Sample, register_samples
from meetings.emails import meeting_facts
from meetings.samples import sample_meeting
from schools.models import ContactRole
from schools.samples import contact_sample


@register_samples(OWN_VIEW_LINK)
def own_view_link_samples() -> list[Sample]:
    context = {**meeting_facts(sample_meeting()), "sender": "Maya O'Neill", "action_label": "Rate your school"}
    folder = f"audits/emails/{OWN_VIEW_LINK.key}"
    return [contact_sample(folder, context=context, role=ContactRole.HEAD_TEACHER)]
