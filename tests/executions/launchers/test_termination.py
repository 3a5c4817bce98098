from __future__ import annotations

import os

from hypothesis import given
from hypothesis import strategies as st

from yard.executions.launchers.termination import BoxProcess, handles_term, host_processes, plan_termination


def test_the_one_with_a_handler_gets_it_and_nobody_below() -> None:
    tree = [BoxProcess(2, 1, True), BoxProcess(3, 2, True), BoxProcess(4, 3, False)]
    assert plan_termination(tree, [2]) == [2]


def test_a_shell_above_a_handler_is_spared() -> None:
    tree = [BoxProcess(2, 1, False), BoxProcess(3, 2, False), BoxProcess(4, 3, True), BoxProcess(5, 4, False)]
    assert plan_termination(tree, [2]) == [4]


def test_without_any_handler_everybody_gets_it() -> None:
    tree = [BoxProcess(2, 1, False), BoxProcess(3, 2, False), BoxProcess(4, 2, False)]
    assert plan_termination(tree, [2]) == [2, 3, 4]


def test_a_sibling_without_handler_gets_it_too() -> None:
    tree = [BoxProcess(2, 1, False), BoxProcess(3, 2, True), BoxProcess(4, 2, False)]
    assert plan_termination(tree, [2]) == [3, 4]


def test_it_reads_the_mask_of_caught_signals() -> None:
    assert handles_term("0000000180004000")
    assert not handles_term("0000000180000002")
    assert not handles_term("")


def test_it_sees_itself() -> None:
    assert any((each.pid, each.parent) == (os.getpid(), os.getppid()) for each in host_processes())


@given(st.lists(st.builds(BoxProcess, st.integers(1, 30), st.integers(0, 30), st.booleans()), max_size=40))
def test_it_ends_whatever_the_tree_looks_like(tree: list[BoxProcess]) -> None:
    by_pid = {each.pid: each for each in tree}
    chosen = plan_termination(tree, [1])
    assert len(chosen) == len(set(chosen))
    assert set(chosen) <= set(by_pid)
    if 1 in by_pid:
        assert chosen, "somebody must be told"
