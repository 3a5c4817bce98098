"""The API of models."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from yard.accounts.models import Role
from yard.core.audit import record_download
from yard.registry import origins, selectors, services
from yard.registry.filters import ModelFilter
from yard.registry.models import FileRole, Model, ModelFile, ModelVersion
from yard.registry.roles import Roles
from yard.registry.serializers import (
    ModelChangeSerializer,
    ModelDetailSerializer,
    ModelSerializer,
    ModelVersionSerializer,
)
from yard.storage.http import object_response, zip_response
from yard.storage.objects import object_read
from yard.storage.zips import ZipEntry

FILE = {(200, "application/octet-stream"): OpenApiTypes.BINARY}
ZIP = {(200, "application/zip"): OpenApiTypes.BINARY}
GONE = {204: OpenApiResponse(description="It is gone")}
TEXT_ROLES = {FileRole.LOG, FileRole.CONFIG}


class ModelListApi(generics.ListAPIView[Model]):
    """Models of the caller's projects, the newest first."""

    serializer_class = ModelSerializer
    filterset_class = ModelFilter
    queryset = Model.objects.none()

    def get_queryset(self) -> Any:
        """The models the caller may see."""
        return selectors.model_list_for(self.request.user).order_by("-pk")

    def paginate_queryset(self, queryset: Any) -> Any:
        """The page, each model with its latest version."""
        page = super().paginate_queryset(queryset)
        selectors.attach_latest(page or [])
        return page

    def get_serializer_context(self) -> dict[str, Any]:
        """With the caller's roles, so that no row needs a query of its own."""
        return {**super().get_serializer_context(), "roles": Roles(self.request.user)}

    @extend_schema(summary="List models", tags=["models"], operation_id="models_list")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Models of the caller's projects, the newest first."""
        return super().get(request, *args, **kwargs)


class ModelDetailApi(APIView):
    """One model."""

    @extend_schema(summary="Get a model", tags=["models"], responses=ModelDetailSerializer, operation_id="models_get")
    def get(self, request: Request, model_id: int) -> Response:
        """The model with all its versions."""
        return _model_response(request, selectors.model_get_for(user=request.user, model_id=model_id))

    @extend_schema(
        summary="Change a model",
        tags=["models"],
        request=ModelChangeSerializer,
        responses=ModelDetailSerializer,
        operation_id="models_update",
    )
    def patch(self, request: Request, model_id: int) -> Response:
        """Another name or description."""
        model = selectors.model_get_for(user=request.user, model_id=model_id, role=Role.EDITOR)
        given = ModelChangeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        services.model_update(model=model, user=request.user, **given.validated_data)  # type: ignore[arg-type]
        return _model_response(request, selectors.model_get_for(user=request.user, model_id=model_id))

    @extend_schema(summary="Delete a model", tags=["models"], responses=GONE, operation_id="models_delete")
    def delete(self, request: Request, model_id: int) -> Response:
        """Remove the model with all its versions and files."""
        model = selectors.model_get_for(user=request.user, model_id=model_id, role=Role.EDITOR)
        services.model_delete(model=model, user=request.user)  # type: ignore[arg-type]
        return Response(status=204)


def _model_response(request: Request, model: Model) -> Response:
    selectors.attach_latest([model])
    model.stored_versions = list(selectors.version_list(model))  # type: ignore[attr-defined]
    return Response(ModelDetailSerializer(model, context={"roles": Roles(request.user)}).data)


class ModelVersionDetailApi(APIView):
    """One version of a model."""

    @extend_schema(
        summary="Get a model version",
        tags=["models"],
        responses=ModelVersionSerializer,
        operation_id="model_versions_get",
    )
    def get(self, request: Request, version_id: int) -> Response:
        """The version with its files and how it came to be."""
        version = selectors.version_get_for(user=request.user, version_id=version_id)
        context = {"roles": Roles(request.user), "runs": origins.makers_of("run", [version.pk])}
        return Response(ModelVersionSerializer(version, context=context).data)

    @extend_schema(
        summary="Delete a model version", tags=["models"], responses=GONE, operation_id="model_versions_delete"
    )
    def delete(self, request: Request, version_id: int) -> Response:
        """Remove the version with its files; a model goes with its last version."""
        version = selectors.version_get_for(user=request.user, version_id=version_id, role=Role.EDITOR)
        services.model_version_delete(version=version, user=request.user)  # type: ignore[arg-type]
        return Response(status=204)


class ModelFileContentApi(APIView):
    """A file of a version."""

    @extend_schema(summary="Download a model file", tags=["models"], responses=FILE, operation_id="model_files_content")
    def get(self, request: Request, version_id: int, file_id: int) -> HttpResponseBase:
        """The file's bytes; ranges are answered."""
        file = selectors.file_get_for(user=request.user, version_id=version_id, file_id=file_id)
        _note_download(request, file.version, file=file.name)
        return object_response(
            request,
            bucket=file.version.bucket,
            key=file.key,
            size=file.size,
            digest=file.digest,
            media_type="text/plain; charset=utf-8" if file.role in TEXT_ROLES else "application/octet-stream",
            filename=file.name.rsplit("/", 1)[-1],
        )


class ModelVersionDownloadApi(APIView):
    """A version as one ZIP."""

    @extend_schema(
        summary="Download a model version", tags=["models"], responses=ZIP, operation_id="model_versions_download"
    )
    def get(self, request: Request, version_id: int) -> HttpResponseBase:
        """All its files in one ZIP, streamed."""
        version = selectors.version_get_for(user=request.user, version_id=version_id)
        _note_download(request, version)
        entries = [_entry(version.bucket, file) for file in version.files.all()]
        return zip_response(request, filename=_zip_name(version), entries=entries)


def _note_download(request: Request, version: ModelVersion, **details: str) -> None:
    model = version.model
    record_download(
        request,
        "model.downloaded",
        object_type="model",
        object_id=model.pk,
        object_name=model.name,
        project_id=model.project_id,
        version=version.number,
        **details,
    )


def _entry(bucket: str, file: ModelFile) -> ZipEntry:
    return ZipEntry(file.name, lambda: object_read(bucket, file.key))


def _zip_name(version: ModelVersion) -> str:
    """A name every file system takes."""
    kept = re.sub(r"[^\w()\[\] .,-]+", "_", version.model.name).strip(" .") or "model"
    return f"{kept[:120]} v{version.number}.zip"
