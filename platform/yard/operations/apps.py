from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "yard.operations"
    label = "operations"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_login_failed

        from yard.core import health, setup
        from yard.executions import chores
        from yard.operations.backups.restore import restoration_problem
        from yard.operations.heartbeats import SupervisorPulse, declare_schedules
        from yard.operations.metrics.requests import count_failed_sign_in

        chores.register(SupervisorPulse())
        setup.register("operations", declare_schedules)
        health.register("restore", restoration_problem)
        user_login_failed.connect(count_failed_sign_in, dispatch_uid="operations.metrics")
