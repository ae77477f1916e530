from django.urls import path

from reports import views

urlpatterns = [
    path("staff/", views.StaffHomeView.as_view(), name="staff_home"),
    path("schools/<int:urn>/", views.SchoolPageView.as_view(), name="school_detail"),
]
