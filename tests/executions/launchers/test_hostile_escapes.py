"""Code that tries to get out of its box, or to see what is not its own. Each test starts a real box with such code."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.executions.launchers.benches import Bench, read_only
from tests.executions.launchers.hostile import HELPERS
from yard.executions.launchers.base import Limit


def attack(bench: Bench, source: str, **changes: object) -> dict[str, str]:
    """What an attacking program reports: attempt → how it failed, or ``SUCCEEDED…``."""
    status, log = bench.run(HELPERS + textwrap.dedent(source) + "\nreport()\n", **changes)
    assert status.exit_code == 0, log[-3000:].decode(errors="replace")
    return dict(json.loads(log.splitlines()[-1]))


def assert_all_failed(tried: dict[str, str], least: int) -> None:
    assert len(tried) >= least, tried
    assert {name: outcome for name, outcome in tried.items() if outcome.startswith("SUCCEEDED")} == {}


def test_no_power_over_the_machine(real_bench: Bench) -> None:
    source = """
        attempt("mount a tmpfs", lambda: call("mount", b"none", b"/train", b"tmpfs", 0, None))
        attempt("mount proc", lambda: call("mount", b"proc", b"/train", b"proc", 0, None))
        attempt("bind the root", lambda: call("mount", b"/", b"/train", None, 4096, None))
        attempt("unmount /proc", lambda: call("umount2", b"/proc", 2))
        attempt("open_tree", lambda: syscall("open_tree", -100, b"/", 1))
        attempt("pivot_root", lambda: syscall("pivot_root", b"/train", b"/train"))
        attempt("chroot", lambda: os.chroot("/train"))
        for name, flag in NAMESPACES.items():
            attempt(f"unshare {name}", lambda flag=flag: call("unshare", flag))
        attempt("clone a user namespace", clone_user_namespace)
        attempt("setns", lambda: call("setns", os.open("/proc/1/ns/mnt", os.O_RDONLY), 0))
        attempt("load a module", lambda: syscall("init_module", b"nothing", 7, b""))
        attempt("load a module from a file", lambda: syscall("finit_module", os.open("/dev/null", 0), b"", 0))
        attempt("remove a module", lambda: syscall("delete_module", b"no_such_module", 0))
        attempt("a raw socket", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1))
        attempt("a packet socket", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 3))
        attempt("add a key", lambda: syscall("add_key", b"user", b"yard", b"x", 1, -4))
        attempt("read the keyring", lambda: syscall("keyctl", 0, -4, 1))
        attempt("bpf", lambda: syscall("bpf", 0, b"\\0" * 72, 72))
        attempt("perf", lambda: syscall("perf_event_open", b"\\0" * 120, 0, -1, -1, 0))
        attempt("open by handle", lambda: syscall("open_by_handle_at", -100, b"\\0" * 128, 0))
        attempt("userfaultfd", lambda: syscall("userfaultfd", 0))
        attempt("reboot", lambda: syscall("reboot", 0, 0, 0, 0))  # wrong magic numbers: harmless wherever it is allowed
        attempt("swapon", lambda: syscall("swapon", b"/no-such-file", 0))
        attempt("set the clock", lambda: time.clock_settime(time.CLOCK_REALTIME, time.time()))
        attempt("host name", lambda: socket.sethostname("taken"))
        attempt("nice -20", lambda: os.setpriority(os.PRIO_PROCESS, 0, -20))
        attempt("raise a limit", lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (1 << 20, 1 << 20)))
        attempt("a block device", lambda: os.mknod("/train/disk", stat.S_IFBLK | 0o666, os.makedev(8, 0)))
        attempt("a character device", lambda: os.mknod("/train/mem", stat.S_IFCHR | 0o666, os.makedev(1, 1)))
        attempt("become another user", lambda: os.setresuid(1, 1, 1))
        attempt("give a file away", lambda: (open("/train/x", "w"), os.chown("/train/x", 1, 1)))
        for path in ("/dev/mem", "/dev/kmsg", "/dev/sda", "/dev/vda", "/dev/nvme0n1", "/dev/fuse", "/dev/loop-control"):
            attempt(f"open {path}", lambda path=path: open(path, "rb"))
        for path in KERNEL_FILES:
            attempt(f"write {path}", lambda path=path: open(path, "w").write("0"))
    """
    # The first process of a container is the box's own, as is what it does with it; a sandbox's is not.
    if real_bench.launcher.name == "process":
        source += """
        attempt("io_uring", lambda: syscall("io_uring_setup", 1, ctypes.create_string_buffer(120)))
        attempt("the memory of the first process", lambda: open("/proc/1/mem", "r+b"))
        attempt("spare the first process", lambda: open("/proc/1/oom_score_adj", "w").write("-1000"))
        attempt("a 32 bit program's door", lambda: call("syscall", ctypes.c_long(0x40000000 + 39)))
    """
    assert_all_failed(attack(real_bench, source), least=45)


def test_setuid_programs_give_nothing(real_bench: Bench) -> None:
    """A copy of a program with the setuid bit, run by the box, has no more power than before."""
    source = """
        shutil.copy("/bin/cat", "/train/cat")
        os.chmod("/train/cat", 0o6755)
        done = subprocess.run(["/train/cat", "/proc/self/status"], capture_output=True, text=True)
        found = dict(line.split(":", 1) for line in done.stdout.splitlines())
        for name in ("CapEff", "CapPrm", "CapAmb", "CapInh", "CapBnd"):
            print(name, int(found[name], 16))
        print("NoNewPrivs", found["NoNewPrivs"].strip(), "Seccomp", found["Seccomp"].strip())
    """
    status, log = real_bench.run(HELPERS + textwrap.dedent(source))
    assert status.exit_code == 0, log
    lines = dict(line.split(" ", 1) for line in log.decode().splitlines())
    assert {lines[name] for name in ("CapEff", "CapPrm", "CapAmb", "CapInh", "CapBnd")} == {"0"}, log
    assert lines["NoNewPrivs"] == "1 Seccomp 2"


def test_it_inherits_nothing(real_bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither the platform's variables nor its open files reach the box."""
    canary = secrets.token_hex(8)
    monkeypatch.setenv("YARD_SECRET_KEY", canary)
    monkeypatch.setenv("YARD_S3_SECRET_KEY", canary)
    monkeypatch.setenv("DOCKER_HOST_SECRET", canary)
    secret = tmp_path / "secret"
    secret.write_text(canary)
    source = """
        links = [f"/proc/self/fd/{fd}" for fd in range(3, 64)]
        print("fds", [os.readlink(link) for link in links if os.path.exists(link)])
        for place in sorted(glob.glob("/proc/[0-9]*")):
            for name in ("environ", "cmdline"):
                with contextlib.suppress(OSError):
                    print(open(f"{place}/{name}", "rb").read())
        print(dict(os.environ))
    """
    held = os.open(secret, os.O_RDONLY)
    os.set_inheritable(held, True)
    try:
        status, log = real_bench.run(HELPERS + textwrap.dedent(source))
    finally:
        os.close(held)
    assert status.exit_code == 0, log
    assert canary.encode() not in log
    assert b"fds []" in log, log


