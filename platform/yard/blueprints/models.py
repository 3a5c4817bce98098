"""Train templates in the database ("Template" in the UI)."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from yard.blueprints.fields import OrderedJSONField
from yard.core.models import TimestampedModel
from yard.executions.states import State


class Blueprint(TimestampedModel):
    """A train template, found by provider / category / architecture. Without a project it is bundled, for everybody."""

    project = models.ForeignKey(
        "accounts.Project", null=True, blank=True, on_delete=models.CASCADE, related_name="blueprints"
    )
    provider = models.CharField(max_length=100)
    category = models.CharField(max_length=100)
    architecture = models.CharField(max_length=100)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    archived_at = models.DateTimeField(null=True, blank=True)
    # Only an admin of the platform can give these (grants.py); shown wherever the template is.
    allow_network = models.BooleanField(default=False, help_text="Runs may reach the network")
    allow_root = models.BooleanField(default=False, help_text="Runs may change owners and users, as root does")
    allow_fuse = models.BooleanField(default=False, help_text="Runs may mount file systems (/dev/fuse, SYS_ADMIN)")
    granted_version = models.IntegerField(
        null=True, blank=True, help_text="Number of the last version that these hold for; of no effect when bundled"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "provider", "category", "architecture"], name="blueprint_name_unique"
            ),
            # Without a project (bundled) NULLs would all be different; SQLite knows no other kind of NULL.
            models.UniqueConstraint(
                fields=["provider", "category", "architecture"],
                condition=models.Q(project=None),
                name="bundled_blueprint_name_unique",
            ),
        ]
        ordering = ["provider", "category", "architecture"]

    def __str__(self) -> str:
        return f"{self.provider} / {self.category} / {self.architecture}"


class BlueprintKind(models.TextChoices):
    """What a version is made of: a build context, or (later) a ready image."""

    CONTEXT = "context", "Build context"
    IMAGE = "image", "Image"


class BlueprintVersion(TimestampedModel):
    """One immutable state of a template. Runs keep theirs whatever is uploaded later."""

    blueprint = models.ForeignKey(Blueprint, on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    kind = models.CharField(max_length=10, choices=BlueprintKind.choices, default=BlueprintKind.CONTEXT)
    config_schema = OrderedJSONField()
    presets = OrderedJSONField(default=dict)
    custom = OrderedJSONField(default=dict)
    model_filepath = models.CharField(max_length=500)
    score_name = models.CharField(max_length=100)
    score_regexp = models.TextField()
    metrics = OrderedJSONField(default=dict, help_text="name → pattern")
    readme = models.TextField(blank=True)
    task_types = models.JSONField(default=list)
    dockerfile = models.TextField(blank=True)
    base_image = models.CharField(max_length=300, blank=True, help_text="The Dockerfile's FROM")
    environment = models.JSONField(default=dict, help_text="The pairs of the template's .env")
    # The build context (platform helpers, template's docker/ folder, default configs) as one tar object.
    context_bucket = models.CharField(max_length=63)
    context_key = models.CharField(max_length=1024)
    context_digest = models.CharField(max_length=64)
    content_digest = models.CharField(max_length=64, help_text="Of what was uploaded: the same upload is one version")
    package_key = models.CharField(max_length=1024, blank=True, help_text="The ZIP, in the bucket of the context")
    package_size = models.BigIntegerField(default=0)
    package_digest = models.CharField(max_length=64, blank=True)
    findings = models.JSONField(default=list)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["blueprint", "number"], name="blueprint_version_number_unique")]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.blueprint} v{self.number}"


class ImageBuild(TimestampedModel):
    """The build of a version's image for one launcher; done once, and again only when it failed or was removed."""

    version = models.ForeignKey(BlueprintVersion, on_delete=models.PROTECT, related_name="builds")
    launcher = models.CharField(max_length=20)
    tag = models.CharField(max_length=300, help_text="Content address of the image")
    execution = models.OneToOneField("executions.Execution", on_delete=models.PROTECT, related_name="image_build")
    reference = models.CharField(max_length=300, blank=True)
    digest = models.CharField(max_length=100, blank=True)
    workdir = models.CharField(max_length=500, blank=True)
    config_destination = models.CharField(
        max_length=500, blank=True, help_text="Folder in the box where the Dockerfile's COPY put train_config.json"
    )
    entrypoint = models.JSONField(default=list)
    size_bytes = models.BigIntegerField(default=0)
    # The claim: true from the request to the end of its execution, for one build per version and launcher.
    in_progress = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "launcher"], condition=models.Q(in_progress=True), name="image_build_one_at_a_time"
            )
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.tag

    @property
    def is_ready(self) -> bool:
        """Whether its image was built and, as far as is known, is still there."""
        return bool(self.reference) and self.execution.state == State.SUCCEEDED
