from django.urls import path

from audits import views

urlpatterns = [
    path("award/", views.AwardGuideView.as_view(), name="award_guide"),
    path("audits/", views.AuditListView.as_view(), name="audit_list"),
    path("audits/worker.js", views.WorkerView.as_view(), name="audit_worker"),
    path("meetings/<int:pk>/audits/", views.AuditStartView.as_view(), name="audit_start"),
    path("audits/<int:pk>/", views.AuditDetailView.as_view(), name="audit_detail"),
    path("audits/<int:pk>/comparison/", views.AuditComparisonView.as_view(), name="audit_comparison"),
    path("audits/<int:pk>/history/", views.AuditHistoryView.as_view(), name="audit_history"),
    path("audits/<int:pk>/conversation/", views.ConversationView.as_view(), name="audit_conversation"),
    path("audits/<int:pk>/conversation/closing/", views.CriterionView.as_view(), name="audit_closing"),
    path("audits/<int:pk>/conversation/<str:code>/", views.CriterionView.as_view(), name="audit_criterion"),
    path("audits/<int:pk>/changes/", views.AuditChangesView.as_view(), name="audit_changes"),
    path("my-school/own-view/<int:pk>/", views.OwnViewPage.as_view(), name="own_view"),
    path("my-school/own-view/<int:pk>/begin/", views.OwnViewBeginView.as_view(), name="own_view_begin"),
    path("my-school/own-view/<int:pk>/changes/", views.OwnViewChangesView.as_view(), name="own_view_changes"),
    path("my-school/own-view/<int:pk>/done/", views.OwnViewDoneView.as_view(), name="own_view_done"),
    path("my-school/own-view/<int:pk>/colleague/", views.OwnViewColleagueView.as_view(), name="own_view_colleague"),
    path(
        "my-school/own-view/<int:pk>/section/<slug:code>/", views.OwnViewSectionView.as_view(), name="own_view_section"
    ),
    path("audits/<int:pk>/priorities/", views.AuditPrioritiesView.as_view(), name="audit_priorities"),
    path("audits/<int:pk>/carry-over/", views.CarryOverView.as_view(), name="audit_carry_over"),
    path("audits/<int:pk>/agree/", views.AuditAgreeView.as_view(), name="audit_agree"),
    path("promises/", views.PromiseListView.as_view(), name="promise_list"),
    path("promises/<int:pk>/", views.PromiseDetailView.as_view(), name="promise_detail"),
    path("promises/<int:pk>/keep/", views.PromiseKeepView.as_view(), name="promise_keep"),
    path("promises/<int:pk>/give-up/", views.PromiseGiveUpView.as_view(), name="promise_give_up"),
    path("promises/<int:pk>/move/", views.PromiseMoveView.as_view(), name="promise_move"),
    path("promises/<int:pk>/reopen/", views.PromiseReopenView.as_view(), name="promise_reopen"),
]
