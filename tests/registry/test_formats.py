from __future__ import annotations

import pytest

from yard.registry.formats import format_of


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("model.pt", "pytorch"),
        ("model.pth", "pytorch"),
        ("model.torchscript", "pytorch"),
        ("model.onnx", "onnx"),
        ("model.plan", "tensorrt"),
        ("model.graphdef", "tensorflow"),
        ("model.tf", "tensorflow"),
        ("saved/saved_model.pb", "tensorflow"),
        ("model.keras", "keras"),
        ("model.h5", "keras"),
        ("model.joblib", "sklearn"),
        ("model.pkl", "sklearn"),
        ("BEST.PT", "pytorch"),
        ("model.bin", ""),
        ("model", ""),
        (".pt", ""),
    ],
)
def test_point_37_the_extension_tells_the_format(name: str, found: str) -> None:
    assert format_of(name) == found
