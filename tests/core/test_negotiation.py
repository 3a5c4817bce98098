from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from yard.accounts.models import User


@pytest.mark.django_db
@pytest.mark.parametrize("accept", ["text/event-stream", "image/png", "*/*", "application/json"])
def test_an_address_has_one_format_whatever_the_client_asks_for(accept: str) -> None:
    client = APIClient()
    client.force_authenticate(User.objects.create_user("olga"))
    answer = client.get("/api/v1/hosts/", headers={"accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    stream = client.get("/api/v1/events/stream/", headers={"accept": accept})
    assert (stream.status_code, stream["Content-Type"]) == (200, "text/event-stream")
    stream.close()
