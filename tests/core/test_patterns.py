"""Patterns of strangers: checked, run with limits, and the score rule of the contract (checklist 34, 35)."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yard.core.patterns import check_pattern, compile_metrics, scrape_score

# As in the published detectors' templates, in our own words: white space, "all", six pairs of white space and number.
ALL_LINE = r"\s+all(\s+(\d*[.]?\d+)){6}\s*\n"
TABLE = r"[ ]+segm_map[ ]+(\d*[.]\d*)\n"
EVIL = r"(a+)+b"


def test_it_finds_the_detector_line_of_checklist_34() -> None:
    log = b"Class Images\n                   all          4         17      0.874      0.741      0.833      0.646\n"

    result = scrape_score(ALL_LINE, [log])

    assert result.score == 0.646
    assert result.line.split() == ["all", "4", "17", "0.874", "0.741", "0.833", "0.646"]
    assert result.message == ""


def test_it_takes_the_last_match_of_the_whole_log_of_checklist_34(tmp_path: Path) -> None:
    log = tmp_path / "train.log"
    with log.open("w") as file:
        file.write("score: 0.25\nscore: 0.75\n")
        for number in range(200_000):
            file.write(f"    class {number} has no score\n")
    assert log.stat().st_size > 4 << 20

    assert scrape_score(r"score: (\d+\.\d+)", log).score == 0.75


@pytest.mark.parametrize(
    ("pattern", "log", "score"),
    [
        (r"acc (\d+\.\d+) loss (\d+)", "acc 0.5 loss 7", 0.5),  # group 1 is a number
        (r"(acc) (\d) of (\d+\.\d+)", "acc 3 of 0.25", 0.25),  # else the last group that is one
        (r"(acc) (\d+\.\d+)(x)?", "acc 0.5", 0.5),  # a group that took no part
        (r"\d+\.\d+", "value 0.125", 0.125),  # without groups the whole match
        (r"acc (\S+)", "acc 8.05e-05", 0.0),
        (r"acc (\S+)", "acc -1.23456", -1.235),
        (r"acc (\S+)", "acc 0.0625", 0.062),  # half to even
        (r"acc (\S+)", "acc 0.5\nacc nan", 0.5),  # nan is no score, an earlier match is
        (r"acc (\S+)$", "acc 0.25\nacc 0.5", 0.5),
    ],
)
def test_it_takes_group_one_or_the_last_number_with_three_decimals(pattern: str, log: str, score: float) -> None:
    assert scrape_score(pattern, [log.encode()]).score == score


@pytest.mark.parametrize(
    "log",
    [
        "│        segm_map           │         0.4375            │\n",
        "┃ segm_map ┃ 0.4375 ┃\r\n",
        "\x1b[1m  segm_map   \x1b[36m0.4375\x1b[0m\n",
        "step 1\r   segm_map   0.4375\r\nbye",
        "| segm_map | 0.4375 |",
    ],
)
def test_it_tries_again_on_a_cleaned_log_as_checklist_35_says(log: str) -> None:
    result = scrape_score(TABLE, [log.encode()])

    assert result.score == 0.438
    assert "segm_map" in result.line
    assert "colour codes" in result.message


@pytest.mark.parametrize(
    ("pattern", "log", "message"),
    [
        ("acc (.*)", "nothing here", "The pattern matches nothing in the log; correct it and search again."),
        (
            "acc (.*)",
            "acc good",
            "The pattern matches, but none of its groups is a number; put round brackets around the number.",
        ),
        (
            "acc (",
            "acc 1",
            "The pattern is not a regular expression: missing ), unterminated subpattern at position 4.",
        ),
        ("", "acc 1", "The template has no score pattern."),
        ("acc (.*)", "acc 1e999", "The number 1e999 is too large for a score."),
    ],
)
def test_it_says_why_there_is_no_score(pattern: str, log: str, message: str) -> None:
    result = scrape_score(pattern, [log.encode()])

    assert (result.score, result.message) == (None, message)


def test_it_gives_up_on_a_pattern_that_never_ends() -> None:
    result = scrape_score(EVIL, [b"a" * 5000 + b"\n"], timeout_seconds=0.3)

    assert result.score is None
    assert result.message == "The pattern took longer than 0.3 s on this log; simplify it and search again."


def test_it_survives_bytes_that_are_no_text() -> None:
    assert scrape_score(r"acc (\d+)", [b"\xff\xfe\x00acc 3\x80"]).score == 3


def test_an_anchor_does_not_match_where_the_log_was_only_cut_in_pieces(tmp_path: Path) -> None:
    log = tmp_path / "train.log"
    log.write_text("acc 0.5 first\n" + "x 0.9\n" * 600_000 + "the end\n")

    assert scrape_score(r"(?:\A|^)acc (\d\.\d)", log).score == 0.5
    assert scrape_score(r"\Ax (\d\.\d)", log).score is None
    assert scrape_score(r"x (\d\.\d)\s*\Z", log).score is None


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.floats(min_value=-1e6, max_value=1e6, allow_nan=False), min_size=1, max_size=5),
    st.text(alphabet=st.characters(exclude_characters="=", exclude_categories=["Cs"]), max_size=200),
)
def test_the_score_is_always_the_last_number_printed(values: list[float], noise: str) -> None:
    log = "".join(f"{noise}\nscore={value!r}\n{noise}\n" for value in values)

    assert scrape_score(r"score=(\S+)\n", [log.encode()]).score == round(values[-1], 3)


@pytest.mark.parametrize(
    ("pattern", "fatal", "part"),
    [
        ("(", True, "not a regular expression: missing ), unterminated subpattern at position 0"),
        (EVIL, False, "takes very long"),
        ("accuracy", False, "no group"),
        ("(" * 1999, True, "nested too deeply"),
        ("x" * 2001, True, "longer than 2000 characters"),
        ("(a{1,65000}){1,65000}b", False, "takes very long"),
    ],
)
def test_it_tells_what_is_wrong_with_a_pattern(pattern: str, fatal: bool, part: str) -> None:
    problem = check_pattern(pattern)

    assert problem is not None
    assert problem.fatal is fatal
    assert part in problem.message


def test_it_names_the_place_in_the_pattern() -> None:
    problem = check_pattern(r"acc [ ]+(\d+")

    assert problem is not None
    assert problem.position == 8


@pytest.mark.parametrize("pattern", [ALL_LINE, TABLE, r"[ ]+Accuracy[ ]+(\d*[.]\d*)\n"])
def test_the_published_patterns_pass(pattern: str) -> None:
    assert check_pattern(pattern) is None


def test_it_reads_metrics_from_lines() -> None:
    patterns = {"loss": r"loss=(\S+)", "lr": r"lr (?P<value>\S+) at step (?P<step>\d+) of epoch (?P<epoch>\d+)"}
    with compile_metrics(patterns) as reader:
        first = reader.read(["start", "loss=0.5 loss=0.25", "lr 1e-3 at step 40 of epoch 2"])
        second = reader.read(["\x1b[32mloss=nan\x1b[0m", "10%\rloss=3\rloss=2\r\n"])

    assert [(match.line, match.name, match.value, match.step, match.epoch) for match in first] == [
        (1, "loss", 0.25, None, None),
        (2, "lr", 0.001, 40, 2.0),
    ]
    assert math.isnan(second[0].value)
    assert second[1].value == 2
    assert reader.disabled == {}


def test_a_metric_pattern_that_never_ends_is_switched_off_and_the_others_go_on() -> None:
    with compile_metrics({"evil": EVIL, "bad": "(", "loss": r"loss=(\S+)"}, timeout_seconds=0.3) as reader:
        found = reader.read(["a" * 4000, "loss=1"])
        again = reader.read(["loss=2"])

    assert [match.value for match in (*found, *again)] == [1, 2]
    assert reader.disabled["evil"] == "It took longer than 0.3 s on a few lines."
    assert reader.disabled["bad"].startswith("The pattern is not a regular expression")


def test_a_reader_whose_child_was_killed_starts_another() -> None:
    with compile_metrics({"loss": r"loss=(\S+)"}) as reader:
        reader.read(["loss=1"])
        assert reader._child is not None
        reader._child._process.kill()
        reader._child._process.wait()

        assert [match.value for match in reader.read(["loss=2"])] == [2]
    assert reader.disabled == {}


def test_closing_a_reader_twice_and_reading_nothing_do_no_harm() -> None:
    reader = compile_metrics({"loss": "loss=(.*)"})
    assert reader.read([]) == []
    reader.close()
    reader.close()
