"""What a run's box is started with. Points of the contract's checklist are named in the tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.runs.factories import attempt_of, make_build, make_run, make_template
from yard.accounts.models import Project
from yard.datasets.models import DatasetVersion
from yard.executions.launchers.base import Launcher, LaunchSpec, Mount
from yard.runs import kind
from yard.runs.config_files import config_bytes
from yard.runs.kind import RunKind
from yard.runs.models import Run

LAUNCHER = cast(Launcher, SimpleNamespace(name="fake"))


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(kind, "version_materialise", lambda _version: tmp_path / "cache")
    return tmp_path / "cache"


@pytest.fixture
def spec_of(project: Project, dataset_version: DatasetVersion) -> Callable[..., LaunchSpec]:
    def spec_of(
        gpu_ids: tuple[str, ...] = (),
        build: dict[str, Any] | None = None,
        run: dict[str, Any] | None = None,
        **fields: Any,
    ) -> LaunchSpec:
        """The specification of a run of a template with these fields."""
        template = make_template(**fields)
        image = make_build(template, **(build or {}))
        made = make_run(project, version=dataset_version, template=template, image_build=image, **(run or {}))
        return RunKind().launch_spec(attempt_of(made), LAUNCHER, gpu_ids)

    return spec_of


def test_point_24_the_data_set_is_where_the_contract_says(
    spec_of: Callable[..., LaunchSpec], dataset_version: DatasetVersion, cache: Path
) -> None:
    spec = spec_of()
    dataset_id = dataset_version.dataset_id
    assert spec.environment["DATASET_ID"] == str(dataset_id)
    assert list(spec.mounts) == [Mount(cache, f"/minio/datasets/{dataset_id}", read_only=True)]


def test_point_24_the_entrypoint_is_the_images_and_no_credentials_are_given(
    spec_of: Callable[..., LaunchSpec],
) -> None:
    spec = spec_of()
    assert spec.command == ()
    assert set(spec.environment) == {"DATASET_ID", "OMP_NUM_THREADS"}
    assert spec.image == "yard/tiny:abc"


def test_point_25_the_pairs_of_dot_env_reach_the_box(
    spec_of: Callable[..., LaunchSpec], dataset_version: DatasetVersion
) -> None:
    pairs = {"MODE": "fast", "N": 3, "DATASET_ID": "99", "NVIDIA_VISIBLE_DEVICES": "all", "1BAD": "x", "NONE": None}
    environment = spec_of(environment=pairs).environment
    ours = {"DATASET_ID": str(dataset_version.dataset_id), "OMP_NUM_THREADS": environment["OMP_NUM_THREADS"]}
    assert environment == {"MODE": "fast", "N": "3", **ours}


def test_libraries_are_told_the_boxs_share_of_cores_unless_the_template_says_otherwise(
    spec_of: Callable[..., LaunchSpec],
) -> None:
    assert spec_of(environment={"OMP_NUM_THREADS": "7"}).environment["OMP_NUM_THREADS"] == "7"


def test_point_26_the_config_goes_where_the_dockerfile_put_it(spec_of: Callable[..., LaunchSpec]) -> None:
    spec = spec_of(build={"config_destination": "/usr/src/app"})
    assert spec.files["destination"] == b"/usr/src/app\n"
    assert set(spec.copies) == {"/usr/src/app/train_config.json", "/usr/src/app/export_config.json"}


@pytest.mark.parametrize(
    ("build", "folder"),
    [
        ({}, "/workspace"),
        ({"workdir": "/app"}, "/app"),
        ({"config_destination": "/"}, "/"),
        ({"workdir": ""}, "/workspace"),
    ],
)
def test_point_40_the_config_has_a_place_in_every_image(
    build: dict[str, Any], folder: str, spec_of: Callable[..., LaunchSpec]
) -> None:
    spec = spec_of(build=build)
    assert spec.files["destination"].decode().strip() == folder
    assert all(path.startswith("/") and "//" not in path for path in spec.copies)


def test_point_40_a_foreign_entrypoint_finds_the_same_files(spec_of: Callable[..., LaunchSpec]) -> None:
    spec = spec_of()
    assert spec.copies["/workspace/train_config.json"] == spec.files["config/train_config.json"]
    assert spec.copies["/workspace/export_config.json"] == spec.files["config/export_config.json"]


def test_point_15_whole_numbers_are_whole(spec_of: Callable[..., LaunchSpec]) -> None:
    config = {"epochs": 3.0, "rate": 0.5, "patience": -1.0, "list": [1.0, 2.5], "huge": 1e300, "on": True}
    text = spec_of(run={"config": config}).files["config/train_config.json"].decode()
    assert '"epochs": 3,' in text
    assert '"patience": -1,' in text
    assert json.loads(text) == config
    assert [type(item) for item in json.loads(text)["list"]] == [int, float]
    assert "1e+300" in text


def test_point_17_presets_are_left_to_the_container(spec_of: Callable[..., LaunchSpec]) -> None:
    spec = spec_of(presets={"output-dir": "/train", "epochs": 1})
    assert json.loads(spec.files["config/train_config.json"]) == {"epochs": 3, "rate": 0.01}


def test_point_18_export_off_is_an_empty_object(spec_of: Callable[..., LaunchSpec]) -> None:
    assert json.loads(spec_of().files["config/export_config.json"]) == {}


def test_point_18_export_on_is_the_forms_object(spec_of: Callable[..., LaunchSpec]) -> None:
    export = {"model_type": "pytorch", "opset_version": 18.0, "verbose": False}
    given = json.loads(spec_of(run={"export_config": export}).files["config/export_config.json"])
    assert given == export
    assert isinstance(given["opset_version"], int)


def test_point_31_the_reserved_gpus_are_given(spec_of: Callable[..., LaunchSpec]) -> None:
    assert spec_of(gpu_ids=("GPU-7",)).resources.gpu_ids == ("GPU-7",)


def test_point_31_without_gpus_it_runs_on_cpu(spec_of: Callable[..., LaunchSpec]) -> None:
    assert spec_of().resources.gpu_ids == ()


def test_there_is_no_network_unless_an_admin_allowed_it(spec_of: Callable[..., LaunchSpec]) -> None:
    assert spec_of().network is False
    assert spec_of(architecture="Online", allow_network=True).network is True


def test_the_limits_are_those_that_were_asked_for(run: Run) -> None:
    run.image_build = make_build(run.blueprint_version)  # type: ignore[arg-type]
    run.save()
    execution = run.execution
    execution.cpus, execution.memory_bytes, execution.time_limit_seconds = 1.5, 1 << 30, 60
    execution.save()
    resources = RunKind().launch_spec(attempt_of(run), LAUNCHER, ()).resources
    assert (resources.cpus, resources.memory_bytes, resources.time_seconds) == (1.5, 1 << 30, 60)
    assert resources.shared_memory_bytes == execution.shared_memory_bytes


def test_the_box_can_be_found_again(run: Run) -> None:
    run.image_build = make_build(run.blueprint_version)  # type: ignore[arg-type]
    run.save()
    spec = RunKind().launch_spec(attempt_of(run), LAUNCHER, ())
    assert spec.name == attempt_of(run).box_name
    assert spec.labels["trainyard.run"] == str(run.pk)


def test_point_39_a_second_run_has_a_box_of_its_own_and_needs_no_build(
    project: Project, dataset_version: DatasetVersion
) -> None:
    template = make_template()
    image = make_build(template)
    specs = [
        RunKind().launch_spec(
            attempt_of(make_run(project, version=dataset_version, template=template, image_build=image)), LAUNCHER, ()
        )
        for _ in range(2)
    ]
    assert specs[0].name != specs[1].name
    assert specs[0].image == specs[1].image


def test_names_stay_readable_in_config_files() -> None:
    assert "Möhre" in config_bytes({"name": "Möhre"}).decode()
