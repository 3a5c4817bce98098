"""Servers of a project: tested when they are saved, their secrets never shown, and no way into the site's network."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cvat.conftest import client_of
from tests.cvat.double import PASSWORD, TOKEN, USER, VERSION, CvatDouble, serving
from yard.accounts.models import Project, Secret, User
from yard.accounts.secrets import secret_get, secrets_rotate
from yard.core.errors import InvalidInput
from yard.core.models import AuditEntry
from yard.cvat import connection
from yard.cvat.addresses import address_of, refusal
from yard.cvat.models import CvatLink, CvatServer


@pytest.fixture
def body(double: CvatDouble) -> dict[str, Any]:
    return {"name": "CVAT", "address": double.address, "sign_in": "password", "username": USER, "secret": PASSWORD}


@pytest.fixture
def post(owner: User, project: Project) -> Any:
    return lambda body: client_of(owner).post(f"/api/v1/projects/{project.pk}/cvat-servers/", body)


def path_of(response: Any) -> list[str]:
    return [error["path"][0] for error in response.data["extra"]["errors"]]


class TestAdding:
    def test_one_that_answers_is_kept_with_its_version(
        self, post: Any, body: dict[str, Any], project: Project, double: CvatDouble
    ) -> None:
        response = post(body)
        assert response.status_code == 201
        assert (response.data["version"], response.data["fault"], response.data["username"]) == (VERSION, "", USER)
        server = CvatServer.objects.select_related("secret").get()
        assert secret_get(project=project, name=server.secret.name) == PASSWORD
        assert PASSWORD.encode() not in bytes(server.secret.ciphertext)
        assert AuditEntry.objects.filter(action="cvat_server.created").exists()
        assert not double.sessions, "it signed out"

    def test_a_token_does_as_well(self, post: Any, body: dict[str, Any], double: CvatDouble) -> None:
        response = post({"name": "T", "address": double.address, "sign_in": "token", "secret": TOKEN})
        assert response.status_code == 201
        assert response.data["username"] == USER, "the server says whose it is"

    def test_the_secret_is_in_no_answer_and_not_in_the_admin(
        self, post: Any, body: dict[str, Any], owner: User, project: Project, client: Any
    ) -> None:
        made = post(body)
        own = client_of(owner)
        answers = [
            made,
            own.get(f"/api/v1/projects/{project.pk}/cvat-servers/"),
            own.get(f"/api/v1/cvat-servers/{made.data['id']}/"),
            own.post(f"/api/v1/cvat-servers/{made.data['id']}/test/"),
            own.get(f"/api/v1/projects/{project.pk}/audit/"),
        ]
        owner.is_staff = owner.is_superuser = True
        owner.save()
        client.force_login(owner)
        answers += [
            client.get("/admin/cvat/cvatserver/"),
            client.get(f"/admin/cvat/cvatserver/{made.data['id']}/change/"),
        ]
        for answer in answers:
            assert answer.status_code in {200, 201}
            assert PASSWORD.encode() not in answer.content

    def test_a_wrong_password_is_refused_with_the_servers_words(self, post: Any, body: dict[str, Any]) -> None:
        response = post({**body, "secret": "wrong"})
        assert response.status_code == 400
        assert "Unable to log in with provided credentials" in response.data["message"]
        assert path_of(response) == ["secret"]
        assert "wrong" not in response.data["message"]
        assert not CvatServer.objects.exists()
        assert not Secret.objects.exists()

    def test_a_wrong_token_is_refused(self, post: Any, body: dict[str, Any]) -> None:
        response = post({**body, "sign_in": "token", "secret": "nothing"})
        assert response.status_code == 400
        assert path_of(response) == ["secret"]

    def test_nothing_there_is_told(self, post: Any, body: dict[str, Any]) -> None:
        with serving(CvatDouble()) as gone:
            address = gone.address
        response = post({**body, "address": address})
        assert response.status_code == 400
        assert "nothing listens there" in response.data["message"]
        assert path_of(response) == ["address"]

    def test_one_that_answers_a_byte_now_and_then_is_not_waited_for(
        self, post: Any, body: dict[str, Any], double: CvatDouble, settings: Any
    ) -> None:
        """No byte is late, so no time-out of a socket ends this."""
        settings.CVAT_TIMEOUT_SECONDS = 0.4
        double.faults.drip_seconds = 0.05
        response = post(body)
        assert response.status_code == 400
        assert "answers too slowly: not within 4 s" in response.data["message"]

    def test_something_that_is_no_cvat_is_told(
        self, post: Any, body: dict[str, Any], double: CvatDouble, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(CvatDouble, "answer", lambda *_, **__: {"hello": "world"})
        response = post(body)
        assert response.status_code == 400
        assert "Is this the address of a CVAT server?" in response.data["message"]

    def test_a_redirect_is_not_followed(self, post: Any, body: dict[str, Any], double: CvatDouble) -> None:
        with serving(CvatDouble()) as other:
            double.faults.redirect_to = f"{other.address}/api/auth/login"
            response = post(body)
            assert response.status_code == 400
            assert "redirect" in response.data["message"]
            assert other.requests == []

    def test_a_page_of_another_server_is_not_shown(self, post: Any, body: dict[str, Any], double: CvatDouble) -> None:
        """Whoever may add servers must not read with them what only the platform can reach."""
        double.faults.errors = 9
        response = post(body)
        assert response.status_code == 400
        assert "it broke" not in response.data["message"]

    def test_an_answer_without_end_is_not_kept_in_memory(
        self, post: Any, body: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(connection, "ANSWER_MAX_BYTES", 20)
        assert "which CVAT never does" in post(body).data["message"]

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"address": "ftp://x"}, "address"),
            ({"address": "https://"}, "address"),
            ({"address": "https://a:b@cvat.example.org"}, "address"),
            ({"address": "https://cvat.example.org/?next=x"}, "address"),
            ({"address": "https://cvat.example.org:99999"}, "address"),
            ({"address": "https://no such host"}, "address"),
            ({"address": "https://[::1"}, "address"),
            ({"username": ""}, "username"),
            ({"name": "  \t"}, "name"),
            ({"secret": "a\nb"}, "secret"),
        ],
    )
    def test_what_cannot_be_is_refused(
        self, post: Any, body: dict[str, Any], change: dict[str, str], field: str, double: CvatDouble
    ) -> None:
        response = post({**body, **change})
        assert response.status_code == 400
        assert path_of(response) == [field]
        assert double.requests == []

    def test_a_name_that_is_taken_is_refused(self, post: Any, body: dict[str, Any]) -> None:
        assert post(body).status_code == 201
        response = post(body)
        assert response.status_code == 400
        assert path_of(response) == ["name"]
        assert Secret.objects.count() == 1


class TestChanging:
    def test_a_new_address_needs_the_secret_again(self, server: CvatServer, owner: User) -> None:
        """Or an admin of the project could have the password sent to a server of his own."""
        with serving(CvatDouble()) as other:
            address = f"/api/v1/cvat-servers/{server.pk}/"
            response = client_of(owner).patch(address, {"address": other.address})
            assert response.status_code == 400
            assert path_of(response) == ["secret"]
            assert other.requests == []
            assert client_of(owner).patch(address, {"address": other.address, "secret": PASSWORD}).status_code == 200
        server.refresh_from_db()
        assert server.address == other.address

    def test_a_name_may_change_alone(self, server: CvatServer, owner: User) -> None:
        response = client_of(owner).patch(f"/api/v1/cvat-servers/{server.pk}/", {"name": "New"})
        assert (response.status_code, response.data["name"]) == (200, "New")

    def test_a_wrong_secret_changes_nothing(self, server: CvatServer, owner: User, project: Project) -> None:
        response = client_of(owner).patch(f"/api/v1/cvat-servers/{server.pk}/", {"secret": "wrong"})
        assert response.status_code == 400
        assert secret_get(project=project, name=server.secret.name) == PASSWORD

    def test_a_test_tells_what_is_wrong_now(self, server: CvatServer, owner: User, double: CvatDouble) -> None:
        address = f"/api/v1/cvat-servers/{server.pk}/test/"
        assert client_of(owner).post(address).data["fault"] == ""
        double.users.clear()
        response = client_of(owner).post(address)
        assert response.status_code == 200
        assert "does not accept" in response.data["fault"]
        double.users[USER] = PASSWORD
        assert client_of(owner).post(address).data["fault"] == ""

    def test_the_keys_can_be_rotated(self, server: CvatServer, settings: Any, owner: User) -> None:
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another key " * 5
        assert secrets_rotate() == (1, [])
        settings.SECRET_KEY_FALLBACKS = []
        assert client_of(owner).post(f"/api/v1/cvat-servers/{server.pk}/test/").data["fault"] == ""


class TestDeleting:
    def test_its_secret_goes_with_it(self, server: CvatServer, owner: User) -> None:
        assert client_of(owner).delete(f"/api/v1/cvat-servers/{server.pk}/").status_code == 204
        assert not Secret.objects.exists()

    def test_not_while_a_data_set_is_linked(self, linked: CvatLink, owner: User) -> None:
        response = client_of(owner).delete(f"/api/v1/cvat-servers/{linked.server_id}/")
        assert response.status_code == 409
        assert "Leaves" in response.data["message"]


class TestAddresses:
    @pytest.mark.parametrize(
        "ip",
        [
            "169.254.169.254", "fe80::1", "fd00:ec2::254", "100.100.100.200", "0.0.0.0", "::", "224.0.0.1",
            "255.255.255.255", "192.0.0.192", "240.0.0.1", "ff02::1", "198.18.0.1",
        ],
    )  # fmt: skip
    def test_some_are_refused_whatever_the_settings_say(self, ip: str, settings: Any) -> None:
        settings.CVAT_ALLOW_PRIVATE = settings.CVAT_ALLOW_LOOPBACK = True
        assert _refused(ip)

    @pytest.mark.parametrize(
        "ip",
        ["::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"],
    )
    def test_a_wrapped_address_counts_as_what_it_wraps(self, ip: str, settings: Any) -> None:
        settings.CVAT_ALLOW_LOOPBACK = False
        assert _refused(ip)

    @pytest.mark.parametrize("ip", ["10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "fd12::1"])
    def test_private_ones_as_the_operator_says(self, ip: str, settings: Any) -> None:
        settings.CVAT_ALLOW_PRIVATE = True
        assert not _refused(ip)
        settings.CVAT_ALLOW_PRIVATE = False
        assert "YARD_CVAT_ALLOW_PRIVATE" in _refused(ip)

    @pytest.mark.parametrize("ip", ["127.0.0.1", "127.9.9.9", "::1"])
    def test_loopback_as_the_operator_says(self, ip: str, settings: Any) -> None:
        assert not _refused(ip)
        settings.CVAT_ALLOW_LOOPBACK = False
        assert "YARD_CVAT_ALLOW_LOOPBACK" in _refused(ip)

    @pytest.mark.parametrize("ip", ["93.184.216.34", "2606:2800:220:1::1"])
    def test_public_ones_are_allowed(self, ip: str) -> None:
        assert not _refused(ip)

    def test_a_refused_one_is_never_connected_to(
        self, post: Any, body: dict[str, Any], double: CvatDouble, settings: Any
    ) -> None:
        settings.CVAT_ALLOW_LOOPBACK = False
        for host in ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"):
            response = post({**body, "address": f"http://{host}:{double.port}"})
            assert response.status_code == 400, host
            assert response.data["code"] == "cvat_forbidden_address", (host, response.data)
        assert double.requests == []

    def test_a_name_that_changes_its_mind_gains_nothing(
        self, post: Any, body: dict[str, Any], double: CvatDouble, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The name was harmless when it was checked, and is this machine when it is connected to."""
        settings.CVAT_ALLOW_LOOPBACK = False
        monkeypatch.setattr(connection, "check_host", lambda _address: None)
        response = post(body)
        assert response.data["code"] == "cvat_forbidden_address"
        assert double.requests == []

    def test_only_listed_hosts_when_there_is_a_list(
        self, post: Any, body: dict[str, Any], double: CvatDouble, settings: Any
    ) -> None:
        settings.CVAT_HOSTS = ["cvat.example.org"]
        assert "YARD_CVAT_HOSTS" in post(body).data["message"]
        settings.CVAT_HOSTS = ["127.0.0.1"]
        assert post(body).status_code == 201

    def test_an_address_is_tidied_up(self) -> None:
        assert address_of(" cvat.example.org/ ").text == "https://cvat.example.org"
        assert address_of("http://cvat.example.org:8080/sub/").text == "http://cvat.example.org:8080/sub"
        with pytest.raises(InvalidInput):
            address_of("")


def _refused(ip: str) -> str:
    from ipaddress import ip_address

    from yard.cvat.addresses import _plain

    return refusal(_plain(ip_address(ip)))


def test_https_needs_a_certificate_that_can_be_trusted(
    tmp_path: Any, post: Any, body: dict[str, Any], settings: Any
) -> None:
    import ssl

    from tests.services._certificate import write_certificate

    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    write_certificate(certificate, key)
    double = CvatDouble()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with serving(double, context):
        secure = {**body, "address": f"https://localhost:{double.port}"}
        response = post(secure)
        assert response.status_code == 400
        assert "certificate" in response.data["message"]
        assert "YARD_CVAT_CA_FILE" in response.data["message"]
        assert double.requests == []
        settings.CVAT_CA_FILE = str(certificate)
        assert post(secure).status_code == 201
