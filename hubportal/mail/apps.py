from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "hubportal.mail"
    verbose_name = "Mail"

    def ready(self) -> None:
        # Registers the mail that holds several, and its sample.
        from hubportal.mail import samples  # noqa: F401
