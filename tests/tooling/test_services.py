"""The servers that other tests rely on really serve."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.services.postgres import PostgresServer
from tests.services.s3 import S3Server

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.mark.postgres
def test_each_test_gets_an_empty_database_of_its_own(postgres_server: PostgresServer) -> None:
    first, second = postgres_server.create_database(), postgres_server.create_database()
    with psycopg.connect(first) as connection:
        connection.execute("CREATE TABLE mine (id integer)")
    with psycopg.connect(second) as connection:
        count = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert first != second
    assert count == (0,)


@pytest.mark.s3
def test_s3_gives_back_what_was_stored(s3_server: S3Server, s3_bucket: str) -> None:
    client = s3_server.client()
    client.put_object(bucket_name=s3_bucket, object_name="a/b", data=io.BytesIO(b"content"), length=7)
    response = client.get_object(bucket_name=s3_bucket, object_name="a/b")
    assert response.read() == b"content"
    response.close()


@pytest.mark.s3
def test_s3_refuses_a_wrong_secret(s3_server: S3Server, s3_bucket: str) -> None:
    from minio.error import S3Error

    stranger = S3Server(s3_server.endpoint, s3_server.access_key, "wrong-secret").client()
    with pytest.raises(S3Error):
        list(stranger.list_objects(bucket_name=s3_bucket))


@pytest.mark.e2e
def test_the_browser_runs_scripts_and_reports_their_errors(page: Page, page_errors: list[str]) -> None:
    page.set_content(
        "<h1></h1><script>document.querySelector('h1').textContent = 'drawn'; throw Error('told')</script>"
    )
    assert page.inner_text("h1") == "drawn"
    assert page_errors == ["told"]
