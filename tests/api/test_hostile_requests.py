"""What no database keeps, what no program reads alike, what is far too large: refused alike by every operation.

All of it runs on SQLite here, and in ``test_on_postgres.py`` on PostgreSQL, whose server refuses such things with
faults of its own when they get through to it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import cycle, repeat
from typing import Any
from urllib.parse import quote

import pytest
from asgiref.sync import async_to_sync
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import AsyncClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from tests.api.calls import BODIES, DESCRIPTION, OPERATIONS, Operation, address_of
from tests.api.seed import Seed
from tests.runs.tiny_template import tiny_template
from yard.accounts.models import Project, User

pytestmark = pytest.mark.django_db

every_operation = pytest.mark.parametrize(
    "operation", [each for each in OPERATIONS if not each.path.endswith("/stream/")], ids=lambda found: found.name
)
in_make_test_and_in_soak = pytest.mark.parametrize(
    "each_in_each", [False, pytest.param(True, marks=pytest.mark.soak)], ids=["by turns", "each in each"]
)
"""Values into fields: by turns, so that every field and every value is tried, or in soak each value in each field."""

HUGE = "9" * 30
EDGES_OF_TIME = ["0001-01-01T00:00:00%2B23:59", "9999-12-31T23:59:59-23:59"]
"""Dates that are none once they are turned into UTC."""


def described(operation: Operation) -> dict[str, Any]:
    found: dict[str, Any] = DESCRIPTION["paths"][operation.path][operation.method]
    return found


def query_names(operation: Operation) -> list[str]:
    parameters = described(operation).get("parameters", [])
    return sorted({each["name"] for each in parameters if each["in"] == "query"} | {"page", "unknown"})


def body_schema(operation: Operation) -> dict[str, Any] | None:
    content = described(operation).get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    if schema and "$ref" in schema:
        return dict(DESCRIPTION["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    return schema


WITH_JSON = [each for each in OPERATIONS if body_schema(each) is not None]
every_json_operation = pytest.mark.parametrize("operation", WITH_JSON, ids=lambda found: found.name)


def good_body(seed: Seed, operation: Operation) -> dict[str, Any]:
    """A valid body with every field the description knows."""
    body = dict(BODIES[operation.name](seed)["data"])
    schema = body_schema(operation)
    assert schema is not None
    for name, field in schema.get("properties", {}).items():
        if field.get("type") == "string" and "format" not in field and "enum" not in field:
            body.setdefault(name, "text")
    return body


def caller(seed: Seed, operation: Operation) -> User:
    """The owner; as an administrator, where others are refused before their body is read."""
    user = User.objects.get(pk=seed.owner.pk)
    user.is_staff = operation.name == "templates_partial_update"
    return user


def ask(seed: Seed, operation: Operation, query: str = "", **given: Any) -> HttpResponse:
    client = APIClient()
    client.force_authenticate(caller(seed, operation))
    response: HttpResponse = getattr(client, operation.method)(address_of(seed, operation) + query, **given)
    if response.streaming:  # reading a download to its end also closes the file behind it
        for _ in response.streaming_content:
            pass
    return response


def send(seed: Seed, operation: Operation, text: str | bytes) -> HttpResponse:
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return ask(seed, operation, data=data, content_type="application/json")


def breaks_nothing(seed: Seed, operation: Operation, text: str) -> bool:
    """Whether this body is answered, with what it did undone: the next one must not miss what this one deleted."""
    with transaction.atomic():
        response = send(seed, operation, text)
        transaction.set_rollback(True)
    return response.status_code < 500


def refused(response: HttpResponse, *statuses: int) -> dict[str, Any]:
    assert response.status_code in statuses, response.content[:500]
    answer: dict[str, Any] = json.loads(response.content)
    assert set(answer) == {"code", "message", "extra"}
    assert answer["message"]
    return answer


def with_leaf(value: Any, kinds: tuple[type, ...], replacements: Iterator[Any]) -> Iterator[Any]:
    """The value once for each of its leaves of these types, that leaf replaced by the next of ``replacements``."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from ({**value, key: changed} for changed in with_leaf(part, kinds, replacements))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from (
                [*value[:index], changed, *value[index + 1 :]] for changed in with_leaf(part, kinds, replacements)
            )
    elif isinstance(value, kinds) and not isinstance(value, bool):
        yield next(replacements)


