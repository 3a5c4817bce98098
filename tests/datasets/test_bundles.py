"""Many files in one stream: what the pages send, and what somebody sends who means harm."""

from __future__ import annotations

import io
import tarfile
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.datasets.conftest import BOX, client_of, cvat, finding_codes, picture
from tests.datasets.test_import_faults import Killed, expire, killed_at
from tests.datasets.test_uploads_api import create
from yard.accounts.models import User
from yard.core.errors import TooLarge
from yard.datasets.archives import Limits, NotAnArchive
from yard.datasets.bundles import BLOCK, Bundle
from yard.datasets.imports import pictures
from yard.datasets.imports import services as import_services
from yard.datasets.imports.run import import_perform
from yard.datasets.models import Dataset, Import, ImportState, UploadKind

LIMITS = Limits(1 << 40, 1000, 200)


def packed(
    entries: list[tuple[str, bytes] | tarfile.TarInfo], format: int = tarfile.PAX_FORMAT, end: bool = True
) -> bytes:
    target = io.BytesIO()
    archive = tarfile.open(fileobj=target, mode="w", format=format)  # noqa: SIM115 - left without an end, or not
    for entry in entries:
        if isinstance(entry, tarfile.TarInfo):
            archive.addfile(entry, io.BytesIO(b"x" * entry.size) if entry.size else None)
        else:
            info = tarfile.TarInfo(entry[0])
            info.size, info.mtime = len(entry[1]), 1_700_000_000
            archive.addfile(info, io.BytesIO(entry[1]))
    if end:
        archive.close()
    return target.getvalue()


def special(name: str, kind: bytes, **more: Any) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    for key, value in more.items():
        setattr(info, key, value)
    return info


def opened(content: bytes, limits: Limits = LIMITS) -> Bundle:
    return Bundle(io.BytesIO(content), name="photos", limits=limits)


def held(bundle: Bundle) -> dict[str, bytes]:
    found = {}
    for member in bundle.members:
        with bundle.open(member) as stream:
            found[member.path] = stream.read()
    return found


def codes(bundle: Bundle) -> list[str]:
    return [finding.code for finding in bundle.findings.items]


GOOD = ("good.png", b"good")


PART = st.text("abcäß漢 .-", min_size=1, max_size=90).filter(lambda part: part not in (".", ".."))
PATH = st.lists(PART, min_size=1, max_size=4).map("/".join)


@given(
    st.dictionaries(PATH, st.binary(max_size=1500), max_size=8),
    st.sampled_from([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT]),
)
@settings(max_examples=60, deadline=None)
def test_what_was_packed_comes_out(files: dict[str, bytes], format: int) -> None:
    bundle = opened(packed(list(files.items()), format))
    assert held(bundle) == files
    assert bundle.findings.items == []
    assert all(member.modified_at and member.modified_at.year == 2023 for member in bundle.members)


HOSTILE: dict[str, tuple[str, bytes | tarfile.TarInfo]] = {
    "a symbolic link": ("link", special("a.png", tarfile.SYMTYPE, linkname="/etc/passwd")),
    "a hard link": ("link", special("a.png", tarfile.LNKTYPE, linkname="good.png")),
    "a device": ("special file", special("a.png", tarfile.CHRTYPE, devmajor=1, devminor=5)),
    "a pipe": ("special file", special("a.png", tarfile.FIFOTYPE)),
    "an absolute path": ("absolute", special("/etc/a.png", tarfile.REGTYPE, size=3)),
    "a path that leaves": ('".."', special("a/../../a.png", tarfile.REGTYPE, size=3)),
    "a path of another system": ("backslash", special("a\\b.png", tarfile.REGTYPE, size=3)),
    "a control character": ("control", special("a\n.png", tarfile.REGTYPE, size=3)),
    "a sparse file of today": (
        "sparse",
        special("a.png", tarfile.REGTYPE, size=3, pax_headers={"GNU.sparse.major": "1", "GNU.sparse.minor": "0"}),
    ),
    "a sparse file of old": ("sparse", special("a.png", tarfile.GNUTYPE_SPARSE, size=3)),
    "the same name again": ("same name", special("good.png", tarfile.REGTYPE, size=3)),
    "a very long name": ("too long", special("n" * 3000, tarfile.REGTYPE, size=3)),
}


@pytest.mark.parametrize(("says", "entry"), HOSTILE.values(), ids=HOSTILE)
def test_what_cannot_be_taken_costs_only_itself(says: str, entry: tarfile.TarInfo) -> None:
    bundle = opened(packed([GOOD, entry, ("last.png", b"last")]))
    assert held(bundle) == {"good.png": b"good", "last.png": b"last"}
    assert codes(bundle) == ["bundle.left_out"]
    assert says in bundle.findings.items[0].message


def test_folders_are_no_files() -> None:
    bundle = opened(packed([special("folder", tarfile.DIRTYPE), ("folder/a.png", b"a")]))
    assert (held(bundle), codes(bundle)) == ({"folder/a.png": b"a"}, [])


