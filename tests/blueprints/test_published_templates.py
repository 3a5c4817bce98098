"""The four published templates are taken in unchanged (contract, checklist 1, 2, 4, 8, 10, 20 and 22)."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.blueprints.replicas import PUBLISHED, Replica, efficientnet, mask_rcnn, yolov5, yolov11, zip_of
from yard.blueprints.config import config_arguments, merge_presets, schema_defaults
from yard.blueprints.images import config_destination, image_tag, slug
from yard.blueprints.layout import TemplateName
from yard.blueprints.models import Blueprint
from yard.blueprints.selectors import version_find
from yard.blueprints.services import UploadResult
from yard.blueprints.validation import CheckResult, checked_upload
from yard.core.findings import Severity

Make = Callable[[], Replica]


def check(data: bytes) -> CheckResult:
    with checked_upload(io.BytesIO(data)) as result:
        return result


@pytest.mark.parametrize("make", PUBLISHED)
def test_point_1_a_published_template_is_accepted(make: Make) -> None:
    replica = make()

    result = check(replica.zip())

    assert [finding for finding in result.findings if finding.severity is Severity.ERROR] == []
    assert result.template is not None
    assert result.template.name == TemplateName(*replica.name)


def test_point_1_the_four_names() -> None:
    assert [make().name for make in PUBLISHED] == [
        ("Torchvision", "Classification", "EfficientNet"),
        ("Torchvision", "Instance Segmentation", "Mask R-CNN"),
        ("Ultralytics", "Object Detection", "YOLOv5"),
        ("Ultralytics", "Object Detection", "YOLOv11"),
    ]


@pytest.mark.parametrize("top", ["train-container-publish", "my own folder", "config-files"])
def test_point_2_the_top_folder_may_have_any_name(top: str) -> None:
    assert check(mask_rcnn().zip(top)).template is not None


def test_point_2_folders_need_no_entries_of_their_own() -> None:
    members = {name: text for name, text in mask_rcnn().members().items() if not name.endswith("/")}

    assert check(zip_of(members)).template is not None


def test_point_4_what_upstream_does_not_ask_for_may_be_absent() -> None:
    replica = yolov5()
    for name in ("cvat_dataset.py", "dataset.py"):
        del replica.files[name]
    replica.files["Dockerfile"] = (
        replica.files["Dockerfile"].replace("requirements.txt ", "").replace("RUN pip install -r \n", "")
    )
    del replica.files["requirements.txt"]
    replica.files["Dockerfile"] = replica.files["Dockerfile"].replace("RUN pip install -r requirements.txt\n", "")

    assert "args.py" not in replica.files
    assert check(replica.zip()).template is not None


def test_point_8_names_that_contain_each_other_are_told_apart(upload: Callable[..., UploadResult]) -> None:
    small = yolov5()
    small.name = ("Ultralytics", "Object Detection", "YOLOv5-small")
    for replica in (yolov5(), small, efficientnet()):
        upload(replica)

    project_id = Blueprint.objects.get(architecture="YOLOv5").project_id
    found = version_find(
        project_id=project_id, provider="Ultralytics", category="Object Detection", architecture="YOLOv5"
    )
    assert found is not None
    assert found.blueprint.architecture == "YOLOv5"
    assert version_find(project_id=project_id, provider="U", category="Object Detection", architecture="t") is None


@pytest.mark.parametrize("make", PUBLISHED)
def test_point_10_the_default_arguments_are_the_published_ones(make: Make) -> None:
    replica = make()
    defaults = schema_defaults(replica.json("config.jsonschema"))

    found = config_arguments(merge_presets(defaults, replica.json("presets.json")))

    expected = replica.arguments.split()
    assert [_as_number(word) for word in found] == [_as_number(word) for word in expected]
    assert not any(word.endswith(".0") for word in found)  # point 15: whole numbers are whole


def _as_number(word: str) -> float | str:
    try:
        return float(word)
    except ValueError:
        return word


@pytest.mark.parametrize("make", PUBLISHED)
def test_point_20_every_copy_source_is_in_the_context(make: Make) -> None:
    codes = {finding.code for finding in check(make().zip()).findings}

    assert "template.missing_copy_source" not in codes
    assert "template.unknown_argument" not in codes


def test_point_22_the_image_name_is_valid_for_names_with_spaces() -> None:
    blueprint = Blueprint(provider="Ünser Provider (GmbH)", category="Instance Segmentation", architecture="Mask R-CNN")

    assert image_tag(blueprint, "ab" * 32) == "yard/unser-provider-gmbh-mask-r-cnn:abababababababab"
    assert slug("!!!") == "template"


@pytest.mark.parametrize(
    ("make", "destination"),
    [(mask_rcnn, "/workspace"), (yolov5, "/usr/src/app"), (yolov11, "/workspace")],
)
def test_point_40_the_config_goes_where_the_dockerfile_put_it(make: Make, destination: str) -> None:
    assert config_destination(make().files["Dockerfile"], "") == destination


def test_upstreams_pitfalls_are_flagged_but_do_not_refuse() -> None:
    """Contract 7, weaknesses 28 and 29."""
    numbers = {finding.message for finding in check(efficientnet().zip()).findings}
    booleans = {finding.message for finding in check(yolov11().zip()).findings}

    assert "The form allows any number for 'patience', but --patience takes whole numbers only (type=int)." in numbers
    assert any("'amp' is on by default, but false is never passed" in message for message in booleans)
    assert any("'val' is false, and false is never passed to train.py" in message for message in booleans)


def test_side_files_of_the_published_repository_are_harmless(tmp_path: Path) -> None:
    replica = mask_rcnn()
    replica.files["train.py.license"] = "SPDX"

    assert check(replica.zip()).template is not None
