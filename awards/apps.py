from django.apps import AppConfig


class AwardsConfig(AppConfig):
    name = "awards"
    verbose_name = "Awards"

    def ready(self) -> None:
        # Registers the kinds of mail, their last checks and their samples.
        from awards import emails, samples  # noqa: F401

        # What is kept about people, and what happens when another person takes over at a school.
        from awards import holdings  # noqa: F401
        from awards.services import successions  # noqa: F401
