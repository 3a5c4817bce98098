"""Read a data set with CVAT labels ("CVAT for images 1.1"), split it, and write labels for training code.

Images and shapes keep the form that templates know: dictionaries with XML attributes under ``@name`` and child elements
under their name, as one dictionary or, where there are several, a list of them. Use ``get_image_annotations`` to read
them. Only the standard library and scikit-learn are needed.
"""

from __future__ import annotations

import json
import logging
import math
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable
from xml.parsers import expat

from config import load_config
from dataset import DATA_DIRS, DATASETS_ROOT_PATH, get_dataset_path, load_dataset_filepaths

ANNOTATIONS_SUBFILEPATH = "annotations/annotations.xml"
SPLIT_FILEPATH = "/run/trainyard/split.json"
DEFAULT_TRAIN_SPLIT, DEFAULT_TEST_SPLIT = 0.8, 0.2

# https://docs.cvat.ai/docs/dataset_management/formats/format-cvat/
ANNOTATION_TYPES = ("box", "polygon", "polyline", "points", "skeleton", "mask", "ellipse", "cuboid", "tag")
# Shapes that enclose an object, so that a box can be derived from them.
AREA_TYPES = ("box", "polygon", "mask", "ellipse", "cuboid", "skeleton")
DATASET_TYPES = ("segmentation", "classification", "detection")
META_TYPES = ("task", "project", "job")

ELLIPSE_POINTS = 36
_SHOWN_NAMES = 5

Image = dict  # one <image> element
Files = dict  # Path of a sample → its <image> element


class DatasetError(Exception):
    """The data set cannot be trained on; the text says why."""


# --- Reading annotations.xml -------------------------------------------------------------------------------------


def load_annotations_file() -> dict[str, Any]:
    """Content of the data set's ``annotations.xml``, as one dictionary.

    Raises:
        DatasetError: It is missing, no well-formed XML, declares a DTD or entities, or has another root element.
    """
    path = get_dataset_path() / ANNOTATIONS_SUBFILEPATH
    if not path.is_file():
        raise DatasetError(f"{path} is missing: upload or draw annotations for this data set first.")
    try:
        with open(path, "rb") as file:
            root, content = _XmlReader().read(file)
    except expat.ExpatError as error:
        raise DatasetError(f"{path} is no well-formed XML: {error}.") from error
    if root != "annotations" or not isinstance(content, dict):
        raise DatasetError(f"{path} is no CVAT file: its root is <{root}>, not <annotations>.")
    return content


class _XmlReader:
    """Builds nested dictionaries while the file streams through the parser."""

    def __init__(self) -> None:
        self._stack: list[tuple[str, dict[str, Any], list[str]]] = [("", {}, [])]

    def read(self, file: Any) -> tuple[str, Any]:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.ParseFile(file)
        return next(iter(self._stack[0][1].items()))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._stack.append((name, {f"@{key}": value for key, value in attributes.items()}, []))

    def _text(self, text: str) -> None:
        self._stack[-1][2].append(text)

    def _end(self, _name: str) -> None:
        name, content, texts = self._stack.pop()
        parent = self._stack[-1][1]
        value = _element_value(content, "".join(texts).strip())
        if name not in parent:
            parent[name] = value
        elif isinstance(parent[name], list):
            parent[name].append(value)
        else:
            parent[name] = [parent[name], value]

    @staticmethod
    def _refuse(*_args: Any) -> None:
        raise DatasetError(
            "annotations.xml declares a document type or entities, which CVAT never does. Export it again."
        )


def _element_value(content: dict[str, Any], text: str) -> Any:
    if not content:
        return text or None
    if text:
        content["#text"] = text
    return content


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def get_annotations(annotation_file: dict[str, Any]) -> list[Image]:
    """The ``<image>`` elements of an annotation file.

    Raises:
        DatasetError: There are none, for example because the file describes a video.
    """
    if "track" in annotation_file and "image" not in annotation_file:
        raise DatasetError('annotations.xml describes a video. Export it from CVAT as "CVAT for images 1.1".')
    images = _as_list(annotation_file.get("image"))
    if not images:
        raise DatasetError("annotations.xml holds no <image>, so nothing is annotated.")
    return images


