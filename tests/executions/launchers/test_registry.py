from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.executions.launchers.benches import BASE, Bench
from yard.core.errors import InvalidInput
from yard.executions.launchers.base import LauncherUnavailable
from yard.executions.launchers.registry import LauncherSettings, launcher_from_settings, select_launcher


@pytest.fixture
def no_engine(tmp_path: Path) -> LauncherSettings:
    return LauncherSettings(tmp_path, base_images=["trainyard-base"], docker_url=f"unix://{tmp_path}/none.sock")


def test_auto_takes_process_without_an_engine_and_says_so(no_engine: LauncherSettings) -> None:
    launcher, reason = select_launcher("auto", no_engine)
    assert launcher.name == "process"
    assert "does not answer" in reason


def test_docker_by_choice_needs_an_engine(no_engine: LauncherSettings) -> None:
    with pytest.raises(LauncherUnavailable, match=r"none\.sock"):
        select_launcher("docker", no_engine)


def test_process_by_choice(no_engine: LauncherSettings) -> None:
    launcher, reason = select_launcher("process", no_engine)
    assert launcher.name == "process"
    assert "settings" in reason


def test_it_knows_no_other(no_engine: LauncherSettings) -> None:
    with pytest.raises(InvalidInput, match="auto, docker, process"):
        select_launcher("podman", no_engine)


@pytest.mark.docker
def test_auto_takes_docker_when_engine_and_base_are_there(
    docker_engine: str, docker_bench: Bench, tmp_path: Path
) -> None:
    launcher, reason = select_launcher("auto", LauncherSettings(tmp_path, [BASE], docker_url=docker_engine))
    assert launcher.name == "docker"
    assert "Docker" in reason
    launcher.close()


@pytest.mark.docker
def test_auto_takes_process_when_the_base_is_missing(docker_engine: str, tmp_path: Path) -> None:
    settings = LauncherSettings(tmp_path, ["localhost:1/no-such-base:1"], docker_url=docker_engine)
    launcher, reason = select_launcher("auto", settings)
    assert launcher.name == "process"
    assert "no-such-base" in reason


@pytest.mark.docker
def test_the_platform_falls_back_to_processes_on_an_engine_without_its_images(
    docker_engine: str, settings: Settings, tmp_path: Path
) -> None:
    settings.LAUNCHER, settings.DOCKER_HOST = "auto", docker_engine
    settings.EXECUTIONS_DIR, settings.ENVIRONMENTS_DIR = tmp_path / "executions", tmp_path / "environments"
    settings.TRAIN_TEMPLATES_DIR = tmp_path
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "trainyard-base-nobody-made.txt").write_text("")
    launcher, reason = launcher_from_settings()
    assert launcher.name == "process"
    assert "Docker" in reason
    assert "answers, but no base image is there" in reason
    assert "trainyard-base-nobody-made" in reason


def test_the_settings_of_the_tests_start_nothing() -> None:
    assert launcher_from_settings().launcher.name == "fake"


def test_the_platforms_settings_reach_the_launcher(settings: Settings, tmp_path: Path) -> None:
    settings.LAUNCHER = "process"
    settings.EXECUTIONS_DIR, settings.ENVIRONMENTS_DIR = tmp_path / "executions", tmp_path / "environments"
    settings.TRAIN_TEMPLATES_DIR = tmp_path
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "trainyard-base.txt").write_text("")
    launcher = launcher_from_settings().launcher
    assert launcher.name == "process"
    assert launcher.base_problem("trainyard-base:1") is None
    assert (tmp_path / "environments").is_dir()
