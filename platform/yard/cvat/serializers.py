"""CVAT servers, links and transfers as the API takes and shows them. No secret is ever among what is shown."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from yard.accounts.serializers import UserBriefSerializer
from yard.cvat import selectors
from yard.cvat.models import CvatLink, CvatServer, CvatTransfer, RemoteKind, SignIn, TransferKind, TransferState
from yard.datasets.serializers import ImportFindingSerializer

LARGEST_ID = (1 << 31) - 1
IMAGES_PER_JOB_MAX = 100_000


class CvatServerSerializer(serializers.ModelSerializer[CvatServer]):
    """A server of a project, without its password or token. Needs ``may_manage`` in its context."""

    sign_in = serializers.ChoiceField(choices=SignIn.choices)
    linked = serializers.SerializerMethodField(help_text="Data sets linked to it")
    created_by = UserBriefSerializer(allow_null=True)
    can = serializers.SerializerMethodField(help_text="What the caller may do with it")

    class Meta:
        model = CvatServer
        fields = [
            "id",
            "project",
            "name",
            "address",
            "sign_in",
            "username",
            "organization",
            "version",
            "checked_at",
            "fault",
            "linked",
            "created_by",
            "created_at",
            "can",
        ]
        read_only_fields = fields

    def get_linked(self, server: CvatServer) -> int:
        """Data sets linked to it."""
        return int(getattr(server, "link_count", 0))

    def get_can(self, _server: CvatServer) -> list[str]:
        """What the caller may do with it."""
        return ["edit", "test", "delete"] if self.context["may_manage"] else []


class CvatServerInputSerializer(serializers.Serializer[Any]):
    """A server as it is entered."""

    name = serializers.CharField(max_length=100)
    address = serializers.CharField(max_length=500, help_text="As in https://cvat.example.org")
    sign_in = serializers.ChoiceField(choices=SignIn.choices, default=SignIn.PASSWORD)
    username = serializers.CharField(max_length=150, required=False, allow_blank=True)
    secret = serializers.CharField(
        max_length=1000, trim_whitespace=False, help_text="Password or access token; kept encrypted, never shown"
    )
    organization = serializers.CharField(
        max_length=100, required=False, allow_blank=True, help_text="Short name; empty: the account's own space"
    )


class CvatServerChangeSerializer(CvatServerInputSerializer):
    """What is to be changed of a server."""

    name = serializers.CharField(max_length=100, required=False)
    address = serializers.CharField(max_length=500, required=False)
    sign_in = serializers.ChoiceField(choices=SignIn.choices, required=False)
    secret = serializers.CharField(
        max_length=1000, trim_whitespace=False, required=False, help_text="Left out: the one it has"
    )


class CvatReportSerializer(serializers.Serializer[Any]):
    """What a transfer found and changed; parts are missing where they say nothing."""

    matched = serializers.IntegerField(required=False, help_text="Images that both have")
    only_here = serializers.IntegerField(required=False, help_text="Images that CVAT does not have")
    only_there = serializers.IntegerField(required=False, help_text="Images that the data set does not have")
    tasks = serializers.IntegerField(required=False)
    examples = serializers.DictField(child=serializers.ListField(child=serializers.CharField()), required=False)
    changed = serializers.IntegerField(required=False, help_text="Images whose annotations are others now")
    unchanged = serializers.IntegerField(required=False)
    emptied = serializers.IntegerField(required=False, help_text="Of the changed ones: without annotations now")
    shapes = serializers.IntegerField(required=False)
    labels_added = serializers.ListField(child=serializers.CharField(), required=False)
    before = serializers.IntegerField(required=False, allow_null=True, help_text="Number of the version before")
    after = serializers.IntegerField(required=False, help_text="Number of the version after")
    findings = ImportFindingSerializer(many=True, required=False)


class CvatTransferSerializer(serializers.ModelSerializer[CvatTransfer]):
    """Something done with CVAT."""

    kind = serializers.ChoiceField(choices=TransferKind.choices)
    state = serializers.ChoiceField(choices=TransferState.choices)
    report = CvatReportSerializer()
    version = serializers.SerializerMethodField(help_text="Number of the version that a pull made or found")
    cancelling = serializers.SerializerMethodField()
    created_by = UserBriefSerializer(allow_null=True)

    class Meta:
        model = CvatTransfer
        fields = [
            "id",
            "kind",
            "state",
            "progress",
            "message",
            "report",
            "version",
            "cancelling",
            "created_by",
            "created_at",
            "started_at",
            "finished_at",
        ]
        read_only_fields = fields

    def get_version(self, transfer: CvatTransfer) -> int | None:
        """Number of the version."""
        return transfer.version.number if transfer.version else None

    def get_cancelling(self, transfer: CvatTransfer) -> bool:
        """Whether somebody asked it to end."""
        return transfer.cancel_requested_at is not None


class CvatServerBriefSerializer(serializers.ModelSerializer[CvatServer]):
    """A server by name."""

    class Meta:
        model = CvatServer
        fields = ["id", "name", "address"]


class CvatLinkSerializer(serializers.ModelSerializer[CvatLink]):
    """What a data set is linked to."""

    server = CvatServerBriefSerializer()
    kind = serializers.ChoiceField(choices=RemoteKind.choices)
    url = serializers.SerializerMethodField(help_text="Where to open it; empty while it is being made")
    images = CvatReportSerializer()
    last_pull = serializers.SerializerMethodField()
    created_by = UserBriefSerializer(allow_null=True)

    class Meta:
        model = CvatLink
        fields = [
            "server",
            "kind",
            "remote_id",
            "name",
            "url",
            "made_here",
            "ready",
            "images",
            "last_pull",
            "created_by",
            "created_at",
        ]
        read_only_fields = fields

    def get_url(self, link: CvatLink) -> str:
        """Where to open it."""
        return selectors.address_in_cvat(link)

    @extend_schema_field(CvatTransferSerializer(allow_null=True))
    def get_last_pull(self, link: CvatLink) -> dict[str, Any] | None:
        """The newest pull that has ended."""
        last = selectors.pull_last(link)
        return dict(CvatTransferSerializer(last).data) if last else None


class DatasetCvatSerializer(serializers.Serializer[Any]):
    """A data set and CVAT."""

    link = CvatLinkSerializer(allow_null=True, help_text="Null: not linked")
    current = CvatTransferSerializer(allow_null=True, help_text="What is going on")
    history = CvatTransferSerializer(many=True, help_text="The last ten, newest first")
    can = serializers.ListField(child=serializers.CharField(), help_text="What the caller may do now")


class CvatCreateSerializer(serializers.Serializer[Any]):
    """What to make in CVAT."""

    server = serializers.IntegerField(min_value=0, max_value=LARGEST_ID)
    kind = serializers.ChoiceField(choices=RemoteKind.choices, default=RemoteKind.TASK)
    name = serializers.CharField(max_length=200, required=False, allow_blank=True, help_text="Empty: the data set's")
    images_per_job = serializers.IntegerField(
        min_value=0, max_value=IMAGES_PER_JOB_MAX, default=0, help_text="0: one job for all"
    )


class CvatLinkInputSerializer(serializers.Serializer[Any]):
    """What in CVAT to link to."""

    server = serializers.IntegerField(min_value=0, max_value=LARGEST_ID)
    kind = serializers.ChoiceField(choices=RemoteKind.choices, default=RemoteKind.TASK)
    remote_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, help_text="Id of the task or project")