def header_of(kind: bytes, size: int) -> bytes:
    info = special("././@Header", kind)
    info.size = size
    return info.tobuf(tarfile.USTAR_FORMAT)


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME])
def test_a_header_that_claims_gigabytes_is_not_read(kind: bytes) -> None:
    content = packed([GOOD], end=False)[: 2 * BLOCK] + header_of(kind, 6 << 30) + b"1" * (1 << 20)
    tracemalloc.start()
    bundle = opened(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (held(bundle), codes(bundle)) == ({"good.png": b"good"}, ["bundle.damaged"])
    assert peak < 1 << 20


def test_headers_without_end_are_not_followed() -> None:
    content = packed([GOOD], end=False)[: 2 * BLOCK] + header_of(tarfile.XGLTYPE, 0) * 10_000
    bundle = opened(content)
    assert (held(bundle), codes(bundle)) == ({"good.png": b"good"}, ["bundle.damaged"])


@pytest.mark.parametrize("record", [b"30 size=-5\n", b"9999 path=a\n", b"0 path=a\n", b"xx path=a\n", b"6 size\n", b""])
def test_records_that_cannot_be_read_say_nothing(record: bytes) -> None:
    extended = header_of(tarfile.XHDTYPE, len(record)) + record.ljust(BLOCK, b"\0") * bool(record)
    bundle = opened(extended + packed([GOOD]))
    assert held(bundle) == {"good.png": b"good"}


def test_a_size_that_leads_backwards_is_refused() -> None:
    info = special("a.png", tarfile.REGTYPE)
    block = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    block[124:136] = b"\xff" * 12  # -1 in base 256
    block[148:156] = b"        "
    block[148:156] = b"%06o\0 " % sum(block)
    bundle = opened(packed([GOOD], end=False)[: 2 * BLOCK] + bytes(block))
    assert (held(bundle), codes(bundle)) == ({"good.png": b"good"}, ["bundle.damaged"])


def test_a_file_that_claims_more_than_there_is_costs_itself_and_what_follows() -> None:
    whole = packed([GOOD, ("big.png", b"x" * 5000)])
    bundle = opened(whole[: 6 * BLOCK])
    assert (held(bundle), codes(bundle)) == ({"good.png": b"good"}, ["bundle.cut_off"])


def test_too_many_files_are_refused_before_the_rest_is_read() -> None:
    content = packed([(f"{index}.png", b"") for index in range(20)])
    with pytest.raises(TooLarge, match="more than 10 files"):
        opened(content, Limits(1 << 40, 10, 200))


@pytest.mark.parametrize("content", [b"\x89PNG" + b"x" * 2000, b"PK\x03\x04" * 400])
def test_what_is_no_stream_of_files_is_refused(content: bytes) -> None:
    with pytest.raises(NotAnArchive, match="no stream of files"):
        opened(content)


@given(st.binary(max_size=4 * BLOCK))
@settings(max_examples=100, deadline=None)
def test_noise_never_breaks_it(noise: bytes) -> None:
    good = packed([GOOD], end=False)[: 2 * BLOCK]
    assert held(opened(good + noise))["good.png"] == b"good"


def test_a_bundle_becomes_images_classes_and_shapes(
    dataset: Dataset, owner: User, django_capture_on_commit_callbacks: Any
) -> None:
    images = {f"run/{index:03}.png": picture(color=(index, 0, 0)) for index in range(30)}
    entries = [*images.items(), ("run/annotations.xml", cvat(dict.fromkeys(images, BOX))), ("run/notes.txt", b"hello")]
    link = special("run/link.png", tarfile.SYMTYPE, linkname="/etc/passwd")
    client = client_of(owner)
    found = import_services.import_create(dataset=dataset, user=owner)
    content = packed([*entries, link])
    made = create(client, found, len(content), body=content, **{"Upload-Metadata": "filename cnVu,bundle"})
    assert (made.status_code, made.json()["kind"]) == (201, UploadKind.BUNDLE)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"/api/v1/imports/{found.pk}/start/").status_code == 202
    found.refresh_from_db()
    assert found.state == ImportState.SUCCEEDED, found.message
    dataset.refresh_from_db()
    assert (dataset.image_count, dataset.shape_count) == (30, 30)
    assert [one["name"] for one in found.report["skipped"]] == ["run/notes.txt"]
    assert "bundle.left_out" in finding_codes(found)
    assert not found.uploads.exists()


def test_a_bundle_that_is_none_fails_with_a_sentence(
    dataset: Dataset, owner: User, django_capture_on_commit_callbacks: Any
) -> None:
    found: Import = import_services.import_create(dataset=dataset, user=owner)
    create(client_of(owner), found, 2000, body=b"\xff" * 2000, **{"Upload-Metadata": "filename cnVu,bundle"})
    with django_capture_on_commit_callbacks(execute=True):
        import_services.import_start(dataset_import=found)
    found.refresh_from_db()
    assert (found.state, "Upload the files again" in found.message) == (ImportState.FAILED, True)


def test_nothing_is_written_where_a_name_says(tmp_path: Path, dataset: Dataset, owner: User) -> None:
    """Names are only names: reading a bundle makes no file anywhere."""
    before = sorted(tmp_path.rglob("*"))
    held(opened(packed([GOOD, special("../../evil.png", tarfile.REGTYPE, size=3)])))
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("call", [1, 3])
def test_a_killed_import_goes_on_where_it_was_in_the_stream(
    dataset: Dataset, owner: User, monkeypatch: pytest.MonkeyPatch, call: int
) -> None:
    monkeypatch.setattr(pictures, "BATCH", 4)
    content = packed([(f"{index}.png", picture(color=(index, 0, 0))) for index in range(15)])
    found = import_services.import_create(dataset=dataset, user=owner)
    create(client_of(owner), found, len(content), body=content, **{"Upload-Metadata": "filename cnVu,bundle"})
    import_services.import_start(dataset_import=found)
    with monkeypatch.context() as patched:
        killed_at(patched, pictures.Pictures, "_commit", call)
        with pytest.raises(Killed):
            import_perform(found.pk)
    expire(found)
    import_perform(found.pk)
    found.refresh_from_db()
    assert (found.state, found.report["images"], found.report["added"]) == (ImportState.SUCCEEDED, 15, 15)
    assert dataset.images.count() == 15
