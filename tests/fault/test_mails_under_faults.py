"""Real beats, workers and a mail server that fail around the end of a mail: nobody gets two digests, and nobody none
without its row saying so."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from typing import Any

import psycopg
import pytest

import dev
from tests.services import LiveApp, wait_for
from tests.smtp import MailServer

pytestmark = pytest.mark.fault

PEOPLE = 6
# Past eight now, so that the digest is due whenever the test runs, on a Monday too.
ZONE = "UTC" if time.gmtime().tm_hour >= 8 else "Pacific/Kiritimati"
MAKE = f"""
from accounts.models import User
from clienthealth.base.models import Organisation
for number in range({PEOPLE}):
    User.objects.create_user(f"user{{number}}@agency.test", name=f"User {{number}}", role="member")
Organisation.objects.filter(pk=1).update(zone="{ZONE}")
"""
AGAIN = """
from clienthealth.base.models import Work
from clienthealth.base.work import publish
for _ in range(3):
    for number in Work.objects.filter(job__in=["mail", "digest"]).values_list("pk", flat=True):
        publish(number)
"""
ENDED = {"sent", "refused", "uncertain"}


@pytest.fixture(params=["embedded", "redis"])
def broker(request: pytest.FixtureRequest) -> str:
    """The broker's address; empty for the embedded one."""
    return "" if request.param == "embedded" else request.getfixturevalue("redis_url")


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


@pytest.fixture
def app(live_app: LiveApp, server: MailServer) -> LiveApp:
    """Six people whose digest is due on any day of the week, and leases short enough for a test."""
    live_app.env |= {**server.environment(), "WORK_LEASE_SECONDS": "2", "SWEEP_SECONDS": "1"}
    live_app.manage("shell", "--verbosity", "0", "-c", MAKE)
    return live_app


def rows(app: LiveApp, query: str) -> list[tuple[Any, ...]]:
    """Straight from the database: a management command would be too slow to catch anything at work."""
    url = app.env["DATABASE_URL"]
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=20)) as connection:
            return connection.execute(query).fetchall()
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


def states(app: LiveApp) -> dict[str, str]:
    """The state of each recipient's mail."""
    query = "SELECT u.email, m.state FROM base_mail m JOIN accounts_user u ON u.id = m.recipient_id"
    return dict(rows(app, query))  # type: ignore[arg-type]


def everybody() -> list[str]:
    return [f"user{number}@agency.test" for number in range(PEOPLE)]


def all_ended(app: LiveApp) -> bool:
    found = states(app)
    return len(found) == PEOPLE and set(found.values()) <= ENDED


def nobody_got_two_and_nobody_none(app: LiveApp, server: MailServer) -> None:
    """A sent mail arrived once, a refused one never, an uncertain one at most once."""
    counts = server.counts()
    assert max(counts.values(), default=0) <= 1, counts
    wanted = {"sent": {1}, "refused": {0}, "uncertain": {0, 1}}
    assert {email: state for email, state in states(app).items() if counts[email] not in wanted[state]} == {}


def start_beats(app: LiveApp, count: int = 2) -> None:
    for number in range(count):
        app.start("beat", str(app.data / f"schedule-{number}"), as_name=f"beat-{number}")


def kill_worker(app: LiveApp) -> None:
    """As a power cut would, from within the mail server's conversation with it."""
    with suppress(KeyError, ProcessLookupError):
        os.killpg(app.processes["worker"].pid, signal.SIGKILL)


def restarted_until(app: LiveApp, ready: Callable[[], bool], seconds: float, what: str) -> None:
    """Start the worker again whenever it is gone, until the condition holds."""

    def check() -> bool:
        worker = app.processes.get("worker")
        if worker is None or worker.poll() is not None:
            if worker is not None:
                app.kill("worker")
            app.start("worker")
        return ready()

    wait_for(check, seconds, what)


def test_two_beats_and_every_message_three_times_send_one_mail_each(
    app: LiveApp, server: MailServer, broker: str
) -> None:
    app.env["REDIS_URL"] = broker
    server.refuse["user3@agency.test"] = 550
    start_beats(app)
    app.start("worker")
    wait_for(lambda: states(app), 120, "the mails to be planned")
    app.manage("shell", "--verbosity", "0", "-c", AGAIN)
    wait_for(lambda: all_ended(app), 180, "every mail to end")
    time.sleep(3)  # several more sweeps of each beat
    expected = dict.fromkeys(everybody(), "sent") | {"user3@agency.test": "refused"}
    assert states(app) == expected
    assert server.counts() == dict.fromkeys(set(everybody()) - {"user3@agency.test"}, 1)
    assert rows(app, "SELECT count(*) FROM base_work WHERE job = 'digest'") == [(1,)]
    identifiers = [taken.message["Message-ID"] for taken in server.taken]
    assert len(set(identifiers)) == len(identifiers) == PEOPLE - 1


