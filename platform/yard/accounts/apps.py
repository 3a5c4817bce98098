from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "yard.accounts"
    label = "accounts"

    def ready(self) -> None:
        from yard.accounts.first_start import declare_schedules, make_administrator
        from yard.core import setup

        setup.register("accounts", make_administrator)
        setup.register("accounts' schedules", declare_schedules)
