"""The whole as docker compose: the image, the main job over HTTPS, and what each container may do."""

from __future__ import annotations

import http.client
import json
import secrets
import subprocess
import tarfile
from pathlib import Path
from typing import IO, Any

import pytest

from scripts.places import ROOT
from tests.services._compose_site import HttpsApi, Site
from tests.services._compose_stack import CANARY, IMAGE, LASTING, ComposeStack, import_train_base

pytestmark = [pytest.mark.docker, pytest.mark.timeout(1800)]

OURS = ("web", "worker", "supervisor")
PLATFORM_SECRETS = {"secret_key", "database_url", "s3_access_key", "s3_secret_key"}
SECRETS = {
    **dict.fromkeys(OURS, PLATFORM_SECRETS),
    "db": {"database_password"},
    "minio": {"s3_access_key", "s3_secret_key"},
    "proxy": {"tls_crt", "tls_key"},
}
USERS = {**dict.fromkeys(OURS, 10001), "db": 999, "minio": 10001, "proxy": 101}
CLASSIC_BASE = "trainyard-base-classic"
MIB = 1 << 20


# --- the image --------------------------------------------------------------------------------------------------------


def test_no_layer_holds_a_secret_or_what_lies_beside_the_sources(compose_checkout: ComposeStack) -> None:
    command = ["docker", "save", IMAGE]
    names: set[str] = set()
    with subprocess.Popen(command, env=compose_checkout.env, stdout=subprocess.PIPE) as saved:
        assert saved.stdout is not None
        with tarfile.open(fileobj=saved.stdout, mode="r|") as image:
            for member in image:
                if member.name.endswith("/layer.tar"):
                    layer = image.extractfile(member)
                    assert layer is not None
                    names |= _names_of_layer(layer)
    ours = {name.removeprefix("app/") for name in names if name.startswith("app/")}
    assert {
        "manage.py",
        "platform/yard/asgi.py",
        "frontend/dist/index.html",
        "train_templates/common/config.py",
    } <= ours
    folders = {name.split("/")[0] for name in ours}
    assert folders == {"manage.py", "platform", "train_templates", "validation", "frontend", "docker"}
    assert not [name for name in ours if name.startswith("frontend/") and not name.startswith("frontend/dist")]
    assert "opt/venv/bin/uvicorn" in names
    assert "opt/venv/bin/pip" not in names, "nothing needs to be installed later"


def _names_of_layer(layer: IO[bytes]) -> set[str]:
    """The layer's names; none of its files may hold the canary."""
    names = set()
    with tarfile.open(fileobj=layer, mode="r|") as content:
        for member in content:
            names.add(member.name)
            file = content.extractfile(member) if member.isfile() else None
            assert file is None or CANARY.encode() not in file.read(), member.name
    return names


def test_the_image_tells_nothing_of_where_it_was_built(compose_checkout: ComposeStack) -> None:
    history = compose_checkout.call("docker", "history", "--no-trunc", "--format", "{{.CreatedBy}}", IMAGE)
    (image,) = json.loads(compose_checkout.call("docker", "image", "inspect", IMAGE))
    assert "INDEX_URL" not in history
    assert "REGISTRY" not in history
    assert not [entry for entry in image["Config"]["Env"] if "PIP" in entry or "NPM" in entry]
    assert image["Config"]["User"] == "trainyard"
    base = json.loads(compose_checkout.call("docker", "image", "inspect", compose_checkout.images["python"]))[0]
    assert image["Size"] - base["Size"] < 600 * MIB


