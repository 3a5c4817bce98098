from django.apps import AppConfig


class BlueprintsConfig(AppConfig):
    name = "yard.blueprints"
    label = "blueprints"
