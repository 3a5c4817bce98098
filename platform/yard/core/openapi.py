"""The description of the API: every operation also tells how it refuses."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent, force_instance
from drf_spectacular.utils import OpenApiResponse, inline_serializer
from rest_framework import serializers

JSON = ("application/json",)
ERROR = inline_serializer(
    "Error",
    {
        "code": serializers.CharField(help_text="For programs, such as invalid_input"),
        "message": serializers.CharField(help_text="What is wrong, where, and what to do"),
        "extra": serializers.DictField(help_text="`errors`: what is wrong with each field, as `{path, message}`"),
    },
)
REFUSALS = {
    "400": "The request is not valid",
    "401": "Nobody is signed in, or the token is not valid",
    "403": "The caller may not do this",
    "404": "There is no such thing, or the caller may not see it",
    "409": "The state of the object does not allow this now",
    "413": "The body is larger than allowed",
    "415": "The body has a type that is not understood",
    "429": "Too many requests; try again later",
    "503": "A part of the platform does not answer; try again later",
    "507": "The platform has no room left",
}


class Operation(AutoSchema):
    """drf-spectacular's, and the refusals that the operation's kind can meet.

    A view adds its own as ``refusals = {"412": "Why"}``.
    """

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        found = super()._get_response_bodies(direction)
        for code, description in self._refusals().items():
            found.setdefault(code, self._refusal(code, description))
        return dict(sorted(found.items()))

    def _refusal(self, code: str, description: str) -> dict[str, str]:
        """A reference to the response, which the description holds once."""
        described = OpenApiResponse(ERROR, description=description)
        shared = ResolvedComponent(
            name=f"Refused{code}",
            type=ResolvedComponent.RESPONSE,
            schema=self._get_response_for_code(described, code, JSON),  # type: ignore[no-untyped-call]
            object=code,
        )
        self.registry.register_on_missing(shared)
        return dict(shared.ref)

    def _refusals(self) -> dict[str, str]:
        """Statuses of errors as they really occur (the tests of the API compare), and what each means."""
        found = ["400", "403", "429", "503"]
        if self.view.get_authenticators():
            found.append("401")
        if "{" in self.path or "project" in self._body_fields() or self._is_paged():
            found.append("404")
        if self.method != "GET":
            found += ["409", "507"]
        if self._takes_a_body():
            found += ["413", "415"]
        own: dict[str, str] = getattr(self.view, "refusals", {})
        return {**{code: REFUSALS[code] for code in found}, **own}

    def _is_paged(self) -> bool:
        return self._is_list_view() and self._get_paginator() is not None  # type: ignore[no-untyped-call]

    def _takes_a_body(self) -> bool:
        return self.method in {"POST", "PUT", "PATCH"} and self.get_request_serializer() is not None

    def _body_fields(self) -> Any:
        taken = self.get_request_serializer() if self._takes_a_body() else None
        return getattr(force_instance(taken), "fields", {})  # type: ignore[no-untyped-call]
