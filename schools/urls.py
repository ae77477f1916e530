from django.urls import path

from schools import views

urlpatterns = [
    path("link/<str:token>/", views.PersonalLinkView.as_view(), name="personal_link"),
    path("withdraw/<str:token>/", views.WithdrawView.as_view(), name="withdraw"),
    path("my-school/link-needed/", views.LinkNeededView.as_view(), name="link_needed"),
    path("my-school/leave/", views.LeaveSchoolView.as_view(), name="leave_school"),
]
