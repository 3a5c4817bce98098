"""Every bundled template, trained for real on small images through the entrypoint, stopped, and exported."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy
import pytest

from tests.train_templates.box import TEMPLATES, Box, assemble_context, environment_for, template_defaults
from tests.train_templates.conftest import read_json
from tests.train_templates.test_entrypoint import _entrypoint_below

pytestmark = pytest.mark.train

# What the export form holds when nobody touched it, whatever the template.
EXPORT = {
    "model_type": "pytorch", "input_names": [], "input_shapes": [[1, 3, 224, 224]], "input_types": ["float32"],
    "output_names": [], "verbose": False, "dynamo": True, "opset_version": 18,
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A template with a small configuration, the data it gets, and the least score it must reach."""

    template: str
    dataset: str
    config: dict
    least_score: float
    least_points: int
    exporter: str
    stop_at: str

    @property
    def folder(self) -> Path:
        return TEMPLATES / self.template


CASES = [
    Case("Scikit-learn/Classification/Image features", "digits", {}, 0.85, 4, "onnxmltools", "features per sample"),
    Case(
        "EfficientNet/Classification/EfficientNet-Lite", "digits", {"img-size": 64, "epochs": 3}, 0.6, 3,
        "torch.onnx dynamo", "epoch 1/3",
    ),
    Case(
        "Torchvision/Object Detection/Faster R-CNN", "scenes", {"img-size": 96, "epochs": 4, "learning-rate": 0.001},
        0.3, 4, "torch.onnx torchscript", "epoch 1/4",
    ),
]  # fmt: skip

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.folder.name)


def box_for(
    case: Case, tmp_path: Path, request: pytest.FixtureRequest, export: dict | None, *, has_split: bool = False
) -> Box:
    environment = environment_for(case.folder)
    config = {**template_defaults(case.folder), **case.config}
    context = assemble_context(tmp_path / "context", case.folder, config, export)
    dataset: Path = request.getfixturevalue(case.dataset)
    given = {"split.json": json.dumps(split_of(dataset))} if has_split else {}
    return Box(tmp_path / "box", context, dataset, environment, given=given)


def split_of(dataset: Path) -> dict[str, str]:
    """As a version of the data set has it: seven tenths to train, two to validate, one that nobody is to see."""
    parts = ["train"] * 7 + ["val"] * 2 + ["test"]
    return {path.name: parts[place % 10] for place, path in enumerate(sorted(dataset.glob("*.png")))}


@pytest.mark.timeout(600)
@each_case
def test_it_learns_and_exports_what_it_learned(case: Case, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    box = box_for(case, tmp_path, request, EXPORT, has_split=True)
    result = box.run(timeout=580)
    assert result.returncode == 0, result.stdout[-3000:]
    assert "The split of the data set version is used" in result.stdout
    custom = read_json(case.folder / "config" / "custom.json")
    scores = re.findall(custom["score_regexp"], result.stdout)
    assert len(scores) == 1
    assert float(scores[0]) >= case.least_score, result.stdout[-3000:]
    for name, pattern in custom["metrics"].items():
        points = re.findall(pattern, result.stdout, re.MULTILINE)
        assert len(points) == case.least_points, name
    model = box.train / Path(custom["model_filepath"]).name
    assert model.is_file()
    check_export(model, case)


def check_export(model: Path, case: Case) -> None:
    """The ONNX file gives what the original gave for the sample inputs stored beside it."""
    import onnxruntime

    facts = read_json(model.with_suffix(".export.json"))
    assert facts["error"] is None
    assert facts["onnx"]["exporter"] == case.exporter
    assert facts["class_names"] == {"digits": [str(n) for n in range(10)], "scenes": ["one", "zero"]}[case.dataset]
    with numpy.load(model.with_name(facts["samples_file"])) as file:
        samples = dict(file)
    session = onnxruntime.InferenceSession(model.with_suffix(".onnx"))
    assert [entry.name for entry in session.get_inputs()] == [entry["name"] for entry in facts["inputs"]]
    inputs = {entry["name"]: samples[f"input.{entry['name']}"] for entry in facts["inputs"]}
    names = [entry["name"] for entry in facts["outputs"]]
    for name, output in zip(names, session.run(names, inputs), strict=True):
        expected = samples[f"output.{name}"]
        assert output.shape == expected.shape, name
        assert numpy.allclose(output, expected, rtol=1e-3, atol=1e-3), name
    if not facts["detector"]:
        one = {name: array[:1] for name, array in inputs.items()}
        assert len(session.run(names, one)[0]) == 1, "any batch size must do"


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "case",
    # Of the slower ones `make soak` shows it; what they do on a stop is the same code.
    [CASES[0], *(pytest.param(case, marks=pytest.mark.soak) for case in CASES[1:])],
    ids=lambda case: case.folder.name,
)
def test_a_stop_saves_what_was_learned_so_far(case: Case, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    box = box_for(case, tmp_path, request, None)
    lines = []
    process = subprocess.Popen(box.command(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    with process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if case.stop_at in line:
                os.kill(_entrypoint_below(process.pid), signal.SIGTERM)
    log = "".join(lines)
    assert process.returncode == 143, log[-3000:]
    assert "Stopped early" in log
    assert "Traceback" not in log
    assert "Training ended" not in log
    custom = read_json(case.folder / "config" / "custom.json")
    assert (box.train / Path(custom["model_filepath"]).name).is_file()
    assert len(re.findall(custom["score_regexp"], log)) == 1
    assert not (box.train / "model.onnx").exists()


EXPORTS = """
import json, sys, torch, export
from pathlib import Path

class Plain(torch.nn.Module):
    def forward(self, images):
        return images.mean(dim=(2, 3))

class DependsOnData(torch.nn.Module):
    def forward(self, images):
        kept = torch.nonzero(images.flatten() > 0.5).flatten()
        return images.flatten()[kept] if len(kept) % 2 else images.flatten()[kept] * 2

class Impossible(torch.nn.Module):
    def forward(self, images):
        return torch.linalg.svd(images).S

for name in ("Plain", "DependsOnData", "Impossible"):
    model = globals()[name]()
    Path("/train", name + ".onnx").write_text("of an earlier run")
    export.export_model(model, f"/train/{name}.pt", "pytorch", lambda model, path: torch.save({}, path))
"""


@pytest.mark.timeout(600)
def test_exports_fall_back_and_failing_ones_leave_the_model(tmp_path: Path) -> None:
    template = CASES[1].folder
    context = assemble_context(tmp_path / "context", template, {}, {**EXPORT, "input_shapes": [[1, 3, 4, 4]]})
    (context / "exports.py").write_text(EXPORTS)
    box = Box(tmp_path / "box", context, None, environment_for(template))
    result = box.run("python", "exports.py")
    assert result.returncode == 0, result.stdout[-3000:]
    facts = {name: read_json(box.train / f"{name}.export.json") for name in ("Plain", "DependsOnData", "Impossible")}
    assert facts["Plain"]["onnx"] == {"file": "Plain.onnx", "exporter": "torch.onnx dynamo", "opset": 18}
    assert facts["DependsOnData"]["onnx"]["exporter"] == "torch.onnx torchscript"
    assert "Trying the older one" in result.stdout
    assert facts["Impossible"]["onnx"] is None
    assert facts["Impossible"]["error"]
    assert "ONNX export failed" in result.stdout
    for name, fact in facts.items():
        assert (box.train / f"{name}.pt").is_file()
        assert (box.train / f"{name}.onnx").exists() == bool(fact["onnx"])
    assert "Traceback" not in result.stdout
    assert len(result.stdout.splitlines()) < 20