def test_other_processes_are_out_of_sight_and_reach(real_bench: Bench) -> None:
    canary = secrets.token_hex(8)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", canary]) as victim:
        try:
            source = f"""
                seen = [open(path, "rb").read() for path in glob.glob("/proc/[0-9]*/cmdline")]
                attempt("see it", lambda: any(b"{canary}" in each for each in seen) or give_up())
                attempt("trace it", lambda: call("ptrace", 16, {victim.pid}, None, None))
                attempt("signal it", lambda: os.kill({victim.pid}, 9))
                attempt("read its memory", lambda: read_memory({victim.pid}))
                attempt("read its files", lambda: os.listdir("/proc/{victim.pid}/root/"))
                attempt("take its descriptors", lambda: syscall("pidfd_open", {victim.pid}, 0))
                attempt("signal everybody", lambda: signal_everybody())
            """
            assert_all_failed(attack(real_bench, source), least=7)
            assert victim.poll() is None
        finally:
            victim.kill()


def test_files_of_the_host_and_of_other_boxes_are_not_there(real_bench: Bench, tmp_path: Path) -> None:
    """Another data set, another run's box, settings, database, keys: not under any path the box can name."""
    canary = f"canary-{secrets.token_hex(8)}"
    mine, other = tmp_path / "cache" / "7", tmp_path / "cache" / "8"
    for folder in (mine, other):
        folder.mkdir(parents=True)
        (folder / "a.png").write_text("png")
    (other / canary).write_text(canary)
    platform = tmp_path / "var"
    platform.mkdir()
    for name in ("trainyard.sqlite3", "secret_key", ".env"):
        (platform / name).write_text(canary)
    neighbour = real_bench.start(
        f"import time\nopen('/train/{canary}', 'w').write('x')\nprint('up', flush=True)\ntime.sleep(60)"
    )
    real_bench.wait_log(neighbour, b"up")
    source = f"""
        for path in ({str(other / canary)!r}, {str(platform / "secret_key")!r}, {str(platform / "trainyard.sqlite3")!r},
                     "/minio/datasets/8/{canary}", "/minio/datasets/7/../8/{canary}", "/train/{canary}",
                     "/proc/1/root{other / canary}", "/proc/self/root{other / canary}", "/proc/1/cwd/{canary}",
                     "/root/.docker/config.json", "/root/.aws/credentials", "/root/.ssh/id_rsa",
                     "/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock",
                     "/etc/sudoers", "/etc/ssh/sshd_config", "/etc/machine-id", "/var/lib/docker"):
            attempt(path, lambda path=path: os.listdir(path) if os.path.isdir(path) else open(path, "rb").read())
        def walk():
            for place, folders, files in os.walk("/"):
                folders[:] = [name for name in folders if os.path.join(place, name) not in ("/proc", "/sys", "/usr")]
                if {canary!r} in files or {canary!r} in folders or "trainyard.sqlite3" in files:
                    return place
            raise FileNotFoundError("nowhere")
        attempt("anywhere", walk)
        attempt("the host's accounts", lambda: [line for line in open("/etc/shadow")] or give_up())
        attempt("mounts tell no host path", lambda: {str(tmp_path.parent)!r} in open("/proc/self/mountinfo").read()
                and "host" == "container" or give_up())
    """
    tried = attack(real_bench, source, mounts=read_only(mine, "/minio/datasets/7"))
    assert_all_failed(tried, least=20)


