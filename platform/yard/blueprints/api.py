"""Templates over the API: catalogue, upload, versions, images, configs."""

from __future__ import annotations

import shlex
from typing import Any

from django.conf import settings
from django.core.exceptions import TooManyFilesSent
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import ParseError
from rest_framework.filters import OrderingFilter, SearchFilter
from rest_framework.generics import ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from yard.accounts.access import project_get_for, signed_in
from yard.accounts.models import Role
from yard.blueprints import config as configs
from yard.blueprints import images, selectors, services
from yard.blueprints.filters import BlueprintFilter
from yard.blueprints.grants import Grant, template_grant
from yard.blueprints.models import Blueprint
from yard.blueprints.permissions import Verbs
from yard.blueprints.serializers import (
    ConfigCheckedSerializer,
    ConfigToCheckSerializer,
    ExportConfigSerializer,
    TemplateBuildSerializer,
    TemplateBuildStartedSerializer,
    TemplateChangeSerializer,
    TemplateDetailSerializer,
    TemplateSerializer,
    TemplateUploadedSerializer,
    TemplateUploadSerializer,
    TemplateVersionBriefSerializer,
    TemplateVersionSerializer,
)
from yard.blueprints.uploads import SizeLimit
from yard.executions.models import Execution
from yard.storage.http import object_response


def _detail(blueprint: Blueprint, request: Request) -> dict[str, Any]:
    newest = getattr(blueprint, "newest_version_id", None)
    versions = selectors.versions_by_id([newest] if newest else [])
    return dict(TemplateDetailSerializer(blueprint, context={"verbs": Verbs(request.user), "versions": versions}).data)


class TemplateListApi(ListAPIView[Blueprint]):
    """The templates of the caller's projects, and the bundled ones."""

    queryset = Blueprint.objects.none()
    serializer_class = TemplateSerializer
    filter_backends = [DjangoFilterBackend, SearchFilter, OrderingFilter]
    filterset_class = BlueprintFilter
    search_fields = ["provider", "category", "architecture"]
    ordering_fields = ["provider", "category", "architecture", "created_at", "run_total"]
    ordering = ["provider", "category", "architecture", "id"]

    def get_queryset(self) -> QuerySet[Blueprint]:
        """What the caller may see."""
        return selectors.blueprint_catalogue(self.request.user)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One page; the newest versions of all its rows come with one query."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        versions = selectors.versions_by_id(
            newest for row in page if (newest := getattr(row, "newest_version_id", None)) is not None
        )
        context = {"verbs": Verbs(request.user), "versions": versions}
        return self.get_paginated_response(TemplateSerializer(page, many=True, context=context).data)


class TemplateDetailApi(APIView):
    """One template."""

    @extend_schema(responses=TemplateDetailSerializer)
    def get(self, request: Request, template_id: int) -> Response:
        return Response(_detail(selectors.blueprint_get_for(user=request.user, blueprint_id=template_id), request))

    @extend_schema(request=TemplateChangeSerializer, responses=TemplateDetailSerializer)
    def patch(self, request: Request, template_id: int) -> Response:
        """For administrators of the platform: let the template's runs use the network, root's powers or FUSE.

        What is given holds for the versions there are now. Given again, it holds for those uploaded since, too.
        """
        blueprint = selectors.blueprint_get_for(user=request.user, blueprint_id=template_id)
        if not request.user.is_staff:
            self.permission_denied(request, "Only administrators of the platform may give a template such powers.")
        change = TemplateChangeSerializer(data=request.data)
        change.is_valid(raise_exception=True)
        changes = {grant: change.validated_data[grant.field] for grant in Grant if grant.field in change.validated_data}
        template_grant(blueprint=blueprint, changes=changes, user=signed_in(request.user))
        return Response(_detail(blueprint, request))

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, template_id: int) -> Response:
        """Out of the catalogue. What runs were made with is kept for them."""
        blueprint = selectors.blueprint_get_for(user=request.user, blueprint_id=template_id, role=Role.EDITOR)
        services.template_delete(blueprint=blueprint, user=signed_in(request.user))
        return Response(status=status.HTTP_204_NO_CONTENT)


