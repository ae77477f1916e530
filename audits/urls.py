from django.urls import path

from audits import views

urlpatterns = [
    path("award/", views.AwardGuideView.as_view(), name="award_guide"),
    path("audits/", views.AuditListView.as_view(), name="audit_list"),
    path("meetings/<int:pk>/audits/", views.AuditStartView.as_view(), name="audit_start"),
    path("audits/<int:pk>/", views.AuditDetailView.as_view(), name="audit_detail"),
    path("audits/<int:pk>/conversation/", views.ConversationView.as_view(), name="audit_conversation"),
    path("audits/<int:pk>/changes/", views.AuditChangesView.as_view(), name="audit_changes"),
    path("audits/<int:pk>/priorities/", views.AuditPrioritiesView.as_view(), name="audit_priorities"),
    path("audits/<int:pk>/agree/", views.AuditAgreeView.as_view(), name="audit_agree"),
]
