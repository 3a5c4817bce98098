"""Save a trained model, and export it to ONNX where the run asks for it.

``export_model`` always saves the model natively. Beside it lie, when they can be told:

* ``<stem>.export.json``: signature, class names, pre-processing, and how the ONNX file was made or why it was not,
* ``<stem>.samples.npz``: sample inputs (``input.<name>``) with the original model's outputs (``output.<name>``), so
  that an export can be checked numerically without the training code,
* ``<stem>.onnx``: when ``export_config.json`` is not empty and the export succeeded.

An export that fails never fails the run. Heavy libraries are imported only where they are used.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from enum import Enum
from pathlib import Path
from typing import Any, Callable, Optional

EXPORT_CONFIG_FILENAME = "export_config.json"
DEFAULT_OPSET = 18
# The exporter built on torch.export starts here; older opsets need the older exporter.
DYNAMO_MIN_OPSET = 18


class ModelFormat(str, Enum):
    """Libraries whose models can be exported."""

    PYTORCH = "pytorch"
    TENSORFLOW = "tensorflow"
    KERAS = "keras"
    SKLEARN = "sklearn"
    LIGHTGBM = "lightgbm"
    XGBOOST = "xgboost"


SUPPORTED_MODEL_FORMATS = {model_format.value for model_format in ModelFormat}


class ExportError(Exception):
    """The model cannot be exported; the text says why in one sentence."""


def export_model(
    model: Any,
    model_filepath: str,
    model_format: str,
    default_model_export_func: Callable[..., Any],
    default_model_export_kwargs: Optional[dict[str, Any]] = None,
    *,
    sample_inputs: Optional[Sequence[Any]] = None,
    predict: Optional[Callable[..., Any]] = None,
    input_names: Sequence[str] = (),
    output_names: Sequence[str] = (),
    class_names: Sequence[str] = (),
    preprocessing: Optional[dict[str, Any]] = None,
    detector: bool = False,
    dynamic_batch: bool = False,
    prepend: Optional[Callable[[int], Any]] = None,
) -> Optional[Path]:
    """Save ``model`` with ``default_model_export_func(model, model_filepath, **kwargs)``, then export it if asked for.

    Args:
        model: The trained model. For TensorFlow the frozen graph definition.
        model_filepath: Where the native file goes.
        model_format: One of ``SUPPORTED_MODEL_FORMATS``.
        default_model_export_func: Saves natively; what it raises ends the run.
        default_model_export_kwargs: Passed on to it.
        sample_inputs: One array per input, real data if possible. Without it the shapes of the export form are used.
        predict: Computes the original's outputs from the sample inputs, where calling the model does not.
        input_names, output_names: Names in the ONNX file, unless the export form names them.
        class_names: In the order of the model's outputs.
        preprocessing: What turns an image into an input, for people and programs that will use the model.
        detector: The number of outputs depends on the data (non-maximum suppression), so only PyTorch's older exporter
            can follow it, and results must be compared as sets.
        dynamic_batch: The first axis of every input may have any size.
        prepend: For scikit-learn: opset → ONNX model whose only output feeds the exported model, such as its features.

    Returns:
        The ONNX file, or None when none was asked for or the export failed (the log and ``export.json`` say why).
    """
    files = _Files(Path(model_filepath))
    files.remove_stale()
    default_model_export_func(model, model_filepath, **(default_model_export_kwargs or {}))

    config = _read_export_config()
    if not config and sample_inputs is None and not class_names:
        print("ONNX export is off; the model was saved in its own format only.")
        return None
    facts: dict[str, Any] = {
        "format_version": 1,
        "model_file": files.model.name,
        "model_format": str(getattr(model_format, "value", model_format)),
        "class_names": list(class_names),
        "preprocessing": preprocessing or {},
        "detector": detector,
        "onnx": None,
        "error": None,
    }
    try:
        job = _Job(facts["model_format"], model, config, files, detector, dynamic_batch, prepend)
        job.take_samples(sample_inputs, predict, input_names, output_names)
        facts.update(job.describe())
        if config:
            facts["onnx"] = job.export()
            print(f"ONNX export done: {files.onnx}")
        else:
            print("ONNX export is off; the model was saved in its own format only.")
    except Exception as error:  # whatever a foreign model does in an exporter, the trained model is safe already
        facts["error"] = _sentence(error)
        files.onnx.unlink(missing_ok=True)
        files.log.write_text(traceback.format_exc(), encoding="utf-8")
        what = "ONNX export failed" if config else "Sample outputs could not be computed"
        print(f"{what}: {facts['error']} The model itself is saved as {files.model}; details are in {files.log.name}.")
    files.facts.write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return files.onnx if facts["onnx"] else None


def _read_export_config() -> dict[str, Any]:
    """The export form of this run; empty when export is off."""
    path = Path(EXPORT_CONFIG_FILENAME)
    text = path.read_text(encoding="utf-8").strip() if path.is_file() else ""
    return (json.loads(text) if text else None) or {}


class _Files:
    """Names of everything that lies beside a model file."""

    def __init__(self, model: Path) -> None:
        self.model = model
        self.onnx = model.with_name(model.stem + ".onnx")
        self.facts = model.with_name(model.stem + ".export.json")
        self.samples = model.with_name(model.stem + ".samples.npz")
        self.log = model.with_name(model.stem + ".export.log")

    def remove_stale(self) -> None:
        """An ONNX file of an earlier run must never pass for this run's."""
        for path in (self.onnx, self.facts, self.samples, self.log):
            path.unlink(missing_ok=True)


