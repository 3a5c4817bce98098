"""Running regular expressions that somebody else wrote: in a child process, with limits on time and memory.

A pattern comes from a template or from a user's correction, so it may be wrong, slow by accident, or hostile. Python's
``re`` cannot be interrupted, neither while compiling nor while matching; a process can.
"""

from __future__ import annotations

import json
import math
import selectors
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from yard.core.errors import InvalidInput

T = TypeVar("T", int, float)

PATTERN_MAX_CHARACTERS = 2000
LINE_CHARACTERS = 4096
MEMORY_BYTES = 512 << 20
TEXTS_AT_ONCE = 5000
CHECK_SECONDS = 5.0
PROBE_SECONDS = 1.0
SCORE_DECIMALS = 3
_CHILD = Path(__file__).with_name("pattern_child.py")
# Starting the interpreter on a busy machine is not the pattern's fault.
_START_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class PatternProblem:
    """What is wrong with a pattern.

    Attributes:
        message: A sentence.
        fatal: Whether the pattern cannot be used at all; else it is only doubtful (no group, slow).
        position: Where in the pattern, from 0; None when it concerns the whole.
    """

    message: str
    fatal: bool
    position: int | None = None


@dataclass(frozen=True, slots=True)
class ScoreResult:
    """What a score pattern found in a log.

    Attributes:
        score: Rounded to three decimals; None when there is none.
        line: The log line it stood in; empty without a score.
        message: Why there is no score, or that the log had to be cleaned first; else empty.
    """

    score: float | None
    line: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class MetricMatch:
    """One value found by a metric pattern.

    Attributes:
        line: Index of the line among those given.
        name: The metric's.
        value: May be nan or infinite.
        step: From the pattern's group ``step``, if it has one that is a whole number.
        epoch: From the pattern's group ``epoch``, if it has one that is a number.
    """

    line: int
    name: str
    value: float
    step: int | None = None
    epoch: float | None = None


def check_pattern(pattern: str) -> PatternProblem | None:
    """What is wrong with the pattern, or None. Compiles it, and tries it on long plain lines."""
    if len(pattern) > PATTERN_MAX_CHARACTERS:
        return PatternProblem(f"The pattern is longer than {PATTERN_MAX_CHARACTERS} characters.", fatal=True)
    with _Child(CHECK_SECONDS) as child:
        answer = child.ask({"do": "check", "pattern": pattern})
    if "error" in answer:
        return PatternProblem(_compile_message(answer), fatal=True, position=answer.get("position"))
    if answer["groups"] == 0:
        return PatternProblem("The pattern has no group: put round brackets around the number.", fatal=False)
    with _Child(PROBE_SECONDS) as child:
        slow = child.ask({"do": "probe", "pattern": pattern}).get("error") == "time"
    if slow:
        text = "The pattern takes very long on some plain lines; avoid repetitions inside repetitions, as in (a+)+."
        return PatternProblem(text, fatal=False)
    return None


class PatternSearcher:
    """Looks for patterns in texts, all in one child process, which is started when it is first needed.

    A pattern that is too slow once ends it: what is asked for afterwards cannot be said, and costs nothing.
    """

    def __init__(self, *, timeout_seconds: float = 1.0) -> None:
        self._timeout = timeout_seconds
        self._child: _Child | None = None
        self._given_up = False

    def __enter__(self) -> PatternSearcher:
        return self

    def __exit__(self, *_: object) -> None:
        if self._child is not None:
            self._child.close()

    def found(self, pattern: str, text: str) -> bool | None:
        """Whether the pattern is found in the text; None when that cannot be said (a bad pattern, or too slow)."""
        if self._given_up:
            return None
        if self._child is None:
            self._child = _Child(self._timeout)
        answer = self._child.ask({"do": "search", "pattern": pattern, "text": text})
        self._given_up = answer.get("error") in {"time", "memory", "died"}
        return answer.get("found")


