from django.apps import AppConfig


class ExecutionsConfig(AppConfig):
    name = "yard.executions"
    label = "executions"
