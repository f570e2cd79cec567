"""The state of the installation: for people with the right, and for machines without a name of anything."""

import json
from datetime import date, timedelta
from unittest.mock import patch

import pytest
from django.db import DatabaseError, connection
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import User
from clienthealth.base.models import Heartbeat, Mail, Work
from clienthealth.dashboard import state
from clienthealth.imports.models import Import
from engagements.models import Client, CostRate
from tests.cast import make_contract
from tests.dashboard.figures import latest, night

pytestmark = pytest.mark.django_db


def beats(seconds: int = 10) -> None:
    for name in ("beat", "worker"):
        seen = timezone.now() - timedelta(seconds=seconds)
        Heartbeat.objects.update_or_create(name=name, defaults={"seen_at": seen})


def ready(browser: Browser) -> tuple[int, dict]:
    response = browser.get("/readyz")
    return response.status_code, json.loads(response.content)


def test_healthz_needs_neither_sign_in_nor_database(as_stranger: Browser, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        response = as_stranger.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")


def test_readyz_is_fine_on_a_new_installation_that_runs(as_stranger: Browser) -> None:
    beats()
    status, body = ready(as_stranger)
    assert (status, body["status"], body["down"]) == (200, "ok", [])
    assert body["parts"]["worker"] == {"ok": True, "age_seconds": 10}
    assert body["parts"]["night"] == {"ok": True, "age_seconds": None}


def test_readyz_names_silent_processes(as_stranger: Browser) -> None:
    assert ready(as_stranger)[1]["down"] == ["beat", "worker"]
    beats(301)
    assert ready(as_stranger) == (
        503,
        {
            "status": "down",
            "down": ["beat", "worker"],
            "parts": {
                "database": {"ok": True},
                "broker": {"ok": True},
                "beat": {"ok": False, "age_seconds": 301},
                "worker": {"ok": False, "age_seconds": 301},
                "work": {"ok": True, "age_seconds": None},
                "night": {"ok": True, "age_seconds": None},
                "mails": {"ok": True},
            },
        },
    )


def test_readyz_names_work_that_nobody_does(as_stranger: Browser) -> None:
    beats()
    waiting = Work.objects.create(job="night", key="2026-03-28", due_at=timezone.now() - timedelta(minutes=59))
    status, body = ready(as_stranger)
    assert (status, body["parts"]["work"]["ok"]) == (200, True)
    Work.objects.filter(pk=waiting.pk).update(due_at=timezone.now() - timedelta(minutes=61))
    status, body = ready(as_stranger)
    assert (status, body["down"], body["parts"]["work"]) == (503, ["work"], {"ok": False, "age_seconds": 3660})


def test_readyz_counts_mails_by_state(as_stranger: Browser, manager: User, director: User) -> None:
    beats()
    for user, ended in ((manager, "sent"), (director, "uncertain")):
        Mail.objects.create(
            kind="digest",
            key="2026-W13",
            recipient=user,
            due_at=timezone.now(),
            state=ended,
            message_id=f"<{ended}@agency.test>",
        )
    status, body = ready(as_stranger)
    assert (status, body["parts"]["mails"]) == (200, {"ok": True, "sent": 1, "uncertain": 1})


def test_readyz_names_a_missed_night(as_stranger: Browser, acme: Client) -> None:
    beats()
    newest = night()
    assert ready(as_stranger)[0] == 200
    newest.computed_at = timezone.now() - timedelta(hours=31)
    newest.save()
    status, body = ready(as_stranger)
    assert (status, body["down"]) == (503, ["night"])
    assert body["parts"]["night"] == {"ok": False, "age_seconds": 31 * 3600}


def test_readyz_misses_the_first_night_once_clients_wait_for_it(as_stranger: Browser, acme: Client) -> None:
    beats()
    Client.objects.update(created_at=timezone.now() - timedelta(hours=31))
    assert ready(as_stranger)[0] == 200, "without a contract and a rate no night begins"
    make_contract(acme)
    CostRate.objects.create(effective_from=date(2026, 1, 1), cents_per_hour=4500)
    assert ready(as_stranger)[1]["down"] == ["night"]
    Client.objects.update(created_at=timezone.now())
    assert ready(as_stranger)[0] == 200


def test_readyz_answers_without_a_database(as_stranger: Browser) -> None:
    with patch.object(connection, "cursor", side_effect=DatabaseError("gone")):
        status, body = ready(as_stranger)
    assert status == 503
    assert body["down"] == ["database", "beat", "worker", "work", "night"]


def test_readyz_names_a_dead_broker(as_stranger: Browser, settings) -> None:
    beats()
    with patch.object(state, "broker_answers", return_value=False):
        assert ready(as_stranger)[1]["down"] == ["broker"]


def test_readyz_says_nothing_about_clients(as_stranger: Browser, acme: Client) -> None:
    latest(acme)
    assert b"cme" not in as_stranger.get("/readyz").content


def test_system_shows_night_heartbeats_work_and_imports(as_admin: Browser, acme: Client) -> None:
    beats()
    latest(acme)
    now = timezone.now()
    Work.objects.create(job="night", key="2026-03-30", due_at=now - timedelta(hours=2))
    Work.objects.create(job="digest", key="2026-W14", due_at=now + timedelta(hours=1), troubled=True, error="OSError")
    record = Import.objects.create(name="Acme spring.csv", report=[{}])
    page = as_admin.get("/system/").content.decode()
    for text in ("31 Mar 2026", "in 1.5 s", "Oldest due: night 2026-03-30", "OSError", f"Import {record.pk}", "Alive"):
        assert text in page
    assert "Acme" not in page


def test_names_of_files_are_for_those_who_import(as_admin: Browser, as_director: Browser) -> None:
    record = Import.objects.create(name="Acme spring.csv", report=[{}])
    link = f'<a href="/imports/{record.pk}/">Acme spring.csv</a>'
    assert link in as_director.get("/system/").text
    assert "Acme" not in as_admin.get("/system/").text


@pytest.mark.parametrize("who", ["as_manager", "as_member"])
def test_system_is_refused_to_those_without_the_right(who: str, request: pytest.FixtureRequest) -> None:
    assert request.getfixturevalue(who).get("/system/").status_code == 403


def test_system_of_an_empty_installation_names_the_commands(as_director: Browser) -> None:
    page = as_director.get("/system/").content.decode()
    assert "Never seen." in page
    assert "manage.py recompute" in page
