"""Hands connections on: from a listening socket made in this network to a port of the engine's network.

    python -m tests.services._forward FILE_DESCRIPTOR PORT FILE_WITH_THE_ENGINES_PID

A socket keeps the network it was made in, so each outward one is made while the thread stands in the engine's.
"""

from __future__ import annotations

import ctypes
import os
import socket
import sys
import threading
from pathlib import Path

_CLONE_NEWNET = 0x4000_0000
_LIBC = ctypes.CDLL(None, use_errno=True)


def main(descriptor: int, port: int, pid_file: Path) -> None:
    """Serve until killed."""
    listener = socket.socket(fileno=descriptor)
    while True:
        inward, _ = listener.accept()
        threading.Thread(target=_join, args=(inward, port, pid_file), daemon=True).start()


def _join(inward: socket.socket, port: int, pid_file: Path) -> None:
    try:
        outward = _connect(port, pid_file)
    except OSError:  # nothing listens there (yet): the caller sees a connection that ends at once
        inward.close()
        return
    threading.Thread(target=_copy, args=(outward, inward), daemon=True).start()
    _copy(inward, outward)


def _connect(port: int, pid_file: Path) -> socket.socket:
    """Only this thread changes its network."""
    network = os.open(f"/proc/{pid_file.read_text().strip()}/ns/net", os.O_RDONLY)
    try:
        if _LIBC.setns(network, _CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")
    finally:
        os.close(network)
    return socket.create_connection(("127.0.0.1", port), timeout=None)


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(1 << 16):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        for end in (source, target):
            end.close()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
