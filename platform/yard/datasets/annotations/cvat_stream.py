"""The elements of a CVAT file, one image at a time: well-formed XML from somebody, in bounded memory.

A file is somebody's input: a DOCTYPE (and with it every entity) is refused, nothing is fetched from anywhere, and
neither a value nor an element nor the number of names may grow without bound. Expat reads it, not libxml2: it hands an
element's attributes over as they are wanted, in half of the time (docs/decisions/0030).
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator
from typing import IO
from xml.parsers import expat

from django.conf import settings

from yard.datasets.annotations.formats.base import Unreadable
from yard.datasets.texts import shown

ROOT_TAG = "annotations"
PART_BYTES = 1 << 15  # few images at once, or Python's collector would look at their elements again and again
LONG_PART_BYTES = 1 << 20
# So far a file may go without its first element: licences stand in comments.
HEAD_MAX_BYTES = 1 << 20
VALUE_MAX_BYTES = 64_000_000
TEXT_MAX_CHARACTERS = 10_000_000
DEPTH_MAX = 256
# Expat keeps each name of a tag or an attribute for as long as it reads; CVAT has a few dozen.
NAMES_MAX = 10_000
NAMES_MAX_CHARACTERS = 10_000_000
# What a tag or an attribute takes in memory beside its text, about.
NODE_BYTES = 150
# Texts are wanted below images' shapes (attributes) and within ``meta``, never between shapes.
TEXT_DEPTH = 3
ERRORS = {
    expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]: "something stands where it may not",
    expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS]: "it ends before its last element does",
}


class NotCvat(Unreadable):
    """The CVAT file as a whole cannot be read."""


class Element:
    """An XML element: its name, attributes, children and text, and the line that it begins at."""

    __slots__ = ("attributes", "children", "line", "tag", "text")

    def __init__(self, tag: str, attributes: dict[str, str], line: int) -> None:
        self.tag = tag
        self.attributes = attributes
        self.line = line
        self.children: list[Element] | tuple[()] = ()
        self.text = ""

    def find(self, *path: str) -> Iterator[Element]:
        """Its children of that name; of more names, their children of the next name, and so on."""
        for child in self.children:
            if child.tag == path[0]:
                if len(path) > 1:
                    yield from child.find(*path[1:])
                else:
                    yield child

    def text_of(self, tag: str) -> str:
        """The text of its first child of that name, without the blanks around it; empty where it has none."""
        return next((child.text.strip() for child in self.find(tag)), "")


def root_tag(head: bytes) -> str | None:
    """The name of an XML document's root element, judged by its first bytes; None when it is no XML."""
    found: list[str] = []
    parser = expat.ParserCreate()

    def stop(name: str, *_: object) -> None:
        found.append(name)
        raise StopIteration

    parser.StartElementHandler = stop
    parser.StartDoctypeDeclHandler = stop  # names the root, too; what it declares is not looked at
    with contextlib.suppress(StopIteration, expat.ExpatError, LookupError, ValueError):
        parser.Parse(head, False)
    return found[0] if found else None


