from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "hubportal.mail"
    verbose_name = "Mail"