# --- what each container may do ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", LASTING)
def test_a_container_is_held_as_narrow_as_its_service_allows(compose_stack: ComposeStack, service: str) -> None:
    found = compose_stack.inspect(service)
    host = found["HostConfig"]
    assert host["ReadonlyRootfs"] is True
    assert host["CapDrop"] == ["ALL"]
    assert not host["CapAdd"]
    assert host["SecurityOpt"] == ["no-new-privileges:true"]
    assert host["Privileged"] is False
    assert 0 < host["PidsLimit"] <= 2048
    assert 0 < host["Memory"] <= 8 << 30
    assert host["RestartPolicy"]["Name"] == "always"
    assert host["LogConfig"] == {"Type": "json-file", "Config": {"max-size": "20m", "max-file": "5"}}
    assert (host["PidMode"], host["IpcMode"], host["NetworkMode"] == "host") == ("", "private", False)
    assert not host["Devices"]
    assert found["Config"]["StopTimeout"] >= 30
    status = compose_stack.call("docker", "exec", found["Name"], "cat", "/proc/1/status")
    rights = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert set(rights["Uid"].split()) == {str(USERS[service])}
    assert {rights[name] for name in ("CapPrm", "CapEff", "CapBnd")} == {"0" * 16}
    assert rights["NoNewPrivs"] == "1"
    written = compose_stack.try_call("docker", "exec", found["Name"], "touch", "/usr/written")
    assert "Read-only file system" in written.stdout


def test_the_supervisor_alone_reaches_the_engine(compose_stack: ComposeStack) -> None:
    socket = str(compose_stack.engine.socket)
    holders = {
        service
        for service in (*LASTING, "folders", "prepare")
        if any(mount.get("Source") == socket for mount in compose_stack.inspect(service)["Mounts"])
    }
    assert holders == {"supervisor"}
    for service in LASTING:
        mounts = {mount["Destination"]: mount for mount in compose_stack.inspect(service)["Mounts"]}
        assert not {"/", "/var/run", "/run", "/var/lib/docker"} & mounts.keys()


@pytest.mark.parametrize("service", LASTING)
def test_a_secret_is_seen_by_its_readers_alone(compose_stack: ComposeStack, service: str) -> None:
    name = f"{compose_stack.folder.name}_{service}_1"
    listing = compose_stack.call("docker", "exec", name, "sh", "-c", "cd /run/secrets && stat -c '%n %u %a' *")
    seen = {line.split()[0]: line.split()[1:] for line in listing.splitlines()}
    assert seen.keys() == SECRETS[service]
    assert {tuple(rest) for rest in seen.values()} == {(str(USERS[service]), "400")}
    told = compose_stack.call("docker", "inspect", name) + compose_stack.call("docker", "logs", name)
    for file in (compose_stack.folder / "secrets").iterdir():
        if file.name not in {"s3_access_key", "tls.crt"}:  # a user's name and a public certificate
            assert file.read_text().strip() not in told, file.name


def test_secrets_on_the_host_are_their_readers_alone(compose_stack: ComposeStack) -> None:
    folder = compose_stack.folder / "secrets"
    assert folder.stat().st_mode & 0o777 == 0o700
    modes = {file.name: (file.stat().st_uid, oct(file.stat().st_mode & 0o777)) for file in folder.iterdir()}
    owners = {"database_password": 999, "tls.crt": 101, "tls.key": 101}
    assert modes == {name: (owners.get(name, 10001), "0o400") for name in modes}


def test_database_and_objects_are_reached_from_the_platform_alone(compose_stack: ComposeStack) -> None:
    addresses = {
        service: next(iter(compose_stack.inspect(service)["NetworkSettings"]["Networks"].values()))["IPAddress"]
        for service in ("db", "minio")
    }
    ports = {"db": 5432, "minio": 9000}
    for service in OURS:
        for target, port in ports.items():
            assert _connects(compose_stack, service, addresses[target], port), (service, target)
    for stranger in ("proxy", "db", "minio"):
        for target, port in ports.items():
            if stranger != target:
                assert not _connects(compose_stack, stranger, addresses[target], port), (stranger, target)
    for target, port in ports.items():  # as a build's step or a foreign container on the same engine
        for network in ("bridge", "none"):
            command = ["docker", "run", "--rm", "--network", network, compose_stack.images["python"], "bash", "-c"]
            done = compose_stack.try_call(
                *command, f"timeout 1 bash -c '</dev/tcp/{addresses[target]}/{port}' && echo open"
            )
            assert "open" not in done.stdout, (network, target)
    published = {name: _published(compose_stack.inspect(name)) for name in LASTING}
    assert published == {
        **{name: {} for name in LASTING},
        "web": {"8000/tcp": {("127.0.0.1", "8000")}},
        "proxy": {"8443/tcp": {("127.0.0.1", "443")}, "8080/tcp": {("127.0.0.1", "80")}},
    }


