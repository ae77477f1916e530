"""The pages of requests, meetings and data forms."""

from meetings.views.data_form import DataFormSaveView, DataFormThanksView, DataFormView
from meetings.views.diaries import (
    DiaryView,
    FeedOpenView,
    FeedStopView,
    TimeOffDeleteView,
    TimeOffView,
    WorkingWeekView,
)
from meetings.views.drafts import RequestKeptView, RequestSaveView, SavedRequestView
from meetings.views.feeds import CalendarFeedView
from meetings.views.holidays import HolidayCreateView, HolidayDeleteView, HolidayEditView, HolidayListView
from meetings.views.meetings import (
    MeetingCancelView,
    MeetingCorrectView,
    MeetingDetailView,
    MeetingHoldView,
    MeetingListView,
    MeetingMissView,
    MeetingMoveView,
    NewMeetingView,
)
from meetings.views.other_times import OtherTimesView
from meetings.views.own_request import OwnRequestView
from meetings.views.public import RequestCheckView, RequestFormView, RequestMeetingView, RequestThanksView
from meetings.views.triage import (
    RequestAskView,
    RequestBookView,
    RequestDeclineView,
    RequestDetailView,
    RequestListView,
    RequestReassignView,
    RequestWithdrawView,
)
from meetings.views.weeks import MonthView, WeekView

__all__ = [
    "CalendarFeedView",
    "DataFormSaveView",
    "DataFormThanksView",
    "DataFormView",
    "DiaryView",
    "FeedOpenView",
    "FeedStopView",
    "HolidayCreateView",
    "HolidayDeleteView",
    "HolidayEditView",
    "HolidayListView",
    "MeetingCancelView",
    "MeetingCorrectView",
    "MeetingDetailView",
    "MeetingHoldView",
    "MeetingListView",
    "MeetingMissView",
    "MeetingMoveView",
    "MonthView",
    "NewMeetingView",
    "OtherTimesView",
    "OwnRequestView",
    "RequestAskView",
    "RequestBookView",
    "RequestCheckView",
    "RequestDeclineView",
    "RequestDetailView",
    "RequestFormView",
    "RequestKeptView",
    "RequestListView",
    "RequestMeetingView",
    "RequestReassignView",
    "RequestSaveView",
    "RequestThanksView",
    "RequestWithdrawView",
    "SavedRequestView",
    "TimeOffDeleteView",
    "TimeOffView",
    "WeekView",
    "WorkingWeekView",
]
