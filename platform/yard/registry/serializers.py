"""What the API says about models."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from yard.registry.models import FileRole, Model, ModelFile, ModelVersion
from yard.registry.roles import Roles

MODEL_ROLES = {FileRole.NATIVE, FileRole.ONNX}


class ModelFileSerializer(serializers.ModelSerializer[ModelFile]):
    """One file of a version."""

    class Meta:
        model = ModelFile
        fields = ["id", "name", "role", "format", "size", "digest", "check_state"]
        read_only_fields = fields


class ModelVersionBriefSerializer(serializers.Serializer[ModelVersion]):
    """A version in a list: its score, and which formats it can be had in."""

    id = serializers.IntegerField()
    number = serializers.IntegerField()
    score = serializers.FloatField(allow_null=True)
    score_name = serializers.CharField()
    formats = serializers.SerializerMethodField()
    size = serializers.SerializerMethodField(help_text="Bytes of all files")
    created_at = serializers.DateTimeField()

    def get_formats(self, version: ModelVersion) -> list[str]:
        """The formats of its model files, each once."""
        return sorted({file.format for file in version.files.all() if file.role in MODEL_ROLES and file.format})

    def get_size(self, version: ModelVersion) -> int:
        """Bytes of all files."""
        return sum(file.size for file in version.files.all())


class ModelSerializer(serializers.ModelSerializer[Model]):
    """A model in a list, with its latest version."""

    latest_version = ModelVersionBriefSerializer(source="latest", allow_null=True)
    version_count = serializers.IntegerField()
    can = serializers.SerializerMethodField(help_text="What the caller may do with it now")

    class Meta:
        model = Model
        fields = [
            "id",
            "name",
            "description",
            "project",
            "latest_version",
            "version_count",
            "created_at",
            "updated_at",
            "can",
        ]
        read_only_fields = fields

    def get_can(self, model: Model) -> list[str]:
        """What the caller may do with it now."""
        roles: Roles = self.context["roles"]
        return ["edit", "delete"] if roles.may_edit(model.project_id) else []


class ModelDetailSerializer(ModelSerializer):
    """A model with all its versions."""

    versions = ModelVersionBriefSerializer(many=True, source="stored_versions")

    class Meta(ModelSerializer.Meta):
        fields = [*ModelSerializer.Meta.fields, "versions"]
        read_only_fields = fields


class ModelChangeSerializer(serializers.Serializer[Model]):
    """What may be changed of a model."""

    name = serializers.CharField(max_length=450, required=False)
    description = serializers.CharField(allow_blank=True, required=False, max_length=20_000)


class BriefSerializer(serializers.Serializer[Any]):
    """Something by id and name."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class ModelVersionSerializer(serializers.ModelSerializer[ModelVersion]):
    """A version with its files, and how it came to be."""

    model = BriefSerializer()
    class_names = serializers.ListField(child=serializers.CharField())
    metadata = serializers.DictField(help_text="Exact versions of everything that made it")
    files = ModelFileSerializer(many=True)
    project = serializers.IntegerField(source="model.project_id")
    run = serializers.SerializerMethodField(help_text="The run that made it")
    can = serializers.SerializerMethodField(help_text="What the caller may do with it now")

    class Meta:
        model = ModelVersion
        fields = [
            "id",
            "number",
            "model",
            "project",
            "score",
            "score_name",
            "class_names",
            "metadata",
            "files",
            "created_at",
            "run",
            "can",
        ]
        read_only_fields = fields

    @extend_schema_field(BriefSerializer(allow_null=True))
    def get_run(self, version: ModelVersion) -> dict[str, Any] | None:
        """The run that made it."""
        runs: dict[int, dict[str, Any]] = self.context["runs"]
        return runs.get(version.pk)

    def get_can(self, version: ModelVersion) -> list[str]:
        """What the caller may do with it now."""
        roles: Roles = self.context["roles"]
        return ["delete"] if roles.may_edit(version.model.project_id) else []