def get_label_names(annotation_file: dict[str, Any]) -> list[str]:
    """Class names of a task, project or job export, sorted, so that every run numbers its classes alike.

    The points of skeletons are labels too in CVAT, but no classes; they are left out.

    Raises:
        DatasetError: The file names no label.
    """
    meta = annotation_file.get("meta")
    names = set()
    for kind in META_TYPES:
        for part in _as_list(meta.get(kind) if isinstance(meta, dict) else None):
            labels = part.get("labels") if isinstance(part, dict) else None
            for label in _as_list(labels.get("label") if isinstance(labels, dict) else None):
                if isinstance(label, dict) and label.get("name") and not label.get("parent"):
                    names.add(label["name"])
    if not names:
        raise DatasetError("annotations.xml names no label under meta/task, meta/project or meta/job.")
    return sorted(names)


def get_image_annotations(image: Image, annotation_type: str) -> list[dict[str, Any]]:
    """All shapes of one type (``box``, ``polygon``, ``tag``, …) of an image; empty if it has none."""
    return [shape for shape in _as_list(image.get(annotation_type)) if isinstance(shape, dict)]


def image_has_annotations(image: Image) -> bool:
    """Whether the image has a shape or tag of any type."""
    return any(annotation_type in image for annotation_type in ANNOTATION_TYPES)


# --- Samples and their split -------------------------------------------------------------------------------------


def find_annotations_for_files(
    filepaths: list[Path], annotations: list[Image], strict: bool = False, include_without_annotations: bool = False
) -> Files:
    """Samples with their ``<image>`` element, matched by file name (``u/7/a.jpg`` in the XML is the sample ``a.jpg``).

    Raises:
        DatasetError: ``strict`` and a sample has no annotations.
    """
    images: dict[str, Image] = {}
    for image in annotations:
        images.setdefault(os.path.basename(image["@name"]), image)
    found = {
        path: images[path.name]
        for path in filepaths
        if path.name in images and (include_without_annotations or image_has_annotations(images[path.name]))
    }
    missing = [path.name for path in filepaths if path not in found]
    if missing and strict:
        raise DatasetError(f"Missing annotations for {_some(missing)}.")
    if missing:
        print(f"{len(found)} of {len(filepaths)} files have annotations. Left out: {_some(missing)}.")
    return found


def split_dataset(files_with_annotations: Files, train_size: float, test_size: float) -> tuple[Files, Files]:
    """Two parts of the data, always the same two for the same files; sizes are fractions (or both percentages).

    Raises:
        DatasetError: Fewer than two samples, or sizes that leave one part empty or add up to more than everything.
    """
    from sklearn.model_selection import train_test_split

    count = len(files_with_annotations)
    if count < 2:
        raise DatasetError(f"{count} annotated image(s) found; training needs at least two, one of them to test.")
    if train_size + test_size > 1.0001:
        train_size, test_size = train_size / 100, test_size / 100
    if min(train_size, test_size) <= 0 or train_size + test_size > 1.0001:
        raise DatasetError("train-split and test-split must be above 0 and add up to at most 1.")
    # In a small data set a small fraction would round to nothing; each part gets one sample at least.
    sizes = {"train_size": float(train_size), "test_size": float(test_size)}
    if math.ceil(count * test_size) >= count or int(count * train_size) < 1:
        sizes = {"train_size": max(1, int(count * train_size)), "test_size": 1}
    train, test = train_test_split(list(files_with_annotations), random_state=42, **sizes)
    return _select(files_with_annotations, train), _select(files_with_annotations, test)


def _select(files: Files, paths: list[Path]) -> Files:
    return {path: files[path] for path in paths}


def _platform_split(files: Files) -> tuple[Files, Files] | None:
    """The split that the platform fixed (file name → train, val or test), or None when it left that to us.

    Test samples stay untouched when there are val samples; samples without a part are left out.
    """
    if not os.path.isfile(SPLIT_FILEPATH):
        return None
    part_of = json.loads(Path(SPLIT_FILEPATH).read_text(encoding="utf-8"))
    parts = {
        part: _select(files, [path for path in files if part_of.get(path.name) == part])
        for part in ("train", "val", "test")
    }
    train, val = parts["train"], parts["val"] or parts["test"]
    if not train or not val:
        raise DatasetError("The fixed split leaves no annotated image to train on, or none to validate with.")
    print(f"The split of the data set version is used: {len(train)} to train, {len(val)} to validate.")
    return train, val


