from django.apps import AppConfig


class BlueprintsConfig(AppConfig):
    name = "yard.blueprints"
    label = "blueprints"

    def ready(self) -> None:
        from yard.blueprints.first_start import install_templates
        from yard.blueprints.images import BuildKind
        from yard.core import setup
        from yard.executions import kinds

        kinds.register(BuildKind())
        setup.register("blueprints", install_templates)
