"""Label files in memory, read and written as imports and exports do it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from PIL import Image as Pillow

from yard.datasets.annotations.cvat_reader import CvatDocument
from yard.datasets.annotations.formats.base import Document, Export, Source
from yard.datasets.annotations.formats.losses import Losses
from yard.datasets.annotations.formats.pictures import Picture, Pictures
from yard.datasets.annotations.formats.registry import FORMATS, detect
from yard.datasets.annotations.types import ImageAnnotations, LabelSpec

Files = dict[str, bytes]


@dataclass(frozen=True)
class MemoryFile:
    """A label file that lies in memory."""

    path: str
    content: bytes

    @property
    def size(self) -> int:
        return len(self.content)

    @property
    def open(self) -> Callable[[], AbstractContextManager[IO[bytes]]]:
        @contextmanager
        def opened() -> Any:
            yield io.BytesIO(self.content)

        return opened


def of_zip(path: Path) -> Files:
    """The files of an archive."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def document_of(files: Files, pictures: Iterable[Picture] = (), key: str = "") -> Document:
    """The document of these files; the only one that is detected, unless its format is named."""
    wrapped = [MemoryFile(name, content) for name, content in files.items()]
    if not key:
        images = [file for file in wrapped if file.path.endswith((".png", ".jpg"))]
        (found,) = detect([file for file in wrapped if file not in images], images).sets
        return found.format.read(Source(found.files, Pictures(pictures)))
    return FORMATS[key].read(Source(wrapped, Pictures(pictures)))


def written(
    key: str, images: Iterable[ImageAnnotations], labels: Iterable[LabelSpec | str] = ("leaf", "rust")
) -> tuple[Files, Losses]:
    """What the format writes, images left out, and what it could not."""
    found = list(images)
    specs = [label if isinstance(label, LabelSpec) else LabelSpec(label) for label in labels]
    export = Export("leaves", specs, found, len(found))
    files = {file.path: b"".join(file.parts) for file in FORMATS[key].write(export) if not file.image}
    return files, export.losses


def pictures_of(images: Iterable[ImageAnnotations]) -> list[Picture]:
    """The images as those that need them look them up."""
    return [Picture(image.name, image.width, image.height) for image in images]


def pictures_in(folder: Path) -> list[Picture]:
    """The images of a folder."""
    found = []
    for path in sorted(folder.iterdir()):
        with Pillow.open(path) as image:
            found.append(Picture(path.name, *image.size))
    return found


def cvat_images(path: Path) -> list[ImageAnnotations]:
    """The images of a CVAT file."""
    with path.open("rb") as file:
        return list(CvatDocument(file))
