from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "hubportal.accounts"
    verbose_name = "Hub staff"
