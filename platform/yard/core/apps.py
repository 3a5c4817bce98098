from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "yard.core"
    label = "core"
