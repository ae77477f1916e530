from django.urls import path

from audits import views
from audits.views.downloads import PDF, WORD

DRAFT = "staff/frameworks/drafts/<int:pk>"

urlpatterns = [
    path("staff/frameworks/", views.FrameworkListView.as_view(), name="framework_list"),
    path("staff/frameworks/<int:pk>/", views.FrameworkDetailView.as_view(), name="framework_detail"),
    path("staff/frameworks/<int:pk>/compare/", views.FrameworkCompareView.as_view(), name="framework_compare"),
    path("staff/frameworks/<int:pk>/file/", views.FrameworkFileView.as_view(), name="framework_file"),
    path("staff/frameworks/drafts/", views.DraftBeginView.as_view(), name="framework_draft_begin"),
    path(f"{DRAFT}/", views.DraftView.as_view(), name="framework_draft"),
    path(f"{DRAFT}/facts/", views.DraftFactsView.as_view(), name="framework_facts"),
    path(f"{DRAFT}/rules/", views.DraftRulesView.as_view(), name="framework_rules"),
    path(f"{DRAFT}/mapping/", views.DraftMappingView.as_view(), name="framework_mapping"),
    path(f"{DRAFT}/sections/new/", views.DraftSectionView.as_view(), name="framework_section_new"),
    path(f"{DRAFT}/sections/<int:section>/", views.DraftSectionView.as_view(), name="framework_section"),
    path(f"{DRAFT}/sections/<int:section>/new/", views.DraftCriterionView.as_view(), name="framework_criterion_new"),
    path(
        f"{DRAFT}/sections/<int:section>/criteria/<int:number>/",
        views.DraftCriterionView.as_view(),
        name="framework_criterion",
    ),
    path(f"{DRAFT}/order/", views.DraftArrangeView.as_view(), name="framework_draft_arrange"),
    path(f"{DRAFT}/upload/", views.DraftUploadView.as_view(), name="framework_draft_upload"),
    path(f"{DRAFT}/file/", views.DraftFileView.as_view(), name="framework_draft_file"),
    path(f"{DRAFT}/compare/", views.DraftCompareView.as_view(), name="framework_draft_compare"),
    path(f"{DRAFT}/publish/", views.DraftPublishView.as_view(), name="framework_draft_publish"),
    path(f"{DRAFT}/discard/", views.DraftDiscardView.as_view(), name="framework_draft_discard"),
    path("award/", views.AwardGuideView.as_view(), name="award_guide"),
    path("award/<str:phase>.pdf", views.BlankAuditView.as_view(content_type=PDF), name="audit_blank_pdf"),
    path("award/<str:phase>.docx", views.BlankAuditView.as_view(content_type=WORD), name="audit_blank_word"),
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
    path(
        "my-school/own-view/<int:pk>/changes/<int:audit>/", views.OwnViewChangesView.as_view(), name="own_view_changes"
    ),
    path("my-school/own-view/<int:pk>/done/", views.OwnViewDoneView.as_view(), name="own_view_done"),
    path("my-school/own-view/<int:pk>/colleague/", views.OwnViewColleagueView.as_view(), name="own_view_colleague"),
    path(
        "my-school/own-view/<int:pk>/section/<slug:code>/", views.OwnViewSectionView.as_view(), name="own_view_section"
    ),
    path("audits/<int:pk>/paper/", views.AuditPaperView.as_view(), name="audit_paper"),
    path("audits/<int:pk>.pdf", views.AuditFileView.as_view(content_type=PDF), name="audit_pdf"),
    path("audits/<int:pk>.docx", views.AuditFileView.as_view(content_type=WORD), name="audit_word"),
    path("my-school/audits/<int:pk>.pdf", views.MyAuditFileView.as_view(content_type=PDF), name="my_audit_pdf"),
    path("my-school/audits/<int:pk>.docx", views.MyAuditFileView.as_view(content_type=WORD), name="my_audit_word"),
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