class CvatStream:
    """The children of a CVAT file's root element, each whole, in file order. Iterate once.

    Args:
        source: The file's bytes.
        file: What it is called in sentences.

    Raises (while iterating):
        NotCvat: The file is no XML, has another root, breaks off, or something in it is beyond a limit.
    """

    def __init__(self, source: IO[bytes], file: str) -> None:
        self._source = source
        self._file = file
        self._has_root = False
        self._open: list[Element] = []  # those whose ends were not read yet, from the root's child inwards
        self._done: list[Element] = []
        self._texts: list[str] = []
        self._text_characters = 0
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = self._begin_root
        parser.EndElementHandler = self._end

    def __iter__(self) -> Iterator[Element]:
        try:
            yield from self._children()
        finally:
            # Parser and stream hold each other; the parser's memory shall go now, not when a collector comes by.
            self._parser.StartElementHandler = self._parser.EndElementHandler = None
            self._parser.CharacterDataHandler = self._parser.StartDoctypeDeclHandler = None

    def _children(self) -> Iterator[Element]:
        parser, done = self._parser, self._done
        read = held = names = 0
        line, size, is_blank = 1, PART_BYTES, True
        while part := self._source.read(size):
            self._parse(part)
            read += len(part)
            if done:
                yield from done
                line, held = done[-1].line, 0
                done.clear()
            else:
                held += _weight(part)
            is_blank = is_blank and not part.strip()
            unfinished = read - parser.CurrentByteIndex
            self._check_sizes(read, held, unfinished, line)
            if len(parser.intern) != names:
                names = len(parser.intern)
                self._check_names(parser.intern)
            # Expat begins a value anew with each part: larger ones, or the time would grow with its square.
            size = min(max(PART_BYTES, unfinished), LONG_PART_BYTES)
        if is_blank:
            raise NotCvat(f"{self._file} is empty.")
        self._parse(b"", is_last=True)

    # --- what expat meets ---------------------------------------------------------------------------------------------

    def _begin_root(self, tag: str, attributes: dict[str, str]) -> None:
        if tag != ROOT_TAG:
            raise NotCvat(
                f'{self._file} has the root element <{shown(tag)}>; a file in the format "CVAT for images 1.1" '
                f"has <{ROOT_TAG}>. Export it from the labelling tool in that format."
            )
        self._has_root = True
        self._parser.StartElementHandler = self._begin

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        opened = self._open
        opened.append(Element(tag, attributes, self._parser.CurrentLineNumber))
        if len(opened) >= TEXT_DEPTH:
            self._begin_text()

    def _end(self, tag: str) -> None:
        opened = self._open
        if not opened:
            return  # the root's
        if len(opened) >= TEXT_DEPTH:
            self._end_text(opened[-1])
        ended = opened.pop()
        if not opened:
            self._done.append(ended)
            return
        parent = opened[-1]
        if parent.children:
            parent.children.append(ended)
        else:
            parent.children = [ended]

    def _begin_text(self) -> None:
        if len(self._open) > DEPTH_MAX:
            raise self._beyond("its elements are nested too deeply")
        self._texts.clear()
        self._text_characters = 0
        self._parser.CharacterDataHandler = self._add_text

    def _add_text(self, text: str) -> None:
        self._texts.append(text)
        self._text_characters += len(text)
        if self._text_characters > TEXT_MAX_CHARACTERS:
            raise self._beyond("a text is longer than 10 million characters")

    def _end_text(self, element: Element) -> None:
        element.text = "".join(self._texts)
        self._texts.clear()
        self._parser.CharacterDataHandler = None

    def _refuse_doctype(self, *_: object) -> None:
        raise NotCvat(f"{self._file} has a DOCTYPE, which no CVAT export has. Remove it, then upload again.")

    # --- bounds and errors --------------------------------------------------------------------------------------------

    def _parse(self, part: bytes, *, is_last: bool = False) -> None:
        try:
            self._parser.Parse(part, is_last)
        except expat.ExpatError as error:
            raise self._broken(ERRORS.get(error.code) or expat.ErrorString(error.code)) from error
        except (LookupError, ValueError) as error:  # from the codec of the encoding that it declares
            raise self._broken(f"its encoding cannot be read here ({shown(str(error), 100)})") from error

    def _broken(self, why: str) -> NotCvat:
        return NotCvat(
            f"{self._file} is not well-formed XML: {why}. Nothing after it can be read; export the file again.",
            extra={"line": self._parser.ErrorLineNumber, "column": self._parser.ErrorColumnNumber + 1},
        )

    def _beyond(self, why: str) -> NotCvat:
        return NotCvat(
            f"{self._file} cannot be read: {why}, which is the limit here. No labelling tool writes that.",
            extra={"line": self._parser.CurrentLineNumber, "column": self._parser.CurrentColumnNumber + 1},
        )

    def _check_sizes(self, read: int, held: int, unfinished: int, line: int) -> None:
        if not self._has_root and read > HEAD_MAX_BYTES:
            raise NotCvat(f"{self._file} does not begin with an XML element; is it really a CVAT export?")
        if unfinished > VALUE_MAX_BYTES:
            raise self._beyond("a value is longer than 64 MB")
        if read > settings.ANNOTATIONS_MAX_BYTES:
            raise NotCvat(
                f"{self._file} has more than {settings.ANNOTATIONS_MAX_BYTES >> 20} MiB, which is the limit here. "
                "Export the task in several parts."
            )
        if held > settings.ANNOTATIONS_MAX_IMAGE_BYTES:
            raise NotCvat(
                f"{self._file} has an element that takes more than {settings.ANNOTATIONS_MAX_IMAGE_BYTES >> 20} MiB of "
                f"memory (after line {line}), which is the limit here; can one image have that many shapes?"
            )

    def _check_names(self, names: Collection[str]) -> None:
        if len(names) > NAMES_MAX or sum(map(len, names)) > NAMES_MAX_CHARACTERS:
            raise self._beyond(f"it has more than {NAMES_MAX} names of elements and attributes, or too long ones")


def _weight(part: bytes) -> int:
    """About how much memory this piece of a document takes when it is parsed."""
    return len(part) + NODE_BYTES * (part.count(b"<") + part.count(b"="))
