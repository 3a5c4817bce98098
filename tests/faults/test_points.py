"""Fast: the functions at which the fault tests kill are there. Whoever moves one learns it here, in a second."""

from __future__ import annotations

import pytest

from tests.faults.points import DOCKER_POINTS, POINTS, every
from tests.faults.start import find


@pytest.mark.parametrize("point", sorted({*every(POINTS), *every(DOCKER_POINTS)}))
def test_every_point_names_a_function(point: str) -> None:
    owner, name = find(point)
    assert callable(getattr(owner, name))