def pattern_parts(pattern: str, texts: Sequence[str], *, timeout_seconds: float = 5.0) -> list[str | None]:
    """What the pattern's groups hold where it is first found in each text (the whole match of a pattern without
    groups, several groups joined by " / "); None where it is not found.

    Raises ``InvalidInput`` for a pattern that is wrong, or takes longer than ``timeout_seconds`` for 5000 texts.
    """
    if len(pattern) > PATTERN_MAX_CHARACTERS:
        raise InvalidInput(f"The pattern is longer than {PATTERN_MAX_CHARACTERS} characters.")
    found: list[str | None] = []
    with _Child(timeout_seconds) as child:
        for start in range(0, len(texts), TEXTS_AT_ONCE):
            answer = child.ask({"do": "parts", "pattern": pattern, "texts": texts[start : start + TEXTS_AT_ONCE]})
            if answer.get("error") in {"time", "died"}:
                raise InvalidInput(
                    f"The pattern took longer than {timeout_seconds:g} s; avoid repetitions inside repetitions, "
                    "as in (a+)+."
                )
            if "error" in answer:
                raise InvalidInput(_compile_message(answer))
            found += answer["parts"]
    return found


def scrape_score(pattern: str, log: Path | Iterable[bytes], *, timeout_seconds: float = 10.0) -> ScoreResult:
    """The score in a log: the last match that holds a number, over the whole log.

    Group 1 counts if it is a number, else the last group that is one. When nothing is found, the log is searched once
    more without colour codes, carriage returns and table frames. Never raises for what pattern or log hold.

    Args:
        log: A file, or the log's bytes from its beginning (they pass through a temporary file, never memory).
        timeout_seconds: For each of the two searches.
    """
    if not pattern:
        return ScoreResult(None, message="The template has no score pattern.")
    if len(pattern) > PATTERN_MAX_CHARACTERS:
        return ScoreResult(None, message=f"The pattern is longer than {PATTERN_MAX_CHARACTERS} characters.")
    with _as_file(log) as path:
        path.stat()  # an absent log is the caller's fault, not the pattern's
        plain = _search(pattern, path, timeout_seconds, cleaned=False)
        if "number" in plain:
            return _score_result(plain)
        if plain.get("error") in {"syntax", "nesting"}:
            return ScoreResult(None, message=_compile_message(plain))
        second = _search(pattern, path, timeout_seconds, cleaned=True)
    if "number" in second:
        return _score_result(second, "Found after removing colour codes, carriage returns and table frames.")
    return ScoreResult(None, message=_no_score_message(plain, second, timeout_seconds))


def compile_metrics(patterns: Mapping[str, str], *, timeout_seconds: float = 2.0) -> MetricReader:
    """A reader of metric values in log lines; close it, or use it in a ``with`` statement."""
    return MetricReader(patterns, timeout_seconds=timeout_seconds)


