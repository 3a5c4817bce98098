"""Archives that are damaged, odd or made to do harm: what a person then sees, and that their neighbours are taken."""

from __future__ import annotations

import bz2
import io
import struct
import tarfile
import tracemalloc
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from tests.datasets.conftest import Importer, packed, picture
from tests.datasets.crafted import (
    DEFLATED,
    DEVICE,
    ENCRYPTED,
    FIFO,
    LINK,
    UTF8,
    Entry,
    unicode_path,
    zip64_sizes,
    zip_of,
)
from tests.datasets.outcomes import Files, Settle
from yard.core.errors import TooLarge
from yard.datasets.archives import Archive, Limits, NotAnArchive

RED, BLUE = picture(color="red"), picture(color="blue")
GOOD = Entry(b"good.png", RED)
ZEROS = bytes(3 << 20)
FAR = struct.pack("<HHQ", 1, 8, (1 << 64) - 1)


def tar(name: str, content: bytes) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return target.getvalue()


def overlapping() -> bytes:
    """Two names for the same bytes."""
    return zip_of([GOOD, Entry(b"twice.png", RED, offset=0)])


def nested_headers() -> bytes:
    """The trick of the smallest bombs: each file's content begins with the next file's header."""
    inner = Entry(b"inner.png", RED).local()
    return zip_of([Entry(b"outer.png", inner), Entry(b"inner.png", RED, offset=30 + len(b"outer.png"))])


# --- refused whole ----------------------------------------------------------------------------------------------------

# What comes, and the sentence that a person reads; nothing is taken.
REFUSED: dict[str, tuple[Files, str]] = {
    "cut off": ({"set.zip": zip_of([GOOD])[:-10]}, "set.zip is no ZIP file, or it is cut off. Upload it again."),
    "beginning missing": ({"set.zip": zip_of([GOOD])[40:]}, "set.zip is no ZIP file that can be read: "),
    "0 bytes": ({"set.zip": b""}, "set.zip is no ZIP file: it is empty (0 bytes)."),
    "a RAR": ({"set.zip": b"Rar!\x1a\x07\x01\x00" + bytes(50)}, "set.zip is no ZIP file: it looks like a RAR archive."),
    "a tar.gz": ({"set.zip": tar("a.png", RED)}, "set.zip is no ZIP file: it looks like a gzip archive."),
    "a 7z": ({"set.zip": b"7z\xbc\xaf\x27\x1c" + bytes(50)}, "set.zip is no ZIP file: it looks like a 7z archive."),
    "a photo": ({"set.zip": picture(format="JPEG")}, "set.zip is no ZIP file: it looks like a JPEG image."),
    "a web page": ({"set.zip": b"<html>404"}, "set.zip is no ZIP file: it looks like XML or a web page."),
    "two names for the same bytes": (
        {"set.zip": overlapping()},
        "set.zip is refused: 'twice.png' overlaps another file in it, which only a trap does.",
    ),
    "headers within contents": (
        {"set.zip": nested_headers()},
        "set.zip is refused: 'inner.png' overlaps another file in it, which only a trap does.",
    ),
    "a directory of gigabytes": (
        {"set.zip": zip_of([GOOD], directory_size=0x7FFFFFFF)},
        "set.zip has a directory of 2147483647 bytes, which cannot be right. Pack it again.",
    ),
    "a ZIP64 directory of exabytes": (
        {"set.zip": zip_of([GOOD], directory_size=1 << 62, zip64=True)},
        f"set.zip has a directory of {1 << 62} bytes, which cannot be right. Pack it again.",
    ),
    "a ZIP64 offset beyond everything": (
        {
            "set.zip": zip_of(
                [Entry(b"far.png", RED, extra=struct.pack("<HHQ", 1, 8, (1 << 64) - 1), offset=0xFFFFFFFF)]
            )
        },
        "None of the files is an image",
    ),
    "more files than allowed": (
        {"set.zip": zip_of([GOOD], count=2_000_000, zip64=True)},
        "set.zip holds 2000000 files or more; at most 1000000 are allowed. Upload it in several parts.",
    ),
    "a name that is no UTF-8 although it says so": (
        {"set.zip": zip_of([GOOD, Entry(b"\xff\xfe.png", BLUE)])},
        "set.zip is no ZIP file that can be read: a file name in it is no UTF-8, although it says so.",
    ),
    "of a future version": (
        {"set.zip": zip_of([Entry(b"a.png", RED, version=90)])},
        "set.zip is no ZIP file that can be read: zip file version 9.0. Pack it again.",
    ),
    "everything encrypted": (
        {"set.zip": zip_of([Entry(b"a.png", RED, flags=UTF8 | ENCRYPTED)])},
        "None of the files is an image or has labels that could be used; the list tells why.",
    ),
    "nothing but an archive": (
        {"set.zip": packed({"inner.zip": packed({"a.png": RED})})},
        "None of the files is an image",
    ),
    "no files at all": ({"set.zip": packed({})}, "None of the files is an image"),
    "a damaged annotations.xml": (
        {"set.zip": zip_of([GOOD, Entry(b"annotations.xml", b"<annotations/>", crc=1)])},
        "annotations.xml in set.zip cannot be unpacked: Bad CRC-32 for file 'annotations.xml'.",
    ),
}


