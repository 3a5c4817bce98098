from django.apps import AppConfig


class BlueprintsConfig(AppConfig):
    name = "yard.blueprints"
    label = "blueprints"

    def ready(self) -> None:
        from yard.blueprints.images import BuildKind
        from yard.executions import kinds

        kinds.register(BuildKind())
