"""CSV: a row for each object; a header names the columns.

Written: ``image,width,height,split,label,kind,x1,y1,x2,y2,rotation,points,attributes``. Images without objects have a
row without a label. ``points`` are ``x,y;x,y``, coordinates are pixels, ``attributes`` are JSON.

Read: any order of columns, and the names of ``COLUMNS``; a row of a class and no place is a tag. Without a header, the
six columns ``path,x1,y1,x2,y2,class`` of keras-retinanet are understood.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Any

from yard.datasets.annotations.formats.base import (
    BadShape,
    Export,
    Format,
    Holds,
    LabelFile,
    Reading,
    Source,
    Unreadable,
    Written,
    bounded,
    box_geometry,
    clean,
    number,
    polygon_geometry,
)
from yard.datasets.annotations.formats.fitting import fitted
from yard.datasets.annotations.formats.parts import part_named, part_of_path
from yard.datasets.annotations.formats.spool import Spool
from yard.datasets.annotations.types import Geometry, ImageAnnotations, ShapeAnnotation
from yard.datasets.texts import shown

HOLDS = Holds(
    kinds=frozenset({"tag", "box", "polygon", "polyline", "points"}),
    turned=True,
    attributes=True,
    split=True,
)
# Our name → what others call it, in lower case without blanks, underscores and hyphens.
COLUMNS: dict[str, tuple[str, ...]] = {
    "image": ("image", "filename", "file", "imagename", "imagepath", "path", "filepath", "imageid", "img", "name"),
    "width": ("width", "imagewidth", "imgwidth"),
    "height": ("height", "imageheight", "imgheight"),
    "split": ("split", "subset", "set", "part", "partition"),
    "label": ("label", "class", "classname", "labelname", "category", "categoryname", "target"),
    "kind": ("kind", "type", "shape", "shapetype"),
    "x1": ("x1", "xmin", "left", "xtl", "bboxx1", "bboxxmin"),
    "y1": ("y1", "ymin", "top", "ytl", "bboxy1", "bboxymin"),
    "x2": ("x2", "xmax", "right", "xbr", "bboxx2", "bboxxmax"),
    "y2": ("y2", "ymax", "bottom", "ybr", "bboxy2", "bboxymax"),
    "x": ("x", "bboxx"),
    "y": ("y", "bboxy"),
    "w": ("w", "bboxwidth", "boxwidth", "bboxw"),
    "h": ("h", "bboxheight", "boxheight", "bboxh"),
    "rotation": ("rotation", "angle"),
    "points": ("points", "polygon", "segmentation"),
    "attributes": ("attributes",),
}
HEADER = (
    "image", "width", "height", "split", "label", "kind", "x1", "y1", "x2", "y2", "rotation", "points", "attributes",
)  # fmt: skip
RETINANET = ("image", "x1", "y1", "x2", "y2", "label")
# What a row without an object leaves blank.
_OF_OBJECTS = (
    "label", "kind", "x1", "y1", "x2", "y2", "x", "y", "w", "h", "rotation", "points", "attributes",
)  # fmt: skip
FIELD_MAX_CHARACTERS = 10 << 20
_OURS = {other: ours for ours, others in COLUMNS.items() for other in others}
_PART_BYTES = 1 << 16


class CsvDocument(Reading):
    """One table. Rows of one image may stand anywhere: they are put aside until all are there."""

    def __init__(self, source: Source) -> None:
        super().__init__(source, source.files[0].path)
        self._file = source.files[0]

    def __iter__(self) -> Iterator[ImageAnnotations]:
        images: dict[str, ImageAnnotations] = {}
        with Spool(self._file.path) as spool:
            with self._file.open() as stream:
                text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
                try:
                    for row, line in self._rows(text):
                        self._take(row, line, images, spool)
                except UnicodeDecodeError as error:
                    raise Unreadable(
                        f"{shown(self._file.path)} is not written in UTF-8. Save it as such (spreadsheets call it "
                        '"CSV UTF-8"), then upload it again.'
                    ) from error
                except csv.Error as error:
                    raise Unreadable(
                        f"{shown(self._file.path)} cannot be read as CSV: {shown(str(error), 200)}."
                    ) from error
            for name, image in images.items():
                shapes = [self._shape(row, line, name) for line, row in spool.take(name)]
                yield replace(image, shapes=[shape for shape in shapes if shape is not None])

    def _rows(self, text: io.TextIOWrapper) -> Iterator[tuple[dict[str, str], int]]:
        first = text.readline(1 << 20)
        dialect = _delimiter(first)
        columns = columns_of(first)
        if columns is None:
            raise Unreadable(f"{shown(self._file.path)} has no columns of labels: {shown(first.strip(), 200)}.")
        names = next(csv.reader([first], delimiter=dialect))
        is_headless = _OURS.get(_plain(names[0])) != "image" and columns == RETINANET
        if not is_headless:
            self._tell_unknown(names, columns)
        lines: Any = _chained(first, text) if is_headless else text
        reader = csv.reader(lines, delimiter=dialect)
        csv.field_size_limit(FIELD_MAX_CHARACTERS)
        offset = 0 if is_headless else 1
        for values in reader:
            if values:
                # Names that mean the same twice: the first that says something.
                row: dict[str, str] = {}
                for column, value in zip(columns, values, strict=False):
                    if column and value.strip() and column not in row:
                        row[column] = value.strip()
                yield row, reader.line_num + offset

    def _tell_unknown(self, names: list[str], columns: tuple[str, ...]) -> None:
        """Columns that nothing here knows."""
        for name, ours in zip(names, columns, strict=True):
            if not ours and name.strip():
                self.losses.add(
                    "columns_read", file=self._file.path, line=1, message=f"The column {shown(name.strip(), 60)}."
                )

    def _take(self, row: dict[str, str], line: int, images: dict[str, ImageAnnotations], spool: Spool) -> None:
        name = clean(row.get("image", ""))
        if not name:
            self.findings.error("annotations.image_unnamed", "A row names no image, so it was left out.", line=line)
            return
        image = images.get(name)
        if image is None:
            image = images[name] = ImageAnnotations(name, line=line, subset=_part(row, name))
            picture = self.source.pictures.find(name)
            if picture is not None:
                image.width, image.height = picture.width, picture.height
        if not image.width:
            image.width, image.height = _whole(row.get("width")), _whole(row.get("height"))
        if kept := {column: row[column] for column in _OF_OBJECTS if column in row}:
            spool.add(name, line, kept)

    def _shape(self, row: dict[str, str], line: int, image: str) -> ShapeAnnotation | None:
        try:
            if "label" not in row:
                raise BadShape("it has no class")
            kind, geometry = _geometry(row)
            return ShapeAnnotation(kind, self.label(row["label"]), geometry, _attributes(row), line=line)
        except BadShape as error:
            self.left_out("An object", shown(image), str(error), line=line)
            return None


def _part(row: dict[str, str], name: str) -> str:
    return part_named(row.get("split", "")) or part_of_path(name)


def _geometry(row: dict[str, str]) -> tuple[str, Geometry]:
    kind = row.get("kind", "").casefold()
    if "points" in row:
        flat = _pairs(row["points"])
        if kind in ("polyline", "points"):
            bounded(flat)
            least = 2 if kind == "polyline" else 1
            if len(flat) < 2 * least:
                raise BadShape(f"it has {len(flat) // 2} points, and needs at least {least}")
            return kind, {"points": [[x, y] for x, y in zip(flat[::2], flat[1::2], strict=True)]}
        return "polygon", polygon_geometry(flat)
    rotation = _number(row, "rotation") if "rotation" in row else 0.0
    if "x1" in row or "x2" in row:
        left, top, right, bottom = (_number(row, side) for side in ("x1", "y1", "x2", "y2"))
        return "box", box_geometry(left, top, right, bottom, rotation)
    if "x" in row or "w" in row:
        x, y, width, height = (_number(row, side) for side in ("x", "y", "w", "h"))
        return "box", box_geometry(x, y, x + width, y + height, rotation)
    return "tag", {}


def _number(row: dict[str, str], name: str) -> float:
    text = row.get(name)
    if text is None:
        raise BadShape(f"{name} is missing")
    try:
        return float(text)
    except ValueError:
        raise BadShape(f"{name} is {shown(text, 40)!r}, which is no number") from None


def _whole(text: str | None) -> int:
    try:
        value = int(float(text or 0))
    except (ValueError, OverflowError):
        return 0
    return value if 0 < value < 1 << 31 else 0


def _pairs(text: str) -> list[float]:
    try:
        if ";" in text or "," in text:
            parts = text.strip("; []").replace(";", ",").replace("[", "").replace("]", "").split(",")
        else:
            parts = text.split()
        flat = [float(part) for part in parts]
    except ValueError:
        raise BadShape('its points are not written as "x,y;x,y"') from None
    if len(flat) % 2:
        raise BadShape(f"it has {len(flat)} coordinates, which make no pairs")
    return flat


def _attributes(row: dict[str, str]) -> dict[str, str]:
    if "attributes" not in row:
        return {}
    try:
        value = json.loads(row["attributes"])
    except (ValueError, RecursionError):
        raise BadShape("its attributes are no JSON") from None
    if not isinstance(value, dict):
        raise BadShape("its attributes are no JSON object")
    return {clean(key): clean(text) for key, text in value.items()}


def columns_of(first: str) -> tuple[str, ...] | None:
    """Our names of the columns that the first line names ("" for others); None when it is no table of labels."""
    try:
        names = next(csv.reader([first], delimiter=_delimiter(first)), [])
    except csv.Error:
        return None
    columns = tuple(_OURS.get(_plain(name), "") for name in names)
    if "image" in columns and "label" in columns:
        return columns
    if len(names) == 6 and all(_is_number(name) or not name for name in names[1:5]) and not _is_number(names[5]):
        return RETINANET
    return None


def looks_like_labels(head: bytes) -> bool:
    """Whether a file that begins so is a table of labels."""
    return columns_of(head.decode("utf-8-sig", "replace").partition("\n")[0]) is not None


def _plain(name: str) -> str:
    return name.strip().casefold().replace("_", "").replace(" ", "").replace("-", "")


def _delimiter(line: str) -> str:
    return max(",;\t", key=line.count)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _chained(first: str, rest: Any) -> Iterator[str]:
    yield first
    yield from rest


def write_csv(export: Export) -> Generator[Written]:
    """``labels.csv``, and the images beside it."""
    names: list[str] = []

    def parts() -> Iterator[bytes]:
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(HEADER)
        for image, shapes in fitted(export, HOLDS):
            names.append(image.name)
            _write_rows(writer, image, shapes)
            if buffer.tell() > _PART_BYTES:
                yield buffer.getvalue().encode()
                buffer.seek(0)
                buffer.truncate()
        yield buffer.getvalue().encode()

    yield Written("labels.csv", parts())
    for name in names:
        yield Written(f"images/{name}", image=name)


def _write_rows(writer: Any, image: ImageAnnotations, shapes: list[ShapeAnnotation]) -> None:
    head = [image.name, image.width, image.height, image.subset]
    if not shapes:
        writer.writerow([*head, *[""] * 9])
    for shape in shapes:
        found = shape.geometry
        box = [number(found[key]) for key in ("x1", "y1", "x2", "y2")] if shape.kind == "box" else [""] * 4
        turn = number(found["rotation"]) if found.get("rotation") else ""
        points = ";".join(f"{number(x)},{number(y)}" for x, y in found["points"]) if "points" in found else ""
        attributes = json.dumps(shape.attributes, ensure_ascii=False) if shape.attributes else ""
        writer.writerow([*head, shape.label, shape.kind, *box, turn, points, attributes])


FORMAT = Format(
    "csv",
    "CSV",
    HOLDS,
    "labels.csv",
    "A table with a row for each object: image, label, x1, y1, x2, y2 and more; the header names the columns.",
    CsvDocument,
    write_csv,
    write_csv,
)

__all__ = ["FORMAT", "CsvDocument", "LabelFile", "columns_of", "looks_like_labels", "write_csv"]
