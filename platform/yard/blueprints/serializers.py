"""Templates as the API shows them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from yard.accounts.models import User
from yard.blueprints import schemas
from yard.blueprints.grants import Grant, grants_of
from yard.blueprints.models import Blueprint, BlueprintVersion
from yard.blueprints.permissions import Verbs
from yard.blueprints.selectors import image_state
from yard.executions.models import Execution

SUMMARY_CHARACTERS = 300


def summary_of(schema: Any) -> str:
    """The first part of the form's description, up to the link to its documentation."""
    text = schema.get("description") if isinstance(schema, dict) else ""
    text = text.split("Documentation:")[0].strip() if isinstance(text, str) else ""
    return text if len(text) <= SUMMARY_CHARACTERS else text[: SUMMARY_CHARACTERS - 1] + "…"


class TemplateUserSerializer(serializers.ModelSerializer[User]):
    """A person, in brief."""

    class Meta:
        model = User
        fields = ["id", "username"]


class FindingSerializer(serializers.Serializer[dict[str, Any]]):
    """One thing that a check of a template found."""

    severity = serializers.ChoiceField(choices=["error", "warning", "info"])
    code = serializers.CharField()
    message = serializers.CharField()
    file = serializers.CharField(allow_blank=True)
    line = serializers.IntegerField(allow_null=True)
    column = serializers.IntegerField(allow_null=True)
    hint = serializers.CharField(allow_blank=True)


class TemplateVersionBriefSerializer(serializers.ModelSerializer[BlueprintVersion]):
    """A version in a list."""

    task_types = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = BlueprintVersion
        fields = ["id", "number", "created_at", "task_types"]


class TemplateSerializer(serializers.ModelSerializer[Blueprint]):
    """A template in the catalogue. Context: ``verbs`` and ``versions`` (the newest ones by id)."""

    bundled = serializers.SerializerMethodField()
    archived = serializers.SerializerMethodField()
    latest_version = serializers.SerializerMethodField()
    run_count = serializers.IntegerField(source="run_total", read_only=True)
    summary = serializers.SerializerMethodField()
    can = serializers.SerializerMethodField()

    class Meta:
        model = Blueprint
        fields = [
            "id",
            "provider",
            "category",
            "architecture",
            "bundled",
            "project",
            "allow_network",
            "allow_root",
            "allow_fuse",
            "granted_version",
            "archived",
            "latest_version",
            "run_count",
            "summary",
            "can",
        ]

    def get_bundled(self, blueprint: Blueprint) -> bool:
        return blueprint.project_id is None

    def get_archived(self, blueprint: Blueprint) -> bool:
        return blueprint.archived_at is not None

    @extend_schema_field(TemplateVersionBriefSerializer(allow_null=True))
    def get_latest_version(self, blueprint: Blueprint) -> dict[str, Any] | None:
        version = self._newest(blueprint)
        return dict(TemplateVersionBriefSerializer(version).data) if version else None

    def get_summary(self, blueprint: Blueprint) -> str:
        version = self._newest(blueprint)
        return summary_of(version.config_schema) if version else ""

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_can(self, blueprint: Blueprint) -> list[str]:
        verbs: Verbs = self.context["verbs"]
        return verbs.on_template(blueprint)

    def _newest(self, blueprint: Blueprint) -> BlueprintVersion | None:
        found: BlueprintVersion | None = self.context["versions"].get(getattr(blueprint, "newest_version_id", None))
        return found


class TemplateVersionListedSerializer(TemplateVersionBriefSerializer):
    """A version in the list of its template."""

    created_by = TemplateUserSerializer(allow_null=True)

    class Meta(TemplateVersionBriefSerializer.Meta):
        fields = [*TemplateVersionBriefSerializer.Meta.fields, "created_by", "base_image"]


class TemplateDetailSerializer(TemplateSerializer):
    """A template with its versions, newest first."""

    versions = serializers.SerializerMethodField()

    class Meta(TemplateSerializer.Meta):
        fields = [*TemplateSerializer.Meta.fields, "versions"]

    @extend_schema_field(TemplateVersionListedSerializer(many=True))
    def get_versions(self, blueprint: Blueprint) -> Any:
        rows = blueprint.versions.select_related("created_by").only(
            "id",
            "number",
            "created_at",
            "task_types",
            "base_image",
            "created_by__id",
            "created_by__username",
            "blueprint",
        )
        return TemplateVersionListedSerializer(rows.order_by("-number"), many=True).data


class TemplateChangeSerializer(serializers.Serializer[Blueprint]):
    """What an administrator may change of a template; at least one."""

    allow_network = serializers.BooleanField(required=False)
    allow_root = serializers.BooleanField(required=False)
    allow_fuse = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs:
            raise serializers.ValidationError("Say at least one of allow_network, allow_root and allow_fuse.")
        return attrs


class TemplateUploadSerializer(serializers.Serializer[Any]):
    """An upload: the project that will own the template, and the ZIP."""

    project = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    template_zip = serializers.FileField(allow_empty_file=True)


