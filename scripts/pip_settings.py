"""Hands pip's settings (index, certificate, proxy) to uv, which does not read pip's configuration."""

from __future__ import annotations

import ast
import os
import subprocess
from collections.abc import Iterable, Mapping

# pip's later sections win over earlier ones, and the environment over files.
_SECTIONS = ("global", "install", ":env:")


def uv_environment(pip: list[str] | None) -> dict[str, str]:
    """The environment for uv: this process's own, plus pip's settings where no variable of uv's says otherwise.

    Args:
        pip: How to call pip, e.g. ``["python3", "-m", "pip"]``; None when there is none (then only ``PIP_*`` count).
    """
    settings = parse_config_list(_config_list(pip)) if pip else _from_environment(os.environ)
    return {**translate(settings), **os.environ}


def parse_config_list(lines: Iterable[str]) -> dict[str, str]:
    """``pip config list``'s lines (``section.key='value'``) as one dict, the stronger sections winning."""
    found: dict[str, dict[str, str]] = {section: {} for section in _SECTIONS}
    for line in lines:
        name, _, raw = line.partition("=")
        section, _, key = name.strip().rpartition(".")
        if section in found and raw:
            found[section][key.replace("_", "-")] = _literal(raw.strip())
    merged: dict[str, str] = {}
    for section in _SECTIONS:
        merged.update(found[section])
    return merged


def translate(settings: Mapping[str, str]) -> dict[str, str]:
    """pip's settings as the variables uv reads."""
    out: dict[str, str] = {}
    _copy(settings, "index-url", out, "UV_DEFAULT_INDEX")
    _copy_list(settings, "extra-index-url", out, "UV_INDEX", " ")
    _copy_list(settings, "find-links", out, "UV_FIND_LINKS", ",")
    _copy_list(settings, "trusted-host", out, "UV_INSECURE_HOST", " ")
    _copy(settings, "cert", out, "SSL_CERT_FILE")
    _copy(settings, "proxy", out, "HTTPS_PROXY")
    _copy(settings, "timeout", out, "UV_HTTP_TIMEOUT")
    if settings.get("no-index", "").lower() in ("1", "true", "yes", "on"):
        out["UV_NO_INDEX"] = "1"
    if "UV_INDEX" in out:
        # pip looks into all its indexes and takes the best version; uv by default stops at the first one.
        out["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return out


def _copy(settings: Mapping[str, str], key: str, out: dict[str, str], name: str) -> None:
    if settings.get(key):
        out[name] = settings[key]


def _copy_list(settings: Mapping[str, str], key: str, out: dict[str, str], name: str, separator: str) -> None:
    values = settings.get(key, "").split()
    if values:
        out[name] = separator.join(values)


def _literal(raw: str) -> str:
    try:
        return str(ast.literal_eval(raw))
    except (SyntaxError, ValueError):
        return raw


def _config_list(pip: list[str]) -> list[str]:
    result = subprocess.run([*pip, "config", "list"], capture_output=True, text=True, check=False)
    return result.stdout.splitlines()


def _from_environment(environ: Mapping[str, str]) -> dict[str, str]:
    return {name[4:].lower().replace("_", "-"): value for name, value in environ.items() if name.startswith("PIP_")}
