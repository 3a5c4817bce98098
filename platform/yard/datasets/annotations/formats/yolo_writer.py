"""Writing YOLO: a text file for each image, ``data.yaml``, and folders for train, val and test; or Darknet's layout."""

from __future__ import annotations

import json
from collections.abc import Iterator

from yard.datasets.annotations.formats import geometry
from yard.datasets.annotations.formats.base import Export, Holds, Written
from yard.datasets.annotations.formats.fitting import fitted
from yard.datasets.annotations.formats.stems import Stems
from yard.datasets.annotations.types import ImageAnnotations, ShapeAnnotation
from yard.datasets.texts import shown

HOLDS = Holds(kinds=frozenset({"box"}), split=True, outside=False, needs_size=True)
HOLDS_POLYGONS = Holds(kinds=frozenset({"polygon"}), split=True, outside=False, needs_size=True)
HOLDS_TURNED = Holds(kinds=frozenset({"box"}), turned=True, split=True, outside=False, needs_size=True)


def write_yolo(export: Export) -> Iterator[Written]:
    """``data.yaml``, ``images/<part>/…`` and ``labels/<part>/….txt`` with boxes."""
    return _write(export, HOLDS)


def write_polygons(export: Export) -> Iterator[Written]:
    """The same with polygons."""
    return _write(export, HOLDS_POLYGONS)


def write_turned(export: Export) -> Iterator[Written]:
    """The same with oriented boxes."""
    return _write(export, HOLDS_TURNED)


def _write(export: Export, holds: Holds) -> Iterator[Written]:
    classes = {label.name: index for index, label in enumerate(export.labels)}
    stems = Stems(export.losses)
    used: set[str] = set()
    for image, shapes in fitted(export, holds):
        part = image.subset or "train"
        used.add(part)
        stem, suffix = stems.of(image.name)
        yield Written(f"images/{part}/{stem}{suffix}", image=image.name)
        yield Written(f"labels/{part}/{stem}.txt", (_label_lines(shapes, image, classes, holds),))
    yield Written("data.yaml", (_data_yaml(export, used),))


def _label_lines(
    shapes: list[ShapeAnnotation], image: ImageAnnotations, classes: dict[str, int], holds: Holds
) -> bytes:
    if not shapes:
        return b""
    width, height = image.width, image.height
    lines = []
    for shape in shapes:
        found = shape.geometry
        if shape.kind == "box" and not holds.turned:
            x1, y1, x2, y2 = found["x1"], found["y1"], found["x2"], found["y2"]
            place = ((x1 + x2) / 2 / width, (y1 + y2) / 2 / height, (x2 - x1) / width, (y2 - y1) / height)
            lines.append("%d %.6f %.6f %.6f %.6f\n" % (classes[shape.label], *place))  # noqa: UP031 - a third faster
            continue
        points = geometry.corners_of_box(found) if shape.kind == "box" else found["points"]
        flat = [value for x, y in points for value in (x / width, y / height)]
        lines.append(f"{classes[shape.label]}" + (" %.6f" * len(flat) % tuple(flat)) + "\n")
    return "".join(lines).encode()


def _data_yaml(export: Export, used: set[str]) -> bytes:
    # Ultralytics asks for both train and val; where there is no val, it validates on what it trains on.
    parts = {part: f"images/{part}" for part in ("train", "val", "test") if part in used}
    parts.setdefault("train", next(iter(parts.values()), "images/train"))
    parts.setdefault("val", parts["train"])
    lines = ["path: .", *(f"{part}: {parts[part]}" for part in ("train", "val", "test") if part in parts)]
    lines += [f"nc: {len(export.labels)}", "names:"]
    # A JSON text is a YAML text, whatever the name holds.
    lines += [f"  {index}: {json.dumps(label.name, ensure_ascii=False)}" for index, label in enumerate(export.labels)]
    return ("\n".join(lines) + "\n").encode()


def write_darknet(export: Export) -> Iterator[Written]:
    """``obj.names``, ``obj.data``, ``obj_<part>_data/…`` with images and text files side by side, and lists of them."""
    classes = {label.name: index for index, label in enumerate(export.labels)}
    stems = Stems(export.losses)
    lists: dict[str, list[str]] = {}
    for image, shapes in fitted(export, HOLDS):
        part = {"val": "valid"}.get(image.subset, image.subset or "train")
        folder = f"obj_{part}_data"
        stem, suffix = stems.of(image.name)
        lists.setdefault(part, []).append(f"data/{folder}/{stem}{suffix}")
        yield Written(f"{folder}/{stem}{suffix}", image=image.name)
        yield Written(f"{folder}/{stem}.txt", (_label_lines(shapes, image, classes, HOLDS),))
    for part, names in sorted(lists.items()):
        yield Written(f"{part}.txt", (("\n".join(names) + "\n").encode(),))
    yield Written("obj.names", ("".join(f"{shown(label.name)}\n" for label in export.labels).encode(),))
    listed = "".join(f"{part} = data/{part}.txt\n" for part in sorted(lists) if part != "test")
    yield Written(
        "obj.data",
        (f"classes = {len(export.labels)}\n{listed}names = data/obj.names\nbackup = backup/\n".encode(),),
    )
