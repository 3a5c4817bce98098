"""The child process that runs somebody's regular expressions; started by ``core.patterns``, never imported by it.

Standard library only, since it starts for every check. It limits its own memory, and lets the kernel end it when a
request takes too long: a pattern that loops inside the engine reacts to nothing else. Requests and answers are JSON
lines on stdin and stdout.
"""

from __future__ import annotations

import json
import re
import resource
import signal
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

WINDOW_BYTES = 1 << 20
OVERLAP_BYTES = 64 << 10
LINE_CHARACTERS = 4096
SHOWN_CHARACTERS = 500
# Long plain runs on which a pattern with nested repetitions takes for ever.
_PROBE_LENGTH = 3000
_SEPARATOR = " / "
_COLOURS = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_FRAMES = re.compile("[\u2500-\u257f|]")
_TRAILING = re.compile(r"[ \t]+$", re.MULTILINE)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_SPECIAL_NUMBER = re.compile(r"[+-]?(?:nan|inf(?:inity)?)", re.IGNORECASE)


def main() -> None:
    """Answer requests until stdin ends."""
    memory, seconds = int(sys.argv[1]), float(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            answer = _ANSWERS[(request := json.loads(line))["do"]](request)
        except MemoryError:
            answer = {"error": "memory"}
        except RecursionError:
            answer = {"error": "nesting"}
        except (re.error, OverflowError) as error:
            answer = {"error": "syntax", "message": str(error), "position": getattr(error, "pos", None)}
        signal.setitimer(signal.ITIMER_REAL, 0)
        say(answer)


def say(message: dict[str, Any]) -> None:
    """One line to the parent."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def check(request: dict[str, Any]) -> dict[str, Any]:
    """Compile the pattern: how many groups it has."""
    compiled = re.compile(request["pattern"])
    return {"groups": compiled.groups}


def probe(request: dict[str, Any]) -> dict[str, Any]:
    """Try the pattern on long runs of the characters it speaks of; a bad one never answers."""
    compiled = re.compile(request["pattern"])
    for run in [*sorted(set(re.findall(r"[A-Za-z0-9]", request["pattern"])))[:30], " ", "0", "a", "-"]:
        compiled.search(run * _PROBE_LENGTH + "\0")
    return {}


def search(request: dict[str, Any]) -> dict[str, Any]:
    """Whether the pattern is found in a text."""
    return {"found": re.compile(request["pattern"]).search(request["text"]) is not None}


def parts(request: dict[str, Any]) -> dict[str, Any]:
    """What the pattern's groups (the whole match, if it has none) hold in each text; None where it is not found."""
    pattern = re.compile(request["pattern"])
    found = (pattern.search(text) for text in request["texts"])
    return {"parts": [match and _SEPARATOR.join(group or "" for group in _groups(match)) for match in found]}


def _groups(match: re.Match[str]) -> tuple[str | None, ...]:
    return match.groups() if match.re.groups else (match.group(),)


def score(request: dict[str, Any]) -> dict[str, Any]:
    """The last match in the file that holds a number; its windows are searched from the end."""
    pattern = re.compile(request["pattern"])
    matched = False
    with Path(request["path"]).open("rb") as file:
        for text, is_first, is_last in windows(file, cleaned=request["cleaned"]):
            found = last_score(pattern, text, is_first=is_first, is_last=is_last)
            matched = matched or found["matched"]
            if "number" in found:
                return found
    return {"matched": matched}


def windows(file: BinaryIO, *, cleaned: bool) -> Iterator[tuple[str, bool, bool]]:
    """The file's text in overlapping pieces from its end, each with: is it the first of the file, is it the last."""
    size = file.seek(0, 2)
    end = size
    while end > 0:
        start = line_start(file, max(0, end - WINDOW_BYTES))
        file.seek(start)
        upto = min(size, end + OVERLAP_BYTES)
        text = file.read(upto - start).decode("utf-8", "replace")
        yield clean(text) if cleaned else text, start == 0, upto == size
        end = start


def line_start(file: BinaryIO, position: int) -> int:
    """The beginning of the first line at or behind ``position``; ``position`` itself when that line is very long."""
    if position == 0:
        return 0
    file.seek(position - 1)
    found = file.read(OVERLAP_BYTES).find(b"\n")
    return position + found if found >= 0 else position


def clean(text: str) -> str:
    """The text without colour codes, carriage returns and table frames, every line ended."""
    text = _COLOURS.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    text = _TRAILING.sub("", _FRAMES.sub(" ", text))
    return text if text.endswith("\n") else text + "\n"


def last_score(pattern: re.Pattern[str], text: str, *, is_first: bool, is_last: bool) -> dict[str, Any]:
    """The number of the window's last match that has one, and its line."""
    matched = False
    found: tuple[str, int] | None = None
    # Where the window was cut, neither "^" nor "$" may match: a position behind the start, and no match at the end.
    for match in pattern.finditer(text, 0 if is_first else 1):
        if not is_last and match.end() >= len(text) - 1:
            continue
        matched = True
        found = number_of(match) or found
    if found is None:
        return {"matched": matched}
    return {"matched": True, "number": found[0], "line": line_at(text, found[1])}


def number_of(match: re.Match[str]) -> tuple[str, int] | None:
    """Group 1 if it is a number, else the last group that is one (the whole match of a pattern without groups)."""
    count = match.re.groups
    for group in [1, *range(count, 1, -1)] if count else [0]:
        text = (match.group(group) or "").strip()
        if _NUMBER.fullmatch(text):
            return text, match.start(group)
    return None


def line_at(text: str, position: int) -> str:
    """The line of the text around a position."""
    while position < len(text) and text[position].isspace():
        position += 1
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    return text[start : end if end >= 0 else len(text)].strip("\r")[:SHOWN_CHARACTERS]


def metrics(request: dict[str, Any]) -> dict[str, Any]:
    """Every value that the patterns find in the lines; says which pattern it works on, in case it never returns."""
    lines = [metric_line(line) for line in request["lines"]]
    points: list[dict[str, Any]] = []
    for name, source in request["patterns"].items():
        say({"began": name})
        pattern = re.compile(source)
        for index, line in enumerate(lines):
            points += ({"line": index, "name": name, **point} for point in points_of(pattern, line))
    return {"points": points}


def metric_line(line: str) -> str:
    """A line as a terminal would show it in the end: without colours, and what was overwritten."""
    parts = [part for part in _COLOURS.sub("", line[-LINE_CHARACTERS:]).split("\r") if part.strip()]
    return (parts[-1] if parts else "").rstrip("\n") + "\n"


def points_of(pattern: re.Pattern[str], line: str) -> Iterator[dict[str, Any]]:
    """The last value in the line; named groups may also give ``step`` and ``epoch``."""
    point: dict[str, Any] | None = None
    for match in pattern.finditer(line):
        value = metric_value(match)
        if value is not None:
            named = match.groupdict()
            point = {"value": value, "step": named.get("step"), "epoch": named.get("epoch")}
    if point is not None:
        yield point


def metric_value(match: re.Match[str]) -> str | None:
    """The group called ``value`` if there is one, else as for the score; "nan" and "inf" are values too."""
    names = match.re.groupindex
    if "value" in names:
        groups = [names["value"]]
    else:
        skipped = {names.get("step"), names.get("epoch")}
        groups = [group for group in range(1, match.re.groups + 1) if group not in skipped] or [0]
    ordered = [groups[0], *reversed(groups[1:])]
    for text in ((match.group(group) or "").strip() for group in ordered):
        if _NUMBER.fullmatch(text) or _SPECIAL_NUMBER.fullmatch(text):
            return text
    return None


_ANSWERS = {"check": check, "probe": probe, "search": search, "parts": parts, "score": score, "metrics": metrics}

if __name__ == "__main__":
    main()
