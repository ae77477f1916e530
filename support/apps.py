from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "support"
    verbose_name = "Support"

    def ready(self) -> None:
        # What is kept about people: nobody.
        from support import holdings  # noqa: F401
