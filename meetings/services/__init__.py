"""What the hub does with requests, meetings and data forms."""

from meetings.services.bookings import (
    arrange_meeting,
    book_meeting,
    cancel_meeting,
    correct_missed_meeting,
    hold_meeting,
    miss_meeting,
    move_meeting,
)
from meetings.services.data_forms import (
    AnswersCollide,
    data_form_of,
    prefill,
    save_data_form,
    send_data_form,
    stored_data_form,
)
from meetings.services.drafts import HeldDraft, delete_expired_drafts, open_draft, save_draft, usable_draft
from meetings.services.other_times import offer_other_times
from meetings.services.reminders import QueuedReminder, queue_due_reminders
from meetings.services.requests import request_meeting
from meetings.services.triage import (
    ask_for_other_times,
    decline_request,
    escalate_requests,
    reassign_request,
    withdraw_request,
)

__all__ = [
    "AnswersCollide",
    "HeldDraft",
    "QueuedReminder",
    "arrange_meeting",
    "ask_for_other_times",
    "book_meeting",
    "cancel_meeting",
    "correct_missed_meeting",
    "data_form_of",
    "decline_request",
    "delete_expired_drafts",
    "escalate_requests",
    "hold_meeting",
    "miss_meeting",
    "move_meeting",
    "offer_other_times",
    "open_draft",
    "prefill",
    "queue_due_reminders",
    "reassign_request",
    "request_meeting",
    "save_data_form",
    "save_draft",
    "send_data_form",
    "stored_data_form",
    "usable_draft",
    "withdraw_request",
]
