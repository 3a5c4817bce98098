"""Settings that are dangerous, useless or misspelt. Names are told, values never."""

from __future__ import annotations

import difflib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from yard.operations.doctor.findings import Finding, failure, ok, warning
from yard.settings import env

PART = "settings"
_LOOPBACK = {"localhost", "127.0.0.1", "[::1]", "::1", "testserver"}
# Read by the start script and docker compose, not by the settings.
_ELSEWHERE = {"YARD_PORT", "YARD_BIND"}
_SHORT_KEY = 32
_MOUNTED_SECRETS = Path("/run/secrets")


def check() -> Iterator[Finding]:
    """All settings."""
    found = [*_debug(), *_secret_key(), *_files(), *_cookies(), *_hosts(), *_unknown()]
    yield from found or [ok(PART, "No setting looks wrong.")]


def _public() -> bool:
    return bool(set(settings.ALLOWED_HOSTS) - _LOOPBACK)


def _debug() -> Iterator[Finding]:
    if settings.DEBUG:
        tell = failure if _public() else warning
        yield tell(PART, "YARD_DEBUG is on: errors show code and settings in the browser.", "Set YARD_DEBUG=0.")


def _secret_key() -> Iterator[Finding]:
    key = str(settings.SECRET_KEY)
    if len(key) < _SHORT_KEY or len(set(key)) < 10:
        yield failure(
            PART,
            "The secret key (YARD_SECRET_KEY) is short or simple: sessions could be forged.",
            "Set a long random one: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'. Sessions end, and "
            "stored secrets must be stored again.",
        )


def secret_files() -> list[Path]:
    """Files with secrets that this process knows of."""
    named = [
        Path(value) for name, value in os.environ.items() if name.startswith(env.PREFIX) and name.endswith("_FILE")
    ]
    return [Path(settings.DATA_DIR) / "secret_key", settings.ROOT / ".env", *named]


def _files() -> Iterator[Finding]:
    for file in secret_files():
        try:
            mode = file.stat().st_mode
        except OSError:
            continue
        if _MOUNTED_SECRETS in file.parents:
            continue  # mounted into this container alone; the engine decides on the mode
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            tell = failure if mode & stat.S_IRWXO else warning
            yield tell(PART, f"Others may read {file}, which holds secrets.", f"chmod 600 {file}")


def _cookies() -> Iterator[Finding]:
    tls = settings.SECURE_PROXY_SSL_HEADER is not None or any(
        origin.startswith("https://") for origin in settings.CSRF_TRUSTED_ORIGINS
    )
    if settings.SECURE_COOKIES:
        return
    if tls:
        yield failure(
            PART, "Browsers come by HTTPS, but cookies are also sent without it.", "Set YARD_SECURE_COOKIES=1."
        )
    elif _public():
        yield warning(
            PART,
            "Others may reach the platform without HTTPS: passwords and cookies can be read on the way.",
            "Put a proxy with HTTPS in front; set YARD_TRUSTED_ORIGINS, YARD_BEHIND_TLS_PROXY=1 and "
            "YARD_SECURE_COOKIES=1.",
        )


def _hosts() -> Iterator[Finding]:
    if "*" in settings.ALLOWED_HOSTS:
        yield warning(PART, "YARD_ALLOWED_HOSTS takes every name.", "Write the names that browsers use.")


def _unknown() -> Iterator[Finding]:
    known = env.known | _ELSEWHERE
    for name in sorted(name for name in os.environ if name.startswith(env.PREFIX) and name not in known):
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"Did you mean {near[0]}? " if near else ""
        yield warning(PART, f"{name} is set, but nothing reads it.", f"{hint}.env.example lists all settings.")
