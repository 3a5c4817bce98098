"""The data of a version as training code reads it: one line per image, and where each line begins.

Two objects beside the version's manifest, named by its digest. ``….jsonl`` has one JSON object per image in the order
of the manifest (by the UTF-8 bytes of the names), with the shapes that the version's annotations.xml draws on it;
``….index`` has the offset of every line, and of the end, in 8 bytes each, most significant first. So one image costs
two small reads, however many there are, and all of them cost one pass.

Both follow from the manifest and the annotations, so they are made when they are missing.
"""

from __future__ import annotations

import json
import struct
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any

from yard.core.errors import NotFound
from yard.datasets.annotations.cvat_reader import CvatDocument
from yard.datasets.annotations.digests import annotations_digest
from yard.datasets.annotations.types import LabelSpec, ShapeAnnotation
from yard.datasets.models import DatasetVersion
from yard.datasets.versions.create import ANNOTATIONS_NAME
from yard.datasets.versions.sorting import sorted_pairs
from yard.storage import keys
from yard.storage.base import ObjectMissing
from yard.storage.filesets import ManifestEntry, fileset_entries, fileset_lines, fileset_read
from yard.storage.models import FileSet
from yard.storage.objects import open_object
from yard.storage.stores import get_store

OFFSET = struct.Struct(">Q")
# Lines of images that lie no further apart are read in one go.
GAP_BYTES = 256 << 10
READ_BYTES = 1 << 20
_ANNOTATIONS_MARK = f'"{ANNOTATIONS_NAME}"'.encode()


@dataclass(frozen=True, slots=True)
class Record:
    """One image of a version.

    Attributes:
        index: Its place in the version, from 0.
        digest: SHA-256 of its content.
        size: Bytes.
        width: Pixels, upright.
        height: Pixels, upright.
        split: The part it is in: train, val, test or none.
        labels: class → how many of its shapes are on the image.
        annotations: Digest of its shapes; empty for none.
        path: As it was uploaded, folders included; empty: as its name.
        shapes: In the order of the annotations.xml.
    """

    index: int
    name: str
    digest: str
    size: int
    width: int
    height: int
    split: str = ""
    labels: dict[str, int] = field(default_factory=dict)
    annotations: str = ""
    path: str = ""
    shapes: list[ShapeAnnotation] = field(default_factory=list)

    @property
    def entry(self) -> ManifestEntry:
        """The image as its manifest should have it; those of before told less."""
        return ManifestEntry(
            self.name,
            self.size,
            self.digest,
            self.width,
            self.height,
            split=self.split,
            labels=self.labels,
            annotations=self.annotations,
            path=self.path,
        )


class Records:
    """The images of one version; iterate over them, or get some."""

    def __init__(self, fileset: FileSet, count: int) -> None:
        self._bucket = fileset.bucket
        self._key = keys.records(fileset.digest)
        self._index_key = keys.records_index(fileset.digest)
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Record]:
        """All of them, in one pass."""
        with open_object(self._bucket, self._key) as lines:
            for index, line in enumerate(lines):
                yield _record(index, line)

    def get(self, index: int) -> Record:
        """The image at this place. Raises ``NotFound`` when there is none."""
        if not 0 <= index < self._count:
            last = f"They are counted from 0 to {self._count - 1}." if self._count else "It has none."
            raise NotFound(f"This version has no image {index}. {last}", code="index_out_of_range")
        return self.some([index])[0]

    def some(self, indices: Sequence[int]) -> list[Record]:
        """The images at these places, which must exist and ascend; neighbours are read together."""
        if not indices:
            return []
        first = indices[0]
        offsets = self._offsets(first, indices[-1])
        spans = [(index, offsets[index - first], offsets[index - first + 1]) for index in indices]
        found: list[Record] = []
        for group in _groups(spans):
            start, end = group[0][1], group[-1][2]
            content = self._read(self._key, start, end - start)
            found += [_record(index, content[begin - start : stop - start]) for index, begin, stop in group]
        return found

    def _offsets(self, first: int, last: int) -> tuple[int, ...]:
        """Where the lines from ``first`` to ``last`` begin, and where the last one ends."""
        count = last - first + 2
        content = self._read(self._index_key, first * OFFSET.size, count * OFFSET.size)
        return struct.unpack(f">{count}Q", content)

    def _read(self, key: str, offset: int, length: int) -> bytes:
        with get_store().read(self._bucket, key, offset=offset, length=length) as parts:
            return b"".join(parts)


def records_open(version: DatasetVersion) -> Records:
    """The version's images. They are written first when they are missing, which takes seconds for many thousands.

    Raises ``ObjectMissing`` when the store has lost the version's manifest or annotations.
    """
    fileset = version.fileset
    if get_store().stat(fileset.bucket, keys.records_index(fileset.digest)) is None:
        records_write(fileset)
    return Records(fileset, version.image_count)