@pytest.mark.parametrize(("files", "says"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused_with_a_sentence(settle: Settle, files: Files, says: str) -> None:
    seen = settle(files)
    assert (seen.state, seen.images) == ("failed", [])
    assert seen.message.startswith(says)


def test_more_than_is_allowed_in_all_is_refused(settle: Settle, settings: Any) -> None:
    settings.ARCHIVE_MAX_BYTES = 3 << 20
    many = [Entry(b"%d.bmp" % index, bytes(1 << 20)) for index in range(4)]
    seen = settle({"set.zip": zip_of(many)})
    assert seen.message == ("set.zip unpacks to more than 3 MiB, which is the limit here. Upload it in several parts.")


def test_a_directory_that_lies_about_its_number_of_files_is_counted(settle: Settle, settings: Any) -> None:
    settings.ARCHIVE_MAX_FILES = 10
    content = zip_of([Entry(b"%d.png" % index, RED) for index in range(30)], count=1)
    seen = settle({"set.zip": content})
    assert seen.message.startswith("set.zip holds 11 files or more; at most 10 are allowed.")


# --- left out alone ---------------------------------------------------------------------------------------------------

# What lies beside a good image, and what is said about it; the good image is taken.
LEFT_OUT: dict[str, tuple[Entry, str]] = {
    "encrypted": (Entry(b"a.png", RED, flags=UTF8 | ENCRYPTED), "a.png was left out: it is encrypted"),
    "a link": (Entry(b"a.png", b"/etc/passwd", mode=LINK), "a.png was left out: it is a link"),
    "a device": (Entry(b"a.png", RED, mode=DEVICE), "a.png was left out: it is a device or another special file"),
    "a pipe": (Entry(b"a.png", RED, mode=FIFO), "a.png was left out: it is a device or another special file"),
    "a way up": (Entry(b"../../a.png", BLUE), '../../a.png was left out: its path holds ".." or "."'),
    "a way up inside": (Entry(b"x/../a.png", BLUE), 'x/../a.png was left out: its path holds ".." or "."'),
    "an absolute path": (Entry(b"/etc/a.png", BLUE), "/etc/a.png was left out: its path is absolute"),
    "a drive": (Entry(b"C:a.png", BLUE), "C:a.png was left out: its path names a drive"),
    "a Windows path": (Entry(b"x\\a.png", BLUE), "x\\a.png was left out: its path holds a backslash"),
    "a network path": (Entry(b"\\\\host\\a.png", BLUE), "was left out: its path holds a backslash"),
    "a NUL": (Entry(b"a.png\0.exe", BLUE), "a.png\ufffd.exe was left out: its name holds control characters"),
    "a line break": (Entry(b"a\n.png", BLUE), "a\ufffd.png was left out: its name holds control characters"),
    "an escape": (Entry(b"a\x1b[31m.png", BLUE), "a\ufffd[31m.png was left out: its name holds control characters"),
    "an override to right-to-left": (
        Entry("a\u202egnp.exe".encode(), BLUE),
        "a\ufffdgnp.exe was left out: its name holds control characters",
    ),
    "a noncharacter": (Entry("a\uffff.png".encode(), BLUE), "was left out: its name holds control characters"),
    "300 characters": (Entry(b"n" * 296 + b".png", BLUE), "was left out: its name is too long"),
    "256 bytes": (Entry(b"n" * 252 + b".png", BLUE), "was left out: its name is too long"),
    "a path of kilobytes": (Entry(b"/".join([b"d" * 50] * 25), BLUE), "was left out: its name is too long"),
    "65 folders": (Entry(b"d/" * 65 + b"a.png", BLUE), "was left out: it lies in more than 64 folders"),
    "an archive within": (Entry(b"b.zip", packed({"a.png": RED})), "b.zip was left out: archives within archives"),
    "an archive within, in capitals": (Entry(b"B.TAR.GZ", b"x"), "B.TAR.GZ was left out: archives within archives"),
    "packed by LZMA": (
        Entry(b"a.png", RED, method=14, packed=b"\x09\x04\x05\x00]\x00\x00\x00\x04" + bytes(20)),
        "a.png was left out: it is packed by a method that is not supported (stored, deflate and bzip2 are)",
    ),
    "packed by Deflate64": (Entry(b"a.png", RED, method=9), "is packed by a method that is not supported"),
    "200 times larger": (
        Entry(b"a.bmp", ZEROS, method=DEFLATED),
        "a.bmp was left out: it unpacks to 3145728 bytes out of",
    ),
    "200 times larger by bzip2": (
        Entry(b"a.bmp", ZEROS, method=12, packed=bz2.compress(ZEROS)),
        "a.bmp was left out: it unpacks to 3145728 bytes out of",
    ),
    "of exabytes": (
        Entry(b"a.bmp", RED, extra=zip64_sizes(1 << 62, 10), size=0xFFFFFFFF, packed_size=0xFFFFFFFF),
        f"a.bmp was left out: it unpacks to {1 << 62} bytes",
    ),
    "reaching behind the end": (
        Entry(b"a.png", RED, packed_size=1 << 30),
        "a.png was left out: it ends behind the end of the archive",
    ),
    "another name before the content": (
        Entry(b"a.png", RED, local_name=b"b.png"),
        "a.png in set.zip cannot be unpacked: File name in directory 'a.png' and header b'b.png' differ",
    ),
    "a wrong checksum": (Entry(b"a.png", BLUE, crc=1), "a.png in set.zip cannot be unpacked: Bad CRC-32"),
    "a wrong checksum by bzip2": (
        Entry(b"a.png", BLUE, method=12, packed=bz2.compress(BLUE), crc=1),
        "a.png in set.zip cannot be unpacked: its checksum is wrong",
    ),
    "damaged bzip2": (
        Entry(b"a.png", BLUE, method=12, packed=b"BZh9 this is none"),
        "a.png in set.zip cannot be unpacked: Invalid data stream",
    ),
    "bzip2 that ends too early": (
        Entry(b"a.png", BLUE, method=12, packed=bz2.compress(BLUE)[:20]),
        "a.png in set.zip cannot be unpacked: it ends too early",
    ),
    "damaged deflate": (
        Entry(b"a.png", BLUE, method=DEFLATED, packed=b"\xff\xff\xff"),
        "a.png in set.zip cannot be unpacked: Error -3 while decompressing data",
    ),
    "without a name": (Entry(b"", BLUE), "was left out: it has no name"),
    "larger than it says": (
        Entry(b"a.png", BLUE, method=DEFLATED, size=len(BLUE) - 5),
        "a.png in set.zip cannot be unpacked: Bad CRC-32",
    ),
    "0 bytes": (Entry(b"a.png"), "a.png: it is empty (0 bytes)"),
    "a wrong suffix": (Entry(b"a.png", packed({"b.png": RED})), "a.png: it is a ZIP archive; upload it under a name"),
    "a program": (
        Entry(b"setup.exe", b"MZ"),
        "setup.exe: files ending in .exe are neither images nor labels",
    ),
}


def test_each_costs_only_itself(settle: Settle, subtests: pytest.Subtests) -> None:
    """All of them at once, each in an archive of its own, named after what it is."""
    archives = {f"{what}.zip": zip_of([entry]) for what, (entry, _) in LEFT_OUT.items()}
    seen = settle({"set.zip": zip_of([GOOD]), **archives})
    assert (seen.state, seen.images) == ("succeeded", ["good.png"])
    for what, (_, says) in LEFT_OUT.items():
        with subtests.test(what):
            assert says.replace("set.zip", f"{what}.zip") in seen
            assert "was left out" not in says or any(
                line.startswith(f"{what}.zip: ") and says in line for line in seen.sentences.split("\n")
            )


def test_a_name_counts_once(settle: Settle) -> None:
    seen = settle({"set.zip": zip_of([GOOD, Entry(b"good.png", BLUE)])})
    assert (seen.state, seen.images) == ("succeeded", ["good.png"])
    assert "set.zip: good.png was left out: the archive holds another file of the same name" in seen


# --- taken ------------------------------------------------------------------------------------------------------------

# Neighbours of the above that are fine: what comes, and the images that the data set then has.
TAKEN: dict[str, tuple[bytes, list[str]]] = {
    "255 bytes": (zip_of([Entry(b"n" * 251 + b".png", RED)]), ["n" * 251 + ".png"]),
    "64 folders": (zip_of([Entry(b"d/" * 63 + b"a.png", RED)]), ["a.png"]),
    "names that differ in more than capitals": (
        zip_of([Entry(b"a.png", RED), Entry(b"b.png", BLUE)]),
        ["a.png", "b.png"],
    ),
    "names that differ in capitals only": (
        zip_of([Entry(b"a.png", RED), Entry(b"A.png", BLUE)]),
        ["A.png", "a-2.png"],
    ),
    "a name with two dots inside": (zip_of([Entry(b"a..b.png", RED)]), ["a..b.png"]),
    "Hebrew and Arabic": (
        zip_of([Entry("תמונה.png".encode(), RED), Entry("صورة.png".encode(), BLUE)]),
        ["תמונה.png", "صورة.png"],
    ),
    "emoji": (zip_of([Entry("🌱.png".encode(), RED)]), ["🌱.png"]),
    "script as a name": (zip_of([Entry(b"<script>alert(1)<.png", RED)]), ["<script>alert(1)<.png"]),
    "shell as a name": (zip_of([Entry(b"$(reboot);`id`'\".png", RED)]), ["$(reboot);`id`'\".png"]),
    "UTF-8 that does not say so": (zip_of([Entry("blätter.png".encode(), RED, flags=0)]), ["blätter.png"]),
    "the code page of old PCs": (zip_of([Entry("blätter.png".encode("cp437"), RED, flags=0)]), ["blätter.png"]),
    "a name in a field of its own": (
        zip_of([Entry(b"bl?tter.png", RED, flags=0, extra=unicode_path(b"bl?tter.png", "blätter.png"))]),
        ["blätter.png"],
    ),
    "a field made for another name": (
        zip_of([Entry(b"a.png", RED, flags=0, extra=unicode_path(b"b.png", "../b.png"))]),
        ["a.png"],
    ),
    "bytes before it": (zip_of([GOOD], prefix=b"#!/bin/sh\nexit\n" * 100), ["good.png"]),
    "a comment": (zip_of([GOOD], comment=b"made by a camera"), ["good.png"]),
    "a comment of 65535 bytes": (zip_of([GOOD], comment=b"c" * 65535), ["good.png"]),
    "ZIP64": (zip_of([GOOD], zip64=True), ["good.png"]),
    "ZIP64 with bytes before it": (zip_of([GOOD], zip64=True, prefix=b"x" * 100), ["good.png"]),
    "a number of files that lies": (zip_of([GOOD, Entry(b"b.png", BLUE)], count=1), ["b.png", "good.png"]),
    "folders as entries": (zip_of([Entry(b"photos/", mode=0o040755), Entry(b"photos/a.png", RED)]), ["a.png"]),
    "bzip2": (zip_of([Entry(b"a.png", RED, method=12, packed=bz2.compress(RED))]), ["a.png"]),
    "a photo of 1 MB of one colour": (packed({"flat.bmp": picture(590, 590, format="BMP")}), ["flat.bmp"]),
    "a size that is too large for its content": (
        zip_of([Entry(b"a.png", RED, method=DEFLATED, size=len(RED) + 5)]),
        ["a.png"],
    ),
    "executable files": (zip_of([Entry(b"a.png", RED, mode=0o100755)]), ["a.png"]),
    "files of a system without modes": (zip_of([Entry(b"a.png", RED, mode=0)]), ["a.png"]),
    "a photo that is also a ZIP": (zip_of([GOOD], prefix=picture(format="JPEG")), ["good.png"]),
}


@pytest.mark.parametrize(("content", "images"), TAKEN.values(), ids=TAKEN)
def test_its_neighbour_is_taken(settle: Settle, content: bytes, images: list[str]) -> None:
    seen = settle({"set.zip": content})
    assert (seen.state, seen.images) == ("succeeded", sorted(images))
    assert "left out" not in seen


def test_a_big_but_legal_archive_is_taken(settle: Settle, settings: Any) -> None:
    """As many bytes and files as are allowed, to the last one."""
    photo = picture(300, 300, format="BMP")
    settings.ARCHIVE_MAX_FILES = 40
    settings.ARCHIVE_MAX_BYTES = 40 * len(photo)
    files = {f"{index}.bmp": photo[:-1] + bytes([index]) for index in range(40)}
    seen = settle({"set.zip": packed(files)})
    assert (seen.state, len(seen.images)) == ("succeeded", 40)


def test_folders_of_one_photo_each_are_many_labels_but_no_fault(settle: Settle, settings: Any) -> None:
    settings.ANNOTATIONS_MAX_LABELS = 3
    files = {f"set/day{index}/{index}.png": picture(color=(index, 0, 0)) for index in range(5)}
    seen = settle({"set.zip": packed(files)})
    assert (seen.state, len(seen.images)) == ("succeeded", 5)
    assert "No annotations came along" in seen


def test_hostile_and_good_archives_of_one_import_are_judged_one_by_one(settle: Settle) -> None:
    seen = settle({"a.zip": packed({"a.png": RED}), "b.zip": zip_of([Entry(b"../b.png", BLUE)])})
    assert (seen.state, seen.images) == ("succeeded", ["a.png"])


# --- names of uploads themselves --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("../a.zip", '".."'),
        ("C:a.zip", "drive"),
        ("a\0.zip", "control characters"),
        ("a\u202epiz.exe", "control characters"),
        ("n" * 300 + ".zip", "too long"),
        ("a" + "\u0300\u0323" * 9000, "more than 8192 characters"),  # putting such marks in order takes long
    ],
)
def test_a_bad_name_of_an_upload_is_a_bad_request(as_owner: APIClient, dataset: Any, name: str, says: str) -> None:
    from tests.datasets.conftest import header

    where = as_owner.post(f"/api/v1/datasets/{dataset.pk}/imports/").json()["id"]
    answer = as_owner.post(
        f"/api/v1/imports/{where}/uploads/", headers={"Upload-Length": "1", "Upload-Metadata": header(name)}
    )
    assert answer.status_code == 400
    assert says in answer.json()["message"]
    assert as_owner.get(f"/api/v1/imports/{where}/").json()["uploads"] == []


