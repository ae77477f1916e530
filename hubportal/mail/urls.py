from django.urls import path

from hubportal.mail import views

urlpatterns = [
    path("", views.OutboxView.as_view(), name="outbox"),
    path("<int:pk>/", views.EmailView.as_view(), name="email"),
    path("<int:pk>/files/<int:position>/", views.EmailAttachmentView.as_view(), name="email_attachment"),
    path("<int:pk>/send-again/", views.SendAgainView.as_view(), name="send_again"),
]
