"""Values that a project keeps encrypted: never shown, only used by the platform itself."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.encoding import force_bytes

from yard.accounts.models import Project, Secret, User
from yard.core import audit
from yard.core.errors import Conflict, NotFound

_PURPOSE = b"trainyard project secrets 1"


@transaction.atomic
def secret_set(*, project: Project, name: str, kind: str, value: str, user: User | None) -> Secret:
    """Keep the value under this name, in place of what was there."""
    secret, created = Secret.objects.update_or_create(
        project=project,
        name=name,
        defaults={"kind": kind, "ciphertext": _box().encrypt(value.encode()), "created_by": user, "used_at": None},
    )
    _write("secret.created" if created else "secret.changed", secret, user)
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
        value = _box().decrypt(bytes(secret.ciphertext)).decode()
    except InvalidToken as error:
        raise Conflict(
            f"The secret {name} cannot be read: the platform's secret key (YARD_SECRET_KEY) has changed since it was "
            "stored. Store it again, or name the old key in YARD_SECRET_KEY_FALLBACKS.",
            code="secret_unreadable",
        ) from error
    with transaction.atomic():
        if Secret.objects.filter(pk=secret.pk, used_at=None).update(used_at=timezone.now()):
            _write("secret.first_used", secret, None)
    return value


def secret_delete(*, secret: Secret, user: User | None) -> None:
    """Forget the value."""
    with transaction.atomic():
        _write("secret.deleted", secret, user)
        secret.delete()


def secrets_rotate() -> tuple[int, list[str]]:
    """Encrypt every secret with today's key; how many, and the names of those that no known key can read."""
    unreadable = []
    count = 0
    for pk in Secret.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            secret = Secret.objects.select_for_update().select_related("project").filter(pk=pk).first()
            if secret is None:
                continue
            try:
                secret.ciphertext = _box().rotate(bytes(secret.ciphertext))
            except InvalidToken:
                unreadable.append(f"{secret.project.name}/{secret.name}")
                continue
            secret.save(update_fields=["ciphertext"])
            count += 1
    audit.record("secrets.rotated", details={"secrets": count, "unreadable": unreadable})
    return count, unreadable


def _write(action: str, secret: Secret, user: User | None) -> None:
    audit.record(
        action,
        actor=user,
        object_type="secret",
        object_id=secret.pk,
        object_name=secret.name,
        project_id=secret.project_id,
        details={"kind": secret.kind},
    )


def _box() -> MultiFernet:
    """Encrypts with today's key, reads what older ones have encrypted."""
    return MultiFernet([_fernet(key) for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]])


def _fernet(secret_key: str | bytes) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(force_bytes(secret_key))
    return Fernet(base64.urlsafe_b64encode(derived))