class MetricReader:
    """Finds the values of metrics in lines as they appear, with one child process that lives as long as the reader.

    A pattern that is wrong, or too slow on a batch of lines, is switched off; ``disabled`` says why. Safe to use from
    several threads.
    """

    def __init__(self, patterns: Mapping[str, str], *, timeout_seconds: float) -> None:
        self.disabled: dict[str, str] = {}
        self._patterns = dict(patterns)
        self._timeout = timeout_seconds
        self._child: _Child | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> MetricReader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the child process; ``read`` starts a new one when it is called again."""
        with self._lock:
            self._drop_child()

    def read(self, lines: Sequence[str]) -> list[MetricMatch]:
        """The values in these lines, in line order; each line gives at most one value per metric."""
        with self._lock:
            while lines and self._patterns:
                answer = self._ask(lines)
                if "points" in answer:
                    return sorted((_metric_match(point) for point in answer["points"]), key=lambda match: match.line)
                self._disable(answer)
        return []

    def _ask(self, lines: Sequence[str]) -> dict[str, Any]:
        request = {"do": "metrics", "patterns": self._patterns, "lines": [line[-LINE_CHARACTERS:] for line in lines]}
        if self._child is not None:
            answer = self._child.ask(request)
            if answer.get("error") != "died":
                return answer
            # It was ended between two batches, which is nobody's pattern's fault.
            self._drop_child()
        self._child = _Child(self._timeout)
        return self._child.ask(request)

    def _disable(self, answer: dict[str, Any]) -> None:
        name = answer.get("began")
        if answer["error"] not in {"syntax", "nesting", "memory"}:
            self._drop_child()
        for gone in [name] if name in self._patterns else list(self._patterns):
            del self._patterns[gone]
            self.disabled[gone] = (
                f"It took longer than {self._timeout:g} s on a few lines."
                if answer["error"] == "time"
                else _compile_message(answer)
            )

    def _drop_child(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None


class _Child:
    """One process that answers requests; ``{"error": …}`` when it cannot."""

    def __init__(self, seconds: float, memory: int = MEMORY_BYTES) -> None:
        self._seconds = seconds
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_CHILD), str(memory), str(seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"},
        )

    def __enter__(self) -> _Child:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process and everything it holds."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                # A broken pipe only says that the process was gone first.
                with suppress(BrokenPipeError):
                    pipe.close()
        self._process.wait()

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """The answer; with ``began`` (the last thing it said it began) when it broke off."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return {"error": "died"}
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        began: dict[str, Any] = {}
        for line in self._lines(time.monotonic() + self._seconds + _START_SECONDS):
            message: dict[str, Any] = json.loads(line)
            if "began" not in message:
                return {**began, **message}
            began = message
        self._process.kill()
        code = self._process.wait()
        # The kernel ends a child by its own alarm (14), or we did (9); a crash is nearly always memory or nesting.
        return {**began, "error": "time" if code in {-14, -9} else "memory"}

    def _lines(self, deadline: float) -> Iterator[bytes]:
        """What the child says, until it ends or the time is up."""
        assert self._process.stdout is not None
        buffer = b""
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while selector.select(max(0.0, deadline - time.monotonic())):
                part = self._process.stdout.read1(1 << 16)  # type: ignore[attr-defined]
                if not part:
                    return
                *lines, buffer = (buffer + part).split(b"\n")
                yield from lines


def _search(pattern: str, path: Path, seconds: float, *, cleaned: bool) -> dict[str, Any]:
    with _Child(seconds) as child:
        return child.ask({"do": "score", "pattern": pattern, "path": str(path.resolve()), "cleaned": cleaned})


@contextmanager
def _as_file(log: Path | Iterable[bytes]) -> Iterator[Path]:
    if isinstance(log, Path):
        yield log
        return
    with tempfile.NamedTemporaryFile(prefix="trainyard-log-") as file:
        for part in log:
            file.write(part)
        file.flush()
        yield Path(file.name)


def _score_result(answer: dict[str, Any], message: str = "") -> ScoreResult:
    value = float(answer["number"])
    if not math.isfinite(value):
        return ScoreResult(None, message=f"The number {answer['number'][:40]} is too large for a score.")
    return ScoreResult(round(value, SCORE_DECIMALS), answer["line"], message)


def _compile_message(answer: dict[str, Any]) -> str:
    if answer["error"] == "syntax":
        return f"The pattern is not a regular expression: {answer['message']}."
    if answer["error"] == "time":
        return "The pattern takes too long to compile; make it simpler."
    if answer["error"] == "nesting":
        return "The pattern is nested too deeply; make it simpler."
    return "The pattern needs too much memory; make it simpler."


def _no_score_message(plain: dict[str, Any], second: dict[str, Any], seconds: float) -> str:
    errors = {plain.get("error"), second.get("error")}
    if "time" in errors:
        return f"The pattern took longer than {seconds:g} s on this log; simplify it and search again."
    if errors & {"memory", "died"}:
        return "The pattern needs too much memory on this log; simplify it and search again."
    if plain.get("matched") or second.get("matched"):
        return "The pattern matches, but none of its groups is a number; put round brackets around the number."
    return "The pattern matches nothing in the log; correct it and search again."


def _metric_match(point: dict[str, Any]) -> MetricMatch:
    return MetricMatch(
        line=point["line"],
        name=point["name"],
        value=float(point["value"]),
        step=_number(int, point["step"]),
        epoch=_number(float, point["epoch"]),
    )


def _number(kind: Callable[[str], T], text: str | None) -> T | None:
    try:
        return kind(text.strip()) if text else None
    except ValueError:
        return None
