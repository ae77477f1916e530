from django.apps import AppConfig


class HubportalConfig(AppConfig):
    name = "hubportal"
    verbose_name = "Hub portal"

    def ready(self) -> None:
        from hubportal import deploy_checks  # noqa: F401