@pytest.mark.parametrize(
    ("stage", "expected"), [("data", {"sent"}), ("dot", {"uncertain"}), ("done", {"sent", "uncertain"})]
)
def test_worker_killed_around_the_end_of_a_mail(
    app: LiveApp, server: MailServer, broker: str, stage: str, expected: set[str]
) -> None:
    """Before the content: sent later. Between the final dot and the 250: nobody can know. After it: no second one."""
    app.env["REDIS_URL"] = broker
    victim: list[str] = []

    def kill(to: str) -> None:
        if not victim:
            victim.append(to)
            kill_worker(app)

    server.hooks[stage] = kill
    start_beats(app)
    restarted_until(app, lambda: all_ended(app), 240, "every mail to end")
    assert len(victim) == 1
    found = states(app)
    assert found.pop(victim[0]) in expected
    assert set(found.values()) == {"sent"}
    nobody_got_two_and_nobody_none(app, server)


def test_worker_killed_at_every_second_mail_sends_none_twice(app: LiveApp, server: MailServer) -> None:
    calls: list[str] = []

    def kill(to: str) -> None:
        calls.append(to)
        if len(calls) % 2:
            kill_worker(app)

    server.hooks["dot"] = kill
    start_beats(app)
    restarted_until(app, lambda: all_ended(app), 300, "every mail to end")
    assert len(calls) == PEOPLE, "nobody was written to twice"
    assert sorted(states(app).values()) == ["sent"] * (PEOPLE // 2) + ["uncertain"] * (PEOPLE // 2)
    nobody_got_two_and_nobody_none(app, server)


def test_lost_answers_and_refusals_are_recorded_and_nothing_is_repeated(app: LiveApp, server: MailServer) -> None:
    server.drop |= {"user0@agency.test", "user1@agency.test"}
    server.refuse["user2@agency.test"] = 550
    start_beats(app)
    app.start("worker")
    wait_for(lambda: all_ended(app), 180, "every mail to end")
    time.sleep(3)
    lost = dict.fromkeys(("user0@agency.test", "user1@agency.test"), "uncertain")
    assert states(app) == dict.fromkeys(everybody(), "sent") | lost | {"user2@agency.test": "refused"}
    nobody_got_two_and_nobody_none(app, server)
    reasons = rows(app, "SELECT reason FROM base_mail WHERE state = 'refused'")
    assert reasons == [("550 not now, <user2@agency.test>",)]


@pytest.mark.parametrize("where", ["banner", "data"])
def test_silent_server_delays_and_loses_nothing(app: LiveApp, server: MailServer, where: str) -> None:
    server.hang = where
    start_beats(app, 1)
    app.start("worker")
    wait_for(
        lambda: server.calls and any(rows(app, "SELECT 1 FROM base_mail WHERE attempts > 0")), 120, "a first attempt"
    )
    wait_for(lambda: rows(app, "SELECT 1 FROM base_mail WHERE reason <> ''"), 60, "the silence to be noticed")
    server.hang = ""
    app.manage("digest")  # somebody does not wait for the next attempt
    wait_for(lambda: all_ended(app), 120, "every mail to end")
    assert states(app) == dict.fromkeys(everybody(), "sent")
    nobody_got_two_and_nobody_none(app, server)


def test_three_commands_at_once_send_one_mail_each(app: LiveApp, server: MailServer) -> None:
    command = [sys.executable, "manage.py", "digest", "--json"]
    runs = [
        subprocess.Popen(command, cwd=dev.ROOT, env=app.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    answers = [run.communicate(timeout=120) for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0], [error for _, error in answers]
    assert server.counts() == dict.fromkeys(everybody(), 1)
    told = [each["state"] for out, _ in answers for each in json.loads(out)]
    assert set(told) <= {"sent", "skipped"}
    assert set(states(app).values()) == {"sent"}


def test_command_killed_at_the_dot_leaves_a_doubt_and_no_second_mail(app: LiveApp, server: MailServer) -> None:
    command = [sys.executable, "manage.py", "digest", "--json"]
    run = subprocess.Popen(command, cwd=dev.ROOT, env=app.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    server.hooks["dot"] = lambda _to: (server.hooks.clear(), run.kill())
    assert run.wait(60) == -signal.SIGKILL
    answers = app.json("digest")
    assert sorted(each["state"] for each in answers) == ["sent"] * (PEOPLE - 1) + ["uncertain"]
    nobody_got_two_and_nobody_none(app, server)
