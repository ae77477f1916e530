"""Reads about requests, meetings and data forms; each function feeds a whole page."""

from .bookings import (
    MEETING_ORDERS,
    MeetingFilters,
    meeting_in_the_way,
    meeting_list,
    meeting_of_school,
    meeting_page,
)
from .data_forms import (
    answer_words,
    data_form_rows,
)
from .diaries import (
    Asked,
    Diaries,
    clashes_of,
    clashes_of_many,
    free_starts,
    holidays_between,
    read_diaries,
    stretch_of,
    why_no_school,
)
from .holidays import (
    hub_holidays_between,
    next_term_of,
)
from .offers import (
    Offers,
    offered_times_of,
    offers_of,
)
from .requests import (
    REQUEST_ORDERS,
    RequestFilters,
    RequestPage,
    likely_people,
    officers,
    people_of_request,
    request_list,
    request_page,
    thanks_key,
    was_thanked,
)

__all__ = [
    "MEETING_ORDERS",
    "REQUEST_ORDERS",
    "Asked",
    "Diaries",
    "MeetingFilters",
    "Offers",
    "RequestFilters",
    "RequestPage",
    "answer_words",
    "clashes_of",
    "clashes_of_many",
    "data_form_rows",
    "free_starts",
    "holidays_between",
    "hub_holidays_between",
    "likely_people",
    "meeting_in_the_way",
    "meeting_list",
    "meeting_of_school",
    "meeting_page",
    "next_term_of",
    "offered_times_of",
    "offers_of",
    "officers",
    "people_of_request",
    "read_diaries",
    "request_list",
    "request_page",
    "stretch_of",
    "thanks_key",
    "was_thanked",
    "why_no_school",
]
