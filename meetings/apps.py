from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = "Meetings"

    def ready(self) -> None:
        # Registers the kinds of mail and their last checks.
        from meetings import emails  # noqa: F401
