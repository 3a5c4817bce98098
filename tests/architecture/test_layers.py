"""The house's one-way layers, in imports and in the database."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest
from django.apps import apps
from django.db.models import Field

ROOT = Path(__file__).resolve().parents[2]

# Lower may not know higher; apps on one level may not know each other.
LEVELS = {
    "core": 0,
    "storage": 1,
    "accounts": 1,
    "executions": 2,
    "datasets": 3,
    "blueprints": 3,
    "registry": 3,
    "cvat": 4,
    "runs": 5,
    "operations": 6,
}


def own_relations() -> list[tuple[str, str, str]]:
    """(from app, field, to app) of every relation between our apps' models."""
    return [
        (model._meta.app_label, f"{model.__name__}.{field.name}", field.related_model._meta.app_label)
        for model in apps.get_models()
        if model.__module__.startswith("yard.")
        for field in model._meta.get_fields()
        if isinstance(field, Field) and field.is_relation and not isinstance(field.related_model, str | None)
    ]


def test_platform_folder_is_no_package() -> None:
    """With an ``__init__.py`` it would hide the standard library's ``platform``."""
    assert not (ROOT / "platform" / "__init__.py").exists()


def test_every_app_has_a_level() -> None:
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("yard.")}
    assert ours == set(LEVELS)


@pytest.mark.parametrize(("source", "field", "target"), own_relations(), ids=str)
def test_relations_point_down(source: str, field: str, target: str) -> None:
    if target not in LEVELS or target == source:
        return
    assert LEVELS[target] < LEVELS[source], f"{field} of {source} points to {target}, which may not be known there"


def test_imports_point_down() -> None:
    program = Path(sysconfig.get_path("scripts")) / "lint-imports"
    env = {**os.environ, "PYTHONPATH": str(ROOT / "platform")}
    result = subprocess.run(
        [sys.executable, program, "--no-cache"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Imports inside functions count too: they only hide a circle."""
    graph = grimp.build_graph("yard", exclude_type_checking_imports=True)
    TopologicalSorter(
        {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    ).prepare()  # CycleError names the circle