def _connects(stack: ComposeStack, service: str, address: str, port: int) -> bool:
    name = f"{stack.folder.name}_{service}_1"
    script = f"timeout 1 bash -c '</dev/tcp/{address}/{port}' && echo open"
    return "open" in stack.try_call("docker", "exec", name, "bash", "-c", script).stdout


def _published(found: dict[str, Any]) -> dict[str, set[tuple[str, str]]]:
    ports = found["NetworkSettings"]["Ports"] or {}
    return {
        name: {(bound["HostIp"], bound["HostPort"]) for bound in bounds} for name, bounds in ports.items() if bounds
    }


# --- the main job, over HTTPS -----------------------------------------------------------------------------------------


@pytest.mark.train
def test_the_main_job_from_upload_to_model(compose_site: Site) -> None:
    lines = (ROOT / "train_templates" / "base" / f"{CLASSIC_BASE}.txt").read_text().splitlines()
    requirements = [*(line for line in lines if line and not line.startswith("#")), "pip"]
    import_train_base(compose_site.stack, CLASSIC_BASE, requirements)
    run = compose_site.end_of(
        compose_site.job.start(compose_site.project, compose_site.dataset, compose_site.job.template())
    )
    log = compose_site.log(run)
    assert run["state"] == "succeeded", (run["reason"], log)
    assert run["score"] > 0.8
    assert "Final accuracy" in log
    (output,) = run["outputs"]
    version = compose_site.version(output["model_version"])
    digests = compose_site.digests(version)
    assert {"model.joblib", "model.onnx", "train.log", "train_config.json"} <= digests.keys()
    assert all(file["digest"] in ("", None, digests[file["name"]]) for file in version["files"])
    with compose_site.stack.client() as engine:

        def all_gone() -> bool:
            return all("com.docker.compose.project" in box.labels for box in engine.containers.list(all=True))

        compose_site.stack.wait(all_gone, 60, "the run's box is removed")


def test_a_train_box_has_no_network_and_sees_its_data_set_alone(compose_site: Site) -> None:
    run = compose_site.start(compose_site.tiny, epochs=600, pause=0.2)
    compose_site.until(run, lambda _: "epoch 2/600" in compose_site.log(run))
    with compose_site.stack.client() as engine:
        (box,) = [box for box in engine.containers.list() if "com.docker.compose.project" not in box.labels]
        host = box.attrs["HostConfig"]
        assert (host["NetworkMode"], host["Privileged"], host["CapDrop"]) == ("none", False, ["ALL"])
        sources = {mount["Destination"]: mount["Source"] for mount in box.attrs["Mounts"] if mount.get("Source")}
        assert f"/minio/datasets/{compose_site.dataset['id']}" in sources
        assert all(source.startswith(f"{compose_site.stack.data}/") for source in sources.values()), sources
    compose_site.api.post(f"runs/{run['id']}/stop/")
    assert compose_site.end_of(run)["state"] == "stopped"


# --- behind TLS -------------------------------------------------------------------------------------------------------


def test_cookies_are_for_https_alone_and_browsers_are_told_to_stay_there(compose_site: Site) -> None:
    status, headers, _ = compose_site.api.send("GET", "/api/v1/auth/session/", headers={"Cookie": ""})
    assert status == 200
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    cookies = headers.get_all("Set-Cookie")
    assert cookies
    assert all("; secure" in cookie.lower() for cookie in cookies)
    assert compose_site.api.send("GET", "/")[0] == 200


