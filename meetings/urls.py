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
    path("requests/", views.RequestListView.as_view(), name="request_list"),
    path("requests/<reference:reference>/", views.RequestDetailView.as_view(), name="request_detail"),
    path("requests/<reference:reference>/book/", views.RequestBookView.as_view(), name="request_book"),
    path("requests/<reference:reference>/reassign/", views.RequestReassignView.as_view(), name="request_reassign"),
    path("requests/<reference:reference>/decline/", views.RequestDeclineView.as_view(), name="request_decline"),
    path("meetings/", views.MeetingListView.as_view(), name="meeting_list"),
    path("meetings/<int:pk>/", views.MeetingDetailView.as_view(), name="meeting_detail"),
    path("meetings/<int:pk>/move/", views.MeetingMoveView.as_view(), name="meeting_move"),
    path("meetings/<int:pk>/cancel/", views.MeetingCancelView.as_view(), name="meeting_cancel"),
    path("schools/<int:urn>/meetings/new/", views.NewMeetingView.as_view(), name="meeting_new"),
    path("my-school/data-form/<int:pk>/", views.DataFormView.as_view(), name="data_form"),
    path("my-school/data-form/<int:pk>/save/", views.DataFormSaveView.as_view(), name="data_form_save"),
    path("my-school/data-form/<int:pk>/thanks/", views.DataFormThanksView.as_view(), name="data_form_thanks"),
]
