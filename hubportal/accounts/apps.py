from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "hubportal.accounts"
    verbose_name = "Hub staff"

    def ready(self) -> None:
        # Registers the kinds of mail and their samples.
        from hubportal.accounts import emails, samples  # noqa: F401
