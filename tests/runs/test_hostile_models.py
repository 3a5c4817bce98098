"""What a training leaves as its model: told when it is none, stored as bytes when it is one, and never opened here."""

from __future__ import annotations

import ast
import json
import os
import pickle
import socket
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.runs.factories import FolderBox, attempt_of, make_run, make_template, printed
from yard.accounts.models import Project, User
from yard.datasets.models import DatasetVersion
from yard.executions.kinds import Box, Verdict
from yard.executions.launchers.box_files import BoxFiles
from yard.executions.launchers.tar_extract import Budget
from yard.executions.models import Attempt
from yard.executions.states import Cause, State
from yard.registry.models import ModelVersion
from yard.runs.kind import RunKind
from yard.runs.models import Run, RunOutput

YARD = Path(__file__).resolve().parents[2] / "platform" / "yard"


class CopyingBox(Box):
    """A box whose files are taken out by the very code that the process launcher takes them out with."""

    def __init__(self, root: Path) -> None:
        self.train = root / "train"
        self.train.mkdir(parents=True)
        self._files = BoxFiles({"/train": self.train})

    def copy_out(self, path: str, destination: Path, **_: Any) -> Path | None:
        target = destination / Path(path).name
        return target if self._files.copy(path, target, Budget(64 << 20)) else None


@pytest.fixture
def box(tmp_path: Path) -> CopyingBox:
    return CopyingBox(tmp_path / "box")


@pytest.fixture
def collect(run: Run) -> Callable[[Box], Verdict]:
    def collect(box: Box) -> Verdict:
        Attempt.objects.filter(execution=run.execution).update(exit_code=0, log_complete=True)
        return RunKind().collect(attempt_of(run), box)

    return collect


def files_of(run: Run) -> set[str]:
    return set(RunOutput.objects.get(run=run).model_version.files.values_list("name", flat=True))


def pipe(path: Path) -> None:
    os.mkfifo(path)


def device(path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root makes devices")
    os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 5))


def listening(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))


def link_out(path: Path) -> None:
    path.symlink_to("/etc/shadow")


def relative_link_out(path: Path) -> None:
    path.symlink_to("../../../../../../../../etc/shadow")


def endless_link(path: Path) -> None:
    path.symlink_to(path.name)


def empty(path: Path) -> None:
    path.touch()


def folder_of_nothing(path: Path) -> None:
    path.mkdir()
    (path / "a").touch()


def folder_with_a_pipe(path: Path) -> None:
    path.mkdir()
    (path / "weights").write_bytes(b"x")
    os.mkfifo(path / "pipe")


def name_that_is_no_text(path: Path) -> None:
    path.mkdir()
    (Path(os.fsdecode(os.fsencode(path) + b"/\xff\xfe.pt"))).write_bytes(b"x")


def name_with_a_line_break(path: Path) -> None:
    path.mkdir()
    (path / "a\nb.pt").write_bytes(b"x")


def folder_that_is_no_text(path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(path) + b"/\xff"))
    folder.mkdir(parents=True)
    (folder / "a.pt").write_bytes(b"x")


