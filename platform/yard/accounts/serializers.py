"""What the API of accounts takes and shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from yard.accounts.models import ApiToken, Membership, Project, Role, Session, User
from yard.accounts.sessions import device_name
from yard.core.models import AuditEntry


class UserBriefSerializer(serializers.ModelSerializer[User]):
    """A user as others see her."""

    class Meta:
        model = User
        fields = ["id", "username"]


class SessionUserSerializer(serializers.ModelSerializer[User]):
    """The caller herself."""

    class Meta:
        model = User
        fields = ["id", "username", "email", "is_staff", "bucket"]


class SessionSerializer(serializers.Serializer[Any]):
    """Who is signed in; null when nobody is."""

    user = SessionUserSerializer(allow_null=True)


class SignInSerializer(serializers.Serializer[Any]):
    """Name and password."""

    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=1000, trim_whitespace=False, write_only=True)


class PasswordSerializer(serializers.Serializer[Any]):
    """A change of the caller's password."""

    old_password = serializers.CharField(max_length=1000, trim_whitespace=False, write_only=True)
    new_password = serializers.CharField(max_length=1000, trim_whitespace=False, write_only=True)


class SessionListSerializer(serializers.ModelSerializer[Session]):
    """A browser the caller is signed in with."""

    id = serializers.CharField(source="pk", read_only=True)
    device = serializers.SerializerMethodField(help_text='As in "Firefox on Linux"')
    expires_at = serializers.DateTimeField(source="expire_date", read_only=True)
    current = serializers.SerializerMethodField(help_text="Whether it is the one that asks")

    class Meta:
        model = Session
        fields = ["id", "device", "address", "signed_in_at", "last_seen_at", "expires_at", "current"]
        read_only_fields = fields

    def get_device(self, row: Session) -> str:
        return device_name(row.agent)

    def get_current(self, row: Session) -> bool:
        return bool(row.pk == self.context.get("current"))


class AuditSerializer(serializers.ModelSerializer[AuditEntry]):
    """Who did what to which object."""

    class Meta:
        model = AuditEntry
        fields = [
            "id",
            "at",
            "action",
            "outcome",
            "actor_id",
            "actor_name",
            "token_id",
            "address",
            "request_id",
            "object_type",
            "object_id",
            "object_name",
            "details",
        ]
        read_only_fields = fields


class TokenSerializer(serializers.ModelSerializer[ApiToken]):
    """A token without its text."""

    class Meta:
        model = ApiToken
        fields = ["id", "name", "prefix", "created_at", "last_used_at", "expires_at", "revoked_at"]
        read_only_fields = fields


class TokenInputSerializer(serializers.Serializer[Any]):
    """A token to be made."""

    name = serializers.CharField(max_length=100)
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)

    def validate_expires_at(self, value: datetime | None) -> datetime | None:
        if value is not None and value <= timezone.now():
            raise serializers.ValidationError("This time has passed already.")
        return value


class TokenCreatedSerializer(TokenSerializer):
    """A token just made, with its text, which is shown this once."""

    token = serializers.CharField(help_text="Shown this once; keep it safe.")

    class Meta(TokenSerializer.Meta):
        fields = [*TokenSerializer.Meta.fields, "token"]
        read_only_fields = fields


class ProjectSerializer(serializers.ModelSerializer[Project]):
    """A project; ``role`` is the caller's."""

    role = serializers.ChoiceField(choices=Role.choices)
    member_count = serializers.IntegerField()
    dataset_count = serializers.IntegerField()
    run_count = serializers.IntegerField()

    class Meta:
        model = Project
        fields = [
            "id",
            "name",
            "description",
            "role",
            "member_count",
            "dataset_count",
            "run_count",
            "created_at",
            "updated_at",
        ]
        read_only_fields = fields


class ProjectInputSerializer(serializers.Serializer[Any]):
    """A project to be made or changed."""

    name = serializers.CharField(max_length=100)
    description = serializers.CharField(max_length=10_000, required=False, allow_blank=True)


class MemberSerializer(serializers.ModelSerializer[Membership]):
    """A member of a project."""

    user = UserBriefSerializer()

    class Meta:
        model = Membership
        fields = ["user", "role", "created_at"]
        read_only_fields = fields


class MemberInputSerializer(serializers.Serializer[Any]):
    """A user to become a member."""

    username = serializers.CharField(max_length=150)
    role = serializers.ChoiceField(choices=Role.choices)


class MemberRoleSerializer(serializers.Serializer[Any]):
    """Another role for a member."""

    role = serializers.ChoiceField(choices=Role.choices)
