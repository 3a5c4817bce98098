"""Resumable uploads step by step."""

from __future__ import annotations

import base64

from tests.faults.harness import Site


def begin_upload(site: Site, path: str, name: str, size: int) -> str:
    """Announce a file; where to send its bytes."""
    encoded = base64.b64encode(name.encode()).decode()
    wanted = {"Tus-Resumable": "1.0.0", "Upload-Length": str(size), "Upload-Metadata": f"filename {encoded}"}
    headers, _ = site.api._send("POST", path, b"", wanted)
    return str(headers["Location"].partition("/api/v1/")[2])


def append(site: Site, place: str, chunk: bytes, offset: int) -> int:
    """Send bytes; how many the server has then."""
    return site.api._send_chunk(place, chunk, offset)


def offset_of(site: Site, place: str) -> int:
    """How many bytes the server has acknowledged."""
    headers, _ = site.api._send("HEAD", place, None, {"Tus-Resumable": "1.0.0"})
    return int(headers["Upload-Offset"])
