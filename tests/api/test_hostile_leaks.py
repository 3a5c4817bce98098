"""Nothing of a project reaches somebody outside of it: not in lists, searches, filters, orders, or error messages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import HttpResponse
from rest_framework.test import APIClient

from tests.api.calls import BODIES, DESCRIPTION, OPERATIONS, Operation, address_of, call
from tests.api.seed import CANARY, Seed
from tests.api.test_every_endpoint import FOR_EVERYBODY
from tests.runs.factories import make_dataset_version
from tests.runs.tiny_template import tiny_template
from yard.accounts.models import User

pytestmark = pytest.mark.django_db

ABSENT = 987654321


def client_of(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def text_of(response: HttpResponse) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode("utf-8", "replace") + str(dict(response.headers))


def parameters(operation: Operation) -> dict[str, dict[str, Any]]:
    found = DESCRIPTION["paths"][operation.path][operation.method].get("parameters", [])
    return {each["name"]: each.get("schema", {}) for each in found if each["in"] == "query"}


LISTS = [each for each in OPERATIONS if "page" in parameters(each) and "{" not in each.path]


def test_the_owner_finds_the_canary_everywhere(seed: Seed) -> None:
    """Else the tests below would prove nothing."""
    found = {each.path for each in LISTS if CANARY in text_of(client_of(seed.owner).get(each.path))}
    assert {each.path for each in LISTS} - found == {"/api/v1/hosts/", "/api/v1/auth/sessions/"}


@pytest.mark.parametrize("operation", LISTS, ids=lambda found: found.name)
def test_no_search_filter_or_order_finds_anything_of_a_foreign_project(seed: Seed, operation: Operation) -> None:
    client = client_of(seed.outsider)
    ids = [seed.project.pk, seed.dataset.pk, seed.template.pk, seed.template.blueprint_id, seed.run.pk, seed.model.pk]
    for name, schema in parameters(operation).items():
        values = [*(schema.get("enum") or schema.get("items", {}).get("enum") or []), CANARY, CANARY[:4], "Beans", *ids]
        for value in values:
            response = client.get(operation.path, {name: value})
            # What the caller wrote herself may come back to her: in links to pages, and in what is wrong with it.
            told = json.dumps(response.json()["results"]) if response.status_code == 200 else response.content.decode()
            assert CANARY not in told or (response.status_code == 400 and value == CANARY), (name, value)


@pytest.mark.parametrize("operation", LISTS, ids=lambda found: found.name)
def test_searching_for_foreign_names_counts_nothing(seed: Seed, operation: Operation) -> None:
    if "search" not in parameters(operation):
        return
    assert client_of(seed.outsider).get(operation.path, {"search": CANARY}).json()["count"] == 0
    assert client_of(seed.viewer).get(operation.path, {"search": CANARY}).json()["count"] > 0


OF_OBJECTS = [each for each in OPERATIONS if each.names_an_object and not each.path.endswith("/stream/")]


@pytest.mark.parametrize("operation", OF_OBJECTS, ids=lambda found: found.name)
def test_a_foreign_id_is_answered_exactly_as_one_that_does_not_exist(seed: Seed, operation: Operation) -> None:
    """Else somebody could count another project's runs, or learn when it makes one."""
    if operation.name in FOR_EVERYBODY:
        pytest.skip("its address names no object")
    if "upload_id" in operation.path:
        foreign, absent = (
            address_of(seed, operation),
            operation.path.replace("{upload_id}", "0" * 8 + "-0000" * 3 + "-" + "0" * 12),
        )
    else:
        foreign = address_of(seed, operation)
        absent = operation.path
        for name in seed.path_parameters(operation.path):
            absent = absent.replace(f"{{{name}}}", str(ABSENT))
    body = BODIES[operation.name](seed) if operation.name in BODIES else {}
    client = client_of(seed.outsider)
    answers = [getattr(client, operation.method)(address, **body) for address in (foreign, absent)]
    assert [each.status_code for each in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert CANARY not in text_of(answers[0])


def test_foreign_ids_in_a_new_run_are_refused_as_those_that_do_not_exist(seed: Seed) -> None:
    own = make_dataset_version(seed.elsewhere, "mine")
    archive = {"project": seed.elsewhere.pk, "template_zip": tiny_template()}
    client = client_of(seed.outsider)
    template = client.post("/api/v1/templates/upload/", archive, format="multipart").json()["version"]["id"]
    good = {
        "project": seed.elsewhere.pk,
        "dataset": own.dataset_id,
        "template_version": template,
        "config": {"epochs": 1},
    }
    fields = {
        "project": seed.project.pk,
        "dataset": seed.dataset.pk,
        "dataset_version": seed.version.pk,
        "template_version": seed.template.pk,
        "parent": seed.run.pk,
    }
    for name, foreign in fields.items():
        answers = [client.post("/api/v1/runs/", {**good, name: value}) for value in (foreign, ABSENT)]
        assert {each.status_code for each in answers} <= {400, 404}
        assert answers[0].json() == answers[1].json(), name
        assert CANARY not in text_of(answers[0])
    pinned = client.post("/api/v1/runs/", {**good, "dataset_version": own.pk})
    assert pinned.status_code == 201, pinned.content


@pytest.mark.parametrize("name", ["datasets_create", "templates_upload_create"])
def test_a_foreign_project_in_a_body_is_answered_as_one_that_does_not_exist(seed: Seed, name: str) -> None:
    operation = next(each for each in OPERATIONS if each.name == name)
    found = []
    for project in (seed.project.pk, ABSENT):
        body = BODIES[name](seed)
        body["data"]["project"] = project
        found.append(getattr(client_of(seed.outsider), operation.method)(operation.path, **body))
    assert [each.status_code for each in found] == [404, 404]
    assert found[0].content == found[1].content


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda found: found.name)
def test_a_stranger_reads_nothing(seed: Seed, operation: Operation) -> None:
    _, content = call(seed, operation, None)
    assert CANARY.encode() not in content


def test_the_description_of_the_api_holds_nothing_of_a_project(seed: Seed) -> None:
    assert CANARY not in json.dumps(DESCRIPTION)
    for address in ("/api/schema/", "/api/docs/", "/healthz", "/readyz"):
        assert CANARY not in text_of(APIClient().get(address))