def get_cvat_dataset() -> tuple[dict[str, Any], list[str], Files, Files]:
    """Configuration, class names, and the train and validation samples with their annotations.

    Raises:
        DatasetError: The data set cannot be trained on.
        FileNotFoundError: It is not mounted.
    """
    config = load_config()
    annotation_file = load_annotations_file()
    files = find_annotations_for_files(
        load_dataset_filepaths(),
        get_annotations(annotation_file),
        include_without_annotations=bool(config.get("include-without-annotations", False)),
    )
    train_size, test_size = config.get("train-split"), config.get("test-split")
    if train_size is None or test_size is None:
        train_size, test_size = DEFAULT_TRAIN_SPLIT, DEFAULT_TEST_SPLIT
    train, val = _platform_split(files) or split_dataset(files, train_size, test_size)
    return config, get_label_names(annotation_file), train, val


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:_SHOWN_NAMES])
    return shown if len(names) <= _SHOWN_NAMES else f"{shown} and {len(names) - _SHOWN_NAMES} more"


# --- Folders that train.py reads ---------------------------------------------------------------------------------


def create_directory_structure() -> None:
    """Make ``images`` and ``labels``, each with ``train`` and ``val``, empty; ``DATA_DIRS`` names them afterwards."""
    for name in ("images", "labels"):
        for part in ("train", "val"):
            path = Path(DATASETS_ROOT_PATH, name, part)
            _make_empty(path)
            DATA_DIRS[f"{name}_{part}"] = path


def _make_empty(path: Path) -> None:
    path.mkdir(parents=True, exist_ok=True)
    # The folder itself stays, it may be a mount point.
    for entry in path.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def create_images(images_path: Path, files_with_annotations: Files) -> None:
    """Fill a folder with links to the samples; what was in it before is gone."""
    _make_empty(Path(images_path))
    for path in files_with_annotations:
        Path(images_path, path.name).symlink_to(path)


def create_train_images(train_data: Files) -> None:
    """Link the samples to train on into ``DATA_DIRS["images_train"]``."""
    create_images(DATA_DIRS["images_train"], train_data)


def create_test_images(test_data: Files) -> None:
    """Link the samples to validate with into ``DATA_DIRS["images_val"]``."""
    create_images(DATA_DIRS["images_val"], test_data)


def create_train_labels(create_labels_fn: Callable[..., None], train_data: Files, label_names: list[str]) -> None:
    """Call ``create_labels_fn(folder, label_names, files_with_annotations=…)`` for the train part."""
    create_labels_fn(DATA_DIRS["labels_train"], label_names, files_with_annotations=train_data)


def create_test_labels(create_labels_fn: Callable[..., None], test_data: Files, label_names: list[str]) -> None:
    """Call ``create_labels_fn(folder, label_names, files_with_annotations=…)`` for the validation part."""
    create_labels_fn(DATA_DIRS["labels_val"], label_names, files_with_annotations=test_data)


# --- Label formats -----------------------------------------------------------------------------------------------


