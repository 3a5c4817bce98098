"""What is left over on a host without an engine goes: images, environments, half-made things; no more than that."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.executions.launchers.benches import BASE, write_context
from yard.executions.launchers import image_lock
from yard.executions.launchers.base import ImageRequest
from yard.executions.launchers.process import ProcessLauncher, ProcessSettings

pytestmark = pytest.mark.faults


def _launcher(folder: Path, environments: Path) -> ProcessLauncher:
    folder.mkdir(parents=True)
    (folder / "base.txt").write_text("# nothing but Python\n")
    return ProcessLauncher(ProcessSettings(folder / "state", {BASE: folder / "base.txt"}, environments))


def _make(launcher: ProcessLauncher, context: Path, tag: str) -> None:
    request = ImageRequest(tag=tag, context=context, base=BASE, network=False)
    launcher.prepare_image(request, log=lambda _: None, cancelled=lambda: False)


def _collect(launcher: ProcessLauncher, needed: Iterable[str], *, ahead: float = 5.0) -> int:
    before = datetime.now(UTC) + timedelta(seconds=ahead)
    return launcher.collect(images=lambda: set(needed), boxes=set(), before=before)


def _environments(folder: Path) -> list[str]:
    return [found.name for found in (folder / "environments").iterdir()]


def test_images_and_environments_go_with_the_last_platform_that_needs_them(tmp_path: Path) -> None:
    shared, context = tmp_path / "environments", write_context(tmp_path / "context")
    one, two = _launcher(tmp_path / "one", shared), _launcher(tmp_path / "two", shared)
    _make(one, context, "kept:1")
    _make(one, context, "deleted:1")
    _make(two, context, "other:1")

    assert _collect(one, ["kept:1"]) == 1
    assert one.find_image("deleted:1") is None
    assert one.find_image("kept:1") is not None

    with image_lock.building(tmp_path / "one" / "state"):
        assert _collect(one, []) == 0, "nothing goes while somebody builds"
    assert _collect(one, []) == 1
    assert len(_environments(shared)) == 1
    assert two.find_image("other:1") is not None

    assert _collect(two, []) == 1
    assert _environments(shared) == []


def test_what_killed_installations_left_goes_when_it_is_old(tmp_path: Path) -> None:
    shared = tmp_path / "environments"
    launcher = _launcher(tmp_path / "one", shared)
    (shared / "environments").mkdir(exist_ok=True)
    for left in (shared / ".new-abc-1", shared / "environments" / ".old-1"):
        left.mkdir()
        (left / "file").write_text("half")
        os.utime(left, (1, 1))
    (shared / ".new-abc-2").mkdir()
    assert _collect(launcher, [], ahead=-60) == 2
    assert sorted(found.name for found in shared.glob(".new-*")) == [".new-abc-2"]
    assert _environments(shared) == []
