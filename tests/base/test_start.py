"""What stops a start by its name: a guessable key, debug pages for others, a setting that cannot be read."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import dev
from clienthealth.base import checks
from clienthealth.base.models import Organisation

EVERYWHERE = "0.0.0.0"  # noqa: S104  the address that must be refused


@pytest.mark.parametrize(
    "key",
    [
        "short",
        "change-me-please-change-me-please-now",
        "secret" * 10,
        "a" * 60,
        "ababababababababababababababababab",
    ],
)
def test_guessable_key_is_refused(settings: Any, key: str) -> None:
    settings.SECRET_KEY = key
    assert [error.id for error in checks.secret_key_is_own()] == ["clienthealth.E001"]


def test_own_key_is_taken(settings: Any) -> None:
    settings.SECRET_KEY = "T9x2!kQz7@pLm4#vBn8$wRc5%yHd3^sGf6"
    assert checks.secret_key_is_own() == []


@pytest.mark.parametrize(
    ("debug", "host", "refused"),
    [
        (True, EVERYWHERE, True),
        (True, "::", True),
        (True, "192.168.1.5", True),
        (True, "agency.example", True),
        (True, "127.0.0.1", False),
        (True, "[::1]", False),
        (True, "localhost", False),
        (False, EVERYWHERE, False),
    ],
)
def test_debug_pages_stay_on_this_machine(settings: Any, debug: bool, host: str, refused: bool) -> None:
    settings.DEBUG, settings.HOST = debug, host
    assert [error.id for error in checks.debug_stays_at_home()] == ["clienthealth.E002"] * refused


def start(tmp_path: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {
        **os.environ,
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "clienthealth.settings",
    }
    return subprocess.run(
        [sys.executable, "manage.py", *command], cwd=dev.ROOT, env={**env, **environment}, capture_output=True,
        text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ORG_ZONE", "Mars/Olympus"),
        ("ORG_CURRENCY", "EURO"),
        ("DEBUG", "perhaps"),
        ("PORT", "x"),
        ("DATABASE_URL", "mysql://x/y"),
        ("PUBLIC_URL", "health.agency.example"),
        ("PUBLIC_URL", "https://a.example/ <script>"),
        ("EMAIL_TIMEOUT", "0"),
    ],
)
def test_unreadable_setting_stops_the_start_by_its_name(tmp_path: Path, name: str, value: str) -> None:
    done = start(tmp_path, "check", **{name: value})
    assert done.returncode == 1
    assert name in done.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"PORT": "8001", "HOST": "::1"}, "http://[::1]:8001"),
        ({"PUBLIC_URL": "https://health.agency.example/"}, "https://health.agency.example"),
        ({"PUBLIC_URL": "https://agency.example/health/"}, "https://agency.example/health"),
    ],
)
def test_links_begin_with_the_public_address(tmp_path: Path, environment: dict[str, str], address: str) -> None:
    show = "from django.conf import settings; print(settings.PUBLIC_URL)"
    assert start(tmp_path, "shell", "--verbosity", "0", "-c", show, **environment).stdout.strip() == address


def test_server_with_debug_for_others_does_not_start(tmp_path: Path) -> None:
    done = start(tmp_path, "serve", "--host", EVERYWHERE, DEBUG="true")
    assert done.returncode == 1
    assert "debug pages would be visible to others" in done.stderr


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("is_demo", "host", "public", "refused"),
    [
        (True, EVERYWHERE, False, True),
        (True, "192.168.1.5", False, True),
        (True, EVERYWHERE, True, False),
        (True, "127.0.0.1", False, False),
        (False, EVERYWHERE, False, False),
    ],
)
def test_demo_stays_on_this_machine(settings: Any, is_demo: bool, host: str, public: bool, refused: bool) -> None:
    Organisation.objects.ensure()
    Organisation.objects.update(is_demo=is_demo)
    settings.HOST, settings.DEMO_PUBLIC = host, public
    assert [error.id for error in checks.demo_stays_at_home()] == ["clienthealth.E003"] * refused


def test_server_of_a_demo_for_others_does_not_start_and_names_the_ways_out(tmp_path: Path) -> None:
    assert start(tmp_path, "migrate", "--verbosity", "0").returncode == 0
    mark = (
        "from clienthealth.base.models import *; Organisation.objects.ensure(); Organisation.objects.update(is_demo=1)"
    )
    assert start(tmp_path, "shell", "--no-imports", "-c", mark).returncode == 0
    done = start(tmp_path, "serve", "--host", EVERYWHERE)
    assert done.returncode == 1
    for way_out in ("demo --remove", "HOST=127.0.0.1", "DEMO_PUBLIC=yes"):
        assert way_out in done.stderr


def test_first_start_makes_one_key_that_only_its_owner_reads(tmp_path: Path) -> None:
    for _ in range(2):
        assert start(tmp_path, "check", SECRET_KEY="").returncode == 0
    key = tmp_path / "secret_key"
    assert (key.stat().st_mode & 0o777, len(key.read_text()) >= 64) == (0o600, True)
    assert [path.name for path in tmp_path.glob(".secret_key*")] == []
