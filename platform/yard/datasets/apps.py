from django.apps import AppConfig


class DatasetsConfig(AppConfig):
    name = "yard.datasets"
    label = "datasets"

    def ready(self) -> None:
        from yard.datasets.cache import versions_trim
        from yard.datasets.conversions.services import conversion_expire, conversion_resume_stale
        from yard.datasets.doctor.requests import examinations_begin_due
        from yard.datasets.figures.kinds import FigureKind, figure_register
        from yard.datasets.imports.bucket_keys import keys_expire
        from yard.datasets.imports.services import import_expire_abandoned, import_resume_stale
        from yard.datasets.models import Examination, Figure, Pinning, Repair, Restore
        from yard.datasets.selectors import files_wanted, uploads_wanted
        from yard.datasets.splits import leaks
        from yard.datasets.statistics import selectors as statistics
        from yard.datasets.work import work_register, work_resume_stale
        from yard.executions import chores
        from yard.executions import garbage as host_garbage
        from yard.storage import garbage

        work_register(Examination, "yard.datasets.doctor.tasks.examination_task")
        work_register(Repair, "yard.datasets.doctor.tasks.repair_task")
        work_register(Restore, "yard.datasets.tasks.restore_run_task")
        work_register(Pinning, "yard.datasets.tasks.pinning_task")
        work_register(Figure, "yard.datasets.tasks.figure_task")
        figure_register(statistics.FIGURE, FigureKind(statistics.figure_stamp, statistics.figure_work_out))
        figure_register(leaks.FIGURE, FigureKind(leaks.figure_stamp, leaks.figure_work_out))
        chores.register(import_resume_stale)
        chores.register(import_expire_abandoned)
        chores.register(work_resume_stale)
        chores.register(examinations_begin_due)
        chores.register(keys_expire)
        chores.register(conversion_resume_stale)
        chores.register(conversion_expire)
        garbage.claim_uploads(uploads_wanted)
        garbage.claim_files(files_wanted)
        host_garbage.register(versions_trim)
