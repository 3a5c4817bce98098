from django.apps import AppConfig


class StorageConfig(AppConfig):
    name = "yard.storage"
    label = "storage"

    def ready(self) -> None:
        from yard.core import health, setup
        from yard.storage.first_start import declare_schedules
        from yard.storage.health import store_problem

        setup.register("storage", declare_schedules)
        health.register("store", store_problem)
