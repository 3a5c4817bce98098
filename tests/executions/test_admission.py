from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from yard.executions import admission
from yard.executions.admission import Room
from yard.executions.models import Execution

GIB = 1 << 30


def wanting(pk: int, *, cpus: float = 1, memory: int = GIB, gpus: int = 0) -> Execution:
    return Execution(pk=pk, cpus=cpus, memory_bytes=memory, gpus=gpus)


def room(cpus: float = 4, memory: int = 8 * GIB, gpus: int = 2, *, used: float = 0) -> Room:
    return Room(cpus, memory, gpus, cpus - used, memory, gpus)


def admit(waiting: list[Execution], room: Room) -> tuple[list[Execution], dict[int, str]]:
    """As the supervisor has it, with the reasons by id."""
    admitted, reasons = admission.admit(waiting, room)
    return admitted, {execution.pk: reason for execution, reason in reasons}


def test_far_behind_nobody_is_looked_at_and_words_change_in_steps() -> None:
    looked_at: list[int] = []

    def waiting() -> Iterator[Execution]:
        for number in range(1, 10_000):
            looked_at.append(number)
            yield wanting(number, cpus=4)

    admitted, reasons = admission.admit(waiting(), room())
    words = {execution.pk: reason for execution, reason in reasons}
    assert [execution.pk for execution in admitted] == [1]
    assert len(looked_at) < 200
    assert words[5] == "Waits for its turn, behind 3 others."
    assert words[6] == "Waits for its turn, behind more than 3 others."
    assert words[12] == "Waits for its turn, behind more than 3 others."
    assert words[13] == "Waits for its turn, behind more than 10 others."


def test_it_starts_all_that_fit_together() -> None:
    admitted, reasons = admit([wanting(1, cpus=2), wanting(2, cpus=2)], room())
    assert [execution.pk for execution in admitted] == [1, 2]
    assert reasons == {}


def test_it_says_what_the_first_waits_for_and_the_rest_wait_behind_it() -> None:
    waiting = [wanting(1, cpus=3, gpus=0), wanting(2, cpus=0.5), wanting(3, cpus=0.5)]
    admitted, reasons = admit(waiting, room(used=2))
    assert admitted == []
    assert reasons[1] == "Waits for 3 CPUs (2 of 4 free)."
    assert reasons[2] == "Waits for its turn, behind 1 other."
    assert reasons[3] == "Waits for its turn, behind 2 others."


def test_it_names_gpus_and_memory() -> None:
    _, reasons = admit([wanting(1, gpus=2, memory=9 * GIB)], Room(4, 16 * GIB, 2, 4, 8 * GIB, 1))
    assert reasons[1] == "Waits for 2 GPUs (1 of 2 free) and 9.0 GiB of memory (8.0 of 16.0 free)."


def test_what_can_never_fit_blocks_nobody() -> None:
    admitted, reasons = admit([wanting(1, gpus=3), wanting(2)], room())
    assert [execution.pk for execution in admitted] == [2]
    assert "more than this host has" in reasons[1]


sizes = st.tuples(st.integers(0, 5), st.integers(0, 9), st.integers(0, 3))


@given(wants=st.lists(sizes, max_size=12))
def test_it_never_gives_more_than_there_is_and_nobody_overtakes(wants: list[tuple[int, int, int]]) -> None:
    waiting = [wanting(i, cpus=c, memory=m * GIB, gpus=g) for i, (c, m, g) in enumerate(wants)]
    admitted, reasons = admit(waiting, room())
    assert sum(e.cpus for e in admitted) <= 4
    assert sum(e.memory_bytes for e in admitted) <= 8 * GIB
    assert sum(e.gpus for e in admitted) <= 2
    assert {e.pk for e in admitted} | set(reasons) == {e.pk for e in waiting}
    first_waiting = min((pk for pk, why in reasons.items() if "more than this host" not in why), default=None)
    assert first_waiting is None or all(e.pk < first_waiting for e in admitted)