def as_coco(
    label_names: list[str],
    files_with_annotations: Files,
    dataset_type: str = "segmentation",
    include_without_annotations: bool = False,
) -> dict[str, list[dict[str, Any]]]:
    """Labels as a COCO dictionary; category ids count from 1 in the order of ``label_names``.

    ``dataset_type`` decides what becomes an annotation:

    * ``classification``: the tags of an image; of an image without tags its boxes, with ``bbox``.
    * ``segmentation``: polygons, ellipses and masks; ``segmentation`` is one list of ``[x, y]`` pairs, the outline.
      Masks also give ``rle`` (COCO's uncompressed run lengths of the whole image), which is exact.
    * ``detection``: boxes, and the boxes around polygons, masks, ellipses, cuboids and skeletons.

    Images without such an annotation are left out unless ``include_without_annotations``.
    """
    if dataset_type not in DATASET_TYPES:
        raise ValueError(f"Unknown COCO dataset type '{dataset_type}'; there are {', '.join(DATASET_TYPES)}.")
    category_ids = {name: number for number, name in enumerate(label_names, start=1)}
    labels: dict[str, list[dict[str, Any]]] = {
        "images": [],
        "annotations": [],
        "categories": [{"id": number, "name": name} for name, number in category_ids.items()],
    }
    skipped: Counter[str] = Counter()
    for image_id, (path, image) in enumerate(files_with_annotations.items(), start=1):
        shapes = _coco_shapes(image, dataset_type)
        if not shapes and not include_without_annotations:
            skipped[f"image without an annotation for {dataset_type}"] += 1
            continue
        width, height = _image_size(image)
        labels["images"].append({"id": image_id, "file_name": path.name, "height": height, "width": width})
        for kind, shape in shapes:
            try:
                fields = _coco_fields(kind, shape, dataset_type, width, height)
                category_id = category_ids[shape["@label"]]
            except (KeyError, ValueError) as error:
                logging.warning("Skipping a %s of image '%s': %s", kind, path.name, error)
                continue
            annotation_id = len(labels["annotations"]) + 1
            labels["annotations"].append(
                {"id": annotation_id, "image_id": image_id, "category_id": category_id, **fields}
            )
    for what, count in skipped.items():
        print(f"Skipped: {count} x {what}.")
    return labels


def as_yolo(
    label_names: list[str], files_with_annotations: Files, include_without_annotations: bool = False
) -> dict[Path, list[str]]:
    """Lines ``index x_center y_center width height`` per sample, relative to the image size; indexes count from 0.

    Boxes are used; for images without any box, the boxes around their polygons, masks, ellipses, cuboids and
    skeletons. Samples without a line are left out (for YOLO they are background) unless
    ``include_without_annotations``.
    """
    labels: dict[Path, list[str]] = {}
    for path, image in files_with_annotations.items():
        width, height = _image_size(image)
        lines = []
        for kind, shape in _yolo_shapes(image):
            try:
                lines.append(_yolo_line(label_names.index(shape["@label"]), _bounds(kind, shape), width, height))
            except (KeyError, ValueError, ZeroDivisionError) as error:
                logging.warning("Skipping a %s of image '%s': %s", kind, path.name, error)
        if lines or include_without_annotations:
            labels[path] = lines
    return labels


def _shapes(image: Image, kinds: tuple[str, ...]) -> list[tuple[str, dict[str, Any]]]:
    return [(kind, shape) for kind in kinds for shape in get_image_annotations(image, kind)]


def _coco_shapes(image: Image, dataset_type: str) -> list[tuple[str, dict[str, Any]]]:
    if dataset_type == "classification":
        return _shapes(image, ("tag",)) or _shapes(image, ("box",))
    if dataset_type == "segmentation":
        return _shapes(image, ("polygon", "ellipse", "mask"))
    return _shapes(image, AREA_TYPES)


def _yolo_shapes(image: Image) -> list[tuple[str, dict[str, Any]]]:
    return _shapes(image, ("box",)) or _shapes(image, AREA_TYPES)


def _yolo_line(index: int, bounds: tuple[float, float, float, float], width: int, height: int) -> str:
    left, top, right, bottom = bounds
    return " ".join(
        str(value)
        for value in (
            index,
            (left + right) / 2 / width,
            (top + bottom) / 2 / height,
            (right - left) / width,
            (bottom - top) / height,
        )
    )


def _coco_fields(kind: str, shape: dict[str, Any], dataset_type: str, width: int, height: int) -> dict[str, Any]:
    if kind == "tag":
        return {}
    bounds = _bounds(kind, shape)
    if dataset_type == "classification":
        return {"bbox": _bbox(bounds)}
    if dataset_type == "detection":
        return _detection_fields(bounds, width, height)
    box_width, box_height = bounds[2] - bounds[0], bounds[3] - bounds[1]
    if not (0 < box_width <= width and 0 < box_height <= height):
        raise ValueError(f"its extent of {box_width:g} x {box_height:g} does not fit into the image")
    if kind == "mask":
        mask = _Mask(shape)
        return {
            "segmentation": mask.outline(),
            "bbox": _bbox(bounds),
            "area": mask.area(),
            "iscrowd": 0,
            "rle": mask.coco_rle(width, height),
        }
    points = _ellipse_points(shape) if kind == "ellipse" else _points(shape["@points"])
    if len(points) < 3:
        raise ValueError("it has fewer than 3 points")
    return {"segmentation": points, "bbox": _bbox(bounds), "area": _polygon_area(points), "iscrowd": 0}


