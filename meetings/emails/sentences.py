"""The sentences that administrators may change in the mails around a request and a meeting."""

from hubportal.mail.kinds import Sentence
from schools.emails import SIGN_OFF

THANKS_SENTENCES = (
    Sentence(
        "opening",
        "Opening",
        "Thank you for asking for a {award_name} meeting for {school}.",
        facts=("award_name", "school", "contact", "hub"),
    ),
    Sentence("closing", "Closing", "There is nothing you need to do now.", facts=("school", "contact", "hub")),
    SIGN_OFF,
)
DECLINED_SENTENCES = (
    Sentence(
        "opening",
        "Opening",
        "Thank you for asking for a {award_name} meeting for {school}. We are sorry: we cannot arrange it at the "
        "moment.",
        facts=("award_name", "school", "contact", "hub"),
    ),
    Sentence(
        "closing",
        "Closing",
        "You are welcome to ask again at any time, and to write to us at {hub_email} if you would like to talk it "
        "over.",
        facts=("hub_email", "school", "contact", "hub"),
    ),
    SIGN_OFF,
)
BOOKING_SENTENCES = (
    Sentence(
        "opening",
        "Opening, before the day and time",
        "The {kind} about music at your school is booked:",
        facts=("kind", "school", "contact", "hub"),
    ),
    Sentence(
        "about",
        "About the meeting",
        "It takes 90 minutes, with the music coordinator and the head teacher.",
        facts=("kind", "officer", "school", "contact", "hub"),
    ),
    SIGN_OFF,
)
MOVED_SENTENCES = (
    Sentence(
        "opening",
        "Opening, before what has changed",
        "We have made a change to our meeting with you.",
        facts=("kind", "officer", "school", "contact", "hub"),
    ),
    SIGN_OFF,
)
CANCELLED_SENTENCES = (
    Sentence(
        "opening",
        "Opening, before what was cancelled",
        "We are sorry that we have to cancel our meeting with you.",
        facts=("kind", "officer", "school", "contact", "hub"),
    ),
    SIGN_OFF,
)
