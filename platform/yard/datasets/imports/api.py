"""Questions an import asks, and imports from buckets, over the API."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from yard.accounts.models import Role
from yard.core.errors import InvalidInput, NotFound
from yard.datasets import selectors
from yard.datasets.api import BINARY, NOT_MODIFIED
from yard.datasets.images import THUMBNAIL_MEDIA_TYPE
from yard.datasets.imports import bucket_keys, buckets
from yard.datasets.imports import services as import_services
from yard.datasets.imports.serializers import (
    AnswersSerializer,
    BucketImportSerializer,
    ConflictSerializer,
    SavedBucketSerializer,
)
from yard.datasets.models import NameConflict
from yard.datasets.remote import Keys
from yard.datasets.selectors import user_of
from yard.datasets.serializers import ImportSerializer
from yard.storage import keys
from yard.storage.http import object_response
from yard.storage.stores import get_store


class ConflictListApi(ListAPIView[NameConflict]):
    """The files an import asks about: their names are taken by images with other content."""

    serializer_class = ConflictSerializer
    queryset = NameConflict.objects.none()

    def get_queryset(self) -> QuerySet[NameConflict]:
        found = selectors.import_get_for(user=self.request.user, import_id=self.kwargs["import_id"])
        return found.conflicts.select_related("image__dataset_import")


class ConflictThumbnailApi(APIView):
    """The new image of a conflict, at most 320 pixels a side, upright."""

    @extend_schema(responses={(200, THUMBNAIL_MEDIA_TYPE): BINARY, 304: NOT_MODIFIED})
    def get(self, request: Request, import_id: int, conflict_id: int) -> HttpResponseBase:
        found = selectors.import_get_for(user=request.user, import_id=import_id)
        conflict = selectors.conflict_get(dataset_import=found, conflict_id=conflict_id)
        key = keys.thumbnail(conflict.digest)
        stored = get_store().stat(found.dataset.bucket, key)
        if stored is None:
            raise NotFound("There is no thumbnail of this file.")
        return object_response(
            request,
            bucket=found.dataset.bucket,
            key=key,
            size=stored.size,
            digest=f"thumbnail-{conflict.digest}",
            media_type=THUMBNAIL_MEDIA_TYPE,
            inline=True,
        )


class AnswersApi(APIView):
    """Answer what an import asks."""

    @extend_schema(request=AnswersSerializer, responses={202: ImportSerializer})
    def post(self, request: Request, import_id: int) -> Response:
        """Say what becomes of files whose names are taken; the import goes on when every one is answered."""
        found = selectors.import_get_for(user=request.user, import_id=import_id, role=Role.EDITOR)
        given = AnswersSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        answers = {one["conflict"]: one["answer"] for one in given.validated_data["answers"]}
        rest = given.validated_data["rest"]
        import_services.conflicts_answer(dataset_import=found, answers=answers, rest=rest, user=user_of(request))
        return Response(ImportSerializer(found).data, status=status.HTTP_202_ACCEPTED)


class BucketImportApi(APIView):
    """Import what lies in an S3 bucket."""

    @extend_schema(request=BucketImportSerializer, responses={202: ImportSerializer})
    def post(self, request: Request, dataset_id: int) -> Response:
        """Try the bucket, then begin to read it; the keys are forgotten afterwards unless they are to be saved."""
        dataset = selectors.dataset_get_for(user=request.user, dataset_id=dataset_id, role=Role.EDITOR)
        given = BucketImportSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        access, secret = data.pop("access_key"), data.pop("secret_key")
        if bool(access) != bool(secret):
            raise InvalidInput("Give both keys, the access key and the secret key.")
        found = buckets.import_from_bucket(
            dataset=dataset, user=user_of(request), bucket_keys=Keys(access, secret) if access else None, **data
        )
        import_services.import_start(dataset_import=found, user=user_of(request))
        return Response(ImportSerializer(found).data, status=status.HTTP_202_ACCEPTED)


class SavedBucketsApi(APIView):
    """Keys of buckets that the data set's project has saved: their names, never the keys."""

    @extend_schema(responses=SavedBucketSerializer(many=True))
    def get(self, request: Request, dataset_id: int) -> Response:
        dataset = selectors.dataset_get_for(user=request.user, dataset_id=dataset_id, role=Role.EDITOR)
        return Response([{"name": name} for name in bucket_keys.saved_names(dataset.project)])

    @extend_schema(parameters=[OpenApiParameter("name", str, required=True)], responses={204: None})
    def delete(self, request: Request, dataset_id: int) -> Response:
        """Forget saved keys."""
        dataset = selectors.dataset_get_for(user=request.user, dataset_id=dataset_id, role=Role.EDITOR)
        name = request.query_params.get("name", "")
        bucket_keys.saved_forget(project=dataset.project, name=name, user=user_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
