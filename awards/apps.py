from django.apps import AppConfig


class AwardsConfig(AppConfig):
    name = "awards"
    verbose_name = "Awards"

    def ready(self) -> None:
        # Registers the kinds of mail with their last checks and samples, what is kept about people, and what happens
        # when another person takes over at a school.
        from awards import emails, holdings, level_samples, reflection_samples, samples  # noqa: F401
        from awards.services import successions  # noqa: F401
