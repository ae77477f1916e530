from django.urls import path

from reports import views
from reports.companion import views as companion
from reports.consistency.views import ConsistencyView

urlpatterns = [
    path("staff/", views.StaffHomeView.as_view(), name="staff_home"),
    path("reports/consistency/", ConsistencyView.as_view(), name="consistency"),
    path("my-school/inspection/", companion.CompanionView.as_view(), name="companion"),
    path("my-school/inspection.pdf", companion.CompanionFileView.as_view(), name="companion_pdf"),
    path("my-school/music-plan/", companion.MusicPlanView.as_view(), name="music_plan"),
    path("my-school/music-plan.docx", companion.MusicPlanFileView.as_view(), name="music_plan_word"),
    path("schools/<int:urn>/", views.SchoolPageView.as_view(), name="school_detail"),
]
