from django.apps import AppConfig


class DatasetsConfig(AppConfig):
    name = "yard.datasets"
    label = "datasets"

    def ready(self) -> None:
        from yard.datasets.cache import versions_trim
        from yard.datasets.conversions.services import conversion_expire, conversion_resume_stale
        from yard.datasets.selectors import uploads_wanted
        from yard.datasets.services import import_expire_abandoned, import_resume_stale
        from yard.executions import chores
        from yard.executions import garbage as host_garbage
        from yard.storage import garbage

        chores.register(import_resume_stale)
        chores.register(import_expire_abandoned)
        chores.register(conversion_resume_stale)
        chores.register(conversion_expire)
        garbage.claim_uploads(uploads_wanted)
        host_garbage.register(versions_trim)