class _Job:
    """One export: the model, samples of its inputs with its outputs, and the converter of its library."""

    def __init__(
        self,
        model_format: str,
        model: Any,
        config: dict[str, Any],
        files: _Files,
        detector: bool,
        dynamic_batch: bool,
        prepend: Optional[Callable[[int], Any]],
    ) -> None:
        if model_format not in SUPPORTED_MODEL_FORMATS:
            raise ExportError(f"models of format '{model_format}' cannot be exported.")
        self.model_format, self.model, self.config, self.files = model_format, model, config, files
        self.detector, self.dynamic_batch, self.prepend = detector, dynamic_batch, prepend
        self.inputs: dict[str, Any] = {}
        self.outputs: dict[str, Any] = {}
        self.output_names: list[str] = []

    def take_samples(
        self,
        sample_inputs: Optional[Sequence[Any]],
        predict: Optional[Callable[..., Any]],
        input_names: Sequence[str],
        output_names: Sequence[str],
    ) -> None:
        """Fill ``inputs`` and ``outputs`` and write the samples file."""
        import numpy

        arrays = [numpy.asarray(array) for array in sample_inputs] if sample_inputs else self._made_up_inputs()
        names = _names(self.config.get("input_names") or input_names, len(arrays), "input")
        self.inputs = dict(zip(names, arrays))
        if not arrays or (self.model_format == ModelFormat.TENSORFLOW and predict is None):
            return
        results = _flatten(predict(*arrays) if predict else self._predict(arrays))
        self.output_names = list(self.config.get("output_names") or output_names)
        names = _names(self.output_names, len(results), "output")
        self.outputs = {name: numpy.asarray(result) for name, result in zip(names, results)}
        stored = {f"input.{name}": array for name, array in self.inputs.items()}
        stored.update({f"output.{name}": array for name, array in self.outputs.items()})
        numpy.savez_compressed(self.files.samples, **stored)

    def describe(self) -> dict[str, Any]:
        """The model's signature, for ``export.json``."""
        return {
            "inputs": self._signature(self.inputs),
            "outputs": self._signature(self.outputs),
            "samples_file": self.files.samples.name if self.files.samples.exists() else None,
        }

    def export(self) -> dict[str, Any]:
        """Write the ONNX file; tells which exporter made it, and its opset."""
        if self.model_format == ModelFormat.PYTORCH:
            exporter = _export_pytorch(self)
        else:
            exporter = "onnxmltools"
            _export_onnxmltools(self)
        return {"file": self.files.onnx.name, "exporter": exporter, "opset": _opset_of(self.files.onnx)}

    @property
    def opset(self) -> int:
        return int(self.config.get("opset_version") or self.config.get("target_opset") or DEFAULT_OPSET)

    def _signature(self, arrays: dict[str, Any]) -> list[dict[str, Any]]:
        signature = []
        for name, array in arrays.items():
            shape: list[Optional[int]] = list(array.shape)
            if self.dynamic_batch and shape:
                shape[0] = None
            signature.append({"name": name, "dtype": str(array.dtype), "shape": shape})
        return signature

    def _made_up_inputs(self) -> list[Any]:
        import numpy

        shapes, types = self.config.get("input_shapes") or [], self.config.get("input_types") or []
        if len(shapes) != len(types):
            raise ExportError(f"the export form has {len(shapes)} input shapes but {len(types)} input types.")
        random = numpy.random.default_rng(0)
        return [
            random.random([int(size) for size in shape]).astype(numpy.dtype(name)) for shape, name in zip(shapes, types)
        ]

    def _predict(self, arrays: list[Any]) -> Any:
        if self.model_format == ModelFormat.PYTORCH:
            return _call_pytorch(self.model, arrays)
        if self.model_format == ModelFormat.KERAS:
            return self.model.predict(arrays if len(arrays) > 1 else arrays[0], verbose=0)
        results = [self.model.predict(*arrays)]
        if hasattr(self.model, "predict_proba"):
            results.append(self.model.predict_proba(*arrays))
        return results


