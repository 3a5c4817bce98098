from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "yard.registry"
    label = "registry"
