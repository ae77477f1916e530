from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class HubportalConfig(AppConfig):
    name = "hubportal"
    verbose_name = "Hub portal"

    def ready(self) -> None:
        from hubportal import deploy_checks  # noqa: F401


class PortalStaticFilesConfig(StaticFilesConfig):
    """Which static files `collectstatic` leaves out.

    Bootstrap comes in forty-four files, eight megabytes; pages use the one complete stylesheet. Hashing and
    compressing the others took half a minute.
    """

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "css/bootstrap-*",
        "css/bootstrap.css*",
        "css/bootstrap.rtl*",
        "js/bootstrap*",
    ]