class TemplateNameSerializer(serializers.ModelSerializer[Blueprint]):
    """A version's template, in brief."""

    bundled = serializers.SerializerMethodField()

    class Meta:
        model = Blueprint
        fields = [
            *("id", "provider", "category", "architecture", "bundled", "project"),
            *("allow_network", "allow_root", "allow_fuse", "granted_version"),
        ]

    def get_bundled(self, blueprint: Blueprint) -> bool:
        return blueprint.project_id is None


class TemplateImageSerializer(serializers.Serializer[dict[str, Any]]):
    """The image of a version: where it stands, and the execution that builds or built it."""

    state = serializers.ChoiceField(choices=["none", "building", "ready", "failed"])
    tag = serializers.CharField(allow_null=True)
    digest = serializers.CharField(allow_null=True)
    size_bytes = serializers.IntegerField(allow_null=True)
    execution = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)


class TemplateVersionSerializer(serializers.ModelSerializer[BlueprintVersion]):
    """Everything about one version. Context: ``verbs``."""

    template = TemplateNameSerializer(source="blueprint")
    config_schema = serializers.DictField()
    defaults = serializers.SerializerMethodField()
    presets = serializers.DictField()
    metrics = serializers.DictField(child=serializers.CharField())
    findings = FindingSerializer(many=True)
    task_types = serializers.ListField(child=serializers.CharField())
    created_by = TemplateUserSerializer(allow_null=True)
    grants = serializers.SerializerMethodField(help_text="What its runs may do beyond what every run may")
    image = serializers.SerializerMethodField()
    can = serializers.SerializerMethodField()

    class Meta:
        model = BlueprintVersion
        fields = [
            "id",
            "number",
            "template",
            "config_schema",
            "defaults",
            "presets",
            "score_name",
            "score_regexp",
            "model_filepath",
            "metrics",
            "readme",
            "findings",
            "task_types",
            "base_image",
            "dockerfile",
            "context_digest",
            "created_at",
            "created_by",
            "grants",
            "image",
            "can",
        ]

    @extend_schema_field(serializers.DictField())
    def get_defaults(self, version: BlueprintVersion) -> Any:
        return schemas.schema_defaults(version.config_schema)

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=[*Grant])))
    def get_grants(self, version: BlueprintVersion) -> list[str]:
        return [grant.value for grant in grants_of(version)]

    @extend_schema_field(TemplateImageSerializer)
    def get_image(self, version: BlueprintVersion) -> dict[str, Any]:
        state, build = image_state(version)
        return {
            "state": state,
            "tag": build.tag if build else None,
            "digest": build.digest or None if build else None,
            "size_bytes": build.size_bytes or None if build else None,
            "execution": build.execution_id if build else None,
            "reason": build.execution.reason if build else "",
        }

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_can(self, version: BlueprintVersion) -> list[str]:
        verbs: Verbs = self.context["verbs"]
        return verbs.on_version(version)


class TemplateUploadedSerializer(serializers.Serializer[Any]):
    """A template that was taken in. ``created`` is false when this very content was the newest version already."""

    template = TemplateDetailSerializer()
    version = TemplateVersionBriefSerializer()
    created = serializers.BooleanField()
    findings = FindingSerializer(many=True)


class TemplateBuildStartedSerializer(serializers.Serializer[Any]):
    """The execution that builds (or built) the image."""

    execution = serializers.IntegerField()


class TemplateBuildSerializer(serializers.ModelSerializer[Execution]):
    """One build of a version's image; ``id`` is its execution's, for log, stream and stop."""

    launcher = serializers.CharField(source="image_build.launcher")
    tag = serializers.CharField(source="image_build.tag")
    digest = serializers.CharField(source="image_build.digest")
    size_bytes = serializers.IntegerField(source="image_build.size_bytes")

    class Meta:
        model = Execution
        fields = [
            "id",
            "title",
            "kind",
            "state",
            "reason",
            "cause",
            "created_at",
            "started_at",
            "finished_at",
            "launcher",
            "tag",
            "digest",
            "size_bytes",
        ]


class ConfigToCheckSerializer(serializers.Serializer[Any]):
    """A config, and the export config or null when the export is off."""

    config = serializers.JSONField()
    export_config = serializers.JSONField(required=False, allow_null=True)


class ConfigErrorSerializer(serializers.Serializer[Any]):
    """Where a config breaks the schema; the path begins with ``config`` or ``export_config``."""

    path = serializers.ListField(child=serializers.JSONField())
    message = serializers.CharField()
    schema_path = serializers.ListField(child=serializers.JSONField())


class ConfigCheckedSerializer(serializers.Serializer[Any]):
    """The config as it would be kept, what is wrong with it, and the arguments that train.py would get."""

    valid = serializers.BooleanField()
    config = serializers.DictField()
    export_config = serializers.DictField(allow_null=True)
    errors = ConfigErrorSerializer(many=True)  # type: ignore[assignment]
    dropped = serializers.ListField(child=serializers.CharField())
    arguments = serializers.CharField(allow_blank=True)


class ExportConfigSerializer(serializers.Serializer[Any]):
    """The form of the ONNX export, and the values it starts with."""

    schema = serializers.DictField()
    defaults = serializers.DictField()