def records_write(fileset: FileSet) -> None:
    """Write the records of a version's files; the same files always give the same bytes, so twice does no harm.

    Memory stays flat. Raises ``ObjectMissing``, ``StoreUnavailable``, ``StoreFull``.
    """
    store = get_store()
    with tempfile.TemporaryFile() as lines, tempfile.TemporaryFile() as index, _shapes_by_name(fileset) as shapes:
        for line in _lines(fileset, shapes):
            index.write(OFFSET.pack(lines.tell()))
            lines.write(line)
        index.write(OFFSET.pack(lines.tell()))
        for key, file in (
            (keys.records(fileset.digest), lines),
            (keys.records_index(fileset.digest), index),
        ):
            size = file.tell()
            file.seek(0)
            store.put(fileset.bucket, key, file, size)


def version_lines(version: DatasetVersion) -> Iterator[bytes]:
    """The manifest's lines of the version's images; those of a version of before with what they did not tell then."""
    if _tells_annotations(version):
        yield from (line for line in fileset_lines(version.fileset) if not _is_annotations(line))
    else:
        yield from (record.entry.line() for record in records_open(version))


def annotations_entry(fileset: FileSet) -> ManifestEntry:
    """The annotations.xml among the version's files. Raises ``ObjectMissing``."""
    for entry in fileset_entries(fileset):
        if entry.name == ANNOTATIONS_NAME:
            return entry
    raise ObjectMissing("This version has no annotations.")


def version_labels(version: DatasetVersion) -> list[LabelSpec]:
    """The classes as the version's annotations.xml declares them; those it does not declare by their name alone."""
    with _annotations(version.fileset) as file:
        document = CvatDocument(file)
        next(iter(document), None)
        declared = document.labels
    return [declared.get(name) or LabelSpec(name) for name in version.label_counts]


# --- making them ------------------------------------------------------------------------------------------------------


def _lines(fileset: FileSet, shapes: Iterator[tuple[bytes, bytes]]) -> Iterator[bytes]:
    """Every image's line, from two streams that are sorted alike."""
    there = next(shapes, None)
    for entry in fileset_entries(fileset):
        if entry.name == ANNOTATIONS_NAME:
            continue
        name = entry.name.encode()
        while there is not None and there[0] < name:  # the file may speak of images that the data set does not have
            there = next(shapes, None)
        yield _line(entry, json.loads(there[1]) if there is not None and there[0] == name else [])


def _line(entry: ManifestEntry, shapes: list[dict[str, Any]]) -> bytes:
    labels: dict[str, int] = {}
    for shape in shapes:
        labels[shape["label"]] = labels.get(shape["label"], 0) + 1
    values: dict[str, Any] = {
        "name": entry.name,
        "digest": entry.digest,
        "size": entry.size,
        "width": entry.width,
        "height": entry.height,
        "split": entry.split,
        "labels": dict(sorted(labels.items())),
        # The manifest has it from the rows; one of before does not, and reading gives the same but for rounding.
        "annotations": entry.annotations or annotations_digest(ShapeAnnotation(**shape) for shape in shapes),
        "path": entry.path,
        "shapes": shapes,
    }
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


@contextmanager
def _shapes_by_name(fileset: FileSet) -> Iterator[Iterator[tuple[bytes, bytes]]]:
    """(image name, its shapes as JSON), sorted by the name's bytes; images without shapes are left out."""
    with _annotations(fileset) as file, sorted_pairs(_named_shapes(file)) as found:
        yield found


def _named_shapes(file: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    for image in CvatDocument(file):
        if image.shapes:
            shapes = [_shape_values(shape) for shape in image.shapes]
            yield image.name.encode(), json.dumps(shapes, ensure_ascii=False, separators=(",", ":")).encode()


def _shape_values(shape: ShapeAnnotation) -> dict[str, Any]:
    return {
        "kind": shape.kind,
        "label": shape.label,
        "geometry": shape.geometry,
        "attributes": shape.attributes,
        "z_order": shape.z_order,
        "occluded": shape.occluded,
        "source": shape.source,
        "group": shape.group,
    }


@contextmanager
def _annotations(fileset: FileSet) -> Iterator[IO[bytes]]:
    """The version's annotations.xml as a temporary file."""
    with tempfile.TemporaryFile() as file:
        with fileset_read(fileset, annotations_entry(fileset)) as parts:
            for part in parts:
                file.write(part)
        file.seek(0)
        yield file


# --- reading them -----------------------------------------------------------------------------------------------------


def _record(index: int, line: bytes) -> Record:
    values = json.loads(line)
    shapes = [ShapeAnnotation(**shape) for shape in values.pop("shapes")]
    return Record(index=index, shapes=shapes, **values)


def _groups(spans: Iterable[tuple[int, int, int]]) -> Iterator[list[tuple[int, int, int]]]:
    """(index, begin, end) that are worth one read."""
    group: list[tuple[int, int, int]] = []
    for span in spans:
        if group and (span[1] - group[-1][2] > GAP_BYTES or span[2] - group[0][1] > READ_BYTES):
            yield group
            group = []
        group.append(span)
    if group:
        yield group


def _is_annotations(line: bytes) -> bool:
    return _ANNOTATIONS_MARK in line and ManifestEntry.from_line(line).name == ANNOTATIONS_NAME


def _tells_annotations(version: DatasetVersion) -> bool:
    """Whether its manifest says how images are annotated."""
    if not version.annotated_count:
        return True
    return any(entry.annotations for entry in fileset_entries(version.fileset))
