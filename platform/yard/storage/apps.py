from django.apps import AppConfig


class StorageConfig(AppConfig):
    name = "yard.storage"
    label = "storage"

    def ready(self) -> None:
        from yard.core import setup
        from yard.storage.first_start import declare_schedules

        setup.register("storage", declare_schedules)
