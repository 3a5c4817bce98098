"""Schemathesis throws what fits the API's description, and what does not, at every operation: nothing breaks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.conftest import openapi
from tests.api.seed import CANARY, Seed
from yard.accounts.models import User
from yard.accounts.tokens import token_create
from yard.core import sse

pytestmark = [
    pytest.mark.django_db,
    # Downloads are asynchronous iterators; uvicorn serves them as such, here a WSGI server reads them.
    pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume asynchronous iterators"),
]

ENDLESS = {"/api/v1/events/stream/", "/api/v1/executions/{execution_id}/log/stream/"}
PEOPLE = [*["owner"] * 4, *["editor", "outsider"] * 2, "viewer", "stranger"]
"""Who calls, as often as standing here."""
EXAMPLES = 10
EXAMPLES_IN_SOAK = 800
OUTSIDE = {"outsider", "stranger"}
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]


@schemathesis.serializer("application/offset+octet-stream")
def _chunk(context: Any, value: Any) -> bytes:
    """A chunk of an upload is bytes, whatever the description makes of them."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


DESCRIPTION = openapi()
SCHEMA = schemathesis.openapi.from_dict(DESCRIPTION)
SCHEMA.app = get_wsgi_application()
OPERATIONS = [
    pytest.param(found.ok(), id=f"{found.ok().method}-{found.ok().path}")
    for found in SCHEMA.get_all_operations()
    if found.ok().path not in ENDLESS
]


@pytest.fixture(autouse=True)
def _connection_stays(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The end of a request closes the connection, and with it the transaction in which this test works."""
    monkeypatch.setattr(sse, "close_old_connections", lambda: None)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("examples", [EXAMPLES, pytest.param(EXAMPLES_IN_SOAK, marks=pytest.mark.soak)])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_nothing_breaks_and_answers_are_as_described(seed: Seed, operation: Any, examples: int) -> None:
    headers = {who: _signed_in(getattr(seed, who, None)) for who in set(PEOPLE)}
    known = seed.path_parameters(operation.path)

    @settings(max_examples=examples, suppress_health_check=list(HealthCheck), database=None)
    @given(case=operation.as_strategy(), who=st.sampled_from(PEOPLE), real=st.integers(0, 4))
    def holds(case: Any, who: str, real: int) -> None:
        if real:  # ids of real things, mostly: others end at the first look-up
            case.path_parameters = {**(case.path_parameters or {}), **known}
        with transaction.atomic():
            response = case.call(headers=headers[who])
            transaction.set_rollback(True)
        case.validate_response(response, checks=CHECKS)
        _check_shape(response)
        if who in OUTSIDE:
            assert CANARY not in response.text
            assert CANARY not in str(dict(response.headers))

    holds()


def _signed_in(user: User | None) -> dict[str, str]:
    if user is None:
        return {}
    return {"Authorization": f"Bearer {token_create(user=user, name='fuzz')[1]}"}


def _check_shape(response: Any) -> None:
    """A refusal has our shape, and says something."""
    if response.status_code >= 400:
        content = response.json()
        assert set(content) == {"code", "message", "extra"}, content
        assert content["message"], content
