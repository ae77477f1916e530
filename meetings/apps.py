from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = "Meetings"

    def ready(self) -> None:
        # Registers the kinds of mail with their last checks and samples, what is kept about people, and what happens
        # when another person takes over at a school.
        from meetings import emails, holdings, samples, triage_samples  # noqa: F401
        from meetings.services import forgetting, successions  # noqa: F401
