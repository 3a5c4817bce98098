from __future__ import annotations

from pathlib import Path

from yard.executions.launchers.cgroups import Cgroup, CgroupLimits, available

LIMITS = CgroupLimits(memory_bytes=1 << 20, cpus=1.5, pids=7)


def _version_2(root: Path) -> Path:
    """A folder that looks like a mounted version 2 hierarchy."""
    (root / "cgroup.controllers").write_text("cpu memory pids")
    (root / "cgroup.subtree_control").write_text("cpu")
    (root / "trainyard").mkdir()
    (root / "trainyard" / "cgroup.subtree_control").write_text("")
    return root


def test_it_writes_version_2_limits(tmp_path: Path) -> None:
    group = Cgroup.create("trainyard/box-1", LIMITS, _version_2(tmp_path))
    assert group is not None
    place = tmp_path / "trainyard" / "box-1"
    assert (place / "memory.max").read_text() == str(1 << 20)
    assert (place / "memory.swap.max").read_text() == "0"
    assert (place / "cpu.max").read_text() == "150000 100000"
    assert (place / "pids.max").read_text() == "7"
    assert (tmp_path / "cgroup.subtree_control").read_text() == "+memory +pids"
    assert (tmp_path / "trainyard" / "cgroup.subtree_control").read_text() == "+memory +cpu +pids"
    assert group.procs_files == [place / "cgroup.procs"]
    (place / "memory.events").write_text("low 0\noom 1\noom_kill 1\n")
    assert group.event_files == [place / "memory.events"]


def test_it_writes_version_1_limits(tmp_path: Path) -> None:
    for controller in ("memory", "cpu", "pids"):
        (tmp_path / controller).mkdir()
    group = Cgroup.create("trainyard/box-1", LIMITS, tmp_path)
    assert group is not None
    assert (tmp_path / "memory/trainyard/box-1/memory.limit_in_bytes").read_text() == str(1 << 20)
    assert (tmp_path / "memory/trainyard/box-1/memory.memsw.limit_in_bytes").read_text() == str(1 << 20)
    assert (tmp_path / "cpu/trainyard/box-1/cpu.cfs_quota_us").read_text() == "150000"
    assert (tmp_path / "pids/trainyard/box-1/pids.max").read_text() == "7"
    assert len(group.procs_files) == 3


def test_it_says_when_there_is_none(tmp_path: Path) -> None:
    assert Cgroup.create("trainyard/box-1", LIMITS, tmp_path) is None
    assert not available(tmp_path)


def test_removing_what_is_gone_is_harmless(tmp_path: Path) -> None:
    group = Cgroup.find("trainyard/nothing", _version_2(tmp_path))
    group.kill()
    group.remove()
    assert group.pids() == set()
