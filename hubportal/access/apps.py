from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "hubportal.access"
    verbose_name = "Personal links"