def with_texts(body: dict[str, Any], texts: list[str], *, each_in_each: bool) -> Iterator[dict[str, Any]]:
    """The body with these texts in its fields."""
    for replacements in map(repeat, texts) if each_in_each else [cycle(texts)]:
        yield from with_leaf(body, (str,), replacements)


@in_make_test_and_in_soak
@every_json_operation
def test_text_that_no_database_keeps_is_refused_in_every_field(
    seed: Seed, operation: Operation, each_in_each: bool
) -> None:
    texts = ["\0", "x\udfffy", "a\0b", "\ud800"]
    good = good_body(seed, operation)
    for body in with_texts(good, texts, each_in_each=each_in_each):
        answer = refused(send(seed, operation, json.dumps(body)), 400)
        assert answer["message"] == "The request's JSON holds a text with a NUL character or half a character pair."
    for text in texts if each_in_each else texts[:1]:
        for body in ({**good, text: 1}, {**good, "config": {"epochs": text}}):
            refused(send(seed, operation, json.dumps(body)), 400)


@in_make_test_and_in_soak
@every_json_operation
def test_strange_text_that_can_be_kept_breaks_nothing(seed: Seed, operation: Operation, each_in_each: bool) -> None:
    texts = ["🦄🏳️‍🌈", "'; DROP TABLE x; --", '"<script>alert(1)</script>', "\u202eabc", "%s%n{0}", " "]
    for body in with_texts(good_body(seed, operation), texts, each_in_each=each_in_each):
        assert breaks_nothing(seed, operation, json.dumps(body))


@every_json_operation
def test_numbers_out_of_range_are_refused_or_taken_never_a_fault(seed: Seed, operation: Operation) -> None:
    for number in ("9223372036854775808", HUGE, "-1", "-" + HUGE, "1e300", "0.5", "-0"):
        for body in with_leaf({**good_body(seed, operation), "project": 1}, (int,), repeat("NUMBER")):
            assert breaks_nothing(seed, operation, json.dumps(body).replace('"NUMBER"', number))


UNREADABLE: list[tuple[str | bytes, str]] = [
    ('{"name": NaN}', "The request is not valid JSON: NaN is not a number in JSON."),
    ('{"name": -Infinity}', "The request is not valid JSON: -Infinity is not a number in JSON."),
    ('{"name": 1e400}', "The request's JSON holds a number that is not finite."),
    ('{"name": 1' + "0" * 5000 + "}", "The request is not valid JSON: Exceeds the limit (4300 digits)"),
    ('{"name": 1' + "0" * 400 + "}", "The request's JSON holds a number that is too large."),
    ("[" * 100_000, "The request's JSON is nested too deeply."),
    ('{"a":' * 100_000 + "1" + "}" * 100_000, "The request's JSON is nested too deeply."),
    ('{"a":' * 100 + "1" + "}" * 100, "The request's JSON is nested more than 64 levels deep."),
    (
        '{"name": "a", "name": "b"}',
        "The request is not valid JSON: the key 'name' stands twice in one object.",
    ),
    ("{'name': 1}", "The request is not valid JSON: Expecting property name"),
    (b'{"name": "\xff"}', "The request is not UTF-8 text (byte 10)."),
    (b"\xff\xfe{\x00}\x00", "The request is not UTF-8 text (byte 0)."),
]
"""Bodies and what is said of them."""


