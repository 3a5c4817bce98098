"""A filter of system calls for sandboxed processes, as container engines have one of their own.

The calls in it are of no use to a training, and are where most ways out of a sandbox began: namespaces of its own (in
which an ordinary user has every capability), keyrings (shared by all boxes, since they run as one user), mounts,
modules, raw access to the kernel. The rest stays allowed, so that no library breaks.

The filter is classic BPF over the kernel's ``struct seccomp_data`` (call number, architecture, arguments), written in
the form that bubblewrap reads (``--seccomp``): the bare instructions.
"""

from __future__ import annotations

import errno
import platform
import struct
from collections.abc import Iterator
from dataclasses import dataclass

NAMESPACE_FLAGS = 0x7E020080  # CLONE_NEWNS, -CGROUP, -UTS, -IPC, -USER, -PID, -NET, -TIME
NEW_SYSCALL_CLONE3 = 435
X32_BIT = 0x4000_0000
TERMINAL_INPUT = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX: typing into whatever terminal the starter has
FAMILIES = (38, 40)  # AF_ALG and AF_VSOCK: the kernel's ciphers, and the way from a virtual machine to its host

# Offsets in struct seccomp_data.
NUMBER, ARCHITECTURE, FIRST, SECOND = 0, 4, 16, 24
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, KILL, ERROR = 0x7FFF_0000, 0x8000_0000, 0x0005_0000

Instruction = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class _Machine:
    """Call numbers of one architecture (``asm/unistd.h``)."""

    audit: int
    clone: int
    ioctl: int
    socket: int
    refused: dict[str, int]


# The same on every architecture: calls added since Linux 5.1.
NEWER = {
    **{"io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "open_tree": 428, "move_mount": 429},
    **{"fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433, "mount_setattr": 442, "quotactl_fd": 443},
}
X86_64 = _Machine(
    audit=0xC000_003E,
    clone=56,
    ioctl=16,
    socket=41,
    refused={
        **{"pivot_root": 155, "adjtimex": 159, "chroot": 161, "acct": 163, "settimeofday": 164, "mount": 165},
        **{"umount2": 166, "swapon": 167, "swapoff": 168, "reboot": 169, "iopl": 172, "ioperm": 173},
        **{"create_module": 174, "init_module": 175, "delete_module": 176, "quotactl": 179, "clock_settime": 227},
        **{"kexec_load": 246, "add_key": 248, "request_key": 249, "keyctl": 250, "unshare": 272, "vmsplice": 278},
        **{"perf_event_open": 298, "fanotify_init": 300, "name_to_handle_at": 303, "open_by_handle_at": 304},
        **{"clock_adjtime": 305, "setns": 308, "finit_module": 313, "kexec_file_load": 320, "bpf": 321},
        **{"userfaultfd": 323, "lookup_dcookie": 212, "vhangup": 153, "syslog": 103, "modify_ldt": 154},
        **NEWER,
    },
)
AARCH64 = _Machine(
    audit=0xC000_00B7,
    clone=220,
    ioctl=29,
    socket=198,
    refused={
        **{"lookup_dcookie": 18, "umount2": 39, "mount": 40, "pivot_root": 41, "chroot": 51, "vhangup": 58},
        **{"quotactl": 60, "vmsplice": 75, "acct": 89, "unshare": 97, "kexec_load": 104, "init_module": 105},
        **{"delete_module": 106, "clock_settime": 112, "syslog": 116, "reboot": 142, "settimeofday": 170},
        **{"adjtimex": 171, "add_key": 217, "request_key": 218, "keyctl": 219, "swapon": 224, "swapoff": 225},
        **{"perf_event_open": 241, "fanotify_init": 262, "name_to_handle_at": 264, "open_by_handle_at": 265},
        **{"clock_adjtime": 266, "setns": 268, "finit_module": 273, "bpf": 280, "userfaultfd": 282},
        **{"kexec_file_load": 294},
        **NEWER,
    },
)
MACHINES = {"x86_64": X86_64, "aarch64": AARCH64}


def sandbox_filter(machine: str | None = None) -> bytes | None:
    """The filter for this machine (or the architecture named), None for one whose call numbers we do not know."""
    found = MACHINES.get(machine or platform.machine())
    return None if found is None else b"".join(struct.pack("=HBBI", *each) for each in _instructions(found))


def _instructions(machine: _Machine) -> Iterator[Instruction]:
    # Calls of another architecture (32 bit) have other numbers, so they would slip through.
    yield (LOAD, 0, 0, ARCHITECTURE)
    yield (EQUAL, 1, 0, machine.audit)
    yield (RETURN, 0, 0, KILL)
    yield (LOAD, 0, 0, NUMBER)
    if machine is X86_64:
        yield (AT_LEAST, 0, 1, X32_BIT)
        yield _refuse(errno.ENOSYS)
    for number in sorted(machine.refused.values()):
        yield (EQUAL, 0, 1, number)
        yield _refuse(errno.EPERM)
    # Its flags lie in memory, out of a filter's sight; libraries then fall back on clone.
    yield (EQUAL, 0, 1, NEW_SYSCALL_CLONE3)
    yield _refuse(errno.ENOSYS)
    yield from _refuse_argument(machine.clone, FIRST, [(ANY_BIT, NAMESPACE_FLAGS)])
    yield from _refuse_argument(machine.ioctl, SECOND, [(EQUAL, request) for request in TERMINAL_INPUT])
    yield from _refuse_argument(machine.socket, FIRST, [(EQUAL, family) for family in FAMILIES])
    yield (RETURN, 0, 0, ALLOW)


def _refuse_argument(call: int, offset: int, tests: list[tuple[int, int]]) -> Iterator[Instruction]:
    """Refuse a call when one of the tests holds for an argument's lower half (all there is of an int)."""
    yield (EQUAL, 0, 2 + 2 * len(tests), call)
    yield (LOAD, 0, 0, offset)
    for test, value in tests:
        yield (test, 0, 1, value)
        yield _refuse(errno.EPERM)
    yield (RETURN, 0, 0, ALLOW)


def _refuse(error: int) -> Instruction:
    return (RETURN, 0, 0, ERROR | error)
