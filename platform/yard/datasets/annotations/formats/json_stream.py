"""Reading large JSON objects piece by piece: what stands in their arrays comes one by one, whatever the file's size.

The standard library's parser does the work on a window of the text, which makes this several times as fast as a parser
of events, and no more is held than one piece needs.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import IO, Any

from django.conf import settings

from yard.datasets.annotations.formats.base import Unreadable
from yard.datasets.texts import shown

WINDOW_BYTES = 1 << 18
# What a value takes in memory beside its text, about.
NODE_BYTES = 64
_BLANK = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


def weight_of(text: bytes) -> int:
    """About how much memory this piece of JSON takes when it is parsed."""
    return len(text) + NODE_BYTES * (text.count(b",") + text.count(b"[") + text.count(b"{"))


class JsonObject:
    """A file that holds one JSON object: iterate for ``(key, value, line)``.

    Values that are arrays come item by item under their key; an empty one does not come at all.

    Raises ``Unreadable`` (while iterating) for what is no JSON object, and for one piece that would take too much
    memory.
    """

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._file = file
        self._name = shown(name)
        self._decode = codecs.getincrementaldecoder("utf-8-sig")("strict")
        self._text = ""
        self._at = 0
        self._line = 1
        self._ended = False

    def __iter__(self) -> Iterator[tuple[str, Any, int]]:
        self._expect("{", "it does not begin with {")
        if self._next() == "}":
            self._at += 1
        else:
            yield from self._members()
        if self._next():
            raise self._bad("something follows after its end")

    def _members(self) -> Iterator[tuple[str, Any, int]]:
        while True:
            if self._next() != '"':
                raise self._bad("a name in quotes is missing")
            key = self._value()
            self._expect(":", "a colon is missing after a name")
            if self._next() == "[":
                self._at += 1
                yield from self._items(key)
            else:
                line = self._line
                yield key, self._value(), line
            if self._next() == "}":
                self._at += 1
                return
            self._expect(",", "a comma is missing")

    def _items(self, key: str) -> Iterator[tuple[str, Any, int]]:
        if self._next() == "]":
            self._at += 1
            return
        while True:
            self._next()
            line = self._line
            yield key, self._value(), line
            if self._next() == "]":
                self._at += 1
                return
            self._expect(",", "a comma is missing")

    # --- the window ---------------------------------------------------------------------------------------------------

    def _next(self) -> str:
        """The next character that is no blank, not taken yet; empty at the end."""
        while True:
            found = _BLANK.match(self._text, self._at)
            assert found is not None
            if found.end() > self._at:
                self._line += self._text.count("\n", self._at, found.end())
                self._at = found.end()
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _expect(self, character: str, otherwise: str) -> None:
        if self._next() != character:
            raise self._bad(otherwise)
        self._at += 1

    def _value(self) -> Any:
        self._next()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                # What stands well within the window is wrong; what ends with it may only be cut off.
                if self._ended or (len(self._text) - error.pos > 64 and "Unterminated" not in error.msg):
                    self._line += self._text.count("\n", self._at, error.pos)
                    raise self._bad(error.msg.lower()) from error
            except RecursionError as error:
                raise self._bad("its values are nested too deeply") from error
            except ValueError as error:  # a number of thousands of digits
                raise self._bad("a number in it is out of all bounds") from error
            else:
                # A number that ends with the window may go on after it.
                if end < len(self._text) or self._ended:
                    self._line += self._text.count("\n", self._at, end)
                    self._at = end
                    return value
            self._more(double=True)
            self._check_weight()

    def _more(self, *, double: bool = False) -> bool:
        """Read on; False at the end of the file."""
        if self._ended:
            return False
        held = self._text[self._at :]
        size = max(WINDOW_BYTES, len(held)) if double else WINDOW_BYTES
        part = self._file.read(size)
        try:
            text = self._decode.decode(part, final=not part)
        except UnicodeDecodeError as error:
            raise self._bad("it is not written in UTF-8") from error
        self._ended = not part
        self._text, self._at = held + text, 0
        return not self._ended

    def _check_weight(self) -> None:
        text = self._text
        if len(text) < 1 << 20:
            return
        if weight_of(text.encode()) > settings.ANNOTATIONS_MAX_IMAGE_BYTES:
            raise Unreadable(
                f"{self._name} has a value that takes more than {settings.ANNOTATIONS_MAX_IMAGE_BYTES >> 20} MiB of "
                f"memory (line {self._line}), which is the limit here; can one object be that large?",
                extra={"line": self._line, "column": None},
            )

    def _bad(self, why: str) -> Unreadable:
        return Unreadable(
            f"{self._name} is not the JSON it should be: {why} (line {self._line}). Nothing after it can be read; "
            "export the file again.",
            extra={"line": self._line, "column": None},
        )