def _detection_fields(bounds: tuple[float, float, float, float], width: int, height: int) -> dict[str, Any]:
    left, top = max(0.0, bounds[0]), max(0.0, bounds[1])
    right = min(float(width), bounds[2]) if width else bounds[2]
    bottom = min(float(height), bounds[3]) if height else bounds[3]
    if right <= left or bottom <= top:
        raise ValueError("its box has no area inside the image")
    return {"bbox": _bbox((left, top, right, bottom)), "area": (right - left) * (bottom - top), "iscrowd": 0}


# --- Geometry ----------------------------------------------------------------------------------------------------


def _image_size(image: Image) -> tuple[int, int]:
    return int(image.get("@width", 0)), int(image.get("@height", 0))


def _points(text: str) -> list[list[float]]:
    return [[float(number) for number in point.split(",")] for point in text.split(";") if point]


def _bbox(bounds: tuple[float, float, float, float]) -> list[float]:
    left, top, right, bottom = bounds
    return [left, top, right - left, bottom - top]


def _bounds(kind: str, shape: dict[str, Any]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the upright box around a shape."""
    if kind == "mask":
        return _Mask(shape).bounds()
    corners = _corners(kind, shape)
    if not corners:
        raise ValueError("it has no points")
    xs, ys = [point[0] for point in corners], [point[1] for point in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _corners(kind: str, shape: dict[str, Any]) -> list[list[float]]:
    if kind == "box":
        return _box_corners(shape)
    if kind == "ellipse":
        return _ellipse_points(shape)
    if kind == "cuboid":
        names = [name[2:] for name in shape if name.startswith("@xt") or name.startswith("@xb")]
        return [[float(shape[f"@x{name}"]), float(shape[f"@y{name}"])] for name in names]
    if kind == "skeleton":
        visible = [part for part in get_image_annotations(shape, "points") if part.get("@outside", "0") != "1"]
        return [point for part in visible for point in _points(part["@points"])]
    return _points(shape["@points"])


def _box_corners(shape: dict[str, Any]) -> list[list[float]]:
    left, top, right, bottom = (float(shape[key]) for key in ("@xtl", "@ytl", "@xbr", "@ybr"))
    corners = [[left, top], [right, top], [right, bottom], [left, bottom]]
    angle = math.radians(float(shape.get("@rotation", 0) or 0))
    if not angle:
        return corners
    return [_rotated(point, ((left + right) / 2, (top + bottom) / 2), angle) for point in corners]


def _ellipse_points(shape: dict[str, Any]) -> list[list[float]]:
    center = (float(shape["@cx"]), float(shape["@cy"]))
    radius_x, radius_y = float(shape["@rx"]), float(shape["@ry"])
    turn = math.radians(float(shape.get("@rotation", 0) or 0))
    angles = [2 * math.pi * number / ELLIPSE_POINTS for number in range(ELLIPSE_POINTS)]
    return [
        _rotated([center[0] + radius_x * math.cos(angle), center[1] + radius_y * math.sin(angle)], center, turn)
        for angle in angles
    ]


def _rotated(point: list[float], center: tuple[float, float], angle: float) -> list[float]:
    x, y = point[0] - center[0], point[1] - center[1]
    cosine, sine = math.cos(angle), math.sin(angle)
    return [center[0] + x * cosine - y * sine, center[1] + x * sine + y * cosine]


def _polygon_area(points: list[list[float]]) -> float:
    following = points[1:] + points[:1]
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, following))) / 2


class _Mask:
    """A CVAT mask: run lengths row by row inside the box left, top, width, height; the first run is background."""

    def __init__(self, shape: dict[str, Any]) -> None:
        self.left, self.top = int(float(shape["@left"])), int(float(shape["@top"]))
        self.width, self.height = int(float(shape["@width"])), int(float(shape["@height"]))
        runs = [int(run) for run in shape["@rle"].split(",") if run.strip()]
        if sum(runs) != self.width * self.height or min(runs, default=0) < 0:
            raise ValueError(f"its run lengths do not fill {self.width} x {self.height} pixels")
        self.pixels = bytearray()
        for number, run in enumerate(runs):
            self.pixels += (b"\1" if number % 2 else b"\0") * run
        if 1 not in self.pixels:
            raise ValueError("it is empty")

    def area(self) -> int:
        """Pixels that belong to the object."""
        return self.pixels.count(1)

    def bounds(self) -> tuple[float, float, float, float]:
        """The box around the object's pixels."""
        rows = [row for row in range(self.height) if 1 in self._row(row)]
        lefts = [self._row(row).index(1) for row in rows]
        rights = [self._row(row).rindex(1) + 1 for row in rows]
        return (
            float(self.left + min(lefts)),
            float(self.top + rows[0]),
            float(self.left + max(rights)),
            float(self.top + rows[-1] + 1),
        )

    def coco_rle(self, image_width: int, image_height: int) -> dict[str, Any]:
        """Run lengths as COCO counts them: column by column over the whole image, background first."""
        counts, value, run = [], 0, 0
        for pixel, length in self._column_runs(image_width, image_height):
            if pixel != value:
                counts.append(run)
                value, run = pixel, 0
            run += length
        return {"counts": [*counts, run], "size": [image_height, image_width]}

    def outline(self) -> list[list[float]]:
        """The outer border of the largest connected piece, along pixel edges, clockwise."""
        piece = self._largest_piece()
        column, row = min(piece, key=lambda pixel: (pixel[1], pixel[0]))
        start, heading = (column, row), (1, 0)
        corners, corner = [start], (column + 1, row)
        while corner != start:
            turned = _turn(piece, corner, heading)
            if turned != heading:
                corners.append(corner)
                heading = turned
            corner = (corner[0] + heading[0], corner[1] + heading[1])
        return [[float(self.left + x), float(self.top + y)] for x, y in corners]

    def _row(self, row: int) -> bytearray:
        return self.pixels[row * self.width : (row + 1) * self.width]

    def _column_runs(self, image_width: int, image_height: int) -> Iterator[tuple[int, int]]:
        yield 0, image_height * self.left
        below = image_height - self.top - self.height
        for column in range(self.width):
            yield 0, self.top
            for pixel in self.pixels[column :: self.width]:
                yield pixel, 1
            yield 0, below
        yield 0, image_height * (image_width - self.left - self.width)

    def _largest_piece(self) -> set[tuple[int, int]]:
        left = {(index % self.width, index // self.width) for index, pixel in enumerate(self.pixels) if pixel}
        largest: set[tuple[int, int]] = set()
        while len(left) > len(largest):
            piece = _take_piece(left)
            largest = max(largest, piece, key=len)
        return largest


def _take_piece(pixels: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Remove one 4-connected piece from ``pixels`` and return it."""
    first = pixels.pop()
    piece, open_ends = {first}, [first]
    while open_ends:
        x, y = open_ends.pop()
        for neighbour in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)):
            if neighbour in pixels:
                pixels.remove(neighbour)
                piece.add(neighbour)
                open_ends.append(neighbour)
    return piece


def _turn(piece: set[tuple[int, int]], corner: tuple[int, int], heading: tuple[int, int]) -> tuple[int, int]:
    """The next direction along the border at a pixel corner, with the piece on the right-hand side."""
    right = (-heading[1], heading[0])
    if _pixel(corner, heading, right) not in piece:
        return right
    left = (heading[1], -heading[0])
    return left if _pixel(corner, heading, left) in piece else heading


def _pixel(corner: tuple[int, int], heading: tuple[int, int], side: tuple[int, int]) -> tuple[int, int]:
    """The pixel ahead of a corner, on one side of the line through it."""
    return corner[0] - (heading[0] + side[0] < 0), corner[1] - (heading[1] + side[1] < 0)
