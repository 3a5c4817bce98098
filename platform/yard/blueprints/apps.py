from django.apps import AppConfig


class BlueprintsConfig(AppConfig):
    name = "yard.blueprints"
    label = "blueprints"

    def ready(self) -> None:
        from yard.blueprints.first_start import install_templates
        from yard.blueprints.images import BuildKind, images_needed
        from yard.core import setup
        from yard.executions import garbage, kinds

        kinds.register(BuildKind())
        garbage.claim_images(images_needed)
        setup.register("blueprints", install_templates)
