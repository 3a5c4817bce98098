"""What attacking programs share: a way to try something and to report how it failed. It runs inside boxes."""

from __future__ import annotations

HELPERS = r'''
import contextlib, ctypes, errno, glob, json, mmap, os, platform, resource, shutil, signal, socket, stat, subprocess
import sys, threading, time

libc = ctypes.CDLL(None, use_errno=True)
tried = {}
X86 = dict(keyctl=250, add_key=248, init_module=175, delete_module=176, finit_module=313, bpf=321, perf_event_open=298,
           open_by_handle_at=304, io_uring_setup=425, userfaultfd=323, reboot=169, swapon=167, pivot_root=155,
           open_tree=428, pidfd_open=434)
ARM = dict(keyctl=219, add_key=217, init_module=105, delete_module=106, finit_module=273, bpf=280, perf_event_open=241,
           open_by_handle_at=265, io_uring_setup=425, userfaultfd=282, reboot=142, swapon=224, pivot_root=41,
           open_tree=428, pidfd_open=434)
NUMBERS = X86 if platform.machine() == "x86_64" else ARM
NAMESPACES = dict(user=0x10000000, mount=0x20000, net=0x40000000, pid=0x20000000, ipc=0x8000000, cgroup=0x2000000)
KERNEL_FILES = ("/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/vm/overcommit_memory",
                "/proc/sysrq-trigger", "/sys/kernel/uevent_helper", "/sys/fs/cgroup/release_agent",
                "/sys/fs/cgroup/memory/release_agent", "/sys/fs/cgroup/cgroup.procs", "/sys/fs/cgroup/pids/pids.max",
                "/proc/sys/kernel/hostname")


class Failed(OSError):
    pass


def give_up():
    raise Failed(errno.ENOENT, "nothing there")


def call(name, *arguments):
    ctypes.set_errno(0)
    result = getattr(libc, name)(*arguments)
    if result == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def syscall(name, *arguments):
    return call("syscall", ctypes.c_long(NUMBERS[name]), *arguments)


def clone_user_namespace():
    clone = ctypes.c_long(56 if platform.machine() == "x86_64" else 220)
    pid = call("syscall", clone, 0x10000000 | signal.SIGCHLD, 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def read_memory(pid):
    with open(f"/proc/{pid}/mem", "rb"):
        pass


def signal_everybody():
    """All that a signal to everybody can reach must be in the box; here the box has nobody else."""
    os.kill(-1, 0)
    others = [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) not in (1, os.getpid())]
    names = [open(f"/proc/{pid}/cmdline").read() for pid in others]
    if all("train" in name or "bash" in name or "sh" in name for name in names):
        give_up()


def attempt(name, action):
    try:
        tried[name] = f"SUCCEEDED {action()!r}"[:300]
    except (OSError, ValueError, OverflowError) as error:
        tried[name] = str(error)[:300]


def report():
    print(json.dumps(tried), flush=True)
'''
