from django.urls import path

from audits import views

urlpatterns = [
    path("award/", views.AwardGuideView.as_view(), name="award_guide"),
    path("audits/", views.AuditListView.as_view(), name="audit_list"),
    path("meetings/<int:pk>/audits/", views.AuditStartView.as_view(), name="audit_start"),
    path("audits/<int:pk>/", views.AuditDetailView.as_view(), name="audit_detail"),
    path("audits/<int:pk>/ratings/<str:code>/", views.RatingSaveView.as_view(), name="rating_save"),
    path("audits/<int:pk>/notes/", views.NotesSaveView.as_view(), name="audit_notes_save"),
    path("audits/<int:pk>/priorities/", views.AuditPrioritiesView.as_view(), name="audit_priorities"),
    path("audits/<int:pk>/agree/", views.AuditAgreeView.as_view(), name="audit_agree"),
]
