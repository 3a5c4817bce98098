"""A training that prints faster than anybody can read: its log is whole, or says where and how much is missing."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable, Iterator

import pytest
from django.test import override_settings

from tests.executions.launchers.benches import MIB, Bench
from yard.executions.logs import store
from yard.executions.logs.follower import Follower
from yard.executions.models import Attempt, Execution

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

Make = Callable[..., Execution]

LINE_BYTES = 100
FLOOD = """
import sys, time
lines, per_second = {lines}, {per_second}
began, batch = time.time(), 10_000
for first in range(0, lines, batch):
    numbers = range(first, min(lines, first + batch))
    sys.stdout.write("".join("%09d " % n + "x" * {padding} + "\\n" for n in numbers))
    time.sleep(max(0, began + first / per_second - time.time()))
print("Score: 0.75", flush=True)
"""


def flood(lines: int, *, per_second: float = float("1e12")) -> str:
    """A training that prints numbered lines of 100 bytes, then its score."""
    return FLOOD.format(lines=lines, per_second=per_second, padding=LINE_BYTES - len("000000000 \n"))


def followed(bench: Bench, attempt: Attempt, source: str, *, seconds: float) -> None:
    """Run it to its end with a follower; then its log is complete."""
    handle = bench.start(source)
    follower = Follower(attempt, bench.launcher, handle, mask=lambda data: data, on_stored=lambda _: False)
    follower.start()
    assert bench.wait_end(handle, seconds).exit_code == 0
    follower.box_ended()
    deadline = time.monotonic() + seconds
    while not follower.drained:
        assert follower.alive
        assert time.monotonic() < deadline, "the log does not come to its end"
        time.sleep(0.05)
    attempt.refresh_from_db()
    store.finish(attempt)


def printed(attempt: Attempt) -> Iterator[int]:
    """The numbers of the stored lines, in order."""
    rest = b""
    for part in store.parts(attempt):
        *lines, rest = (rest + part).split(b"\n")
        yield from (int(line[:9]) for line in lines if re.match(rb"\d{9} x+$", line))


def end_of(attempt: Attempt) -> bytes:
    return store.read(attempt, attempt.log_bytes - 100, 100)


@pytest.fixture
def attempt(make: Make) -> Attempt:
    return make().attempts.get()


def check_whole(bench: Bench, attempt: Attempt, source: str, lines: int, seconds: float) -> None:
    followed(bench, attempt, source, seconds=seconds)
    assert all(found == expected for expected, found in enumerate(printed(attempt)))
    assert attempt.log_lines == lines + 1
    assert end_of(attempt).endswith(b"x\nScore: 0.75\n")
    assert attempt.log_dropped_bytes == 0


def check_full(bench: Bench, attempt: Attempt, source: str, lines: int, seconds: float) -> None:
    """The beginning up to the cap without a gap, then how much is missing, then the end without a gap."""
    followed(bench, attempt, source, seconds=seconds)
    numbers = list(printed(attempt))
    gaps = [(one, other) for one, other in itertools.pairwise(numbers) if other != one + 1]
    assert len(gaps) == 1
    assert (numbers[0], numbers[-1]) == (0, lines - 1)
    assert end_of(attempt).endswith(b"Score: 0.75\n")
    text = b"".join(store.parts(attempt))
    said = [int(found) for found in re.findall(rb"(\d+) bytes (?:of output were )?dropped here", text)]
    missing = (gaps[0][1] - gaps[0][0] - 1) * LINE_BYTES
    assert said
    assert missing - 2 * LINE_BYTES <= sum(said) <= missing + 2 * LINE_BYTES


def test_a_log_that_comes_faster_than_it_is_stored_is_whole(real_bench: Bench, attempt: Attempt) -> None:
    check_whole(real_bench, attempt, flood(200_000), 200_000, 120)


def test_a_full_log_keeps_its_beginning_and_its_end(real_bench: Bench, attempt: Attempt) -> None:
    with override_settings(LOG_CAP_BYTES=4 * MIB):
        check_full(real_bench, attempt, flood(100_000), 100_000, 120)


@pytest.mark.soak
def test_ten_million_lines_are_whole(docker_bench: Bench, attempt: Attempt) -> None:
    check_whole(docker_bench, attempt, flood(10_000_000), 10_000_000, 1800)


@pytest.mark.soak
def test_fifty_megabytes_a_second_for_a_minute(real_bench: Bench, attempt: Attempt) -> None:
    lines = 30_000_000
    followed(real_bench, attempt, flood(lines, per_second=500_000), seconds=1800)
    assert end_of(attempt).endswith(b"Score: 0.75\n")
    assert attempt.log_bytes < 2 * 1024 * MIB
