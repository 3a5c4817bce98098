"""What went wrong, told as a sentence that says what to do."""

from __future__ import annotations

import re


class Problem(Exception):
    """A failure with a known cause. Its text is the whole message for the person at the terminal."""


# Ordered: the first cause of which a sign is found in a tool's output is named.
_CAUSES: list[tuple[tuple[str, ...], str]] = [
    (
        ("No space left on device", "ENOSPC", "Disk quota exceeded"),
        "The disk is full. Free some space (`make clean` removes what set-up made here) "
        "and run the same command again.",
    ),
    (
        (
            "CERTIFICATE_VERIFY_FAILED",
            "invalid peer certificate",
            "SELF_SIGNED_CERT",
            "UNABLE_TO_GET_ISSUER",
            "UnknownIssuer",
            "unable to get local issuer",
        ),
        "The package index shows a certificate this machine does not trust. Name your site's CA file with "
        "`pip config set global.cert FILE` (npm: `npm config set cafile FILE`) and run the same command again.",
    ),
    (
        (
            "ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT",
            "Could not connect",
            "dns error",
            "failed to lookup address",
            "[Cc]onnection refused",
            "[Nn]etwork is unreachable",
            "Temporary failure in name resolution",
            "NewConnectionError",
            "error sending request",
            "[Oo]peration timed out",
            r"\(from versions: none\)",
            "Failed to fetch",
        ),
        "A package index cannot be reached. Check the network, or name your site's mirror "
        "(`pip config set global.index-url URL`, `npm config set registry URL`; behind a proxy set HTTPS_PROXY), "
        "and run the same command again: it goes on where it stopped.",
    ),
    (
        ("Permission denied", "EACCES", "EPERM", "Read-only file system", "EROFS"),
        "This user may not write here. Make the project folder yours (`chown -R $USER .`) "
        "or clone it into a folder of yours.",
    ),
    (
        ("No solution found", "Could not find a version", "[Nn]o matching distribution", "ETARGET", "E404"),
        "A package index lacks a version that Trainyard needs. Use an index that mirrors the public one in full "
        "and run the same command again.",
    ),
    (
        ("EUSAGE",),
        "frontend/package.json and frontend/package-lock.json differ. "
        "Run `npm install` in frontend/ and commit the lock file.",
    ),
]


def cause_of(output: str) -> str | None:
    """The sentence for the first cause that a tool's output shows, or None when none is known."""
    for signs, sentence in _CAUSES:
        if re.search("|".join(signs), output):
            return sentence
    return None
