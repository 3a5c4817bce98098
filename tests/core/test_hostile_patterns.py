"""Any text as a pattern: a sentence or a score, never a fault, never for ever."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yard.core.patterns import PatternSearcher, check_pattern, compile_metrics, scrape_score

HANGS_AFTER = 60.0
PIECES = [
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "*",
    "+",
    "?",
    "|",
    "\\",
    "^",
    "$",
    "a",
    "1",
    ".",
    "(?:",
    "(?P<v>",
    "\\1",
    "{9999}",
]
PATTERNS = st.lists(st.sampled_from([*PIECES, "(a+)+", "(?=", "(?<=", "\\d", "\n", "\ud800", "\0"]), max_size=12).map(
    "".join
)


def try_pattern(pattern: str) -> None:
    began = time.monotonic()
    problem = check_pattern(pattern)
    assert problem is None or problem.message.endswith(".")
    found = scrape_score(pattern, [b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n1 2 3\n"], timeout_seconds=1)
    assert found.score is not None or found.message
    with compile_metrics({"m": pattern}, timeout_seconds=1) as reader:
        reader.read(["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "1 2 3"])
    assert time.monotonic() - began < HANGS_AFTER


@given(PATTERNS)
@settings(max_examples=8, suppress_health_check=list(HealthCheck))
def test_any_text_is_a_pattern_or_refused(pattern: str) -> None:
    try_pattern(pattern)


@pytest.mark.soak
@given(PATTERNS | st.text(max_size=30))
@settings(max_examples=1000, suppress_health_check=list(HealthCheck))
def test_any_text_is_a_pattern_or_refused_for_long(pattern: str) -> None:
    try_pattern(pattern)


@pytest.mark.parametrize(
    "pattern", [r"(a+)+$", r"(a|a)*$", r"(.*)*x", r"(a{1,50}){1,50}$", r"((a*)*)*b", r"(\w+\s?)*:"]
)
def test_a_pattern_that_never_ends_costs_a_searcher_one_try(pattern: str) -> None:
    began = time.monotonic()
    with PatternSearcher(timeout_seconds=0.5) as searcher:
        found = [searcher.found(pattern, "a" * 60 + "!") for _ in range(200)]
    assert set(found) <= {None, True, False}
    assert time.monotonic() - began < HANGS_AFTER


def test_a_searcher_goes_on_after_a_bad_pattern() -> None:
    with PatternSearcher() as searcher:
        assert searcher.found("(", "a") is None
        assert searcher.found("a", "cat") is True
        assert searcher.found("^a", "cat") is False
