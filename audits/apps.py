from django.apps import AppConfig


class AuditsConfig(AppConfig):
    name = "audits"
    verbose_name = "Audits"

    def ready(self) -> None:
        # Registers what is kept about people, and the kinds of mail with their last checks and samples.
        from audits import emails, holdings, samples  # noqa: F401

        # Which criteria offers of support may serve.
        from audits.queries import offers  # noqa: F401
        from audits.services import forgetting  # noqa: F401
