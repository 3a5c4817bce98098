from django.apps import AppConfig


class StorageConfig(AppConfig):
    name = "yard.storage"
    label = "storage"