def _names(wanted: Sequence[str], count: int, word: str) -> list[str]:
    names = [str(name) for name in wanted][:count]
    if not names and count == 1:
        return [word]
    return names + [f"{word}_{number}" for number in range(len(names), count)]


def _flatten(value: Any) -> list[Any]:
    """Arrays in nested dictionaries, lists and tuples, in order."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [array for part in value for array in _flatten(part)]
    if value is None:
        return []
    return [value.detach().cpu().numpy() if hasattr(value, "detach") else value]


def _sentence(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = lines[0][:300] if lines else type(error).__name__
    text = text if isinstance(error, ExportError) else f"{type(error).__name__}: {text}"
    return text if text.endswith(".") else text + "."


# --- PyTorch -----------------------------------------------------------------------------------------------------


def _call_pytorch(model: Any, arrays: list[Any]) -> Any:
    import torch

    model.eval()
    with torch.no_grad():
        return model(*_tensors(model, arrays))


def _tensors(model: Any, arrays: list[Any]) -> tuple[Any, ...]:
    import torch

    parameter = next(iter(model.parameters()), None)
    device = parameter.device if parameter is not None else "cpu"
    return tuple(torch.from_numpy(array.copy()).to(device) for array in arrays)


def _export_pytorch(job: _Job) -> str:
    """Try the exporter built on torch.export, then the older one; returns the name of the one that worked."""
    tensors = _tensors(job.model, list(job.inputs.values()))
    job.model.eval()
    new_way = bool(job.config.get("dynamo", True)) and not job.detector and job.opset >= DYNAMO_MIN_OPSET
    if new_way:
        noise: list[str] = []
        try:
            with _captured_output(noise):
                _torch_onnx_export(job, tensors, dynamo=True)
            return "torch.onnx dynamo"
        except Exception as error:  # the exporter raises whatever it meets in the model
            job.files.log.write_text("".join(noise) + traceback.format_exc(), encoding="utf-8")
            print(f"The newer ONNX exporter cannot follow this model ({_sentence(error)}) Trying the older one.")
    noise = []
    with _captured_output(noise):
        _torch_onnx_export(job, tensors, dynamo=False)
    if job.config.get("verbose"):
        print("".join(noise))
    return "torch.onnx torchscript"


@contextlib.contextmanager
def _captured_output(texts: list[str]) -> Iterator[None]:
    """Collect what is printed, also by C++ code: a failing exporter prints thousands of lines into the run's log."""
    with tempfile.TemporaryFile() as file:
        sys.stdout.flush()
        sys.stderr.flush()
        saved = os.dup(1), os.dup(2)
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        try:
            yield
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for number, copy in enumerate(saved, start=1):
                os.dup2(copy, number)
                os.close(copy)
            file.seek(0)
            texts.append(file.read().decode("utf-8", "replace"))


