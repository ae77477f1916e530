from django.apps import AppConfig


class AuditsConfig(AppConfig):
    name = "audits"
    verbose_name = "Audits"

    def ready(self) -> None:
        # What is kept about people.
        from audits import holdings  # noqa: F401
        from audits.services import forgetting  # noqa: F401
