from __future__ import annotations

import io
import stat
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.datasets.conftest import packed
from yard.core.errors import TooLarge
from yard.datasets.archives import Archive, Limits, NotAnArchive, refusal_of_name

GENEROUS = Limits(total_bytes=1 << 30, files=1000, ratio=200)


def opened(content: bytes, limits: Limits = GENEROUS) -> Archive:
    return Archive(io.BytesIO(content), name="upload.zip", limits=limits)


def with_entry(info: zipfile.ZipInfo, content: bytes = b"x", *, compress: int | None = None) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("good.jpg", b"good")
        archive.writestr(info, content, compress_type=compress)
    return target.getvalue()


def entry(name: str, mode: int = 0, flags: int = 0) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("placeholder")
    info.filename = info.orig_filename = name
    info.external_attr = mode << 16
    info.flag_bits = flags
    return info


def test_it_lists_and_opens_files() -> None:
    archive = opened(packed({"a.jpg": b"one", "folder/b.jpg": b"two"}))
    assert [(member.path, member.size) for member in archive.members] == [("a.jpg", 3), ("folder/b.jpg", 3)]
    with archive.open(archive.members[1]) as stream:
        assert stream.read() == b"two"
    assert archive.findings.items == []


BAD_NAMES = {
    "/etc/passwd": "absolute",
    "../up.jpg": '".."',
    "a/../../up.jpg": '".."',
    "a/./b.jpg": '".."',
    "C:evil.jpg": "drive",
    "a\\b.jpg": "backslash",
    "a//b.jpg": "empty part",
    "line\nbreak.jpg": "control",
    "gpj\u202e.exe": "control",
    "x" * 256 + ".jpg": "too long",
    "/".join(["d" * 200] * 6) + "/a.jpg": "too long",
}


@pytest.mark.parametrize(("name", "why"), BAD_NAMES.items(), ids=[name[:12] for name in BAD_NAMES])
def test_a_bad_name_costs_only_its_file(name: str, why: str) -> None:
    archive = opened(with_entry(entry(name)))
    assert [member.path for member in archive.members] == ["good.jpg"]
    (finding,) = archive.findings.items
    assert why in finding.message
    assert finding.file == "upload.zip"
    assert all(character.isprintable() for character in finding.message)


@pytest.mark.parametrize(
    ("info", "why"),
    [
        (entry("link.jpg", stat.S_IFLNK | 0o777), "link"),
        (entry("disk.jpg", stat.S_IFBLK | 0o600), "device"),
        (entry("pipe.jpg", stat.S_IFIFO | 0o600), "device"),
        (entry("more.zip"), "archives within archives"),
        (entry("good.jpg"), "same name"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_what_is_no_plain_file_is_left_out(info: zipfile.ZipInfo, why: str) -> None:
    archive = opened(with_entry(info))
    assert [member.path for member in archive.members] == ["good.jpg"]
    assert why in archive.findings.items[0].message


def test_an_encrypted_file_is_left_out() -> None:
    content = bytearray(with_entry(entry("secret.jpg")))
    at = content.rfind(b"PK\x01\x02")
    struct.pack_into("<H", content, at + 8, 1)
    archive = opened(bytes(content))
    assert [member.path for member in archive.members] == ["good.jpg"]
    assert "encrypted" in archive.findings.items[0].message


def test_a_method_that_may_eat_memory_is_left_out() -> None:
    archive = opened(with_entry(entry("a.jpg"), b"x" * 1000, compress=zipfile.ZIP_LZMA))
    assert [member.path for member in archive.members] == ["good.jpg"]


def test_a_file_packed_too_tightly_is_left_out() -> None:
    archive = opened(with_entry(entry("zeros.bmp"), b"\0" * (4 << 20), compress=zipfile.ZIP_DEFLATED))
    assert [member.path for member in archive.members] == ["good.jpg"]
    assert "200 times" in archive.findings.items[0].message


def test_what_systems_add_is_ignored_without_fuss() -> None:
    names = ["__MACOSX/a/._b.jpg", "a/.DS_Store", "Thumbs.db", "a/._b.jpg", "desktop.ini", "a/b.jpg"]
    archive = opened(packed(dict.fromkeys(names, b"x")))
    assert [member.path for member in archive.members] == ["a/b.jpg"]
    assert [(str(item.severity), item.code) for item in archive.findings.items] == [("info", "archive.junk")]


def test_names_are_normalised() -> None:
    archive = opened(packed({"bla\u0308tter/1.jpg": b"x"}))
    assert archive.members[0].path == "bl\u00e4tter/1.jpg"


@pytest.mark.parametrize(
    "content",
    [b"", b"not a zip", packed({"a.jpg": b"x" * 1000})[:-30], packed({"a.jpg": b"x"})[50:]],
    ids=["empty", "text", "cut off", "headless"],
)
def test_what_is_no_zip_is_refused(content: bytes) -> None:
    with pytest.raises(NotAnArchive, match=r"upload\.zip"):
        opened(content)


def test_members_that_share_bytes_are_refused() -> None:
    """The trick behind archives of a few kilobytes that unpack to petabytes."""
    content = packed({"a.jpg": b"x" * 5000})
    end = content.rfind(b"PK\x05\x06")
    directory = content.rfind(b"PK\x01\x02")
    record = content[directory:end]
    twice = record + record.replace(b"a.jpg", b"b.jpg")
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2, 2, len(twice), directory, 0)
    with pytest.raises(NotAnArchive, match="overlaps"):
        opened(content[:directory] + twice + tail)


def test_too_many_files_are_refused_before_the_directory_is_read() -> None:
    content = packed({f"{index}.jpg": b"x" for index in range(20)})
    with pytest.raises(TooLarge, match="20 files"):
        opened(content, Limits(1 << 30, 10, 200))


def test_too_much_in_all_is_refused() -> None:
    with pytest.raises(TooLarge, match="unpacks to more"):
        opened(packed({"a.jpg": b"x" * 3000, "b.jpg": b"y" * 3000}), Limits(5000, 10, 200))


def test_a_directory_that_cannot_be_is_refused() -> None:
    content = bytearray(packed({"a.jpg": b"x"}))
    struct.pack_into("<L", content, content.rfind(b"PK\x05\x06") + 12, 0x7FFFFFFF)
    with pytest.raises(NotAnArchive, match="directory"):
        opened(bytes(content))


def test_damaged_content_is_told_when_it_is_read() -> None:
    content = bytearray(packed({"a.jpg": bytes(range(256)) * 8}))
    content[60] ^= 0xFF
    archive = opened(bytes(content))
    with pytest.raises(NotAnArchive, match=r"a\.jpg"), archive.open(archive.members[0]) as stream:
        stream.read()


@given(st.binary(max_size=300))
def test_no_bytes_make_it_fail_otherwise(junk: bytes) -> None:
    content = packed({"a.jpg": b"x"})
    for candidate in (junk, content + junk, content[:40] + junk + content[40:]):
        try:
            archive = opened(candidate)
            for member in archive.members:
                with archive.open(member) as stream:
                    stream.read()
        except (NotAnArchive, TooLarge):
            continue


@given(st.text(max_size=40))
def test_no_name_gets_through_that_leaves_its_folder(name: str) -> None:
    if refusal_of_name(name) is None:
        assert not name.startswith("/")
        assert ".." not in name.split("/")
        assert name.isprintable() or not any(ord(character) < 32 for character in name)
