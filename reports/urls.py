from django.urls import path

from reports import views
from reports.consistency.views import ConsistencyView

urlpatterns = [
    path("staff/", views.StaffHomeView.as_view(), name="staff_home"),
    path("reports/consistency/", ConsistencyView.as_view(), name="consistency"),
    path("schools/<int:urn>/", views.SchoolPageView.as_view(), name="school_detail"),
]