def _torch_onnx_export(job: _Job, tensors: tuple[Any, ...], dynamo: bool) -> None:
    import warnings

    import torch

    options: dict[str, Any] = {
        "input_names": list(job.inputs),
        "output_names": list(job.outputs),
        "opset_version": job.opset,
        "verbose": bool(job.config.get("verbose", False)),
        "dynamo": dynamo,
    }
    if dynamo:
        options["external_data"] = False
        if job.dynamic_batch:
            batch = torch.export.Dim("batch", min=1, max=65535)
            options["dynamic_shapes"] = tuple({0: batch} for _ in tensors)
    elif job.dynamic_batch:
        options["dynamic_axes"] = {name: {0: "batch"} for name in [*job.inputs, *job.outputs]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(job.model, tensors, str(job.files.onnx), **options)


# --- Everything that goes through onnxmltools ---------------------------------------------------------------------


def _export_onnxmltools(job: _Job) -> None:
    from onnxmltools.utils import save_model

    converters = {
        ModelFormat.SKLEARN.value: _convert_sklearn,
        ModelFormat.LIGHTGBM.value: _convert_boosted_trees,
        ModelFormat.XGBOOST.value: _convert_boosted_trees,
        ModelFormat.KERAS.value: _convert_keras,
        ModelFormat.TENSORFLOW.value: _convert_tensorflow,
    }
    onnx_model = converters[job.model_format](job)
    if job.prepend is not None:
        onnx_model = _prepended(job.prepend, onnx_model)
    if job.model_format == ModelFormat.SKLEARN:
        _rename_outputs(onnx_model, job.output_names)
    save_model(onnx_model, str(job.files.onnx))


def _convert_sklearn(job: _Job) -> Any:
    from onnxmltools import convert_sklearn
    from skl2onnx.common.data_types import FloatTensorType

    onnx_model = convert_sklearn(job.model, **_tabular_options(job, FloatTensorType))
    _unwrap_probabilities(onnx_model)
    return onnx_model


def _convert_boosted_trees(job: _Job) -> Any:
    import onnxmltools
    from onnxmltools.convert.common.data_types import FloatTensorType

    convert = onnxmltools.convert_lightgbm if job.model_format == ModelFormat.LIGHTGBM else onnxmltools.convert_xgboost
    options = _tabular_options(job, FloatTensorType)
    # Their converters know fewer opsets than the form offers.
    options["target_opset"] = min(job.opset, 15)
    onnx_model = convert(job.model, **options)
    _unwrap_probabilities(onnx_model)
    return onnx_model


def _tabular_options(job: _Job, tensor_type: Any) -> dict[str, Any]:
    name = next(iter(job.inputs))
    features = getattr(job.model, "n_features_in_", None) or job.inputs[name].shape[1]
    input_name = "features" if job.prepend is not None else name
    return {"initial_types": [(input_name, tensor_type([None, int(features)]))], "target_opset": job.opset}


def _convert_keras(job: _Job) -> Any:
    from onnxmltools import convert_keras

    return convert_keras(
        job.model,
        name=job.config.get("name") or None,
        doc_string=job.config.get("doc_string") or "",
        target_opset=job.opset,
    )


def _convert_tensorflow(job: _Job) -> Any:
    from onnxmltools import convert_tensorflow

    return convert_tensorflow(
        job.model,
        name=job.config.get("name") or None,
        input_names=list(job.inputs),
        output_names=job.config.get("output_names") or None,
        doc_string=job.config.get("doc_string") or "",
        target_opset=job.opset,
    )


def _unwrap_probabilities(onnx_model: Any) -> None:
    """Give probabilities as a plain table: the converters wrap them into a list of maps that few runtimes like."""
    from onnx import TensorProto, helper

    graph = onnx_model.graph
    for node in [node for node in graph.node if node.op_type == "ZipMap"]:
        graph.node.remove(node)
        for output in graph.output:
            if output.name == node.output[0]:
                output.CopyFrom(helper.make_tensor_value_info(node.input[0], TensorProto.FLOAT, [None, None]))


def _rename_outputs(onnx_model: Any, names: Sequence[str]) -> None:
    outputs = {output.name: name for output, name in zip(onnx_model.graph.output, names)}
    # A converter may use a wanted name for something inside; that gives way.
    new_name = {**{name: f"{name}_inside" for name in names}, **outputs}
    for node in onnx_model.graph.node:
        node.input[:] = [new_name.get(old, old) for old in node.input]
        node.output[:] = [new_name.get(old, old) for old in node.output]
    for output in onnx_model.graph.output:
        output.name = outputs.get(output.name, output.name)


def _prepended(prepend: Callable[[int], Any], onnx_model: Any) -> Any:
    from onnx import compose, helper

    opset = max(entry.version for entry in onnx_model.opset_import if entry.domain in ("", "ai.onnx"))
    first = prepend(opset)
    first.ir_version = onnx_model.ir_version
    known = {entry.domain for entry in first.opset_import}
    first.opset_import.extend(
        helper.make_opsetid(entry.domain, entry.version)
        for entry in onnx_model.opset_import
        if entry.domain not in known
    )
    links = [(first.graph.output[0].name, onnx_model.graph.input[0].name)]
    return compose.merge_models(first, onnx_model, io_map=links, name="model")


def _opset_of(path: Path) -> Optional[int]:
    import onnx

    model = onnx.load(str(path), load_external_data=False)
    return next((entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")), None)
