"""Values that a project keeps encrypted: never shown, only used by the platform itself."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes

from yard.accounts.models import Project, Secret, User
from yard.core.errors import Conflict, NotFound

_PURPOSE = b"trainyard project secrets 1"


def secret_set(*, project: Project, name: str, kind: str, value: str, user: User | None) -> Secret:
    """Keep the value under this name, in place of what was there."""
    secret, _ = Secret.objects.update_or_create(
        project=project,
        name=name,
        defaults={"kind": kind, "ciphertext": _box().encrypt(value.encode()), "created_by": user},
    )
    return secret


def secret_get(*, project: Project, name: str) -> str:
    """The value.

    Raises:
        NotFound: When the project has no such secret.
        Conflict: When it was encrypted with another secret key than the platform has now.
    """
    secret = Secret.objects.filter(project=project, name=name).first()
    if secret is None:
        raise NotFound(f"The project {project.name} has no secret called {name}.")
    try:
        return _box().decrypt(bytes(secret.ciphertext)).decode()
    except InvalidToken as error:
        raise Conflict(
            f"The secret {name} cannot be read: the platform's secret key (YARD_SECRET_KEY) has changed since it was "
            "stored. Store it again.",
            code="secret_unreadable",
        ) from error


def _box() -> MultiFernet:
    """Encrypts with today's key, reads what older ones have encrypted."""
    return MultiFernet([_fernet(key) for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]])


def _fernet(secret_key: str | bytes) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(force_bytes(secret_key))
    return Fernet(base64.urlsafe_b64encode(derived))
