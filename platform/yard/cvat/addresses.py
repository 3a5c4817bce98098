"""Which addresses the platform talks to for its users: a CVAT server, and never what lies beside it.

Whoever may name a server could otherwise have the platform ask things that only it can reach: the cloud's metadata
service, its own database, the engine. Names are resolved here before each request, and the address that a connection
really has is looked at again (``connection``), so a name that changes its mind gains nothing.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings

from yard.core.errors import InvalidInput
from yard.cvat.errors import CvatAway, CvatForbidden
from yard.datasets.texts import is_control, shown

Ip = IPv4Address | IPv6Address

ADDRESS_CHARACTERS = 500
PORTS = {"http": 80, "https": 443}
# Metadata services of clouds that do not use a link-local address.
METADATA = {ip_address("100.100.100.200"), ip_address("fd00:ec2::254"), ip_address("192.0.0.192")}
PRIVATE = [ip_network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")]
NAT64 = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """The address of a server: ``text`` is how it is kept, without a slash at its end."""

    text: str
    scheme: str
    host: str
    port: int

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def address_of(text: str) -> ServerAddress:
    """The address somebody typed, as it is kept. Raises ``InvalidInput`` for what is no address of a server."""
    text = text.strip().rstrip("/")
    if "://" not in text:
        text = f"https://{text}"
    if len(text) > ADDRESS_CHARACTERS or any(is_control(character) or character.isspace() for character in text):
        raise _invalid("An address has no spaces or control characters, and at most 500 characters.")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise _invalid(f"{shown(text)} is no web address.") from error
    if parts.scheme not in PORTS:
        raise _invalid("An address begins with https:// or http://.")
    if not parts.hostname:
        raise _invalid("An address names a server, as in https://cvat.example.org.")
    if parts.username is not None or parts.password is not None:
        raise _invalid("Leave user name and password out of the address; they have fields of their own.")
    if parts.query or parts.fragment or "?" in text or "#" in text:
        raise _invalid("Give the address of the server alone, without anything behind a ? or #.")
    return ServerAddress(text, parts.scheme, parts.hostname, port or PORTS[parts.scheme])


def check_host(address: ServerAddress) -> None:
    """Nothing when the platform may talk to this server.

    Raises:
        CvatForbidden: Its host is not in ``YARD_CVAT_HOSTS``, or it has an address that is refused.
        CvatAway: Its name cannot be resolved.
    """
    if settings.CVAT_HOSTS and address.host.lower() not in {host.lower() for host in settings.CVAT_HOSTS}:
        raise CvatForbidden(
            f"This platform may not talk to {shown(address.host)}. Its administrators list the CVAT servers that are "
            "allowed in YARD_CVAT_HOSTS."
        )
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise CvatAway(f"The name {shown(address.host)} is not known here. Is the address right?") from error
    for *_, place in found:
        check_ip(str(place[0]))


def check_ip(text: str) -> None:
    """Nothing when the platform may talk to this IP address. Raises ``CvatForbidden``."""
    why = refusal(_plain(ip_address(text.partition("%")[0])))
    if why:
        raise CvatForbidden(why)


def refusal(ip: Ip) -> str:
    """Why the platform may not talk to this address, as a sentence; empty when it may."""
    if ip.is_loopback:
        if settings.CVAT_ALLOW_LOOPBACK:
            return ""
        return (
            f"{ip} is this machine itself, which is refused. If CVAT runs beside the platform, an administrator can "
            "set YARD_CVAT_ALLOW_LOOPBACK=1."
        )
    if ip not in METADATA and any(ip in network for network in PRIVATE if network.version == ip.version):
        if settings.CVAT_ALLOW_PRIVATE:
            return ""
        return f"{ip} is a private address, which is refused here (YARD_CVAT_ALLOW_PRIVATE=0)."
    if ip in METADATA or not ip.is_global or ip.is_multicast:
        return f"{ip} is no address of a web server: link-local, metadata and reserved addresses are always refused."
    return ""


def _plain(ip: Ip) -> Ip:
    """The IPv4 address within an IPv6 one that only wraps it."""
    if isinstance(ip, IPv4Address):
        return ip
    wrapped = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
    if wrapped is None and ip in NAT64:
        wrapped = IPv4Address(int(ip) & 0xFFFFFFFF)
    return wrapped if isinstance(wrapped, IPv4Address) else ip


def _invalid(message: str) -> InvalidInput:
    return InvalidInput(message, extra={"errors": [{"path": ["address"], "message": message}]})
