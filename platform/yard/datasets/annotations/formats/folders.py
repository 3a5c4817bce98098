"""Classes of whole images: a folder for each class, or a list of images with the numbers of their classes.

The lists are ImageNet's: ``synsets.txt`` (or ``classes.txt``) has a class a line, the others an image and a number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from yard.datasets.annotations.formats.base import (
    BadShape,
    Export,
    Format,
    Holds,
    LabelFile,
    Reading,
    Unreadable,
    Written,
    clean,
)
from yard.datasets.annotations.formats.content import lines_of
from yard.datasets.annotations.formats.fitting import fitted
from yard.datasets.annotations.formats.parts import part_named, part_of_path
from yard.datasets.annotations.formats.stems import Stems
from yard.datasets.annotations.types import ImageAnnotations, ShapeAnnotation
from yard.datasets.naming import UNLABELLED, classes_from_folders
from yard.datasets.texts import is_control, shown

HOLDS = Holds(kinds=frozenset({"tag"}), split=True)
CLASS_LISTS = ("synsets.txt", "classes.txt")
# What a folder's name may not hold on one system or another.
FORBIDDEN = frozenset('/\\:*?"<>|')


class FoldersDocument(Reading):
    """Lists of images where there are any, else the folders that the images lie in."""

    def __iter__(self) -> Iterator[ImageAnnotations]:
        lists = [file for file in self.source.files if file.path.casefold().endswith(".txt")]
        if lists:
            yield from self._listed(lists)
            return
        names = [picture.name for picture in self.source.pictures.all()]
        classes = classes_from_folders(names) or {}
        for picture in self.source.pictures.all():
            image = ImageAnnotations(picture.name, picture.width, picture.height, part_of_path(picture.name))
            if picture.name in classes:
                image.shapes.append(ShapeAnnotation("tag", self.label(classes[picture.name]), {}))
            yield image

    def _listed(self, files: Sequence[LabelFile]) -> Iterator[ImageAnnotations]:
        names = [file for file in files if _base(file.path) in CLASS_LISTS]
        classes = [line for file in names for line in self._lines(file) if line]
        for name in classes:
            self._declare(name)
        for file in files:
            if file in names:
                continue
            self.findings.file = file.path
            part = part_named(_base(file.path).removesuffix(".txt")) or part_of_path(file.path)
            for line, text in enumerate(self._lines(file), 1):
                if text:
                    yield self._image(text, line, part, classes, file)

    def _lines(self, file: LabelFile) -> list[str]:
        try:
            return lines_of(file)
        except Unreadable as error:
            self.left_out_file(file, error)
            return []

    def _declare(self, name: str) -> None:
        try:
            self.label(name)
        except BadShape as error:
            self.findings.error("annotations.bad_label", f"A class was left out: {error}.")

    def _image(self, text: str, line: int, part: str, classes: Sequence[str], file: LabelFile) -> ImageAnnotations:
        name, _, numbers = text.rpartition(" ") if " " in text else (text, "", "")
        image = ImageAnnotations(clean(name), subset=part, line=line, file=file.path)
        for number in filter(None, numbers.split(",")):
            try:
                if not (number.isascii() and number.isdecimal()) or len(number) > 9 or int(number) >= len(classes):
                    raise BadShape(f"there is no class {shown(number, 20)}")
                image.shapes.append(ShapeAnnotation("tag", self.label(classes[int(number)]), {}, line=line))
            except BadShape as error:
                self.left_out("A tag", shown(name), str(error), file=file.path, line=line)
        return image


def looks_like_list(file: LabelFile, others: Sequence[LabelFile]) -> bool:
    """Whether it is one of the lists: of classes, or of images where a list of classes stands beside it."""
    folder = file.path.rpartition("/")[0]
    return any(_base(other.path) in CLASS_LISTS and other.path.rpartition("/")[0] == folder for other in others)


def _base(path: str) -> str:
    return path.rsplit("/", 1)[-1].casefold()


def write_folders(export: Export) -> Iterator[Written]:
    """``<part>/<class>/<image>``; images without a class lie in a folder for those. The images are the labels."""
    stems = Stems(export.losses)
    for image, shapes in fitted(export, HOLDS):
        label = shapes[0].label if shapes else ""
        for extra in shapes[1:]:
            export.losses.add("more_tags", image=image.name, message=f"{label} was kept, {extra.label} was not.")
        stem, suffix = stems.of(image.name)
        folder = _folder_name(label) if label else UNLABELLED
        part = f"{image.subset}/" if image.subset else ""
        yield Written(f"{part}{folder}/{stem}{suffix}", image=image.name)


def _folder_name(label: str) -> str:
    name = "".join("_" if character in FORBIDDEN or is_control(character) else character for character in label)
    return name.strip(". ") or "_"


FORMAT = Format(
    "folders",
    "Image folders",
    HOLDS,
    "",
    "A folder for each class with its images in it; above that, folders for train, val and test.",
    FoldersDocument,
    write_folders,
    has_labels=False,
)
