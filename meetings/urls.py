from django.urls import path

from meetings import views

urlpatterns = [
    path("request-a-meeting/", views.RequestMeetingView.as_view(), name="request_meeting"),
    path("request-a-meeting/thanks/<str:reference>/", views.RequestThanksView.as_view(), name="request_thanks"),
    path("requests/", views.RequestListView.as_view(), name="request_list"),
    path("requests/<str:reference>/", views.RequestDetailView.as_view(), name="request_detail"),
    path("requests/<str:reference>/book/", views.RequestBookView.as_view(), name="request_book"),
    path("requests/<str:reference>/reassign/", views.RequestReassignView.as_view(), name="request_reassign"),
    path("requests/<str:reference>/decline/", views.RequestDeclineView.as_view(), name="request_decline"),
    path("meetings/", views.MeetingListView.as_view(), name="meeting_list"),
    path("meetings/<int:pk>/", views.MeetingDetailView.as_view(), name="meeting_detail"),
    path("meetings/<int:pk>/move/", views.MeetingMoveView.as_view(), name="meeting_move"),
    path("meetings/<int:pk>/cancel/", views.MeetingCancelView.as_view(), name="meeting_cancel"),
    path("schools/<int:urn>/meetings/new/", views.NewMeetingView.as_view(), name="meeting_new"),
    path("my-school/data-form/<int:pk>/", views.DataFormView.as_view(), name="data_form"),
]
