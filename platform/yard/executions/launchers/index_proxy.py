"""The only way out for what installs a template's packages: to package indexes and the public Internet.

Requirements come from uploads: they may name any address, and a source package runs its own code while it is built. So
that runs in a sandbox without a network, and speaks to this proxy through a socket in its file system
(``index_relay.py`` is its other end). The proxy connects to the indexes that the operator has set, wherever they are,
and else to public addresses only: neither to this machine's loopback, nor to other machines of the site, nor to a
cloud's metadata service. A name is looked up once and the address found is the one connected to.
"""

from __future__ import annotations

import base64
import contextlib
import ipaddress
import re
import socket
import threading
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from yard.executions.launchers.index_relay import splice

HEAD_BYTES = 64 * 1024
CONNECT_SECONDS = 30.0
REQUEST = re.compile(rb"(?P<verb>[A-Z]+) (?P<target>\S+) HTTP/1\.[01]\r\n")
PORTS = {"http": 80, "https": 443}

Address = tuple[str, int]


class Refused(Exception):
    """The proxy does not connect there; the text says why."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Where the proxy connects to.

    Attributes:
        indexes: Hosts and ports that are allowed wherever they are.
        upstream: The site's own proxy, which then looks names up; None to connect directly.
        credentials: A header line for it, or nothing.
    """

    indexes: frozenset[Address] = frozenset()
    upstream: Address | None = None
    credentials: bytes = b""

    @classmethod
    def of(cls, variables: Mapping[str, str], hosts: Collection[str] = ()) -> Policy:
        """From uv's variables (``pip_settings.uv_environment``).

        Args:
            hosts: Hosts of packages besides: an index often names another one for its files.
        """
        words = f"{variables.get('UV_DEFAULT_INDEX', '')} {variables.get('UV_INDEX', '')}".split()
        words += variables.get("UV_FIND_LINKS", "").replace(",", " ").split()
        urls = [word.partition("=")[2] if "://" in word.partition("=")[2] else word for word in words]
        indexes = frozenset(address for url in urls if (address := _address_of(url)) is not None)
        indexes |= {(host, port) for host in hosts for port in PORTS.values()}
        lowered = {name.lower(): value for name, value in variables.items()}
        proxy = lowered.get("https_proxy") or lowered.get("all_proxy") or lowered.get("http_proxy") or ""
        proxy = proxy if "://" in proxy or not proxy else f"http://{proxy}"
        return cls(indexes, _address_of(proxy), _credentials(proxy))

    def resolve(self, host: str, port: int) -> list[Address]:
        """Addresses to connect to. Raises ``Refused``."""
        if self.upstream is not None:
            if (host, port) not in self.indexes and not _may_be_public(host):
                raise Refused(f"{host} is not a public address")
            return [self.upstream]
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise Refused(f"{host} cannot be found ({error})") from error
        addresses = [(str(each[4][0]), port) for each in found]
        if (host, port) in self.indexes:
            return addresses
        if not all(_is_public(address) for address, _ in addresses):
            raise Refused(f"{host} is not a public address")
        return addresses


@contextlib.contextmanager
def index_proxy(path: Path, policy: Policy) -> Iterator[None]:
    """Serve on a socket at ``path``, open to every user, until the block ends."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        path.chmod(0o666)
        listening.listen(64)
        thread = threading.Thread(target=_accept, args=(listening, policy), name="index-proxy", daemon=True)
        thread.start()
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            thread.join(5)


def _accept(listening: socket.socket, policy: Policy) -> None:
    while True:
        try:
            wire, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(wire, policy), name="index-proxy-wire", daemon=True).start()


def _serve(wire: socket.socket, policy: Policy) -> None:
    with wire, contextlib.suppress(OSError):
        head = _read_head(wire)
        try:
            verb, target = _request_of(head)
            host, port = _split(target, verb)
            there = _connect(policy.resolve(host, port))
        except Refused as error:
            text = f"The platform's proxy does not connect there: {error}.".encode()
            wire.sendall(b"HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n" + text)
            return
        with there:
            _start(wire, there, verb, head, policy)
            splice(wire, there)


def _start(wire: socket.socket, there: socket.socket, verb: str, head: bytes, policy: Policy) -> None:
    """Hand on the request, or say that the tunnel stands."""
    if policy.upstream is not None:
        first, _, rest = head.partition(b"\r\n")
        there.sendall(first + b"\r\n" + policy.credentials + rest)
    elif verb == "CONNECT":
        wire.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        there.sendall(head.partition(b"\r\n\r\n")[2])
    else:
        first, _, rest = head.partition(b"\r\n")
        verb_, target, version = first.split(b" ")
        parts = urlsplit(target.decode("ascii"))
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        lines, end, body = rest.partition(b"\r\n\r\n")
        # One request a connection: a second one on it might be for somewhere else.
        kept = [line for line in lines.split(b"\r\n") if not line.lower().startswith((b"connection:", b"proxy-"))]
        there.sendall(b" ".join([verb_, path.encode(), version]) + b"\r\n")
        there.sendall(b"\r\n".join([*kept, b"Connection: close"]) + end + body)


def _read_head(wire: socket.socket) -> bytes:
    wire.settimeout(CONNECT_SECONDS)
    head = b""
    while b"\r\n\r\n" not in head and len(head) <= HEAD_BYTES:
        block = wire.recv(HEAD_BYTES)
        if not block:
            break
        head += block
    wire.settimeout(None)
    return head


def _request_of(head: bytes) -> tuple[str, str]:
    match = REQUEST.match(head)
    if match is None or b"\r\n\r\n" not in head:
        raise Refused("that is no request to a proxy")
    try:
        return match["verb"].decode("ascii"), match["target"].decode("ascii")
    except UnicodeDecodeError as error:
        raise Refused("its address is no text") from error


def _split(target: str, verb: str) -> Address:
    address = _address_of(f"https://{target}" if verb == "CONNECT" else target)
    if address is None:
        raise Refused("its address cannot be read")
    return address


def _address_of(url: str) -> Address | None:
    try:
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            return None
        return parts.hostname, parts.port or PORTS[parts.scheme]
    except ValueError:
        return None


def _credentials(proxy: str) -> bytes:
    parts = urlsplit(proxy)
    if parts.username is None:
        return b""
    word = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
    return b"Proxy-Authorization: Basic " + base64.b64encode(word) + b"\r\n"


def _connect(addresses: Collection[Address]) -> socket.socket:
    trouble: OSError | None = None
    for address in addresses:
        try:
            wire = socket.create_connection(address, CONNECT_SECONDS)
        except OSError as error:
            trouble = error
        else:
            wire.settimeout(None)
            return wire
    raise Refused(f"it does not answer ({trouble})")


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None) or found
    return bool(mapped.is_global and not mapped.is_multicast)


def _may_be_public(host: str) -> bool:
    """For names that only the site's proxy can look up."""
    try:
        return _is_public(host)
    except ValueError:
        return "." in host and not host.lower().endswith((".localhost", ".local", ".internal", ".localdomain"))
