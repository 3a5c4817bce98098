from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "yard.accounts"
    label = "accounts"
