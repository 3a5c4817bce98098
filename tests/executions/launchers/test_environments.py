"""Environments of the process launcher, made from packages that lie in a folder, so without any network."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.executions.launchers.benches import BASE, Bench, write_context
from yard.executions.launchers.base import Image, ImageCancelled, ImageFailed
from yard.executions.launchers.process import ProcessLauncher, ProcessSettings


def _wheel(folder: Path, name: str, version: str, code: str) -> None:
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": code,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": f"[console_scripts]\n{name}-tool = {name}:main\n",
    }
    record = "".join(
        f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip('=')},\n"
        for path, text in files.items()
    )
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        for path, text in {**files, f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}.items():
            archive.writestr(path, text)


def _source(folder: Path, name: str, version: str, backend: str) -> None:
    """A source package whose build backend is its own: what runs while it is built is up to it."""
    project = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    project += f'[project]\nname = "{name}"\nversion = "{version}"\n'
    files = {
        "pyproject.toml": project,
        "backend.py": backend,
        "PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
    }
    with tarfile.open(folder / f"{name}-{version}.tar.gz", "w:gz") as archive:
        for path, text in files.items():
            member = tarfile.TarInfo(f"{name}-{version}/{path}")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))


BACKEND = """
import os, zipfile
def build_wheel(folder, config_settings=None, metadata_directory=None):
    for place in os.listdir("/opt/trainyard/python"):
        print("SEEN", place)
    name = "yardbuilt-1.0-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as archive:
        archive.writestr("yardbuilt.py", "WHERE = 'built by uid %d'" % os.getuid())
        archive.writestr("yardbuilt-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: yardbuilt\\nVersion: 1.0\\n")
        archive.writestr("yardbuilt-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        archive.writestr("yardbuilt-1.0.dist-info/RECORD", "yardbuilt.py,,\\n")
    return name
"""  # noqa: E501 - one line of a file inside


@pytest.fixture(scope="module")
def links(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("links")
    folder.chmod(0o755)
    _wheel(folder, "yardbase", "1.0", "NAME = 'base'\ndef main(): print('tool of', NAME)\n")
    _wheel(folder, "yardextra", "2.0", "NAME = 'extra'\ndef main(): print('tool of', NAME)\n")
    _source(folder, "yardbuilt", "1.0", BACKEND)
    _source(folder, "yardendless", "1.0", "import time\nprint('building for ever', flush=True)\ntime.sleep(600)\n")
    return folder


@pytest.fixture
def bench(tmp_path: Path, links: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(links))
    (tmp_path / "base.txt").write_text("yardbase==1.0\n")
    launcher = ProcessLauncher(ProcessSettings(tmp_path / "state", {BASE: tmp_path / "base.txt"}))
    found = Bench(launcher, write_context(tmp_path / "context"), tmp_path)
    yield found
    found.clean()


def _prepare(bench: Bench, requirements: str, tag: str = "env:1") -> tuple[Image, str]:
    context = write_context(bench.work / tag.replace(":", "-"), files={"requirements.txt": requirements})
    context.chmod(0o700)  # as a temporary folder of the platform is
    log: list[bytes] = []
    request = replace(bench.request(tag), context=context)
    image = bench.launcher.prepare_image(request, log=log.append, cancelled=lambda: False)
    bench.built = image
    return image, b"".join(log).decode()


def _environments(bench: Bench) -> list[str]:
    return sorted(path.name for path in (bench.work / "state/python/environments").iterdir())


def test_a_box_finds_base_and_template_packages_and_their_programs(bench: Bench) -> None:
    _, log = _prepare(bench, "yardextra\n")
    assert "yardextra" in log
    source = (
        "import yardbase, yardextra, os\nprint(yardbase.NAME, yardextra.NAME, flush=True)\nos.system('yardextra-tool')"
    )
    status, output = bench.run(source)
    assert output == b"base extra\ntool of extra\n"
    assert status.exit_code == 0


def test_the_same_requirements_share_an_environment(bench: Bench) -> None:
    first, _ = _prepare(bench, "yardextra\n", "env:1")
    second, log = _prepare(bench, "yardextra\n", "env:2")
    assert "already there" in log
    assert first.digest == second.digest
    assert len(_environments(bench)) == 1
    third, _ = _prepare(bench, "# nothing\n", "env:3")
    assert third.digest != first.digest
    assert len(_environments(bench)) == 2


def test_an_environment_goes_with_its_last_image(bench: Bench) -> None:
    for tag in ("env:1", "env:2"):
        _prepare(bench, "yardextra\n", tag)
    bench.launcher.remove_image("env:1")
    assert len(_environments(bench)) == 1
    bench.launcher.remove_image("env:2")
    assert _environments(bench) == []


def test_a_package_that_is_nowhere_fails_with_its_name(bench: Bench) -> None:
    with pytest.raises(ImageFailed, match="no-such-package"):
        _prepare(bench, "no-such-package\n")
    assert _environments(bench) == []
    assert not list((bench.work / "state/python").glob(".new-*"))


def test_what_must_be_built_is_built_apart(bench: Bench) -> None:
    """The package's own code runs then; it sees nothing of other environments and of the shared cache."""
    _, log = _prepare(bench, "yardbuilt\nyardextra\n")
    assert "built from source" in log
    _, output = bench.run(
        "import yardbuilt, yardbase, yardextra\nprint(yardbuilt.WHERE, yardbase.NAME, yardextra.NAME)"
    )
    assert output.startswith(b"built by uid")
    assert b"base extra" in output
    assert b"built by uid 0 " not in output
    assert "SEEN environments" not in log


def test_a_build_can_be_cancelled_in_the_middle(bench: Bench) -> None:
    context = write_context(bench.work / "yardendless", files={"requirements.txt": "yardendless\n"})
    log: list[bytes] = []
    with pytest.raises(ImageCancelled):
        bench.launcher.prepare_image(
            replace(bench.request("env:endless"), context=context),
            log=log.append,
            cancelled=lambda: b"built from source" in b"".join(log),
        )
    assert bench.launcher.find_image("env:endless") is None
    assert _environments(bench) == []
    assert not list((bench.work / "state/python").glob(".new-*"))


def test_two_builders_make_one_environment(bench: Bench) -> None:
    context = write_context(bench.work / "context", files={"requirements.txt": "yardextra\n"})
    logs: list[list[bytes]] = [[], []]

    def build(number: int) -> None:
        request = replace(bench.request(f"env:{number}"), context=context)
        bench.launcher.prepare_image(request, log=logs[number].append, cancelled=lambda: False)

    threads = [threading.Thread(target=build, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = [b"Making a Python" in b"".join(log) for log in logs]
    assert sorted(made) == [False, True]
    assert len(_environments(bench)) == 1


def test_requirements_cannot_read_files_of_the_host(bench: Bench) -> None:
    secret = bench.work / "secret.txt"
    secret.write_text("the-hosts-secret\n")
    log: list[bytes] = []
    context = write_context(bench.work / "stealing", files={"requirements.txt": f"-r {secret}\n"})
    with pytest.raises(ImageFailed):
        bench.launcher.prepare_image(
            replace(bench.request("env:steal"), context=context), log=log.append, cancelled=lambda: False
        )
    assert b"the-hosts-secret" not in b"".join(log)