def nested_for_ever(path: Path) -> None:
    path.mkdir()
    inner = path
    for _ in range(220):
        inner = inner / "d"
        inner.mkdir()
    (inner / "weights").write_bytes(b"x")


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (pipe, "is a device, a pipe or a socket; only files and folders can be taken out."),
        (device, "is a device, a pipe or a socket; only files and folders can be taken out."),
        (listening, "is a device, a pipe or a socket; only files and folders can be taken out."),
        (link_out, "is not among the files of the box (does a link lead out of it?)."),
        (relative_link_out, "is not among the files of the box (does a link lead out of it?)."),
        (endless_link, "is a chain of too many links."),
        (empty, "The model is empty: /train/model.pt and /train/model.onnx hold no bytes."),
        (folder_of_nothing, "The model is empty: /train/model.pt and /train/model.onnx hold no bytes."),
        (folder_with_a_pipe, "is a device, a pipe or a socket; only files and folders can be taken out."),
        (name_that_is_no_text, "The model has a file whose name cannot be shown"),
        (name_with_a_line_break, "The model has a file whose name cannot be shown"),
        (folder_that_is_no_text, "The model has a file whose name cannot be shown"),
        (nested_for_ever, "holds folders nested deeper than 200."),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_is_no_model_fails_the_run_and_says_why(
    make: Callable[[Path], None], reason: str, run: Run, box: CopyingBox, collect: Callable[[Box], Verdict]
) -> None:
    make(box.train / "model.pt")
    verdict = collect(box)
    assert (verdict.state, verdict.cause) == (State.FAILED, Cause.USER)
    told = verdict.reason.removeprefix("The training ended, but its model cannot be stored: ")
    assert told != verdict.reason
    assert reason in told or "name that cannot be shown" in told, told
    verdict.reason.encode()
    assert not ModelVersion.objects.filter(stored_at__isnull=False).exists()


def inner_link(path: Path) -> None:
    (path.parent / "weights-9.pt").write_bytes(b"weights")
    path.symlink_to("weights-9.pt")


def hard_link(path: Path) -> None:
    (path.parent / "other").write_bytes(b"weights")
    os.link(path.parent / "other", path)


def setuid(path: Path) -> None:
    path.write_bytes(b"weights")
    path.chmod(0o6755)


def folder(path: Path) -> None:
    path.mkdir()
    (path / "weights é 豆.bin").write_bytes(b"weights")


@pytest.mark.parametrize("make", [inner_link, hard_link, setuid, folder], ids=lambda value: value.__name__)
def test_a_model_by_another_way_is_stored(
    make: Callable[[Path], None], run: Run, box: CopyingBox, collect: Callable[[Box], Verdict], settings: Any
) -> None:
    make(box.train / "model.pt")
    assert collect(box).state == State.SUCCEEDED
    assert any(name.startswith("model.pt") for name in files_of(run))
    for file in Path(settings.STORAGE_DIR).rglob("*"):
        assert not file.stat().st_mode & (stat.S_ISUID | stat.S_ISGID), file
        assert not file.is_symlink()


