"""CVAT for images 1.1 as one of the formats; it holds everything, and its reader and writer are older than these."""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Iterator

from yard.datasets.annotations.cvat_reader import CvatDocument
from yard.datasets.annotations.cvat_writer import write_cvat
from yard.datasets.annotations.formats.base import Export, Format, Holds, Source, Written
from yard.datasets.annotations.formats.losses import Losses
from yard.datasets.annotations.formats.parts import part_named
from yard.datasets.annotations.types import FindingList, ImageAnnotations, LabelSpec

KINDS = frozenset({"tag", "box", "polygon", "polyline", "points", "mask", "ellipse", "cuboid", "skeleton"})
HOLDS = Holds(
    kinds=KINDS, turned=True, attributes=True, z_order=True, occluded=True, group=True, split=True, label_details=True
)
PARTS_BYTES = 1 << 18


class CvatFile:
    """One CVAT file as the other formats' documents are."""

    def __init__(self, source: Source) -> None:
        self.labels: dict[str, LabelSpec] = {}
        self.findings = FindingList(source.files[0].path)
        self.losses = Losses()
        self._file = source.files[0]

    def __iter__(self) -> Iterator[ImageAnnotations]:
        with self._file.open() as stream:
            document = CvatDocument(stream, file=self._file.path)
            self.labels, self.findings = document.labels, document.findings
            for image in document:
                image.subset = part_named(image.subset)
                yield image


def write(export: Export) -> Generator[Written]:
    """``annotations.xml`` and ``images/…``."""

    def seen() -> Iterator[ImageAnnotations]:
        for image in export.images:
            names.append(image.name)
            yield image

    names: list[str] = []
    with tempfile.TemporaryFile() as file:
        write_cvat(file, name=export.name, labels=export.labels, images=seen(), image_count=export.image_count)
        file.seek(0)
        yield Written("annotations.xml", iter(lambda: file.read(PARTS_BYTES), b""))
    for name in names:
        yield Written(f"images/{name}", image=name)


FORMAT = Format(
    "cvat",
    "CVAT for images 1.1",
    HOLDS,
    "annotations.xml",
    "One XML file; what CVAT itself exports and imports. It holds everything there is.",
    CvatFile,
    write,
    write,
)
