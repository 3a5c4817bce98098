"""How much of a data set each part of a split gets."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from yard.core.errors import InvalidInput
from yard.datasets.models import Part

PARTS = (Part.TRAIN, Part.VAL, Part.TEST)
"""In the order in which they are served when there is too little for all: without training nothing is of use."""
WHOLE = 100
DEFAULT = {Part.TRAIN: 70.0, Part.VAL: 15.0, Part.TEST: 15.0}


@dataclass(frozen=True, slots=True)
class Shares:
    """Percentages of the parts, 100 in all; parts without any are left out."""

    percent: Mapping[Part, float]

    @property
    def parts(self) -> list[Part]:
        """The parts that get something, train first."""
        return [part for part in PARTS if self.percent.get(part, 0) > 0]

    def sizes(self, count: int) -> dict[Part, int]:
        """Whole images for each part, ``count`` in all: the largest remainders are rounded up, and every part that has
        a share gets one image at least where there are enough."""
        exact = {part: count * self.percent[part] / WHOLE for part in self.parts}
        sizes = {part: math.floor(value) for part, value in exact.items()}
        order = sorted(sizes, key=lambda part: (sizes[part] - exact[part], PARTS.index(part)))
        for part in order[: count - sum(sizes.values())]:
            sizes[part] += 1
        for part in self.parts:
            largest = max(sizes, key=lambda other: sizes[other])
            if sizes[part] == 0 and sizes[largest] > 1:
                sizes[largest] -= 1
                sizes[part] += 1
        return sizes


def shares_of(percent: Mapping[str, float]) -> Shares:
    """The shares, checked. Raises ``InvalidInput`` with the field that is wrong."""
    unknown = sorted(set(percent) - set(PARTS))
    if unknown:
        raise _wrong(unknown[0], f"There is no part called {unknown[0]}; the parts are train, val and test.")
    values = {part: float(percent.get(part, 0)) for part in PARTS}
    for part, value in values.items():
        if not 0 <= value <= WHOLE:
            raise _wrong(part, f"The share of {part} is {value:g} %; it has to be from 0 to 100.")
    total = sum(values.values())
    if abs(total - WHOLE) > 0.01:
        raise _wrong("", f"The shares add up to {total:g} %, not 100 %.")
    return Shares({part: value for part, value in values.items() if value > 0})


def _wrong(field: str, message: str) -> InvalidInput:
    return InvalidInput(
        message, extra={"errors": [{"path": ["shares", field] if field else ["shares"], "message": message}]}
    )
