"""Signing in and out, changing one's password, and the list of one's sessions."""

from __future__ import annotations

from django.contrib.auth import update_session_auth_hash
from django.db.models import QuerySet
from django.http import HttpRequest
from django.middleware.csrf import get_token
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.authentication import SessionAuthentication
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from yard.accounts import sessions, sign_in_guard
from yard.accounts.models import ApiToken, Session, User
from yard.accounts.serializers import PasswordSerializer, SessionListSerializer, SessionSerializer, SignInSerializer
from yard.accounts.services import password_change
from yard.accounts.session_store import stored_key
from yard.accounts.sign_in import sign_in, sign_out
from yard.core.errors import NotAllowed


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

    @extend_schema(request=SignInSerializer, responses=SessionSerializer, auth=[])
    def post(self, request: Request) -> Response:
        # Nobody is signed in yet, so this is not checked elsewhere: another page must not sign a visitor in.
        SessionAuthentication().enforce_csrf(request)
        form = SignInSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        user = sign_in(_plain(request), **form.validated_data)
        response = _session(user)
        sign_in_guard.remember_device(response, user)
        return response


class SignOutApi(APIView):
    """End the session; nothing happens when there is none."""

    permission_classes = [AllowAny]

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        sign_out(_plain(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class PasswordApi(APIView):
    """Change one's password. Other sessions of the user end; this one stays."""

    @extend_schema(request=PasswordSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        user = _in_person(request)
        form = PasswordSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        with sign_in_guard.attempt(sign_in_guard.counts_of_password(user)) as tried:
            password_change(user=user, **form.validated_data)
            tried.success()
        update_session_auth_hash(_plain(request), user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class SessionListApi(ListAPIView[Session]):
    """The caller's own sessions."""

    serializer_class = SessionListSerializer
    filter_backends = []
    queryset = Session.objects.none()

    def get_queryset(self) -> QuerySet[Session]:
        return sessions.session_list(user=_in_person(self.request))

    def get_serializer_context(self) -> dict[str, object]:
        return {**super().get_serializer_context(), "current": _current(self.request)}

    @extend_schema(operation_id="auth_sessions_destroy_others", responses={204: None})
    def delete(self, request: Request) -> Response:
        """End all sessions but this one."""
        user = _in_person(request)
        sessions.sessions_revoke(user=user, actor=user, besides=_current(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class SessionDetailApi(APIView):
    """One of the caller's own sessions."""

    @extend_schema(operation_id="auth_sessions_destroy", responses={204: None})
    def delete(self, request: Request, session_id: str) -> Response:
        """End it: its next request is a stranger's."""
        user = _in_person(request)
        sessions.session_revoke(session=sessions.session_get_for(user=user, session_id=session_id), actor=user)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _in_person(request: Request) -> User:
    """The user. Raises ``NotAllowed`` for a token: a stolen one must not take the account over."""
    if isinstance(request.auth, ApiToken):
        raise NotAllowed("A token cannot do this. Sign in with the browser.")
    assert isinstance(request.user, User)
    return request.user


def _current(request: Request) -> str:
    key = _plain(request).session.session_key
    return stored_key(key) if key else ""


def _plain(request: Request) -> HttpRequest:
    """Django's own request below DRF's."""
    return request._request


def _session(user: User | None) -> Response:
    return Response(SessionSerializer({"user": user}).data)
