"""Changing users, projects and memberships."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from yard.accounts.models import Membership, Project, Role, User
from yard.accounts.selectors import project_contents
from yard.core import audit
from yard.core.errors import Conflict, InvalidInput

ADMINISTRATOR = "admin"


def user_create(
    *, username: str, email: str = "", password: str, is_staff: bool = False, actor: User | None = None
) -> User:
    """A new user who may sign in; her bucket's name is made from the user name.

    Raises:
        InvalidInput: When the name is taken or not allowed, or the password too weak; ``extra["errors"]`` says which.
    """
    user = User(
        username=User.normalize_username(username), email=User.objects.normalize_email(email), is_staff=is_staff
    )
    _check_password(user, password, path="password")
    user.set_password(password)
    _check_user(user)
    try:
        with transaction.atomic():
            user.save()
            audit.record(
                "user.created",
                actor=actor,
                object_type="user",
                object_id=user.pk,
                object_name=user.username,
                details={"staff": is_staff},
            )
    except IntegrityError as error:
        raise _invalid("username", "There is a user with this name already.") from error
    return user


def bootstrap_admin() -> tuple[User, str | None]:
    """The administrator; the first call makes one and returns the generated password with it, later ones None."""
    existing = User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
    if existing is not None:
        return existing, None
    taken = User.objects.filter(username=ADMINISTRATOR).exists()
    name = f"{ADMINISTRATOR}-{secrets.token_hex(2)}" if taken else ADMINISTRATOR
    password = secrets.token_urlsafe(15)
    with transaction.atomic():
        user = User.objects.create_superuser(name, password=password)
        audit.record(
            "user.created", object_type="user", object_id=user.pk, object_name=name, details={"superuser": True}
        )
    return user, password


def password_change(*, user: User, old_password: str, new_password: str) -> None:
    """Give the user another password. Raises ``InvalidInput`` when the old one is wrong or the new one too weak."""
    if not user.check_password(old_password):
        raise _invalid("old_password", "This is not your password.")
    _check_password(user, new_password, path="new_password")
    user.set_password(new_password)
    user.save(update_fields=["password"])


def project_create(*, name: str, description: str = "", user: User) -> Project:
    """A new project whose admin is the user. Raises ``InvalidInput`` when the name is taken."""
    _check_project_name(name)
    try:
        with transaction.atomic():
            project = Project.objects.create(name=name, description=description, created_by=user)
            Membership.objects.create(project=project, user=user, role=Role.ADMIN)
            _record("project.created", project, user)
    except IntegrityError as error:
        raise _name_taken() from error
    return project


def project_update(*, project: Project, changes: dict[str, Any], user: User) -> Project:
    """The project with another name or description. Raises ``InvalidInput`` when the name is taken."""
    if "name" in changes:
        _check_project_name(changes["name"], besides=project)
    for field in ("name", "description"):
        setattr(project, field, changes.get(field, getattr(project, field)))
    try:
        with transaction.atomic():
            project.save(update_fields=["name", "description", "updated_at"])
            _record("project.changed", project, user, changed=sorted(changes))
    except IntegrityError as error:
        raise _name_taken() from error
    return project


def project_delete(*, project: Project, user: User) -> None:
    """Remove an empty project. Raises ``Conflict`` with ``extra["counts"]`` while it holds anything."""
    with transaction.atomic():
        _lock(project)
        counts = project_contents(project)
        if counts:
            held = ", ".join(f"{count} {name}" for name, count in counts.items())
            raise Conflict(
                f"The project {project.name} still holds {held}. Delete those first.",
                code="project_not_empty",
                extra={"counts": counts},
            )
        _record("project.deleted", project, user)
        project.delete()


def member_add(*, project: Project, username: str, role: Role, actor: User) -> Membership:
    """Make a user a member.

    Raises:
        InvalidInput: When no active user has this name.
        Conflict: When she is a member already.
    """
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise _invalid("username", f"There is no user called {username}. An administrator can make one.")
    try:
        with transaction.atomic():
            membership = Membership.objects.create(project=project, user=user, role=role)
            _record("member.added", project, actor, member=username, role=role)
    except IntegrityError as error:
        raise Conflict(f"{username} is a member already. Change the role instead.", code="already_member") from error
    return membership


def member_update(*, membership: Membership, role: Role, actor: User) -> Membership:
    """Give the member another role. Raises ``Conflict`` when that leaves the project without an admin."""
    with transaction.atomic():
        _lock(membership.project)
        if role != Role.ADMIN:
            _keep_an_admin(membership)
        membership.role = role
        membership.save(update_fields=["role", "updated_at"])
        _record("member.changed", membership.project, actor, member=membership.user.username, role=role)
    return membership


def member_remove(*, membership: Membership, actor: User) -> None:
    """End the membership. Raises ``Conflict`` when that leaves the project without an admin."""
    with transaction.atomic():
        _lock(membership.project)
        _keep_an_admin(membership)
        membership.delete()
        _record("member.removed", membership.project, actor, member=membership.user.username)


def _record(action: str, project: Project, user: User, **details: Any) -> None:
    audit.record(
        action,
        actor=user,
        object_type="project",
        object_id=project.pk,
        object_name=project.name,
        project_id=project.pk,
        details=details,
    )


def _lock(project: Project) -> None:
    """Two admins who leave at the same time are asked one after the other."""
    Project.objects.select_for_update().get(pk=project.pk)


def _keep_an_admin(membership: Membership) -> None:
    others = Membership.objects.filter(project=membership.project_id, role=Role.ADMIN, user__is_active=True)
    if not others.exclude(pk=membership.pk).exists() and _is_admin(membership):
        raise Conflict(
            f"{membership.user} is the only admin of {membership.project}. Make somebody else an admin first.",
            code="last_admin",
        )


def _is_admin(membership: Membership) -> bool:
    """As it is now, not as it was when the row was read."""
    return Membership.objects.filter(pk=membership.pk, role=Role.ADMIN).exists()


def _check_project_name(name: str, *, besides: Project | None = None) -> None:
    taken = Project.objects.filter(name__iexact=name)
    if besides is not None:
        taken = taken.exclude(pk=besides.pk)
    if taken.exists():
        raise _name_taken()


def _check_user(user: User) -> None:
    if User.objects.filter(username__iexact=user.username).exists():
        raise _invalid("username", "There is a user with this name already.")
    try:
        user.full_clean(exclude=["bucket", "password"])
    except ValidationError as error:
        errors = [{"path": [field], "message": text} for field, texts in error.message_dict.items() for text in texts]
        raise InvalidInput(" ".join(error.messages), extra={"errors": errors}) from error


def _check_password(user: User, password: str, *, path: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        errors = [{"path": [path], "message": text} for text in error.messages]
        raise InvalidInput(" ".join(error.messages), extra={"errors": errors}) from error


def _name_taken() -> InvalidInput:
    return _invalid("name", "There is a project with this name already. Choose another one.")


def _invalid(path: str, message: str) -> InvalidInput:
    return InvalidInput(message, extra={"errors": [{"path": [path], "message": message}]})
