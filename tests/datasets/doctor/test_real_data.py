"""What the doctor says of real data sets: what is known to be odd about them, and nothing that annoys."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.datasets.conftest import Importer
from tests.datasets.doctor.conftest import Examined
from yard.datasets.models import Dataset

REAL = Path(__file__).resolve().parents[4] / "shared" / "data"

pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the real data sets are not beside the repository")

KNOWN: dict[str, dict[str, int]] = {
    # Four of its images are not labelled yet, says its README.
    "gpr_rebar_cvat": {"image.unlabelled": 4},
    # Ten classes, overlapping shapes, rings closed by repeating the first point: none of this is wrong.
    "building_facades": {"shape.small": 1},
    # Eight images are background, says its README; five boxes have no width.
    "pear_orchard": {"image.unlabelled": 8, "shape.degenerate": 5},
}


LONG = {"building_facades"}  # two thousand polygons; for `make soak`


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.soak) if name in LONG else name for name in KNOWN]
)
def test_what_is_said_of(name: str, import_files: Importer, examined: Examined, dataset: Dataset) -> None:
    files: dict[str, Any] = {file.name: file for file in (REAL / name / "images").iterdir()}
    import_files({**files, "annotations.xml": REAL / name / "annotations.xml"})
    assert dict(Counter(finding.code for finding in examined())) == KNOWN[name]