def test_plain_http_leads_to_https(compose_stack: ComposeStack) -> None:
    connection = http.client.HTTPConnection("localhost", compose_stack.http_port, timeout=30)
    connection.request("GET", "/runs/1?tab=log", headers={"Host": "yard.example.org"})
    answer = connection.getresponse()
    connection.close()
    assert (answer.status, answer.headers["Location"]) == (308, "https://yard.example.org/runs/1?tab=log")


def test_redirects_keep_https(compose_site: Site) -> None:
    status, headers, _ = compose_site.api.send("GET", "/admin/", headers={"Cookie": ""})
    assert status == 302
    assert headers["Location"].startswith(("/", compose_site.api.origin + "/"))


def test_a_change_needs_our_own_origin(compose_site: Site) -> None:
    body = json.dumps({"name": "CSRF", "description": ""}).encode()
    content = {"Content-Type": "application/json"}
    foreign = {**content, "Origin": "https://evil.example.org"}
    assert compose_site.api.send("POST", "/api/v1/projects/", body, foreign)[0] == 403
    downgraded = {**content, "Origin": compose_site.api.origin.replace("https", "http")}
    assert compose_site.api.send("POST", "/api/v1/projects/", body, downgraded)[0] == 403
    assert compose_site.api.send("POST", "/api/v1/projects/", body, content)[0] == 201


def test_an_event_comes_through_while_its_stream_is_open(compose_site: Site) -> None:
    with compose_site.api.open_stream("events/stream/") as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        run = compose_site.start(compose_site.tiny)
        # A proxy that keeps answers back would send nothing before the stream's end, which never comes.
        seen = b""
        while not seen.startswith(b"data:"):
            seen = stream.readline()
            assert seen, "the stream ended"
    compose_site.end_of(run)


def test_large_bodies_pass_in_both_directions(compose_site: Site, tmp_path: Path) -> None:
    content = secrets.token_bytes(40 * MIB)
    archive = tmp_path / "noise.zip"
    archive.write_bytes(content)
    dataset = compose_site.api.post("datasets/", {"project": compose_site.project["id"], "name": "Noise"})
    job = compose_site.api.post(f"datasets/{dataset['id']}/imports/")
    upload = f"/api/v1/imports/{job['id']}/uploads/"
    head = {
        "Tus-Resumable": "1.0.0",
        "Upload-Length": str(len(content)),
        "Upload-Metadata": "filename bm9pc2Uuemlw",
    }
    status, headers, answer = compose_site.api.send("POST", upload, b"", head)
    assert status == 201, answer
    place = headers["Location"].partition(f":{compose_site.stack.https_port}")[2] or headers["Location"]
    assert headers["Location"].startswith(("/", compose_site.api.origin + "/"))
    chunk = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    status, headers, answer = compose_site.api.send("PATCH", place, content, chunk)
    assert (status, headers["Upload-Offset"]) == (204, str(len(content))), answer
    compose_site.api.send("DELETE", f"/api/v1/datasets/{dataset['id']}/")


def test_a_made_up_forwarded_address_does_not_dodge_the_limit_of_sign_ins(compose_stack: ComposeStack) -> None:
    """The last test that signs in: from then on this address has to wait."""
    api = HttpsApi(compose_stack)
    api.get("auth/session/")
    # Another name and another made-up address each time: only the real address is left to count by.
    statuses = []
    for number in range(1, 100):
        body = json.dumps({"username": f"nobody{number}", "password": "wrong"}).encode()
        head = {"Content-Type": "application/json", "X-Forwarded-For": f"10.1.1.{number}"}
        statuses.append(api.send("POST", "/api/v1/auth/sign-in/", body, head)[0])
        if statuses[-1] == 429:
            break
    assert statuses[0] in (400, 401, 403)
    assert statuses[-1] == 429
