"""Signing in and out, and changing one's password."""

from __future__ import annotations

from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.http import HttpRequest
from django.middleware.csrf import get_token
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from yard.accounts.models import User
from yard.accounts.serializers import PasswordSerializer, SessionSerializer, SignInSerializer
from yard.accounts.services import password_change
from yard.core.errors import InvalidInput


class SessionApi(APIView):
    """Who is signed in. Sets the cookie that writing requests need (``csrftoken``)."""

    permission_classes = [AllowAny]

    @extend_schema(responses=SessionSerializer)
    def get(self, request: Request) -> Response:
        get_token(_plain(request))
        return _session(request.user if isinstance(request.user, User) else None)


class SignInApi(APIView):
    """Start a session."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "login"

    @extend_schema(request=SignInSerializer, responses=SessionSerializer, auth=[])
    def post(self, request: Request) -> Response:
        # Nobody is signed in yet, so this is not checked elsewhere: another page must not sign a visitor in.
        SessionAuthentication().enforce_csrf(request)
        form = SignInSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        user = authenticate(_plain(request), **form.validated_data)
        if not isinstance(user, User):
            # One message for all reasons, so that nobody can find out names.
            raise InvalidInput("User name or password is wrong.", code="wrong_credentials")
        login(_plain(request), user)
        return _session(user)


class SignOutApi(APIView):
    """End the session; nothing happens when there is none."""

    permission_classes = [AllowAny]

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        logout(_plain(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class PasswordApi(APIView):
    """Change one's password. Other sessions of the user end; this one stays."""

    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "login"

    @extend_schema(request=PasswordSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        form = PasswordSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        assert isinstance(request.user, User)
        password_change(user=request.user, **form.validated_data)
        update_session_auth_hash(_plain(request), request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _plain(request: Request) -> HttpRequest:
    """Django's own request below DRF's."""
    return request._request


def _session(user: User | None) -> Response:
    return Response(SessionSerializer({"user": user}).data)
