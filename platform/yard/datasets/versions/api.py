"""Versions over the API: make, note, archive, delete, download, bring back."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from yard.accounts.models import Role
from yard.core.audit import record_download
from yard.core.errors import NotFound
from yard.datasets import selectors
from yard.datasets.filters import VersionFilter
from yard.datasets.models import Dataset, DatasetVersion, Pinning, Restore
from yard.datasets.selectors import user_of
from yard.datasets.serializers import DatasetSerializer, VersionSerializer
from yard.datasets.versions import services
from yard.datasets.versions.pinning import version_now
from yard.datasets.versions.restores import restore_create
from yard.datasets.versions.serializers import (
    NoteSerializer,
    PinningSerializer,
    RestoreSerializer,
    VersionCreateSerializer,
    VersionDeleteSerializer,
)
from yard.datasets.versions.usage import usage_counts
from yard.storage.filesets import fileset_readers
from yard.storage.http import zip_response
from yard.storage.zips import ZipEntry

BINARY = OpenApiTypes.BINARY
NOT_MODIFIED = OpenApiResponse(description="The caller's copy is still good")


def version_shown(version: DatasetVersion) -> dict[str, Any]:
    """The version as every answer has it."""
    context = {"usage": usage_counts([version.pk])}
    return dict(VersionSerializer(version, context=context).data)


def version_of(request: Request, dataset_id: int, number: int, role: Role = Role.VIEWER) -> DatasetVersion:
    """The version, if the caller has at least this role. Raises ``NotFound`` or ``NotAllowed``."""
    dataset = selectors.dataset_get_for(user=request.user, dataset_id=dataset_id, role=role)
    return selectors.version_get(dataset=dataset, number=number)


class VersionListApi(ListAPIView[DatasetVersion]):
    """The versions of a data set; archived ones only when they are asked for."""

    serializer_class = VersionSerializer
    filterset_class = VersionFilter
    queryset = DatasetVersion.objects.none()

    def get_queryset(self) -> QuerySet[DatasetVersion]:
        dataset = selectors.dataset_get_for(user=self.request.user, dataset_id=self.kwargs["dataset_id"])
        return dataset.versions.select_related("fileset", "created_by")

    def get_serializer(self, *args: Any, **kwargs: Any) -> BaseSerializer[DatasetVersion]:
        if args:
            usage = usage_counts(version.pk for version in args[0])
            kwargs["context"] = {**self.get_serializer_context(), "usage": usage}
        return super().get_serializer(*args, **kwargs)

    @extend_schema(
        request=VersionCreateSerializer,
        responses={200: VersionSerializer, 201: VersionSerializer, 202: PinningSerializer},
    )
    def post(self, request: Request, dataset_id: int) -> Response:
        """Pin the data set as it is now; 200 with the version that is there already when nothing has changed.

        That of a large data set is made by the worker: 202, then follow ``pinnings/<id>/``.
        """
        dataset = selectors.dataset_get_for(user=request.user, dataset_id=dataset_id, role=Role.EDITOR)
        given = VersionCreateSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        before = set(dataset.versions.values_list("pk", flat=True))
        version = version_now(dataset=dataset, user=user_of(request), note=given.validated_data["note"])
        if isinstance(version, Pinning):
            return Response(PinningSerializer(version).data, status=status.HTTP_202_ACCEPTED)
        new = version.pk not in before
        shown = version_shown(selectors.version_get(dataset=dataset, number=version.number))
        return Response(shown, status=status.HTTP_201_CREATED if new else status.HTTP_200_OK)


class PinningListApi(ListAPIView[Pinning]):
    """Versions that were and are being made by the worker, the newest first."""

    serializer_class = PinningSerializer
    queryset = Pinning.objects.none()

    def get_queryset(self) -> QuerySet[Pinning]:
        return _pinnings(selectors.dataset_get_for(user=self.request.user, dataset_id=self.kwargs["dataset_id"]))


class PinningDetailApi(APIView):
    """How the making of a version is going."""

    @extend_schema(responses=PinningSerializer)
    def get(self, request: Request, dataset_id: int, pinning_id: int) -> Response:
        dataset = selectors.dataset_get_for(user=request.user, dataset_id=dataset_id)
        found = _pinnings(dataset).filter(pk=pinning_id).first()
        if found is None:
            raise NotFound(f"No version of the data set {dataset.name} was asked for under this number.")
        return Response(PinningSerializer(found).data)


class VersionDetailApi(APIView):
    """One version."""

    @extend_schema(responses=VersionSerializer)
    def get(self, request: Request, dataset_id: int, number: int) -> Response:
        return Response(version_shown(version_of(request, dataset_id, number)))

    @extend_schema(request=NoteSerializer, responses=VersionSerializer)
    def patch(self, request: Request, dataset_id: int, number: int) -> Response:
        """Write a note on it; nothing else of a version ever changes."""
        version = version_of(request, dataset_id, number, Role.EDITOR)
        given = NoteSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        services.version_update(version=version, note=given.validated_data["note"], user=user_of(request))
        return Response(version_shown(version))

    @extend_schema(parameters=[VersionDeleteSerializer], responses={204: None})
    def delete(self, request: Request, dataset_id: int, number: int) -> Response:
        """Remove it; 409, naming them, when runs were made with it. Its number is not given again.

        409 with the code ``undo_goes`` when a repair can be taken back to it; ``force`` says that it may go.
        """
        version = version_of(request, dataset_id, number, Role.EDITOR)
        given = VersionDeleteSerializer(data=request.query_params)
        given.is_valid(raise_exception=True)
        services.version_delete(version=version, user=user_of(request), force=given.validated_data["force"])
        return Response(status=status.HTTP_204_NO_CONTENT)


class VersionArchiveApi(APIView):
    """Hide a version from lists. It stays whole: what was made with it can be looked at and repeated."""

    @extend_schema(request=None, responses=VersionSerializer)
    def post(self, request: Request, dataset_id: int, number: int) -> Response:
        version = version_of(request, dataset_id, number, Role.EDITOR)
        return Response(version_shown(services.version_archive(version=version, user=user_of(request))))


class VersionUnarchiveApi(APIView):
    """Show a version in lists again."""

    @extend_schema(request=None, responses=VersionSerializer)
    def post(self, request: Request, dataset_id: int, number: int) -> Response:
        version = version_of(request, dataset_id, number, Role.EDITOR)
        return Response(version_shown(services.version_unarchive(version=version, user=user_of(request))))


class VersionDownloadApi(APIView):
    """A version as a ZIP of its images and annotations/annotations.xml."""

    @extend_schema(responses={(200, "application/zip"): BINARY})
    def get(self, request: Request, dataset_id: int, number: int) -> HttpResponseBase:
        version = version_of(request, dataset_id, number)
        note_download(request, version)
        entries = (ZipEntry(entry.name, read) for entry, read in fileset_readers(version.fileset))
        return zip_response(request, filename=f"{version.dataset.name} v{number}.zip", entries=entries)


class VersionRestoreApi(APIView):
    """Bring the data set back to a version. What it is now is pinned as a version first, so nothing is lost."""

    @extend_schema(request=None, responses={202: RestoreSerializer})
    def post(self, request: Request, dataset_id: int, number: int) -> Response:
        """Follow ``restores/<id>/`` until it has succeeded or failed."""
        version = version_of(request, dataset_id, number, Role.EDITOR)
        made = restore_create(dataset=version.dataset, version=version, user=user_of(request))
        return Response(RestoreSerializer(made).data, status=status.HTTP_202_ACCEPTED)


class RestoreListApi(ListAPIView[Restore]):
    """What was brought back, the newest first."""

    serializer_class = RestoreSerializer
    queryset = Restore.objects.none()

    def get_queryset(self) -> QuerySet[Restore]:
        return _restores(selectors.dataset_get_for(user=self.request.user, dataset_id=self.kwargs["dataset_id"]))


class RestoreDetailApi(APIView):
    """How bringing a version back is going."""

    @extend_schema(responses=RestoreSerializer)
    def get(self, request: Request, dataset_id: int, restore_id: int) -> Response:
        dataset = selectors.dataset_get_for(user=request.user, dataset_id=dataset_id)
        found = _restores(dataset).filter(pk=restore_id).first()
        if found is None:
            raise NotFound(f"Nothing was brought back in the data set {dataset.name} under this number.")
        return Response(RestoreSerializer(found).data)


class DatasetArchiveApi(APIView):
    """Hide a data set from lists and let nobody change it. Its versions can still be trained on."""

    @extend_schema(request=None, responses=DatasetSerializer)
    def post(self, request: Request, dataset_id: int) -> Response:
        """409 while an import or a restore changes it."""
        dataset = selectors.dataset_get_for(user=request.user, dataset_id=dataset_id, role=Role.EDITOR)
        services.dataset_archive(dataset=dataset, user=user_of(request))
        return Response(_dataset_shown(request, dataset))


class DatasetUnarchiveApi(APIView):
    """Show a data set in lists again, to be changed."""

    @extend_schema(request=None, responses=DatasetSerializer)
    def post(self, request: Request, dataset_id: int) -> Response:
        dataset = selectors.dataset_get_for(user=request.user, dataset_id=dataset_id, role=Role.EDITOR)
        services.dataset_unarchive(dataset=dataset, user=user_of(request))
        return Response(_dataset_shown(request, dataset))


def note_download(request: Request, version: DatasetVersion) -> None:
    """An entry of the audit log."""
    record_download(
        request,
        "dataset.downloaded",
        object_type="dataset",
        object_id=version.dataset_id,
        object_name=version.dataset.name,
        project_id=version.dataset.project_id,
        version=version.number,
    )


def _pinnings(dataset: Dataset) -> QuerySet[Pinning]:
    return dataset.pinnings.select_related("version", "created_by")


def _restores(dataset: Dataset) -> QuerySet[Restore]:
    return dataset.restores.select_related("version", "before", "created_by")


def _dataset_shown(request: Request, dataset: Dataset) -> dict[str, Any]:
    found = selectors.dataset_list_for(request.user).get(pk=dataset.pk)
    context = {"verbs": selectors.verbs_for(request.user, [dataset.project_id])}
    return dict(DatasetSerializer(found, context=context).data)
