"""Meeting requests, offered times, meetings, the data form before a meeting, and whose time is when."""

from .bookings import STANDING_STATUSES, Meeting, MeetingQuerySet, MeetingStatus
from .calendars import (
    LONGEST_HUB_HOLIDAY_DAYS,
    LONGEST_TRAVEL_MINUTES,
    CalendarFeed,
    HubHoliday,
    OfficerDiary,
    TimeOff,
    Weekday,
    WorkingHours,
)
from .data_forms import DATA_FORM_FIELDS, DataForm
from .requests import (
    OPEN_STATUSES,
    DayPart,
    MeetingKind,
    MeetingRequest,
    MeetingRequestQuerySet,
    OfferedTime,
    RequestDraft,
    RequestStatus,
)

__all__ = [
    "DATA_FORM_FIELDS",
    "LONGEST_HUB_HOLIDAY_DAYS",
    "LONGEST_TRAVEL_MINUTES",
    "OPEN_STATUSES",
    "STANDING_STATUSES",
    "CalendarFeed",
    "DataForm",
    "DayPart",
    "HubHoliday",
    "Meeting",
    "MeetingKind",
    "MeetingQuerySet",
    "MeetingRequest",
    "MeetingRequestQuerySet",
    "MeetingStatus",
    "OfferedTime",
    "OfficerDiary",
    "RequestDraft",
    "RequestStatus",
    "TimeOff",
    "Weekday",
    "WorkingHours",
]
