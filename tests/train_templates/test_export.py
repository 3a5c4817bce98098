"""export_model without heavy libraries: the model is always saved, stale files go, and failures are one calm line."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy
import pytest

EXPORT = {"model_type": "pytorch", "input_shapes": [[2, 3]], "input_types": ["float32"], "opset_version": 18}


def save(model: object, path: str, suffix: str = "") -> None:
    Path(path).write_text(f"{model}{suffix}")


@pytest.mark.parametrize("content", [None, "", "{}", "null", " {} \n"])
def test_export_off_saves_natively_and_stays_calm(
    helpers: SimpleNamespace, capsys: pytest.CaptureFixture[str], content: str | None
) -> None:
    if content is not None:
        Path("export_config.json").write_text(content)
    assert helpers.export._read_export_config() == {}
    result = helpers.export.export_model("model", "m.pt", "pytorch", save, {"suffix": "!"})
    assert result is None
    assert Path("m.pt").read_text() == "model!"
    assert capsys.readouterr().out == "ONNX export is off; the model was saved in its own format only.\n"
    assert not list(Path().glob("m.export*"))


def test_files_of_an_earlier_run_are_removed(helpers: SimpleNamespace) -> None:
    for name in ("m.onnx", "m.export.json", "m.samples.npz", "m.export.log"):
        Path(name).touch()
    helpers.export.export_model("model", "m.pt", "pytorch", save)
    assert [path.name for path in Path().iterdir() if path.name.startswith("m.")] == ["m.pt"]


def test_an_export_that_fails_says_so_in_one_line(helpers: SimpleNamespace, capsys: pytest.CaptureFixture[str]) -> None:
    Path("export_config.json").write_text(json.dumps(EXPORT))
    assert helpers.export.export_model("model", "m.bin", "caffe", save) is None
    assert Path("m.bin").read_text() == "model"
    out = capsys.readouterr().out
    assert out.startswith("ONNX export failed: models of format 'caffe' cannot be exported.")
    assert len(out.splitlines()) == 1
    assert json.loads(Path("m.export.json").read_text())["error"].startswith("models of format 'caffe'")
    assert "Traceback" in Path("m.export.log").read_text()


def test_what_the_native_save_raises_ends_the_run(helpers: SimpleNamespace) -> None:
    def broken(model: object, path: str) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        helpers.export.export_model("model", "m.pt", "pytorch", broken)


def test_samples_and_signature_are_stored_also_without_export(helpers: SimpleNamespace) -> None:
    helpers.export.export_model(
        "model", "m.joblib", "sklearn", save,
        sample_inputs=[numpy.eye(3, dtype=numpy.float32)], predict=lambda x: [x.argmax(1), {"p": x * 2}],
        input_names=["x"], output_names=["label", "p"], class_names=["a", "b", "c"], preprocessing={"scale": 1},
        dynamic_batch=True,
    )  # fmt: skip
    facts = json.loads(Path("m.export.json").read_text())
    assert facts["class_names"] == ["a", "b", "c"]
    assert facts["preprocessing"] == {"scale": 1}
    assert facts["inputs"] == [{"name": "x", "dtype": "float32", "shape": [None, 3]}]
    assert facts["outputs"][0] == {"name": "label", "dtype": "int64", "shape": [None]}
    assert facts["onnx"] is None
    with numpy.load("m.samples.npz") as samples:
        assert sorted(samples) == ["input.x", "output.label", "output.p"]
        assert samples["output.p"].tolist() == (numpy.eye(3) * 2).tolist()
