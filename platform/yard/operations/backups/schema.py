"""Bringing the database to the schema that a backup was made with."""

from __future__ import annotations

from typing import cast

from django.apps import apps as current_apps
from django.apps.registry import Apps
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from yard.core.errors import InvalidInput

Applied = list[tuple[str, str]]


def need_known(applied: Applied) -> None:
    """Raises ``InvalidInput`` when this release does not know a migration of the backup."""
    known = MigrationLoader(connection).disk_migrations
    unknown = [f"{app}.{name}" for app, name in applied if (app, name) not in known]
    if unknown:
        raise InvalidInput(
            f"The backup was made by another release: this one does not know its migrations {', '.join(unknown[:5])}. "
            "Restore it with the release that made it, then upgrade."
        )


def rebuild(applied: Applied) -> Apps:
    """Drop every table of ours, make them anew as they were after these migrations; the models as of then."""
    _drop_tables(applied)
    executor = MigrationExecutor(connection)
    executor.loader, steps = _steps(applied)
    executor.migrate(_ends(executor.loader, steps))
    return _models_at(applied)


def upgrade() -> None:
    """From the backup's schema to this release's."""
    call_command("migrate", interactive=False, verbosity=0)


def _models_at(applied: Applied) -> Apps:
    loader, steps = _steps(applied)
    return cast(Apps, loader.project_state(_ends(loader, steps)).apps)


def _steps(applied: Applied) -> tuple[MigrationLoader, Applied]:
    """The steps to where these migrations lead: the squashed ones, or each single one where only some were applied."""
    loader, there = MigrationLoader(connection), set(applied)
    squashed = {key: set(one.replaces) for key, one in loader.replacements.items()}
    single = [key for key in applied if key not in squashed]
    whole = [key for key, replaced in squashed.items() if replaced <= there]
    short = [*(key for key in single if not any(key in squashed[one] for one in whole)), *whole]
    if all(key in loader.graph.nodes for key in short):
        return loader, short
    return MigrationLoader(connection, replace_migrations=False), single


def _ends(loader: MigrationLoader, applied: Applied) -> Applied:
    """The last ones of each app."""
    there = set(applied)

    def has_successor(node: tuple[str, str]) -> bool:
        return any(child.key in there and child.key[0] == node[0] for child in loader.graph.node_map[node].children)

    return [node for node in applied if not has_successor(node)]


def _drop_tables(applied: Applied) -> None:
    ours = {model._meta.db_table for model in current_apps.get_models(include_auto_created=True)}
    ours |= {model._meta.db_table for model in _models_at(applied).get_models(include_auto_created=True)}
    ours.add(MigrationRecorder.Migration._meta.db_table)
    there = [name for name in connection.introspection.table_names() if name in ours]
    cascade = " CASCADE" if connection.vendor == "postgresql" else ""
    with connection.constraint_checks_disabled(), transaction.atomic(), connection.cursor() as cursor:
        for name in there:
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(name)}{cascade}")
