"""Which format a model file has, told by its extension (contract 3.9, and the formats of our own templates)."""

from __future__ import annotations

from pathlib import PurePosixPath

FORMATS = {
    ".pt": "pytorch",
    ".pth": "pytorch",
    ".torchscript": "pytorch",
    ".ckpt": "pytorch",
    ".safetensors": "safetensors",
    ".onnx": "onnx",
    ".plan": "tensorrt",
    ".engine": "tensorrt",
    ".graphdef": "tensorflow",
    ".tf": "tensorflow",
    ".pb": "tensorflow",
    ".tflite": "tflite",
    ".keras": "keras",
    ".h5": "keras",
    ".hdf5": "keras",
    ".joblib": "sklearn",
    ".pkl": "sklearn",
    ".pickle": "sklearn",
    ".skops": "sklearn",
    ".ubj": "xgboost",
    ".xgb": "xgboost",
    ".lgb": "lightgbm",
}


def format_of(name: str) -> str:
    """The format's name, or an empty string when the extension says nothing."""
    return FORMATS.get(PurePosixPath(name).suffix.lower(), "")
