from django.urls import path

from awards import views

urlpatterns = [
    path("verify/", views.VerifyView.as_view(), name="verify"),
    path("verify/<str:key>/", views.VerifyCertificateView.as_view(), name="verify_certificate"),
    path("badge/<str:key>.svg", views.BadgeView.as_view(), name="badge"),
    path("badge/<str:key>/dark.svg", views.BadgeView.as_view(ground="dark"), name="badge_dark"),
    path("staff/frameworks/drafts/<int:pk>/effects/", views.FrameworkEffectsView.as_view(), name="framework_effects"),
    path("awards/", views.AwardListView.as_view(), name="award_list"),
    path("audits/<int:pk>/award/", views.AwardDecideView.as_view(), name="award_decide"),
    path("awards/<int:pk>/", views.AwardDetailView.as_view(), name="award_detail"),
    path("awards/<int:pk>/preview/<int:contact>/", views.OutcomePackPreviewView.as_view(), name="outcome_pack_preview"),
    path("awards/<int:pk>/send/", views.OutcomePackSendView.as_view(), name="outcome_pack_send"),
    path("awards/<int:pk>/certificate/", views.StaffCertificateView.as_view(), name="staff_certificate"),
    path("my-school/", views.MySchoolView.as_view(), name="my_school"),
    path("my-school/reminders/", views.MyRemindersView.as_view(), name="my_reminders"),
    path("my-school/reminders/pause/", views.PauseMailView.as_view(), name="pause_mail"),
    path("my-school/reminders/go-on/", views.LetMailFlowView.as_view(), name="let_mail_flow"),
    path("schools/<int:urn>/reminders/", views.SchoolRemindersView.as_view(), name="school_reminders"),
    path("my-school/certificate/<str:number>/", views.MyCertificateView.as_view(), name="my_certificate"),
    path("my-school/logos/<int:award>/<str:filename>/", views.MyLogoView.as_view(), name="my_logo"),
    path("my-school/priorities/<int:pk>/done/", views.MyPromiseView.as_view(), name="my_promise"),
    path("my-school/reflections/<int:pk>/", views.ReflectionView.as_view(), name="reflection_form"),
    path("my-school/reflections/<int:pk>/thanks/", views.ReflectionThanksView.as_view(), name="reflection_thanks"),
]
