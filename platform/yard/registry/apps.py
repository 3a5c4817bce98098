from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "yard.registry"
    label = "registry"

    def ready(self) -> None:
        """Have models that were stored or deleted only in part cleared away."""
        from yard.executions import chores
        from yard.registry.services import versions_sweep

        chores.register(versions_sweep)
