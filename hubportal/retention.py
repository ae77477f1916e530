"""How long the portal keeps each field that says something about a person. The privacy notice prints this table."""

from dataclasses import dataclass

WITH_THE_SCHOOL = "While the person is a contact of a school, and two years after; erased earlier on request."
WITH_THE_CASE = "Six years after the meeting, with the request it belongs to; earlier when the person is erased."
WITH_THE_ACCOUNT = "While the account exists; the name stays on what the officer decided."
WITH_THE_MAIL = (
    "Six years after it was sent, as the record of what the school was told; the name goes earlier when the person is "
    "erased."
)
WITH_THE_DRAFT = "Thirty days after it was last saved, or until it is sent."
WITH_THE_ANSWER = "One year after it came."
WITH_THE_HISTORY = (
    "With the school’s own history, which stays; the name, and wherever the words name the person, goes when they are "
    "erased."
)
WITH_THE_REGISTER = "Until the next import of the public register replaces it."


@dataclass(frozen=True)
class Retention:
    """A group of fields with the same purpose and the same time."""

    what: str
    how_long: str
    fields: tuple[str, ...]


RETENTION = (
    Retention(
        "People at schools: name, role, e-mail, phone, what they agreed to",
        WITH_THE_SCHOOL,
        (
            "schools.Contact.name",
            "schools.Contact.email",
            "schools.Contact.phone",
            "schools.Contact.consent_wording",
        ),
    ),
    Retention(
        "Meeting requests as they were typed",
        WITH_THE_CASE,
        (
            "meetings.MeetingRequest.name",
            "meetings.MeetingRequest.email",
            "meetings.MeetingRequest.phone",
            "meetings.MeetingRequest.head_name",
            "meetings.MeetingRequest.head_email",
            "meetings.MeetingRequest.notes",
            "meetings.MeetingRequest.consent_wording",
        ),
    ),
    Retention("Requests that somebody has begun and not sent", WITH_THE_DRAFT, ("meetings.RequestDraft.email",)),
    Retention("Mails that came to our mailbox", WITH_THE_ANSWER, ("mail.IncomingEmail.from_address",)),
    Retention(
        "Mails we sent",
        WITH_THE_MAIL,
        (
            "mail.Email.to_address",
            "mail.Email.to_name",
            "mail.Email.body_text",
            "mail.Email.body_html",
            "mail.EarlierText.subject",
            "mail.EarlierText.body_text",
        ),
    ),
    Retention(
        "Hub staff: name, work e-mail, phone, role",
        WITH_THE_ACCOUNT,
        ("accounts.User.email", "accounts.User.name", "accounts.User.phone", "accounts.User.job_title"),
    ),
    Retention("Head teachers named in the public register", WITH_THE_REGISTER, ("schools.School.head_name",)),
    Retention(
        "Who sees to a priority at the school",
        WITH_THE_CASE,
        ("audits.Priority.owner", "audits.Audit.priorities_draft"),
    ),
    Retention(
        "What people at a school said of its priorities: reflections, notes, telephone calls",
        WITH_THE_HISTORY,
        (
            "awards.ReflectionResponse.anything_else",
            "awards.ReflectionResponse.earlier_answers",
            "awards.ReflectionAnswer.what_helped",
            "awards.ReflectionAnswer.what_next",
            "awards.ReflectionCall.note",
            "awards.ProgressNote.text",
        ),
    ),
)
