"""Servers, links and transfers: making and ending them. What takes long is the worker's (``performing``)."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from yard.accounts.models import Project, User
from yard.accounts.secrets import secret_delete, secret_get, secret_set
from yard.core import audit
from yard.core.errors import Conflict, InvalidInput
from yard.cvat.addresses import address_of
from yard.cvat.errors import CvatError, CvatForbidden, CvatSignIn
from yard.cvat.models import (
    ACTIVE,
    CvatLink,
    CvatServer,
    CvatTransfer,
    RemoteKind,
    SignIn,
    TransferKind,
    TransferState,
)
from yard.cvat.performing import server_look
from yard.cvat.queue import PATIENCE, emit_transfer, enqueue
from yard.cvat.remote import Access
from yard.datasets.audit import dataset_audit
from yard.datasets.models import Dataset
from yard.datasets.texts import is_control
from yard.datasets.working_state import check_changeable, check_not_archived

SECRET_KIND = "cvat"  # noqa: S105 - a kind of secret, not one
NAMES_SHOWN = 5
MARKER_BYTES = 5


# --- servers ----------------------------------------------------------------------------------------------------------


def server_create(
    *,
    project: Project,
    user: User,
    name: str,
    address: str,
    sign_in: SignIn,
    secret: str,
    username: str = "",
    organization: str = "",
) -> CvatServer:
    """A server that could be signed in to just now. Takes as long as the server needs to answer.

    Raises ``InvalidInput``, with the server's words, when that failed, for a name that is taken, or for a value that is
    missing.
    """
    server = CvatServer(
        project=project,
        name=_named(name),
        address=address_of(address).text,
        sign_in=sign_in,
        username=username.strip(),
        organization=organization.strip(),
        created_by=user,
    )
    _check_complete(server, secret)
    _check_works(server, secret)
    try:
        with transaction.atomic():
            server.secret = secret_set(
                project=project, name=f"cvat {secrets.token_hex(8)}", kind=SECRET_KIND, value=secret, user=user
            )
            server.save()
            _record("cvat_server.created", server, user)
    except IntegrityError as error:
        raise _name_taken(server.name) from error
    return server


def server_update(*, server: CvatServer, user: User, secret: str | None = None, **changes: Any) -> CvatServer:
    """The server with other values, tested again. ``secret``: None keeps the one it has, unless the address changes:

    a password is never sent to another server than it was given for. Raises ``InvalidInput`` as ``server_create`` does.
    """
    before = address_of(server.address).origin
    for field, value in changes.items():
        setattr(server, field, value)
    server.name = _named(server.name)
    server.address = address_of(server.address).text
    server.username, server.organization = server.username.strip(), server.organization.strip()
    if secret is None and (address_of(server.address).origin != before or "sign_in" in changes):
        raise _invalid("secret", "Enter the password or token again: it was given for the server as it was before.")
    value = secret if secret is not None else secret_get(project=server.project, name=server.secret.name)
    _check_complete(server, value)
    _check_works(server, value)
    try:
        with transaction.atomic():
            if secret is not None:
                secret_set(project=server.project, name=server.secret.name, kind=SECRET_KIND, value=secret, user=user)
            server.save()
            _record("cvat_server.changed", server, user)
    except IntegrityError as error:
        raise _name_taken(server.name) from error
    return server


def server_test(*, server: CvatServer) -> CvatServer:
    """The server with what a sign-in just now told: ``fault`` is empty when it went well."""
    try:
        server_look(server)
    except CvatError as error:
        server.fault = error.message
    CvatServer.objects.filter(pk=server.pk).update(
        fault=server.fault, version=server.version, checked_at=server.checked_at
    )
    return server


def server_delete(*, server: CvatServer, user: User) -> None:
    """Forget the server and its password. Raises ``Conflict`` while data sets are linked to it."""
    linked = list(server.links.order_by("dataset__name").values_list("dataset__name", flat=True)[: NAMES_SHOWN + 1])
    if linked:
        shown = ", ".join(linked[:NAMES_SHOWN]) + (" …" if len(linked) > NAMES_SHOWN else "")
        raise Conflict(f"Data sets are linked to this server: {shown}. Unlink them first; nothing in CVAT is deleted.")
    try:
        with transaction.atomic():
            secret = server.secret
            _record("cvat_server.deleted", server, user)
            server.delete()
            secret_delete(secret=secret, user=user)
    except ProtectedError as error:
        raise Conflict("A data set was linked to this server at this moment. Unlink it first.") from error


def _check_complete(server: CvatServer, secret: str) -> None:
    if not secret:
        what = "token" if server.sign_in == SignIn.TOKEN else "password"
        raise _invalid("secret", f"Enter the {what}.")
    if server.sign_in == SignIn.PASSWORD and not server.username:
        raise _invalid("username", "Enter the user name of the account in CVAT.")
    if any(is_control(character) for character in secret + server.username + server.organization):
        raise _invalid("secret", "There are control characters in what was entered. Type it again.")
    if not server.organization.isascii():
        raise _invalid("organization", "The short name of an organization is made of plain letters, digits and - _.")


def _check_works(server: CvatServer, secret: str) -> None:
    access = Access(server.address, server.sign_in, server.username, secret, server.organization)
    try:
        server_look(server, access)
    except CvatError as error:
        field = "secret" if isinstance(error, CvatSignIn) else "address"
        code = error.code if isinstance(error, CvatForbidden) else "cvat_test_failed"
        raise InvalidInput(
            error.message, extra={"errors": [{"path": [field], "message": error.message}]}, code=code
        ) from error


def _named(name: str) -> str:
    name = name.strip()
    if not name or len(name) > 100 or any(is_control(character) for character in name):
        raise _invalid("name", "A name has 1 to 100 characters, none of them invisible.")
    return name


def _name_taken(name: str) -> InvalidInput:
    return _invalid("name", f"This project has a CVAT server called {name} already. Choose another name.")


def _invalid(path: str, message: str) -> InvalidInput:
    return InvalidInput(message, extra={"errors": [{"path": [path], "message": message}]})


def _record(action: str, server: CvatServer, user: User) -> None:
    audit.record(
        action,
        actor=user,
        object_type="cvat_server",
        object_id=server.pk,
        object_name=server.name,
        project_id=server.project_id,
        details={"address": server.address},
    )


# --- links ------------------------------------------------------------------------------------------------------------


def link_create(
    *, dataset: Dataset, server: CvatServer, user: User, kind: RemoteKind, name: str = "", images_per_job: int = 0
) -> CvatTransfer:
    """Have the worker make a task (or a project with one task) of the data set; the transfer that does it.

    When an earlier try failed or was cancelled, this goes on with what that one made.

    Raises:
        Conflict: The data set is linked already, or archived.
        InvalidInput: It has no images, or the server is another project's.
    """
    check_not_archived(dataset)
    if not dataset.image_count:
        raise InvalidInput(f"The data set {dataset.name} has no images yet. Upload some first.")
    _check_project(dataset, server)
    with transaction.atomic():
        dataset = Dataset.objects.select_for_update().get(pk=dataset.pk)
        link = CvatLink.objects.filter(dataset=dataset).first()
        if link is None:
            link = CvatLink.objects.create(
                dataset=dataset,
                server=server,
                kind=kind,
                name=(name.strip() or dataset.name)[:255],
                made_here=True,
                marker=f"ty-{secrets.token_hex(MARKER_BYTES)}",
                memo={"images_per_job": images_per_job},
                created_by=user,
            )
        elif link.ready or not link.made_here or (link.server_id, link.kind) != (server.pk, kind):
            raise _linked(dataset)
        return _transfer(link, TransferKind.CREATE, user, "dataset.cvat_create")


def link_existing(
    *, dataset: Dataset, server: CvatServer, user: User, kind: RemoteKind, remote_id: int
) -> CvatTransfer:
    """Have the worker look at a task or project and link the data set to it. Raises as ``link_create``."""
    check_not_archived(dataset)
    _check_project(dataset, server)
    with transaction.atomic():
        dataset = Dataset.objects.select_for_update().get(pk=dataset.pk)
        link = CvatLink.objects.filter(dataset=dataset).first()
        if link is not None and (link.ready or link.made_here or _active(dataset)):
            raise _linked(dataset)
        if link is not None:
            link.delete()  # one that was looked at in vain
        link = CvatLink.objects.create(
            dataset=dataset,
            server=server,
            kind=kind,
            remote_id=remote_id,
            name=f"{kind.label} {remote_id}",
            made_here=False,
            marker="",
            created_by=user,
        )
        return _transfer(link, TransferKind.LINK, user, "dataset.cvat_link")


def link_delete(*, link: CvatLink, user: User) -> None:
    """The data set is no longer linked. Nothing in CVAT is changed. Raises ``Conflict`` while a transfer goes on."""
    with transaction.atomic():
        dataset = Dataset.objects.select_for_update().get(pk=link.dataset_id)
        if _active(dataset):
            raise Conflict("Something is being carried to or from CVAT. Wait until it has ended, or cancel it first.")
        dataset_audit(dataset, "dataset.cvat_unlinked", user, {"server": link.server.name, link.kind: link.remote_id})
        last = CvatTransfer.objects.filter(dataset=dataset).select_related("dataset").first()
        link.delete()
        if last is not None:
            emit_transfer(last)


def pull_request(*, dataset: Dataset, user: User | None) -> CvatTransfer:
    """Have the worker pull the annotations; a pull that has not begun yet is used for this request as well.

    Raises ``Conflict`` when the data set is not linked (completely), archived, or being imported into.
    """
    check_changeable(dataset)
    with transaction.atomic():
        dataset = Dataset.objects.select_for_update().get(pk=dataset.pk)
        link = CvatLink.objects.filter(dataset=dataset).first()
        if link is None or not link.ready:
            raise Conflict(f"The data set {dataset.name} is not linked to CVAT yet, so there is nothing to pull.")
        waiting = CvatTransfer.objects.filter(
            link=link, kind=TransferKind.PULL, state=TransferState.QUEUED, started_at=None, cancel_requested_at=None
        ).first()
        return waiting or _transfer(link, TransferKind.PULL, user, "dataset.cvat_pull")


def transfer_cancel(*, transfer: CvatTransfer, user: User) -> CvatTransfer:
    """Ask a transfer to end; one that has not begun ends at once. Raises ``Conflict`` when it has ended."""
    now = timezone.now()
    with transaction.atomic():
        asked = CvatTransfer.objects.filter(pk=transfer.pk, state__in=ACTIVE).update(cancel_requested_at=now)
        if not asked:
            raise Conflict("It has ended already, so it cannot be cancelled.")
        CvatTransfer.objects.filter(pk=transfer.pk, state=TransferState.QUEUED).update(
            state=TransferState.CANCELLED, message="It was cancelled.", finished_at=now
        )
        transfer.refresh_from_db()
        emit_transfer(transfer)
        dataset_audit(
            transfer.dataset, "dataset.cvat_cancelled", user, {"transfer": transfer.pk, "kind": transfer.kind}
        )
    return transfer


def _transfer(link: CvatLink, kind: TransferKind, user: User | None, action: str) -> CvatTransfer:
    dataset = link.dataset
    if kind != TransferKind.PULL and _active(dataset):
        raise Conflict("Something is being carried to or from CVAT already. Wait until it has ended, or cancel it.")
    transfer = CvatTransfer.objects.create(
        dataset=dataset, link=link, kind=kind, due_at=timezone.now() + PATIENCE, created_by=user
    )
    emit_transfer(transfer)
    dataset_audit(dataset, action, user, {"server": link.server.name, "transfer": transfer.pk})
    enqueue(transfer)
    return transfer


def _active(dataset: Dataset) -> bool:
    return CvatTransfer.objects.filter(dataset=dataset, state__in=ACTIVE).exists()


def _linked(dataset: Dataset) -> Conflict:
    return Conflict(f"The data set {dataset.name} is linked to CVAT already. Unlink it first.", code="cvat_linked")


def _check_project(dataset: Dataset, server: CvatServer) -> None:
    if server.project_id != dataset.project_id:
        raise _invalid("server", "There is no such CVAT server in the data set's project.")
