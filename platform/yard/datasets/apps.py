from django.apps import AppConfig


class DatasetsConfig(AppConfig):
    name = "yard.datasets"
    label = "datasets"
