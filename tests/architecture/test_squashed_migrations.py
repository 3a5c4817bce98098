"""A migration that stands for many makes the same tables as they do, one by one."""

from __future__ import annotations

import pytest
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState


@pytest.fixture(scope="module")
def states() -> tuple[ProjectState, ProjectState]:
    """What the models are after the single steps, and after those that stand for them."""
    single, squashed = MigrationLoader(None, replace_migrations=False), MigrationLoader(None)
    replaced = [one for one in squashed.disk_migrations.values() if one.replaces]
    assert {one.app_label for one in replaced} == {"datasets", "runs"}
    for one in replaced:
        # Without replacing, both ways are in the graph: here only the steps are to be followed.
        del single.graph.nodes[one.app_label, one.name]
        node = single.graph.node_map.pop((one.app_label, one.name))
        for parent in node.parents:
            parent.children.discard(node)
    return single.project_state(), squashed.project_state()


def test_one_step_makes_what_the_single_steps_made(states: tuple[ProjectState, ProjectState]) -> None:
    for old, new in (states, states[::-1]):
        assert MigrationAutodetector(old, new)._detect_changes() == {}
