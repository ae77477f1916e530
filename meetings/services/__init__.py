"""What the hub does with requests, meetings and data forms."""

from meetings.services.bookings import (
    arrange_meeting,
    book_meeting,
    cancel_meeting,
    hold_meeting,
    move_meeting,
)
from meetings.services.data_forms import AnswersCollide, data_form_of, save_data_form, send_data_form
from meetings.services.requests import decline_request, reassign_request, request_meeting

__all__ = [
    "AnswersCollide",
    "arrange_meeting",
    "book_meeting",
    "cancel_meeting",
    "data_form_of",
    "decline_request",
    "hold_meeting",
    "move_meeting",
    "reassign_request",
    "request_meeting",
    "save_data_form",
    "send_data_form",
]