def test_the_data_set_cannot_be_changed_by_any_path(real_bench: Bench, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    data.chmod(0o777)
    (data / "a.txt").write_text("a")
    (data / "a.txt").chmod(0o666)
    source = """
        D = "/minio/datasets/1"
        for prefix in ("", "/proc/self/root", "/proc/1/root", "/proc/self/cwd/.."):
            path = f"{prefix}{D}/a.txt"
            attempt(f"write {path}", lambda path=path: open(path, "r+").write("x"))
            attempt(f"truncate {path}", lambda path=path: os.truncate(path, 0))
            attempt(f"remove {path}", lambda path=path: os.remove(path))
        attempt("create", lambda: open(f"{D}/b.txt", "w"))
        attempt("rename", lambda: os.rename(f"{D}/a.txt", f"{D}/c.txt"))
        attempt("link", lambda: os.link(f"{D}/a.txt", f"{D}/d.txt"))
        attempt("link it out", lambda: os.link(f"{D}/a.txt", "/train/a.txt"))
        attempt("chmod", lambda: os.chmod(f"{D}/a.txt", 0o600))
        attempt("chown", lambda: os.chown(f"{D}/a.txt", 1, 1))
        attempt("xattr", lambda: os.setxattr(f"{D}/a.txt", "user.x", b"x"))
        attempt("touch", lambda: os.utime(f"{D}/a.txt", (1, 1)))
        attempt("remount", lambda: call("mount", None, D.encode(), None, 32 | 4096, None))
        attempt("unmount", lambda: call("umount2", D.encode(), 2))
        attempt("mount over", lambda: call("mount", b"none", D.encode(), b"tmpfs", 0, None))
        reading = os.open(f"{D}/a.txt", os.O_RDONLY)
        attempt("by descriptor", lambda: os.write(os.open(f"/proc/self/fd/{reading}", os.O_RDWR), b"x"))
        attempt("by truncating it", lambda: os.ftruncate(reading, 0))
        attempt("by a map", lambda: mmap.mmap(reading, 1, mmap.MAP_SHARED, mmap.PROT_WRITE))
        attempt("by another thread's root", lambda: open(f"/proc/thread-self/root{D}/a.txt", "w"))
    """
    tried = attack(real_bench, source, mounts=read_only(data, "/minio/datasets/1"))
    assert_all_failed(tried, least=26)
    assert [(path.name, path.read_text()) for path in data.iterdir()] == [("a.txt", "a")]


def test_the_files_of_the_platform_cannot_be_changed(real_bench: Bench) -> None:
    """Config as given, the log and the exit code: the box can neither write nor find them."""
    source = """
        R = "/run/trainyard"
        attempt("write", lambda: open(f"{R}/config/train_config.json", "w"))
        attempt("create", lambda: open(f"{R}/new", "w"))
        attempt("replace the folder", lambda: os.rename(R, "/run/taken"))
        attempt("remove", lambda: os.remove(f"{R}/config/train_config.json"))
        attempt("chmod", lambda: os.chmod(f"{R}/config/train_config.json", 0o777))
        attempt("mount over", lambda: call("mount", b"none", R.encode(), b"tmpfs", 0, None))
        for name in ("exit.json", "started.json", "sandbox.json", "shim.json", "log", "lock", "shim.err"):
            for folder in (R, f"{R}/..", "/", "/proc/1/cwd", "/proc/self/root"):
                attempt(f"{folder}/{name}", lambda: open(f"{folder}/{name}", "r+"))
        attempt("truncate the log", lambda: os.ftruncate(1, 0))
        attempt("go back in the log", lambda: os.lseek(1, 0, 0))
        attempt("reopen the log", lambda: os.ftruncate(os.open("/proc/self/fd/1", os.O_RDWR), 0))
    """
    files = {"config/train_config.json": b"{}"}
    assert_all_failed(attack(real_bench, source, files=files), least=40)


@contextmanager
def listeners() -> Iterator[list[tuple[str, int]]]:
    """Servers on the host's loopback and on every other address it has."""
    addresses = {
        "127.0.0.1",
        "127.0.0.53",
        *subprocess.run(["hostname", "-I"], capture_output=True, text=True, check=False).stdout.split(),
    }
    with ExitStack() as stack:
        found = []
        for address in sorted(each for each in addresses if ":" not in each):
            server = stack.enter_context(socket.create_server((address, 0)))
            found.append((address, server.getsockname()[1]))
        yield found


def test_no_network_reaches_the_host_or_beyond(real_bench: Bench) -> None:
    """Loopback services, the host's other addresses, abstract sockets, cloud metadata, names, other namespaces."""
    if Limit.NETWORK not in real_bench.launcher.limits:
        pytest.skip("not enforced on this machine")
    name = f"yard-{secrets.token_hex(6)}"
    with listeners() as servers, socket.socket(socket.AF_UNIX) as abstract:
        abstract.bind(f"\0{name}")
        abstract.listen()
        source = f"""
            for address in {servers!r}:
                attempt(f"tcp {{address}}", lambda: socket.create_connection(address, 3))
            for address in (("169.254.169.254", 80), ("metadata.google.internal", 80), ("10.0.0.1", 80),
                            ("172.17.0.1", 22), ("8.8.8.8", 53), ("fd00:ec2::254", 80)):
                attempt(f"tcp {{address}}", lambda: socket.create_connection(address, 3))
            def abstract():
                wire = socket.socket(socket.AF_UNIX)
                wire.connect("\\0{name}")
            attempt("an abstract socket", abstract)
            attempt("udp", lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("8.8.8.8", 53)))
            attempt("names", lambda: socket.getaddrinfo("localhost.localdomain.invalid", 80))
            attempt("an interface of its own", lambda: open("/dev/net/tun", "r+b"))
            attempt("vsock", lambda: socket.socket(40, socket.SOCK_STREAM).connect((2, 22)))
        """
        assert_all_failed(attack(real_bench, source), least=10)
