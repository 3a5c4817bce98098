"""The doctor over the API, for administrators."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAdminUser, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from yard.operations.doctor.findings import Level
from yard.operations.doctor.run import run_checks


class DiagnosisSerializer(serializers.Serializer[dict[str, str]]):
    """One thing about one part of the platform."""

    part = serializers.CharField(help_text="database, worker, supervisor, storage, engine, …")
    level = serializers.ChoiceField(choices=[(level.value, level.value) for level in Level])
    found = serializers.CharField()
    todo = serializers.CharField(help_text="What to do; empty when nothing is to be done", allow_blank=True)


class DoctorApi(APIView):
    """What `manage.py doctor` says, as the web server sees it. Takes some seconds."""

    permission_classes = [IsAuthenticated, IsAdminUser]

    @extend_schema(responses=DiagnosisSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response([finding.to_json() for finding in run_checks()])
