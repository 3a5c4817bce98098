"""Where the address of a bucket leads, and where it must not lead."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yard.core.errors import InvalidInput
from yard.datasets import remote
from yard.datasets.remote import BucketRefused, BucketUnreachable, Keys, Place, RemoteBucket, place_of

KEYS = Keys("access", "secret-of-test")

GOOD = {
    "https://store.example.org/photos": Place("store.example.org", True, "", "photos", ""),
    "http://store.example.org:9000/photos/2024/may/": Place("store.example.org:9000", False, "", "photos", "2024/may/"),
    "s3://photos/day%201": Place("s3.amazonaws.com", True, "", "photos", "day 1"),
    "https://photos.s3.eu-central-1.amazonaws.com/x": Place("s3.amazonaws.com", True, "eu-central-1", "photos", "x"),
    "https://s3.eu-west-1.amazonaws.com/photos/x": Place("s3.amazonaws.com", True, "eu-west-1", "photos", "x"),
    "https://[2001:db8::1]:9000/photos/": Place("[2001:db8::1]:9000", True, "", "photos", ""),
}


@pytest.mark.parametrize(("url", "place"), GOOD.items(), ids=GOOD)
def test_an_address_names_a_place(url: str, place: Place) -> None:
    assert place_of(url) == place


@pytest.mark.parametrize(
    "url",
    [
        "", "photos", "ftp://store/photos", "https:///photos", "https://store.example.org", "https://store.example.org/",
        "https://user:word@store.example.org/photos", "https://store.example.org/photos?x=1", "file:///etc/passwd",
        "https://store.example.org:port/photos", "https://store.example.org/ph otos", "s3://", "https://[::1/photos",
        "https://store.example.org/photos/a%00b", "gopher://127.0.0.1/_photos",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput):
        place_of(url)


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    for url in (text, f"https://{text}", f"s3://{text}", f"https://store.example.org/{text}"):
        with suppress(InvalidInput):
            place_of(url)


INSIDE = [
    "127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
    "::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
]  # fmt: skip


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 9000)) for address in addresses]
    monkeypatch.setattr(remote.socket, "getaddrinfo", lambda *_, **__: found)


@pytest.mark.parametrize("address", INSIDE)
def test_machines_inside_the_network_are_not_called(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    resolving(monkeypatch, "93.184.216.34", address)
    with pytest.raises(BucketRefused, match="inside a network"):
        remote.check_host("innocent.example.org:9000", secure=True)


def test_public_machines_are(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "93.184.216.34", "2606:2800:220:1::1")
    remote.check_host("store.example.org", secure=True)


@pytest.mark.parametrize("allowed", ["store.lan", "STORE.lan:9000", "10.1.2.3", "10.0.0.0/8"])
def test_an_operator_can_allow_them(monkeypatch: pytest.MonkeyPatch, settings: Any, allowed: str) -> None:
    resolving(monkeypatch, "10.1.2.3")
    settings.IMPORT_ALLOWED_HOSTS = [allowed]
    remote.check_host("store.lan:9000", secure=False)
    settings.IMPORT_ALLOWED_HOSTS = ["other.lan", "10.2.0.0/16"]
    with pytest.raises(BucketRefused):
        remote.check_host("store.lan:9000", secure=False)


class Listener:
    """A server inside the network that counts what it is sent, and answers with ``answer``."""

    def __init__(self, answer: bytes = b"") -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.received = b""
        self.asked = 0
        self._answer = answer
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                got = connection.recv(4096)
                self.received += got
                if got:
                    self.asked += 1
                    connection.sendall(self._answer)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(timeout=5)


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()
    yield found
    found.close()


def test_a_name_that_changes_its_mind_is_not_told_a_byte(listener: Listener) -> None:
    """The check of the name passed; the connection then leads inside."""
    bucket = RemoteBucket(Place(f"127.0.0.1:{listener.port}", False, "us-east-1", "photos", ""), KEYS)
    with pytest.raises(BucketRefused, match="inside a network"):
        list(bucket.objects())
    assert listener.received == b""


def test_redirects_are_not_followed(listener: Listener, settings: Any) -> None:
    location = f"http://127.0.0.1:{listener.port}/secret"
    redirecting = Listener(
        f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
    )
    settings.IMPORT_ALLOWED_HOSTS = ["127.0.0.1"]
    bucket = RemoteBucket(Place(f"127.0.0.1:{redirecting.port}", False, "us-east-1", "photos", ""), KEYS)
    try:
        with pytest.raises((BucketRefused, BucketUnreachable)):
            list(bucket.objects())
    finally:
        redirecting.close()
    assert redirecting.asked >= 1
    assert listener.received == b""


def test_a_server_that_speaks_no_s3_is_told_of_without_keys(settings: Any) -> None:
    web = Listener(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")
    settings.IMPORT_ALLOWED_HOSTS = ["127.0.0.1"]
    bucket = RemoteBucket(Place(f"127.0.0.1:{web.port}", False, "us-east-1", "photos", ""), KEYS)
    try:
        with pytest.raises((BucketRefused, BucketUnreachable)) as caught:
            list(bucket.objects())
    finally:
        web.close()
    assert KEYS.secret_key not in caught.value.message
    assert KEYS.secret_key.encode() not in web.received


def test_a_list_without_end_is_not_read_into_memory(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "ANSWER_MAX_BYTES", 1000)
    endless = Listener(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"<a>" * 1000)
    settings.IMPORT_ALLOWED_HOSTS = ["127.0.0.1"]
    bucket = RemoteBucket(Place(f"127.0.0.1:{endless.port}", False, "us-east-1", "photos", ""), KEYS)
    try:
        with pytest.raises(BucketUnreachable):
            bucket.check()
    finally:
        endless.close()


def test_pages_without_end_are_not_turned(settings: Any) -> None:
    page = (
        b"<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken>"
        b"<Name>photos</Name><Prefix></Prefix></ListBucketResult>"
    )
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(page)}\r\nConnection: close\r\n\r\n".encode()
    endless = Listener(head + page)
    settings.IMPORT_ALLOWED_HOSTS = ["127.0.0.1"]
    bucket = RemoteBucket(Place(f"127.0.0.1:{endless.port}", False, "us-east-1", "photos", ""), KEYS)
    try:
        with pytest.raises(BucketUnreachable):
            bucket.check()
    finally:
        endless.close()
    assert endless.asked <= 10
