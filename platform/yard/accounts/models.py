"""Users, projects, memberships, tokens, secrets."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models

from yard.accounts.buckets import bucket_name_free
from yard.core.models import TimestampedModel


class User(AbstractUser):
    """A person. The bucket's name is made from the user name at creation and never changes."""

    bucket = models.CharField(max_length=63, unique=True, editable=False)

    def __str__(self) -> str:
        return self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Gives a new user her bucket's name, however she is made."""
        if self._state.adding and not self.bucket:
            self.bucket = bucket_name_free(self.username)
        super().save(*args, **kwargs)


class Role(models.TextChoices):
    """What a member may do: look; also create and change; also manage members and the project itself."""

    VIEWER = "viewer", "Viewer"
    EDITOR = "editor", "Editor"
    ADMIN = "admin", "Admin"


class Project(TimestampedModel):
    """The unit of ownership: everything else belongs to one project."""

    name = models.CharField(max_length=100, unique=True)
    description = models.TextField(blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership", related_name="projects")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(TimestampedModel):
    """A user's role in a project."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "user"], name="membership_unique")]

    def __str__(self) -> str:
        return f"{self.user} is {self.role} of {self.project}"


class TokenKind(models.TextChoices):
    """Whose token it is: a person's, or one attempt's (expires with it and reaches only its own endpoints)."""

    PERSONAL = "personal", "Personal"
    ATTEMPT = "attempt", "Attempt"


class ApiToken(TimestampedModel):
    """A bearer token. Only its SHA-256 is stored; the text is shown once."""

    kind = models.CharField(max_length=10, choices=TokenKind.choices, default=TokenKind.PERSONAL)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    scope = models.CharField(max_length=100, blank=True, help_text='Empty: all the user may do. Else "attempt:<id>".')
    prefix = models.CharField(max_length=12, help_text="The first characters, to recognise it by")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.prefix}… ({self.name})"


class Secret(TimestampedModel):
    """A value that a project keeps encrypted (a registry's or server's credentials). Never returned by the API."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="secrets")
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=30)
    ciphertext = models.BinaryField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="secret_name_unique")]

    def __str__(self) -> str:
        return self.name
