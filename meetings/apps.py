from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = "Meetings"

    def ready(self) -> None:
        # Registers the kinds of mail, their last checks and their samples.
        from meetings import emails, samples, triage_samples  # noqa: F401

        # What is kept about people, and what happens when another person takes over at a school.
        from meetings import holdings  # noqa: F401
        from meetings.services import forgetting, successions  # noqa: F401