class _Trap:
    """Whoever unpickles it makes a folder."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self._mark),)


@pytest.mark.parametrize("name", ["model.pt", "model.pkl", "model.joblib", "model.pth", "model.h5", "model.npz"])
def test_a_pickle_is_bytes_and_is_never_loaded(
    project: Project,
    dataset_version: DatasetVersion,
    tmp_path: Path,
    name: str,
    client_of: Callable[[User], APIClient],
    owner: User,
) -> None:
    """From the box to the download, through every page of the API that speaks of it."""
    mark = tmp_path / "loaded"
    trap = pickle.dumps(_Trap(mark))
    run = make_run(project, version=dataset_version, template=make_template(model_filepath=f"/train/{name}"))
    box = FolderBox(tmp_path / "box")
    for beside in (name, "model.samples.npz", "model.export.json", "model.onnx"):
        box.put(f"/train/{beside}", trap)
    printed(run, "Accuracy 0.5\n")
    Attempt.objects.filter(execution=run.execution).update(exit_code=0, log_complete=True)
    assert RunKind().collect(attempt_of(run), box).state == State.SUCCEEDED

    version = RunOutput.objects.get(run=run).model_version
    client = client_of(owner)
    for address in (f"runs/{run.pk}/", "models/", f"models/{version.model_id}/", f"model-versions/{version.pk}/"):
        assert client.get(f"/api/v1/{address}").status_code == 200
    whole = b"".join(client.get(f"/api/v1/model-versions/{version.pk}/download/").streaming_content)
    assert trap in whole
    file = version.files.get(name=name)
    answer = client.get(f"/api/v1/model-versions/{version.pk}/files/{file.pk}/content/")
    assert b"".join(answer.streaming_content) == trap
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert not mark.exists()
    pickle.loads(trap)
    assert mark.exists(), "the trap works, so that its silence above means something"


def test_no_source_of_the_platform_can_load_a_model() -> None:
    forbidden = {
        "pickle",
        "dill",
        "cloudpickle",
        "joblib",
        "torch",
        "onnx",
        "onnxruntime",
        "tensorflow",
        "marshal",
        "shelve",
    }
    for file in YARD.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.partition(".")[0] for name in names} & forbidden, file


@pytest.mark.parametrize("name", ['a";x=y.pt', "a%0d%0aSet-Cookie: x.pt", "<script>.html", "ü豆.svg", "..pt", "a'b.pt"])
def test_a_strange_name_is_downloaded_under_a_safe_one(
    project: Project,
    dataset_version: DatasetVersion,
    tmp_path: Path,
    name: str,
    client_of: Callable[[User], APIClient],
    owner: User,
) -> None:
    run = make_run(project, version=dataset_version, template=make_template(model_filepath="/train/saved"))
    box = FolderBox(tmp_path / "box")
    box.put(f"/train/saved/{name}", b"<script>alert(1)</script>")
    Attempt.objects.filter(execution=run.execution).update(exit_code=0, log_complete=True)
    assert RunKind().collect(attempt_of(run), box).state == State.SUCCEEDED
    version = RunOutput.objects.get(run=run).model_version
    file = version.files.get(name=f"saved/{name}")
    answer = client_of(owner).get(f"/api/v1/model-versions/{version.pk}/files/{file.pk}/content/")
    list(answer.streaming_content)
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Content-Type"] == "application/octet-stream"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "\r" not in str(answer.headers)
    assert "Set-Cookie" not in answer.headers


def test_logs_and_configs_open_as_plain_text_only(
    run: Run, tmp_path: Path, client_of: Callable[[User], APIClient], owner: User
) -> None:
    printed(run, "<script>alert(1)</script>\n")
    box = FolderBox(tmp_path / "box")
    box.put("/train/model.pt")
    Attempt.objects.filter(execution=run.execution).update(exit_code=0, log_complete=True)
    RunKind().collect(attempt_of(run), box)
    version = RunOutput.objects.get(run=run).model_version
    for name in ("train.log", "train_config.json"):
        file = version.files.get(name=name)
        answer = client_of(owner).get(f"/api/v1/model-versions/{version.pk}/files/{file.pk}/content/")
        list(answer.streaming_content)
        assert answer["Content-Type"] == "text/plain; charset=utf-8"
        assert answer["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize(
    "facts",
    [
        {"class_names": ["\0", "\ud800", "<b>", "\u202e"]},
        {"class_names": ["x" * 100_000] * 3},
        {"class_names": ["x"] * 200_000},
        {"class_names": [["x"]]},
        {"class_names": {"0": "x"}},
    ],
    ids=lambda facts: str(facts)[:40].encode("ascii", "replace").decode(),
)
def test_class_names_that_somebody_made_up_are_cut_and_kept_plain(
    run: Run, tmp_path: Path, client_of: Callable[[User], APIClient], owner: User, facts: Any
) -> None:
    box = FolderBox(tmp_path / "box")
    box.put("/train/model.pt")
    box.put("/train/model.export.json", json.dumps(facts).encode())
    Attempt.objects.filter(execution=run.execution).update(exit_code=0, log_complete=True)
    assert RunKind().collect(attempt_of(run), box).state == State.SUCCEEDED
    version = RunOutput.objects.get(run=run).model_version
    shown = client_of(owner).get(f"/api/v1/model-versions/{version.pk}/").json()
    assert all(len(name) <= 200 and "\0" not in name for name in shown["class_names"])
    assert len(shown["class_names"]) <= 10_000
