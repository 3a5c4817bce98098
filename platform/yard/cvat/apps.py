from django.apps import AppConfig


class CvatConfig(AppConfig):
    name = "yard.cvat"
    label = "cvat"

    def ready(self) -> None:
        from yard.cvat.queue import transfers_resume
        from yard.executions import chores

        chores.register(transfers_resume)
