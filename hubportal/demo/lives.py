"""The demo hub's whole calendar: four years of conversations, and what a visitor finds going on today."""

from datetime import date

from django.utils import timezone

from hubportal.demo.calendar import Calendar
from hubportal.demo.conversations import Book, plan_conversations
from hubportal.demo.today import plan_today


def plan_lives(*, today: date | None = None) -> Calendar:
    """The demo hub's calendar up to this moment, the same for the same day and register."""
    book = Book.opened(today or timezone.localdate())
    plan_today(book, past=plan_conversations(book))
    return book.calendar
