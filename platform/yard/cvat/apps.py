from django.apps import AppConfig


class CvatConfig(AppConfig):
    name = "yard.cvat"
    label = "cvat"

    def ready(self) -> None:
        from yard.cvat.queue import transfers_resume
        from yard.cvat.selectors import jobs_of_images
        from yard.datasets.splits.grouping import register_jobs
        from yard.executions import chores

        chores.register(transfers_resume)
        register_jobs(jobs_of_images)
