from django.apps import AppConfig


class DatasetsConfig(AppConfig):
    name = "yard.datasets"
    label = "datasets"

    def ready(self) -> None:
        from yard.datasets.cache import versions_trim
        from yard.datasets.conversions.services import conversion_expire, conversion_resume_stale
        from yard.datasets.doctor.requests import examinations_begin_due, work_resume_stale
        from yard.datasets.imports.buckets import keys_expire
        from yard.datasets.selectors import files_wanted, uploads_wanted
        from yard.datasets.services import import_expire_abandoned, import_resume_stale
        from yard.datasets.versions.restores import restore_resume_stale
        from yard.executions import chores
        from yard.executions import garbage as host_garbage
        from yard.storage import garbage

        chores.register(import_resume_stale)
        chores.register(import_expire_abandoned)
        chores.register(work_resume_stale)
        chores.register(examinations_begin_due)
        chores.register(restore_resume_stale)
        chores.register(keys_expire)
        chores.register(conversion_resume_stale)
        chores.register(conversion_expire)
        garbage.claim_uploads(uploads_wanted)
        garbage.claim_files(files_wanted)
        host_garbage.register(versions_trim)
