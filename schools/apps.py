from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    name = "schools"
    verbose_name = "Schools"

    def ready(self) -> None:
        # Registers the kinds of mail, their last checks and their samples.
        from schools import emails, holdings, samples  # noqa: F401