# --- what it costs ----------------------------------------------------------------------------------------------------


def test_a_bomb_of_bzip2_is_unpacked_no_further_than_is_asked_for() -> None:
    """A hundred bytes make a hundred megabytes, while the directory says that it were a thousand."""
    content = bz2.compress(bytes(64 << 20))
    assert len(content) < 1000
    archive = Archive(
        io.BytesIO(zip_of([Entry(b"a.bmp", bytes(1000), method=12, packed=content)])),
        name="set.zip",
        limits=Limits(1 << 30, 10, 200),
    )
    tracemalloc.start()
    try:
        with archive.open(archive.members[0]) as stream:
            assert stream.read() == bytes(1000)
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_a_directory_is_measured_where_it_is_read() -> None:
    """The locator of a ZIP64 names another place than that where zipfile looks: the honest record there is no help."""
    honest = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, 50, 0)
    content = bytearray(zip_of([GOOD], zip64=True, count=5_000_000, prefix=honest))
    struct.pack_into("<Q", content, content.rfind(b"PK\x06\x07") + 8, 0)
    with pytest.raises(TooLarge, match="5000000 files"):
        Archive(io.BytesIO(bytes(content)), name="set.zip")


@pytest.mark.timeout(120)  # trying every number for each takes many times longer
def test_thousands_of_names_that_differ_in_capitals_only_are_numbered() -> None:
    from yard.datasets.naming import plan_names

    letters = [[letter, letter.upper()] for letter in "abcdefghijklmn"]
    names = [""]
    for pair in letters:
        names = [name + letter for name in names for letter in pair]
    planned = plan_names([f"{name}.png" for name in names])
    assert len({name.casefold() for name in planned.values()}) == len(names) == 1 << 14


