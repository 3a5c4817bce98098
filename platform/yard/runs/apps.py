from django.apps import AppConfig


class RunsConfig(AppConfig):
    name = "yard.runs"
    label = "runs"
