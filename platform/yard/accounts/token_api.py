"""A user's own API tokens."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from yard.accounts.models import ApiToken, User
from yard.accounts.selectors import token_get_for, token_list
from yard.accounts.serializers import TokenCreatedSerializer, TokenInputSerializer, TokenSerializer
from yard.accounts.tokens import token_create, token_revoke
from yard.core.errors import NotAllowed


class TokenListApi(ListAPIView[ApiToken]):
    """The caller's tokens, and a new one."""

    serializer_class = TokenSerializer
    filter_backends = []
    queryset = ApiToken.objects.none()

    def get_queryset(self) -> QuerySet[ApiToken]:
        return token_list(user=_user(self.request))

    @extend_schema(request=TokenInputSerializer, responses={201: TokenCreatedSerializer})
    def post(self, request: Request) -> Response:
        if isinstance(request.auth, ApiToken):
            # Else a stolen token could make itself a successor that outlives it.
            raise NotAllowed("A token cannot make another token. Sign in to make one.")
        form = TokenInputSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        token, text = token_create(user=_user(request), **form.validated_data)
        shown = {**TokenSerializer(token).data, "token": text}
        return Response(shown, status=status.HTTP_201_CREATED, headers={"Cache-Control": "no-store"})


class TokenDetailApi(APIView):
    """One of the caller's tokens."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, token_id: int) -> Response:
        """Revoke it: it is not valid any more, and stays in the list."""
        user = _user(request)
        token_revoke(token=token_get_for(user=user, token_id=token_id), actor=user)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _user(request: Request) -> User:
    assert isinstance(request.user, User)
    return request.user
