"""The settings of a production installation: Django's own deployment check, and the server behind a proxy."""

import re
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import waitress.server

import dev
from clienthealth.base.management.commands.serve import behind_proxy
from tests.deploy import shipped

CLIENT, FORGED = "203.0.113.9", "198.51.100.1"


def documented() -> dict[str, str]:
    """The lines docs/deploying.md has a person set once the proxy stands."""
    text = (dev.ROOT / "docs" / "deploying.md").read_text()
    (block,) = [block for block in re.findall(r"```ini\n(.*?)```", text, re.DOTALL) if "HTTPS=" in block]
    return {each["name"]: each["value"] for each in shipped.ASSIGNMENT.finditer(block)}


def check_deploy(folder: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    env = {**shipped.example(with_commented=False), **shipped.FILLED, **variables, "DATA_DIR": str(folder)}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=dev.ROOT, env=env, capture_output=True, text=True, check=False)


def test_deployment_check_finds_nothing_in_the_documented_settings(tmp_path: Path) -> None:
    done = check_deploy(tmp_path, documented())
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("System check identified no issues")


def test_deployment_check_warns_of_plain_http(tmp_path: Path) -> None:
    done = check_deploy(tmp_path, {**documented(), "HTTPS": "false"})
    assert done.returncode == 1
    assert "security.W008" in done.stderr


# --- behind a proxy ------------------------------------------------------------------------------------------------


def echo(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{environ['REMOTE_ADDR']} {environ['wsgi.url_scheme']}".encode()]


@pytest.fixture
def served(request: pytest.FixtureRequest, settings: Any) -> Iterator[str]:
    settings.BEHIND_PROXY = request.param
    server = waitress.server.create_server(echo, host="127.0.0.1", port=0, **behind_proxy())
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}/"
    server.close()


def seen(address: str) -> str:
    """What the application is told of a visitor whose own header the proxy passed on and added to."""
    headers = {"X-Forwarded-For": f"{FORGED}, {CLIENT}", "X-Forwarded-Proto": "https"}
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=5) as response:
        return str(response.read().decode())


@pytest.mark.parametrize("served", [True], indirect=True)
def test_behind_a_proxy_its_word_counts_and_the_visitors_does_not(served: str) -> None:
    assert seen(served) == f"{CLIENT} https"


@pytest.mark.parametrize("served", [False], indirect=True)
def test_without_a_proxy_forwarded_headers_are_ignored(served: str) -> None:
    assert seen(served) == "127.0.0.1 http"


@pytest.fixture
def secure(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["clients.agency.example", *settings.ALLOWED_HOSTS]


def test_plain_http_is_sent_to_https_but_for_probes(client: Any, db: None, secure: None) -> None:
    page = client.get("/accounts/login/", headers={"host": "clients.agency.example"})
    assert (page.status_code, page["Location"]) == (301, "https://clients.agency.example/accounts/login/")
    assert client.get("/healthz", headers={"host": "127.0.0.1:8000"}).status_code == 200
    assert client.get("/readyz", headers={"host": "127.0.0.1:8000"}).status_code == 503


def test_this_machine_may_always_ask_by_its_own_name(tmp_path: Path) -> None:
    program = "from clienthealth.settings import ALLOWED_HOSTS; print(*ALLOWED_HOSTS)"
    env = {**shipped.FILLED, "DATA_DIR": str(tmp_path), "ALLOWED_HOSTS": "clients.agency.example"}
    done = subprocess.run([sys.executable, "-c", program], cwd=dev.ROOT, env=env, capture_output=True, text=True)
    assert done.stdout.split() == ["clients.agency.example", "localhost", "127.0.0.1", "[::1]"]


def test_folder_that_cannot_be_made_stops_the_start_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = check_deploy(tmp_path / "file" / "data", documented())
    assert (done.returncode, done.stderr.splitlines()[-1].count("DATA_DIR:")) == (1, 1)
