"""Users and their sessions, projects, memberships, tokens, secrets."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models, transaction
from django.utils import timezone

from yard.accounts.buckets import bucket_name_free
from yard.core import audit
from yard.core.models import TimestampedModel


class User(AbstractUser):
    """A person. The bucket's name is made from the user name at creation and never changes."""

    bucket = models.CharField(max_length=63, unique=True, editable=False)

    def __str__(self) -> str:
        return self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Gives a new user her bucket's name, and ends her sessions with another password, however that is done."""
        adding = self._state.adding
        if adding and not self.bucket:
            self.bucket = bucket_name_free(
                self.username, is_taken=lambda name: User.objects.filter(bucket=name).exists()
            )
        # Django's: the new password between set_password() and save(); not when only its hash was renewed at sign-in.
        new_password = getattr(self, "_password", None) is not None
        with transaction.atomic():
            super().save(*args, **kwargs)
            if new_password and not adding:
                Session.objects.filter(user=self).delete()
                audit.record("user.password_changed", object_type="user", object_id=self.pk, object_name=self.username)


class Session(AbstractBaseSession):
    """A browser somebody is signed in with. The key is kept as a digest: whoever reads the table gets no session."""

    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="sessions")
    signed_in_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now, help_text="Noted every few minutes")
    address = models.CharField(max_length=45, blank=True, help_text="Where it was last seen")
    agent = models.CharField(max_length=300, blank=True, help_text="What the browser called itself at sign-in")

    class Meta(AbstractBaseSession.Meta):
        verbose_name = "session"
        verbose_name_plural = "sessions"
        indexes = [models.Index(fields=["user", "last_seen_at"], name="session_by_user")]

    def __str__(self) -> str:
        return f"{self.user} since {self.signed_in_at:%Y-%m-%d %H:%M}"

    @classmethod
    def get_session_store_class(cls) -> Any:
        return import_module(settings.SESSION_ENGINE).SessionStore


class SignInTries(models.Model):
    """How often signing in has failed of late, by account, by address, and by both; see ``sign_in_guard``."""

    key = models.CharField(max_length=64, unique=True, help_text="Digest of what is counted")
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "sign-in tries"

    def __str__(self) -> str:
        return f"{self.failures} failures"


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
    used_at = models.DateTimeField(null=True, blank=True, help_text="When this value was first used")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="secret_name_unique")]

    def __str__(self) -> str:
        return self.name
