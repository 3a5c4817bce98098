from django.apps import AppConfig


class RunsConfig(AppConfig):
    name = "yard.runs"
    label = "runs"

    def ready(self) -> None:
        """Tell the supervisor what runs are, and the registry which models they made."""
        from yard.executions import kinds
        from yard.registry import origins
        from yard.runs.kind import RunKind
        from yard.runs.selectors import makers_of_versions

        kinds.register(RunKind())
        origins.register("run", makers_of_versions)
