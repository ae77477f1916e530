from django.urls import path, register_converter

from meetings import views


class ReferenceConverter:
    """What may be a request's reference, such as MR-7K3QD."""

    regex = "[A-Za-z0-9-]{1,12}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(ReferenceConverter, "reference")

urlpatterns = [
    path("request-a-meeting/", views.RequestMeetingView.as_view(), name="request_meeting"),
    path("request-a-meeting/thanks/<reference:reference>/", views.RequestThanksView.as_view(), name="request_thanks"),
    path("request-a-meeting/form/<uuid:key>/", views.RequestFormView.as_view(), name="request_form"),
    path("request-a-meeting/check/<uuid:key>/", views.RequestCheckView.as_view(), name="request_check"),
    path("request-a-meeting/save/<uuid:key>/", views.RequestSaveView.as_view(), name="request_save"),
    path("request-a-meeting/kept/<uuid:key>/", views.RequestKeptView.as_view(), name="request_kept"),
    path("request-a-meeting/saved/<str:token>/", views.SavedRequestView.as_view(), name="request_saved"),
    path("my-school/requests/<reference:reference>/times/", views.OtherTimesView.as_view(), name="request_times"),
    path("my-school/ask/<str:kind>/", views.OwnRequestView.as_view(), name="own_request"),
    path("requests/", views.RequestListView.as_view(), name="request_list"),
    path("requests/<reference:reference>/", views.RequestDetailView.as_view(), name="request_detail"),
    path("requests/<reference:reference>/book/", views.RequestBookView.as_view(), name="request_book"),
    path("requests/<reference:reference>/reassign/", views.RequestReassignView.as_view(), name="request_reassign"),
    path("requests/<reference:reference>/ask/", views.RequestAskView.as_view(), name="request_ask"),
    path("requests/<reference:reference>/withdraw/", views.RequestWithdrawView.as_view(), name="request_withdraw"),
    path("requests/<reference:reference>/decline/", views.RequestDeclineView.as_view(), name="request_decline"),
    path("meetings/", views.MeetingListView.as_view(), name="meeting_list"),
    path("meetings/<int:pk>/", views.MeetingDetailView.as_view(), name="meeting_detail"),
    path("meetings/<int:pk>/move/", views.MeetingMoveView.as_view(), name="meeting_move"),
    path("meetings/<int:pk>/cancel/", views.MeetingCancelView.as_view(), name="meeting_cancel"),
    path("meetings/<int:pk>/miss/", views.MeetingMissView.as_view(), name="meeting_miss"),
    path("meetings/<int:pk>/correct/", views.MeetingCorrectView.as_view(), name="meeting_correct"),
    path("meetings/<int:pk>/hold/", views.MeetingHoldView.as_view(), name="meeting_hold"),
    path("schools/<int:urn>/meetings/new/", views.NewMeetingView.as_view(), name="meeting_new"),
    path("my-school/data-form/<int:pk>/", views.DataFormView.as_view(), name="data_form"),
    path("my-school/data-form/<int:pk>/save/", views.DataFormSaveView.as_view(), name="data_form_save"),
    path("my-school/data-form/<int:pk>/thanks/", views.DataFormThanksView.as_view(), name="data_form_thanks"),
    path("meetings/week/", views.WeekView.as_view(), name="meeting_week"),
    path("meetings/month/", views.MonthView.as_view(), name="meeting_month"),
    path("calendar/<str:token>/meetings.ics", views.CalendarFeedView.as_view(), name="calendar_feed"),
    path("staff/diary/", views.DiaryView.as_view(), name="diary"),
    path("staff/people/<int:pk>/diary/", views.DiaryView.as_view(), name="diary_of"),
    path("staff/people/<int:pk>/diary/hours/", views.WorkingWeekView.as_view(), name="diary_hours"),
    path("staff/people/<int:pk>/diary/time-off/", views.TimeOffView.as_view(), name="diary_time_off"),
    path(
        "staff/people/<int:pk>/diary/time-off/<int:time_off>/delete/",
        views.TimeOffDeleteView.as_view(),
        name="diary_time_off_delete",
    ),
    path("staff/people/<int:pk>/diary/calendar/open/", views.FeedOpenView.as_view(), name="diary_feed_open"),
    path("staff/people/<int:pk>/diary/calendar/stop/", views.FeedStopView.as_view(), name="diary_feed_stop"),
    path("staff/holidays/", views.HolidayListView.as_view(), name="holidays"),
    path("staff/holidays/new/", views.HolidayCreateView.as_view(), name="holiday_new"),
    path("staff/holidays/<int:pk>/", views.HolidayEditView.as_view(), name="holiday_edit"),
    path("staff/holidays/<int:pk>/delete/", views.HolidayDeleteView.as_view(), name="holiday_delete"),
]
