"""All formats by their keys, and which of somebody's files are of which."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from yard.core.errors import NotFound
from yard.datasets.annotations.cvat_stream import PART_BYTES, root_tag
from yard.datasets.annotations.formats import coco, csv_table, cvat, folders, labelme, masks, voc, yolo
from yard.datasets.annotations.formats.base import Format, LabelFile
from yard.datasets.texts import shown

FORMATS: dict[str, Format] = {
    found.key: found
    for found in (
        cvat.FORMAT,
        coco.FORMAT,
        *yolo.FORMATS,
        voc.FORMAT,
        labelme.FORMAT,
        csv_table.FORMAT,
        folders.FORMAT,
        *masks.FORMATS,
    )
}
# Names that the train-container contract gives them.
ALIASES = {
    "COCODetectionDataset": "coco",
    "CVATImageDataset": "cvat",
    "YOLOv5Dataset": "yolo",
}
OTHER_XML = {"svg": "it is a drawing, not a photo", "kml": "it is a map"}
# What our own exports tell of themselves.
REPORT_NAME = "loss-report.txt"
HEAD_BYTES = 1 << 16
_LABELME = re.compile(rb'"shapes"\s*:')
_COCO = re.compile(rb'"(images|annotations|categories)"\s*:')


def format_get(key: str) -> Format:
    """The format of this key, or of the name that the contract gives it. Raises ``NotFound`` with those there are."""
    found = FORMATS.get(ALIASES.get(key, key))
    if found is None:
        raise NotFound(f"There is no format {shown(key, 60)!r}. There are: {', '.join(FORMATS)}.")
    return found


@dataclass(slots=True)
class LabelSet:
    """Files of one format that belong together."""

    format: Format
    files: list[LabelFile]

    @property
    def title(self) -> str:
        """What to call it: its only file, or the first and how many more."""
        more = len(self.files) - 1
        return self.files[0].path + (f" and {more} more" if more else "")


@dataclass(slots=True)
class Detected:
    """Which files are labels, and why the rest is none (an empty text: not worth a word)."""

    sets: list[LabelSet] = field(default_factory=list)
    rest: list[tuple[LabelFile, str]] = field(default_factory=list)
    masks: set[str] = field(default_factory=set)
    """Paths of images that are labels of others."""


def detect(files: Sequence[LabelFile], images: Iterable[LabelFile] = ()) -> Detected:
    """Sort the files that are no images, and find the masks among those that are.

    Args:
        files: All files of one archive (or all that came without one) that may be labels.
        images: Its images.
    """
    return _Detection(files, list(images)).run()


class _Detection:
    """Looks at each file's name, and at its beginning where the name does not tell."""

    def __init__(self, files: Sequence[LabelFile], images: list[LabelFile]) -> None:
        self._files = files
        self._images = images
        self._found = Detected()
        self._many: dict[str, list[LabelFile]] = {}

    def run(self) -> Detected:
        """What they are."""
        looks: dict[str, Callable[[LabelFile], str]] = {
            "xml": self._xml, "json": self._json, "csv": self._csv, "tsv": self._csv,
        }  # fmt: skip
        later: list[LabelFile] = []
        for file in self._files:
            if _name(file.path) == REPORT_NAME:
                continue
            look = looks.get(_suffix(file.path))
            if look is None:
                later.append(file)
            elif why := look(file):
                self._found.rest.append((file, why))
        texts = self._texts(later)
        self._find_masks(texts)
        for key, files in self._many.items():
            self._found.sets.append(LabelSet(FORMATS[key], files))
        return self._found

    def _xml(self, file: LabelFile) -> str:
        root = root_tag(_head(file, PART_BYTES))
        if root == "annotation":
            self._many.setdefault("voc", []).append(file)
            return ""
        if root == "annotations" or _name(file.path) == "annotations.xml":
            self._found.sets.append(LabelSet(cvat.FORMAT, [file]))
            return ""
        if root is None:
            return "it is no XML"
        known = f" ({OTHER_XML[root]})" if root in OTHER_XML else ""
        return f"it is neither CVAT nor Pascal VOC: its root is <{root}>{known}"

    def _json(self, file: LabelFile) -> str:
        head = _head(file, HEAD_BYTES)
        if _LABELME.search(head):
            self._many.setdefault("labelme", []).append(file)
        elif _COCO.search(head):
            self._found.sets.append(LabelSet(coco.FORMAT, [file]))
        else:
            return "it is JSON, but neither COCO nor LabelMe"
        return ""

    def _csv(self, file: LabelFile) -> str:
        if csv_table.looks_like_labels(_head(file, HEAD_BYTES)):
            self._found.sets.append(LabelSet(csv_table.FORMAT, [file]))
            return ""
        return "its columns are not those of labels; see the documentation of the CSV format"

    # --- texts: YOLO's, and lists of other formats --------------------------------------------------------------------

    def _texts(self, files: list[LabelFile]) -> list[LabelFile]:
        names = {_name(file.path) for file in files}
        yolo_files: list[LabelFile] = []
        others: list[LabelFile] = []
        is_yolo = bool(names & {*yolo.NAMES_FILES, "obj.data"})
        for file in files:
            name = _name(file.path)
            suffix = _suffix(name)
            if suffix in ("yaml", "yml"):
                if yolo.names_classes(_head(file, HEAD_BYTES)):
                    is_yolo = True
                    yolo_files.append(file)
                else:
                    self._found.rest.append((file, "it is YAML, but names no classes"))
            elif name in yolo.NAMES_FILES or suffix == "data":
                yolo_files.append(file)
            else:
                others.append(file)
        return self._sort_texts(others, yolo_files, is_yolo=is_yolo)

    def _sort_texts(self, files: list[LabelFile], found: list[LabelFile], *, is_yolo: bool) -> list[LabelFile]:
        lists: list[LabelFile] = []
        for file in files:
            folders_of = file.path.casefold().split("/")[:-1]
            if _suffix(file.path) != "txt":
                self._found.rest.append((file, f"files ending in .{_suffix(file.path)} are neither images nor labels"))
            elif "imagesets" in folders_of or _name(file.path) == "labelmap.txt":
                lists.append(file)
            elif is_yolo or yolo.looks_like_labels(_head(file, 4096)):
                found.append(file)
                is_yolo = is_yolo or "labels" in folders_of
            elif folders.looks_like_list(file, files):
                self._many.setdefault("folders", []).append(file)
            else:
                self._found.rest.append((file, "it holds no labels that are known"))
        if found:
            key = "yolo-darknet" if any(_name(file.path) in yolo.NAMES_FILES for file in found) else "yolo"
            self._many[key] = found
        return lists

    # --- masks --------------------------------------------------------------------------------------------------------

    def _find_masks(self, texts: list[LabelFile]) -> None:
        found = masks.masks_among(self._images)
        if "voc" in self._many:
            self._many["voc"] += [*texts, *found]
        if found:
            self._found.masks = {file.path for file in found}
            if "voc" not in self._many:
                self._many["masks"] = [*found, *texts]
        elif "voc" not in self._many:
            self._found.rest += [(file, "") for file in texts]


def _head(file: LabelFile, size: int) -> bytes:
    with file.open() as stream:
        return stream.read(size)


def _name(path: str) -> str:
    return path.rsplit("/", 1)[-1].casefold()


def _suffix(path: str) -> str:
    name = _name(path)
    return name.rsplit(".", 1)[-1] if "." in name else ""
