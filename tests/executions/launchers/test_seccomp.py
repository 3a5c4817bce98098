"""The filter of system calls as bytes; what it does is tried in ``test_hostile_escapes.py``."""

from __future__ import annotations

import struct

import pytest

from yard.executions.launchers.seccomp import ALLOW, KILL, RETURN, sandbox_filter

MOST_INSTRUCTIONS = 4096  # BPF_MAXINSNS of the kernel


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_it_is_a_whole_program(machine: str) -> None:
    content = sandbox_filter(machine)
    assert content is not None
    program = [struct.unpack_from("=HBBI", content, at) for at in range(0, len(content), 8)]
    assert len(content) % 8 == 0
    assert 50 < len(program) < MOST_INSTRUCTIONS
    assert program[-1] == (RETURN, 0, 0, ALLOW)
    assert (RETURN, 0, 0, KILL) in program
    # No jump leads out of the program.
    jumps = [(at, yes, no) for at, (code, yes, no, _) in enumerate(program) if code & 0x07 == 0x05]
    assert all(at + 1 + max(yes, no) < len(program) for at, yes, no in jumps)


def test_an_unknown_machine_has_none() -> None:
    assert sandbox_filter("riscv64") is None