def test_an_error_of_whoever_takes_the_content_is_not_the_archives(import_files: Importer) -> None:
    """A full disk, say, must not make good files look damaged."""
    archive = Archive(io.BytesIO(packed({"a.png": RED})), name="set.zip")
    with pytest.raises(OSError, match="No space"), archive.open(archive.members[0]):
        raise OSError(28, "No space left on device")


# --- whatever comes ---------------------------------------------------------------------------------------------------

numbers = st.one_of(st.none(), st.sampled_from([0, 1, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF]), st.integers(0, 0xFFFFFFFF))
names = st.one_of(
    st.binary(max_size=20),
    st.text(max_size=20).map(lambda text: text.encode("utf-8", "ignore")),
    st.sampled_from([b"a.png", b"A.png", b"x/a.png", b"../a.png", b"a.png\0", b"annotations.xml", b"x/"]),
)
extras = st.one_of(
    st.just(b""),
    st.binary(max_size=30),
    st.builds(zip64_sizes, *[st.integers(0, (1 << 64) - 1)] * 3),
)
entries = st.builds(
    Entry,
    name=names,
    content=st.one_of(st.binary(max_size=50), st.just(RED)),
    method=st.sampled_from([0, 8, 12, 14, 9, 93, 99]),
    packed=st.one_of(st.none(), st.binary(max_size=60)),
    flags=st.sampled_from([0, UTF8, ENCRYPTED, UTF8 | 0x40, 0x20, 0xFFFF]),
    mode=st.sampled_from([0, 0o100644, LINK, DEVICE, FIFO, 0o040755, 0xFFFF]),
    local_name=st.one_of(st.none(), names),
    size=numbers,
    packed_size=numbers,
    crc=st.one_of(st.none(), st.integers(0, 0xFFFFFFFF)),
    extra=extras,
    local_extra=extras,
    offset=numbers,
    version=st.integers(0, 70),
)
honest = st.builds(
    Entry,
    name=st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12).map(
        lambda name: f"{name}.png".encode()
    ),
    content=st.binary(max_size=200),
    method=st.sampled_from([0, 8]),
)


