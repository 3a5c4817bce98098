"""Which figures there are. The parts of data sets that have one tell it here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from yard.datasets.models import Dataset

Tell = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class FigureKind:
    """One kind of figure.

    Attributes:
        stamp: Given data set and question, what an answer of now is true for; another one as soon as it may differ.
        work_out: Given data set, question and a function to tell progress with, the answer, JSON-able. Raises
            ``YardError`` with the reason when there is none.
    """

    stamp: Callable[[Dataset, str], str]
    work_out: Callable[[Dataset, str, Tell], Any]


KINDS: dict[str, FigureKind] = {}


def figure_register(name: str, kind: FigureKind) -> None:
    """Have figures of this kind worked out."""
    KINDS[name] = kind
