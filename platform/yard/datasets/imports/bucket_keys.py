"""Keys of buckets that imports read: encrypted as the project's secrets are.

Those that are not to be saved are forgotten when the import is through, and a day after it has failed at the latest.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.utils import timezone

from yard.accounts.models import Project, Secret, User
from yard.accounts.secrets import secret_delete, secret_get, secret_set
from yard.core.errors import Conflict, InvalidInput, NotFound
from yard.datasets.models import Import, ImportState
from yard.datasets.remote import Keys, Place

KIND_SAVED = "s3-bucket"
KIND_ONCE = "s3-import"
KEPT = timedelta(days=1)


def saved_names(project: Project) -> list[str]:
    """The names of the keys that the project has saved."""
    names = project.secrets.filter(kind=KIND_SAVED).order_by("name").values_list("name", flat=True)
    return [name.removeprefix(secret_name("")) for name in names]


def saved_forget(*, project: Project, name: str, user: User) -> None:
    """Remove saved keys. Raises ``NotFound``."""
    secret = project.secrets.filter(kind=KIND_SAVED, name=secret_name(name)).first()
    if secret is None:
        raise NotFound(f"The project {project.name} has saved no keys called {name}.")
    secret_delete(secret=secret, user=user)


def keys_forget(dataset_import: Import) -> None:
    """Forget the keys of the import unless they were to be saved."""
    remote = dataset_import.remote
    if remote and not remote["saved"]:
        _forget(Secret.objects.filter(project_id=dataset_import.dataset.project_id, name=remote["secret"]))


def keys_expire() -> int:
    """Forget keys whose imports are gone, are through, or failed a day ago; says how many. Called every few seconds."""
    once = Secret.objects.filter(kind=KIND_ONCE)
    wanted = Import.objects.filter(remote__saved=False).exclude(state=ImportState.SUCCEEDED)
    wanted = wanted.exclude(
        state__in=(ImportState.FAILED, ImportState.CANCELLED), finished_at__lt=timezone.now() - KEPT
    )
    names = set(wanted.values_list("remote__secret", flat=True)) if once.exists() else set()
    return _forget(once.exclude(name__in=names).filter(created_at__lt=timezone.now() - timedelta(minutes=1)))


def check_keys_kept(dataset_import: Import) -> None:
    """Raises ``Conflict`` when the import cannot be started again because its keys were forgotten."""
    remote = dataset_import.remote
    if remote and not dataset_import.dataset.project.secrets.filter(name=remote["secret"]).exists():
        raise Conflict(
            "The keys of this bucket were forgotten, as you had asked. Begin a new import from it; images that are "
            "there already are recognised."
        )


def secret_name(saved: str) -> str:
    """The name of the project's secret with the keys that it has saved under a name."""
    return f"S3: {saved}"


def keys_keep(project: Project, name: str, kind: str, place: Place, given: Keys, user: User) -> None:  # noqa: PLR0917
    """Keep the keys, encrypted, with the server that they are for; ``kind`` says whether they are saved for good."""
    value = {"endpoint": place.endpoint, "secure": place.secure, **asdict(given)}
    secret_set(project=project, name=name, kind=kind, value=json.dumps(value), user=user)


def keys_read(project: Project, name: str) -> Keys:
    """The keys in the project's secret of this name. Raises ``NotFound``."""
    value = json.loads(secret_get(project=project, name=name))
    return Keys(value["access_key"], value["secret_key"])


def keys_saved(project: Project, saved: str, place: Place) -> Keys:
    """Saved keys, for the server they were saved for: nobody else is to be shown what they sign.

    Raises ``InvalidInput`` without a name, ``NotFound``, and ``Conflict`` for another server.
    """
    if not saved:
        raise InvalidInput("Give the keys of the bucket, or the name of saved ones.")
    value = json.loads(secret_get(project=project, name=secret_name(saved)))
    if (value["endpoint"], value["secure"]) != (place.endpoint, place.secure):
        raise Conflict(f"The keys called {saved} are for {value['endpoint']}, not for {place.endpoint}.")
    return Keys(value["access_key"], value["secret_key"])


def _forget(secrets: Any) -> int:
    found = list(secrets)
    for secret in found:
        secret_delete(secret=secret, user=None)
    return len(found)
