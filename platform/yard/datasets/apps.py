from django.apps import AppConfig


class DatasetsConfig(AppConfig):
    name = "yard.datasets"
    label = "datasets"

    def ready(self) -> None:
        from yard.datasets.services import import_expire_abandoned, import_resume_stale
        from yard.executions import chores

        chores.register(import_resume_stale)
        chores.register(import_expire_abandoned)