class TemplateUploadApi(APIView):
    """Upload a template as a ZIP; the same names again make a new version."""

    refusals = {"404": "There is no such project, or the caller may not see it"}
    parser_classes = [MultiPartParser]

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Put the size limit in place before anything reads the body (checking the CSRF token does)."""
        limit = SizeLimit(request, limit=settings.TEMPLATE_MAX_BYTES, message=services.too_large_message())
        request.upload_handlers.insert(0, limit)
        return super().initialize_request(request, *args, **kwargs)

    def handle_exception(self, exc: Exception) -> Response:
        """A broken form is the caller's fault, wherever it is noticed."""
        broken = isinstance(exc, MultiPartParserError | TooManyFilesSent)
        return super().handle_exception(ParseError(str(exc)) if broken else exc)

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "project", OpenApiTypes.INT, description="Given here too, it is checked before the ZIP is read"
            )
        ],
        request={"multipart/form-data": TemplateUploadSerializer},
        responses={201: TemplateUploadedSerializer},
    )
    def post(self, request: Request) -> Response:
        announced = request.query_params.get("project", "")
        if announced.isascii() and announced.isdigit() and len(announced) < 19:
            project_get_for(user=request.user, project_id=int(announced), role=Role.EDITOR)
        form = TemplateUploadSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        project = project_get_for(user=request.user, project_id=form.validated_data["project"], role=Role.EDITOR)
        file = form.validated_data["template_zip"]
        result = services.template_upload(
            user=signed_in(request.user), project=project, file=file.file, filename=file.name
        )
        blueprint = selectors.blueprint_get_for(user=request.user, blueprint_id=result.blueprint.pk)
        answer = {
            "template": _detail(blueprint, request),
            "version": TemplateVersionBriefSerializer(result.version).data,
            "created": result.created,
            "findings": [finding.as_dict() for finding in result.findings],
        }
        return Response(answer, status=status.HTTP_201_CREATED)


class TemplateVersionDetailApi(APIView):
    """One version of a template: its form, its files, its image."""

    @extend_schema(responses=TemplateVersionSerializer)
    def get(self, request: Request, version_id: int) -> Response:
        version = selectors.version_get_for(user=request.user, version_id=version_id)
        return Response(TemplateVersionSerializer(version, context={"verbs": Verbs(request.user)}).data)


class TemplateVersionDownloadApi(APIView):
    """The version as a ZIP, as it was uploaded."""

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request, version_id: int) -> HttpResponseBase:
        version = selectors.version_get_for(user=request.user, version_id=version_id)
        name = images.slug(f"{version.blueprint.provider} {version.blueprint.architecture}")
        return object_response(
            request,
            bucket=version.context_bucket,
            key=version.package_key,
            size=version.package_size,
            digest=version.package_digest,
            media_type="application/zip",
            filename=f"{name}-v{version.number}.zip",
        )


class TemplateBuildApi(APIView):
    """Build the version's image now, rather than with its first run."""

    @extend_schema(request=None, responses={202: TemplateBuildStartedSerializer})
    def post(self, request: Request, version_id: int) -> Response:
        """The build that is under way or ready, else a new one."""
        version = selectors.version_get_for(user=request.user, version_id=version_id)
        Verbs(request.user).require_build(version)
        launcher = images.launcher_name()
        build = images.image_find(version, launcher) or images.build_request(
            version=version, launcher_name=launcher, user=signed_in(request.user)
        )
        return Response({"execution": build.execution_id}, status=status.HTTP_202_ACCEPTED)


class TemplateBuildListApi(ListAPIView[Execution]):
    """The builds of a version's image, newest first; failed ones keep their log."""

    queryset = Execution.objects.none()
    serializer_class = TemplateBuildSerializer
    filter_backends = []

    def get_queryset(self) -> QuerySet[Execution]:
        """Of a version that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Execution.objects.none()
        version = selectors.version_get_for(user=self.request.user, version_id=self.kwargs["version_id"])
        return Execution.objects.filter(image_build__version=version).select_related("image_build").order_by("-pk")


class ConfigCheckApi(APIView):
    """Check a config against the template's form without starting anything; also for a file from the past."""

    @extend_schema(request=ConfigToCheckSerializer, responses=ConfigCheckedSerializer)
    def post(self, request: Request, version_id: int) -> Response:
        version = selectors.version_get_for(user=request.user, version_id=version_id)
        given = ConfigToCheckSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        checked = configs.validate_config(
            version, given.validated_data["config"], given.validated_data.get("export_config")
        )
        merged = configs.merge_presets(checked.config, version.presets)
        answer = {
            "valid": not checked.errors,
            "config": checked.config,
            "export_config": checked.export_config,
            "errors": checked.errors,
            "dropped": checked.dropped,
            "arguments": shlex.join(configs.config_arguments(merged)),
        }
        return Response(answer)


class ExportConfigApi(APIView):
    """The form of the ONNX export, the same for every template."""

    @extend_schema(responses=ExportConfigSerializer)
    def get(self, request: Request) -> Response:
        return Response({"schema": configs.export_schema(), "defaults": configs.export_defaults()})
