"""Below /api/ every error has the API's shape, even where no view was reached."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory

from yard.core import error_pages


@pytest.mark.parametrize("address", ["/api/v1/nothing/", "/api/v1/executions/-1/log/", "/api/x"])
def test_an_unknown_address_of_the_api_is_told_in_its_shape(address: str) -> None:
    answer = Client().get(address)
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_a_fault_of_ours_too() -> None:
    answer = error_pages.server_error(RequestFactory().get("/api/v1/runs/"))
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/json")
    assert error_pages.bad_request(RequestFactory().get("/api/x"), ValueError()).status_code == 400


def test_pages_keep_theirs() -> None:
    answer = error_pages.server_error(RequestFactory().get("/runs/1"))
    assert answer["Content-Type"].startswith("text/html")