@in_make_test_and_in_soak
@every_json_operation
def test_a_body_that_is_no_good_json_is_refused_with_the_reason(
    seed: Seed, operation: Operation, each_in_each: bool
) -> None:
    turn = WITH_JSON.index(operation) % len(UNREADABLE)
    for text, message in UNREADABLE if each_in_each else UNREADABLE[turn : turn + 1]:
        assert refused(send(seed, operation, text), 400)["message"].startswith(message)


@every_json_operation
def test_a_body_of_another_type_is_refused(seed: Seed, operation: Operation) -> None:
    for text in ("[]", "3", "null", "true", '"text"', "[{}]"):
        refused(send(seed, operation, text), 400)


@every_json_operation
def test_fields_of_another_type_are_refused_or_read_never_a_fault(seed: Seed, operation: Operation) -> None:
    for wrong in ([], {}, [[]], {"a": {}}, None, True, "x" * 100_000, [1] * 1000):
        for body in with_leaf(good_body(seed, operation), (str, int), repeat(wrong)):
            assert breaks_nothing(seed, operation, json.dumps(body))


@every_json_operation
def test_a_body_larger_than_the_limit_is_too_large(seed: Seed, operation: Operation, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = refused(send(seed, operation, json.dumps({"name": "x" * 1000})), 413)
    assert answer["message"] == "The request's JSON is larger than 1,000 bytes."


def test_a_body_of_just_the_limit_is_read(seed: Seed, settings: Any) -> None:
    operation = next(each for each in OPERATIONS if each.name == "projects_create")
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    body = json.dumps({"name": "just right"})
    assert send(seed, operation, body + " " * (1000 - len(body))).status_code == 201


@every_json_operation
def test_another_kind_of_body_is_refused(seed: Seed, operation: Operation) -> None:
    for kind in (
        "text/html",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ):
        refused(ask(seed, operation, data=b"a=b", content_type=kind), 415)


@every_operation
def test_nul_in_a_query_is_refused(seed: Seed, operation: Operation) -> None:
    for name, value in zip(query_names(operation), cycle(["\0", "a\0b"]), strict=False):
        answer = refused(ask(seed, operation, f"?{name}={quote(value)}"), 400)
        assert answer["message"] == "The request's address or a cookie holds a NUL character."


QUERIES = ["-1", "NaN", "%ED%A0%80", "²", "", "a" * 5000, "2026-13-45T99:99", "9223372036854775808", "-" + HUGE, "0"]
QUERIES += ["9" * 5000, "1e400", "٣", "'", "%25", "%F0%9F%A6%84", "0001-01-01T00:00:00%2B23:59"]
# The query of a write is not read, but for the upload's project, which is tried by itself.
every_read = pytest.mark.parametrize(
    "operation",
    [each for each in OPERATIONS if not each.writes and not each.path.endswith("/stream/")],
    ids=lambda found: found.name,
)


@in_make_test_and_in_soak
@every_read
def test_a_query_out_of_range_is_refused_or_ignored_never_a_fault(
    seed: Seed, operation: Operation, each_in_each: bool
) -> None:
    turn = cycle(QUERIES)
    for name in query_names(operation):
        for value in QUERIES if each_in_each else (HUGE, next(turn)):
            response = ask(seed, operation, f"?{name}={value}")
            assert response.status_code < 500, (name, value)


@pytest.mark.parametrize("moment", EDGES_OF_TIME)
def test_a_date_that_no_calendar_has_in_utc_is_refused(seed: Seed, moment: str) -> None:
    client = APIClient()
    client.force_authenticate(seed.owner)
    for name in ("created_after", "created_before"):
        refused(client.get(f"/api/v1/runs/?{name}={moment}"), 400)
    refused(client.post("/api/v1/tokens/", {"name": "x", "expires_at": moment.replace("%2B", "+")}), 400)


def test_a_page_out_of_range_is_not_found(seed: Seed) -> None:
    client = APIClient()
    client.force_authenticate(seed.owner)
    for page in (10**30, "9" * 5000, 99, 0, -1, "x"):
        answer = refused(client.get(f"/api/v1/runs/?page={page}"), 404)
        assert answer["message"] == "Invalid page."
    assert client.get("/api/v1/runs/?page=last").status_code == 200
    assert client.get(f"/api/v1/runs/?page_size={10**30}").status_code == 200


@pytest.mark.parametrize("address", ["runs/99999999999999999999/", "runs/\0/", "uploads/\0/", "runs/١/", "runs/1\0/"])
def test_an_id_that_is_none_is_not_found_or_refused(seed: Seed, address: str) -> None:
    client = APIClient()
    client.force_authenticate(seed.owner)
    refused(client.get(f"/api/v1/{quote(address)}"), 404, 400)


@pytest.mark.parametrize("name", ["sessionid", "csrftoken"])
def test_nul_in_a_cookie_is_refused(seed: Seed, name: str) -> None:
    """Cookies may hold it in octal; sessions are looked up in the database."""
    response = APIClient().get("/api/v1/auth/session/", HTTP_COOKIE=f'{name}="aaaa\\000aaaaaaaaaaaaaaaa"')
    refused(response, 400)


def test_an_asynchronous_server_refuses_the_same() -> None:
    ask_as_a_server = async_to_sync(AsyncClient().get)
    refused(ask_as_a_server("/api/v1/auth/session/?a=%00"), 400)
    assert ask_as_a_server("/healthz?a=%2500").status_code == 200


@pytest.mark.parametrize("key", ["\u00e9" * 200, "x" * 5000, "\x85"])
def test_a_strange_idempotency_key_is_refused(seed: Seed, key: str) -> None:
    operation = next(each for each in OPERATIONS if each.name == "runs_create")
    body = json.dumps(BODIES["runs_create"](seed)["data"])
    refused(ask(seed, operation, data=body, content_type="application/json", HTTP_IDEMPOTENCY_KEY=key), 400)


@pytest.mark.parametrize(
    "changed",
    [{"project": "\0"}, {"project": HUGE}, {"project": "x"}, {"template_zip": "no file"}, {"project": ""}],
    ids=str,
)
def test_a_strange_field_of_the_template_form_is_refused(seed: Seed, changed: dict[str, Any]) -> None:
    operation = next(each for each in OPERATIONS if each.name == "templates_upload_create")
    form = {"project": seed.project.pk, "template_zip": tiny_template(), **changed}
    refused(ask(seed, operation, data=form, format="multipart"), 400)


@pytest.mark.parametrize("name", ["\0.zip", "../../x.zip", "a\n.zip", "🦄" * 100 + ".zip", "\u202e.zip"])
def test_the_name_of_a_template_file_does_not_matter(seed: Seed, name: str) -> None:
    operation = next(each for each in OPERATIONS if each.name == "templates_upload_create")
    file = SimpleUploadedFile("x.zip", tiny_template(train="print(2)\n").read())
    file._name = name  # type: ignore[attr-defined]
    response = ask(seed, operation, data={"project": seed.project.pk, "template_zip": file}, format="multipart")
    assert response.status_code == 201, response.content


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@every_json_operation
def test_any_json_is_answered(seed: Seed, operation: Operation) -> None:
    body = good_body(seed, operation)

    @settings(max_examples=5, suppress_health_check=list(HealthCheck), database=None)
    @given(name=st.sampled_from(sorted(body)), value=JSON)
    def holds(name: str, value: Any) -> None:
        assert breaks_nothing(seed, operation, json.dumps({**body, name: value}))

    holds()


def test_a_project_named_with_every_kind_of_legal_text_keeps_it(seed: Seed) -> None:
    operation = next(each for each in OPERATIONS if each.name == "projects_create")
    for name in ("Bohnen & Erbsen", "豆 🫘", "<b>x</b>", 'it\'s "quoted"', "שלום"):
        assert send(seed, operation, json.dumps({"name": name})).status_code == 201
        assert Project.objects.filter(name=name).exists()
