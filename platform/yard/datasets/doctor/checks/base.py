"""What every check is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from yard.datasets.doctor.facts import DatasetFacts, Found, ImageFacts, ShapeFacts
from yard.datasets.doctor.kinds import Kind
from yard.datasets.doctor.options import Options


class Check:
    """One question to a data set. Made anew for each examination; is shown every image, then concludes.

    Attributes:
        kinds: What it can find.
        local: What it says of an image follows from that image and its shapes alone, so repairs may ask it about some.
    """

    kinds: ClassVar[tuple[Kind, ...]]
    local: ClassVar[bool] = True

    def __init__(self, dataset: DatasetFacts, options: Options) -> None:
        self.dataset = dataset
        self.options = options

    def see(self, image: ImageFacts, shapes: Sequence[ShapeFacts]) -> Iterator[Found]:
        """What is to be said when this image is seen, in the order of ids."""
        return iter(())

    def conclude(self) -> Iterator[Found]:
        """What is to be said after all images were seen."""
        return iter(())
