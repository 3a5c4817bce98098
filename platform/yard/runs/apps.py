from django.apps import AppConfig


class RunsConfig(AppConfig):
    name = "yard.runs"
    label = "runs"

    def ready(self) -> None:
        """Tell the supervisor what runs are, and the registry which models they made."""
        from yard.datasets import cache
        from yard.datasets.versions import usage
        from yard.executions import kinds
        from yard.registry import origins
        from yard.runs.kind import RunKind
        from yard.runs.selectors import (
            filesets_in_use,
            makers_of_versions,
            run_counts_of_datasets,
            run_names_of_dataset,
        )

        kinds.register(RunKind())
        cache.claim(filesets_in_use)
        usage.register(counts=run_counts_of_datasets, names=run_names_of_dataset)
        origins.register("run", makers_of_versions)
