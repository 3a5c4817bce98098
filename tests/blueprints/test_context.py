"""The build context: what is in it, in which order, and always the same bytes (checklist 19, 20, 21; contract 3.2)."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

from django.conf import LazySettings, settings

from tests.blueprints.replicas import mask_rcnn, yolov5
from yard.accounts.models import Project, User
from yard.blueprints.images import build_arguments, unpack_context
from yard.blueprints.models import BlueprintVersion
from yard.blueprints.services import UploadResult, template_upload
from yard.blueprints.validation import checked_upload

Upload = Callable[..., UploadResult]
HELPERS = ["config.py", "config_to_args.py", "cvat_dataset.py", "dataset.py", "docker-entrypoint.sh", "mount-s3.sh"]


def unpacked(version: BlueprintVersion, folder: Path) -> Path:
    folder.mkdir()
    unpack_context(version, folder)
    return folder


def test_point_19_the_context_is_flat_and_complete(upload: Upload, tmp_path: Path) -> None:
    replica = yolov5()
    replica.files["models/deep/net.yaml"] = "layers: 3\n"
    replica.files[".env"] = "TOKEN=1\n"

    context = unpacked(upload(replica).version, tmp_path / "context")

    assert {*HELPERS, "export.py", "custom.json", "presets.json", "train_config.json", "export_config.json"} <= {
        file.name for file in context.iterdir()
    }
    assert (context / "models" / "deep" / "net.yaml").read_text() == "layers: 3\n"
    assert (context / ".env").read_text() == "TOKEN=1\n"
    assert json.loads((context / "custom.json").read_text()) == replica.json("custom.json")
    assert json.loads((context / "export_config.json").read_text()) == {}
    assert json.loads((context / "train_config.json").read_text())["epochs"] == 300
    assert not (context / "config.jsonschema").exists()


def test_point_19_helpers_are_the_platforms_not_those_of_the_zip(upload: Upload, tmp_path: Path) -> None:
    context = unpacked(upload().version, tmp_path / "context")

    for name in HELPERS:
        folder = "datasets" if name == "cvat_dataset.py" else "common"
        assert (context / name).read_bytes() == (settings.TRAIN_TEMPLATES_DIR / folder / name).read_bytes()


def test_point_19_a_templates_own_copy_wins_but_not_over_what_is_written_last(upload: Upload, tmp_path: Path) -> None:
    replica = mask_rcnn()
    members = replica.members()
    docker = next(name for name in members if name.endswith("/docker/"))
    own = dict.fromkeys(("dataset.py", "export.py", "custom.json", "presets.json", "train_config.json"), "mine\n")
    files = {**replica.files}
    replica.members = lambda top="x": {**members, **{f"{docker}{name}": text for name, text in own.items()}}  # type: ignore[method-assign]

    context = unpacked(upload(replica).version, tmp_path / "context")

    assert (context / "dataset.py").read_text() == "mine\n"
    for name in ("export.py", "custom.json", "presets.json", "train_config.json"):
        assert (context / name).read_text() != "mine\n", name
    assert (context / "train.py").read_text() == files["train.py"]


def test_a_folder_in_the_way_of_a_file_is_refused() -> None:
    replica = mask_rcnn()
    replica.files["train_config.json/x"] = ""

    with checked_upload(io.BytesIO(replica.zip())) as result:
        assert [finding.message for finding in result.findings if finding.code == "template.name_clash"] == [
            "docker/train_config.json is a folder where the build context has a file, or the reverse; "
            "give it another name."
        ]


def test_the_same_template_makes_the_same_bytes() -> None:
    digests = set()
    for top in ("one", "two"):
        with checked_upload(io.BytesIO(mask_rcnn().zip(top))) as result:
            assert result.template is not None
            digests.add((result.template.context_digest, result.template.content_digest))
            with tarfile.open(result.template.context) as archive:
                members = archive.getmembers()

    assert len(digests) == 1
    assert [member.name for member in members] == sorted((member.name for member in members), key=Path)
    assert {(member.mtime, member.uid, member.gid) for member in members} == {(0, 0, 0)}
    assert {member.mode for member in members} <= {0o644, 0o755}


def test_a_changed_file_or_executable_bit_changes_the_digest() -> None:
    digests = set()
    for change in ("nothing", "text", "bit"):
        replica = mask_rcnn()
        if change == "text":
            replica.files["util.py"] = "# more\n"
        if change == "bit":
            replica.executable = {*replica.executable, "util.py"}
        with checked_upload(io.BytesIO(replica.zip())) as result:
            assert result.template is not None
            digests.add(result.template.context_digest)

    assert len(digests) == 3


def test_a_version_keeps_its_context_when_the_platforms_helpers_change(
    owner: User, project: Project, settings: LazySettings, tmp_path: Path
) -> None:
    def send() -> UploadResult:
        return template_upload(user=owner, project=project, file=io.BytesIO(mask_rcnn().zip()), filename="a.zip")

    old = send().version
    changed = tmp_path / "templates"
    shutil.copytree(settings.TRAIN_TEMPLATES_DIR, changed, ignore=shutil.ignore_patterns("__pycache__"))
    (changed / "common" / "dataset.py").write_text("# better\n")
    settings.TRAIN_TEMPLATES_DIR = changed
    new = send()

    assert new.created is True
    assert new.version.number == 2
    assert (unpacked(old, tmp_path / "old") / "dataset.py").read_text() != "# better\n"
    assert (unpacked(new.version, tmp_path / "new") / "dataset.py").read_text() == "# better\n"


def test_point_21_the_index_is_passed_where_it_is_declared(settings: LazySettings) -> None:
    declares, without = mask_rcnn().files["Dockerfile"], yolov5().files["Dockerfile"]

    assert build_arguments(declares) == {}
    settings.TORCH_CUDA_INDEX = "https://mirror.invalid/cu126"
    assert build_arguments(declares) == {"TORCH_CUDA_INDEX": "https://mirror.invalid/cu126"}
    assert build_arguments(without) == {}


def test_point_25_the_pairs_of_env_are_known(upload: Upload) -> None:
    replica = mask_rcnn()
    replica.files[".env"] = "# comment\nexport A=1\nB='two words'\nDATASET_ID=7\nC\n"

    assert upload(replica).version.environment == {"A": "1", "B": "two words", "C": ""}
