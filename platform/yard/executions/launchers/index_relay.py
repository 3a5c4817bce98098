"""The sandbox's end of ``index_proxy``: a port on its own loopback, carried to the proxy's socket.

Run as ``python -I index_relay.py <socket> <command …>``: becomes the command, with the port named as its proxy. Needs
nothing but the standard library.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import threading

BLOCK = 64 * 1024
NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


def splice(one: socket.socket, other: socket.socket) -> None:
    """Carry bytes both ways until both sides have ended."""
    back = threading.Thread(target=_carry, args=(other, one), daemon=True)
    back.start()
    _carry(one, other)
    back.join()


def _carry(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while block := source.recv(BLOCK):
            target.sendall(block)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def _serve(listening: socket.socket, path: str) -> None:
    while True:
        wire, _ = listening.accept()
        threading.Thread(target=_relay, args=(wire, path), daemon=True).start()


def _relay(wire: socket.socket, path: str) -> None:
    with wire, socket.socket(socket.AF_UNIX) as proxy, contextlib.suppress(OSError):
        proxy.connect(path)
        splice(wire, proxy)


def main(path: str, command: list[str]) -> None:
    """Leave a relay behind and become the command."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    if os.fork() == 0:
        os.setsid()
        for descriptor in (0, 1, 2):  # whoever waits for the command's output must not wait for us
            os.dup2(os.open(os.devnull, os.O_RDWR), descriptor)
        _serve(listening, path)
    listening.close()
    os.environ.update(dict.fromkeys(NAMES, f"http://127.0.0.1:{port}"))
    for name in ("NO_PROXY", "no_proxy"):
        os.environ.pop(name, None)
    os.execvp(command[0], command)  # noqa: S606 - the command is the platform's own


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
