from django.urls import path

from hubportal.mail import views

urlpatterns = [
    path("", views.OutboxView.as_view(), name="outbox"),
    path("<int:pk>/", views.EmailView.as_view(), name="email"),
    path("<int:pk>/files/<int:position>/", views.EmailAttachmentView.as_view(), name="email_attachment"),
    path("<int:pk>/html/", views.EmailHtmlView.as_view(), name="email_html"),
    path("<int:pk>/send-again/", views.SendAgainView.as_view(), name="send_again"),
    path("<int:pk>/hold/", views.HoldView.as_view(), name="email_hold"),
    path("<int:pk>/let-go/", views.ReleaseView.as_view(), name="email_release"),
    path("<int:pk>/edit/", views.EditEmailView.as_view(), name="email_edit"),
    path("<int:pk>/cancel/", views.CancelEmailView.as_view(), name="email_cancel"),
    path("templates/", views.KindListView.as_view(), name="mail_kinds"),
    path("templates/<slug:key>/", views.KindView.as_view(), name="mail_kind"),
    path("templates/<slug:key>/<int:number>/html/", views.SampleHtmlView.as_view(), name="mail_sample"),
    path("templates/<slug:key>/words/<slug:place>/", views.SentenceView.as_view(), name="mail_sentence"),
    path(
        "templates/<slug:key>/words/<slug:place>/restore/",
        views.RestoreSentenceView.as_view(),
        name="mail_sentence_restore",
    ),
]
