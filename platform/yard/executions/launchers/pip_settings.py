"""What pip would use on this machine, said in uv's words: uv reads none of pip's configuration by itself.

Index addresses, wheel folders and the site's certificate are usually set once per machine, in ``pip.conf`` or
``PIP_*`` variables; environments made by the platform must find the same packages.
"""

from __future__ import annotations

import configparser
import os
import re
import shlex
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import unquote, urlparse

OPTIONS = ("index-url", "extra-index-url", "find-links", "no-index", "cert", "trusted-host", "timeout")


def pip_settings(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """pip's effective options by their long names: files first, then ``PIP_*`` variables, the later one winning."""
    variables = os.environ if environment is None else environment
    found: dict[str, str] = {}
    for file in _config_files(variables):
        found.update(_read_config(file))
    for option in OPTIONS:
        value = variables.get(f"PIP_{option.upper().replace('-', '_')}")
        if value is None and option == "timeout":
            value = variables.get("PIP_DEFAULT_TIMEOUT")
        if value:
            found[option] = value
    return found


def uv_environment(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Variables that make uv see the indexes and certificates pip sees. Variables of uv that are set already win."""
    variables = os.environ if environment is None else environment
    pip = pip_settings(variables)
    wanted: dict[str, str] = {}
    if "index-url" in pip:
        wanted["UV_DEFAULT_INDEX"] = pip["index-url"]
    if "extra-index-url" in pip:
        wanted["UV_INDEX"] = " ".join(pip["extra-index-url"].split())
        # pip looks into every index for the best version; uv would stop at the first that knows the name.
        wanted["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    if "find-links" in pip:
        wanted["UV_FIND_LINKS"] = ",".join(pip["find-links"].split())
    if "cert" in pip:
        wanted["SSL_CERT_FILE"] = pip["cert"]
    if "trusted-host" in pip:
        wanted["UV_INSECURE_HOST"] = " ".join(pip["trusted-host"].split())
    if pip.get("timeout", "").isdigit():
        wanted["UV_HTTP_TIMEOUT"] = pip["timeout"]
    passed_on = {
        name: value
        for name, value in variables.items()
        if (name.startswith("UV_") and name != "UV_CACHE_DIR")
        or name in ("SSL_CERT_FILE", "SSL_CERT_DIR")
        or name.lower() in ("http_proxy", "https_proxy", "no_proxy", "all_proxy")
    }
    return {**wanted, **passed_on}


def uv_options(environment: Mapping[str, str] | None = None) -> list[str]:
    """Options for ``uv pip install`` that uv takes from no variable."""
    return ["--no-index"] if _is_true(pip_settings(environment).get("no-index", "")) else []


def has_password(variables: Mapping[str, str]) -> bool:
    """Whether any of uv's variables names an address with a password in it."""
    return any(re.search(r"://[^/\s]*@", value) for value in variables.values())


def local_paths(uv_variables: Mapping[str, str]) -> list[Path]:
    """Files and folders of this machine that the settings point to (wheel folders, file indexes, certificates)."""
    indexes = [*uv_variables.get("UV_DEFAULT_INDEX", "").split(), *uv_variables.get("UV_INDEX", "").split()]
    words = [
        *uv_variables.get("UV_FIND_LINKS", "").replace(",", " ").split(),
        *(uv_variables.get(name, "") for name in ("SSL_CERT_FILE", "SSL_CERT_DIR")),
    ]
    paths = [*(_local_path(word) for word in words if word), *(_index_folder(word) for word in indexes)]
    return sorted({path for path in paths if path is not None and path.exists()})


def _index_folder(word: str) -> Path | None:
    """The folder a local index needs: the files lie beside ``simple/``, and its pages link to them relatively."""
    path = _local_path(word)
    beside = path is not None and path.name == "simple" and len(path.parents) > 1
    return path.parent if path is not None and beside else path


def _local_path(word: str) -> Path | None:
    word = word.partition("=")[2] if "=" in word and "://" in word.partition("=")[2] else word
    if word.startswith("file://"):
        return Path(unquote(urlparse(word).path))
    return Path(word) if word.startswith("/") else None


def _config_files(variables: Mapping[str, str]) -> Iterable[Path]:
    """In pip's order: for all users, for this user, for this environment, then the file named by a variable."""
    named = variables.get("PIP_CONFIG_FILE", "")
    if named == os.devnull:
        return
    home = Path(variables.get("HOME") or "/")
    for folder in (variables.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":"):
        yield Path(folder) / "pip" / "pip.conf"
    yield Path("/etc/pip.conf")
    yield home / ".pip" / "pip.conf"
    yield Path(variables.get("XDG_CONFIG_HOME") or home / ".config") / "pip" / "pip.conf"
    yield Path(sys.prefix) / "pip.conf"
    if named:
        yield Path(named)


def _read_config(file: Path) -> dict[str, str]:
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, configparser.Error):
        return {}
    found: dict[str, str] = {}
    for section in ("global", "install"):
        if parser.has_section(section):
            for option in OPTIONS:
                value = parser.get(section, option, fallback="")
                if value:
                    found[option] = " ".join(shlex.split(value))
    return found


def _is_true(word: str) -> bool:
    return word.strip().lower() in ("1", "true", "yes", "on")