def read_all(content: bytes) -> dict[str, bytes]:
    archive = Archive(io.BytesIO(content), name="set.zip", limits=Limits(1 << 20, 50, 200))
    found = {}
    for member in archive.members:
        try:
            with archive.open(member) as stream:
                found[member.path] = stream.read()
        except NotAnArchive as error:
            assert error.message.endswith(".")  # noqa: PT017 - whatever else is raised fails the test
            continue
        assert len(found[member.path]) <= member.size
    return found


@hypothesis_settings(max_examples=100)
@given(st.lists(entries, max_size=4), st.binary(max_size=20), st.binary(max_size=20), numbers, numbers, st.booleans())
def test_an_archive_that_lies_in_any_field_is_read_or_refused(
    found: list[Entry], prefix: bytes, comment: bytes, count: int | None, size: int | None, zip64: bool
) -> None:
    content = zip_of(found, prefix=prefix, comment=comment, count=count, directory_size=size, zip64=zip64)
    try:
        for name in read_all(content):
            assert not name.startswith("/")
            assert not {"..", ".", ""} & set(name.split("/"))
    except (NotAnArchive, TooLarge):
        return


@hypothesis_settings(max_examples=50)
@given(st.lists(honest, max_size=5, unique_by=lambda entry: entry.name), st.binary(max_size=20), st.booleans())
def test_an_honest_archive_is_read_whole(found: list[Entry], prefix: bytes, zip64: bool) -> None:
    import unicodedata

    wanted = {unicodedata.normalize("NFC", entry.name.decode()): entry.content for entry in found}
    if len(wanted) < len(found):
        return  # two spellings of one name
    content = zip_of(found, prefix=prefix, zip64=zip64)
    assert read_all(content) == wanted
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None


@hypothesis_settings(max_examples=100)
@given(st.lists(st.tuples(st.integers(0, 400), st.binary(min_size=1, max_size=4)), max_size=6))
def test_a_damaged_archive_is_read_or_refused(changes: list[tuple[int, bytes]]) -> None:
    content = bytearray(packed({"a.png": RED, "b/c.png": BLUE, "annotations.xml": b"<annotations/>"}))
    for at, junk in changes:
        content[at : at + len(junk)] = junk
    try:
        read_all(bytes(content))
    except (NotAnArchive, TooLarge):
        return
