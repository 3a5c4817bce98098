"""Texts that somebody else wrote, made fit to be looked at or kept."""

from __future__ import annotations

import unicodedata

NAME_SHOWN_CHARACTERS = 200
SENTENCE_SHOWN_CHARACTERS = 1000
# How much of the end stays of a text that is cut: a file's suffix is there.
_TAIL_CHARACTERS = 20


def is_control(character: str) -> bool:
    """Whether it changes how the text around it looks, or is not text at all.

    Bidirectional overrides make a name look like another one. Noncharacters cannot be written into XML.
    """
    return (
        unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
        or "\u202a" <= character <= "\u202e"
        or "\u2066" <= character <= "\u2069"
        or character in "\ufffe\uffff"
    )


def counted(number: int, noun: str) -> str:
    """The number with its noun, which is given in the singular: ``1 image``, ``12 images``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def shown(text: str, characters: int = NAME_SHOWN_CHARACTERS) -> str:
    """The text without control characters, and cut amid when it is longer than ``characters``."""
    if len(text) > characters:
        text = f"{text[: characters - _TAIL_CHARACTERS - 1]}…{text[-_TAIL_CHARACTERS:]}"
    return "".join("\ufffd" if is_control(character) else character for character in text)
