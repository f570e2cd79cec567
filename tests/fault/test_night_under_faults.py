"""A real worker killed in the middle of the night, two beats, a lost broker: the same figures and one flag."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

import dev
from tests.oracle.generator import write_folder
from tests.services import LiveApp, Redis, wait_for

pytestmark = pytest.mark.fault

READ = """
import json
from clienthealth.base.models import Work
from clienthealth.health.models import Night, Snapshot, LatestFigures
from issues.models import Flag
keep = ("client_id", "day", "effort_cents", "revenue_cents", "ratio_e4", "minutes", "status", "level")
print(json.dumps({
    "snapshots": sorted(map(str, Snapshot.objects.values_list(*keep))),
    "latest": sorted(map(str, LatestFigures.objects.values_list(*keep, "series", "lines_on", "level_since"))),
    "flags": sorted(map(str, Flag.objects.values_list("client_id", "raised_on", "closed_on"))),
    "nights": sorted(map(str, Night.objects.values_list("day", "is_judged"))),
    "work": list(Work.objects.filter(job="night").values_list("state", "attempts", "key")),
}))
"""


def stored(app: LiveApp) -> dict[str, Any]:
    done = app.manage("shell", "--verbosity", "0", "-c", READ)
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def filled(app: LiveApp, folder: Path) -> LiveApp:
    """A portfolio whose facts reach up to yesterday, and leases short enough for a test."""
    folder.mkdir(exist_ok=True)
    write_folder(folder, 1, clients=60, entries=9000, as_of=date.today() - timedelta(days=1))  # noqa: DTZ011  zone is UTC
    app.manage("import", str(folder))
    app.env["WORK_LEASE_SECONDS"] = "3"
    return app


def night_is(app: LiveApp, state: str) -> bool:
    """Read straight from the database: a management command would be too slow to catch the night at work."""
    query = "SELECT state FROM base_work WHERE job = 'night'"
    url = app.env["DATABASE_URL"]
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=20)) as connection:
            return (state,) in connection.execute(query).fetchall()
    with psycopg.connect(url) as connection:
        return (state,) in connection.execute(query).fetchall()


def sweep(app: LiveApp) -> None:
    """What beat says every minute, without waiting for the minute."""
    app.manage("shell", "--verbosity", "0", "-c", "from clienthealth.base.tasks import sweep; sweep.delay()")


def undisturbed(app: LiveApp) -> dict[str, Any]:
    """The figures as a run nobody disturbs leaves them, in an installation with the same facts."""
    app.manage("recompute")
    return stored(app)


@pytest.fixture(params=["embedded", "redis"])
def broker(request: pytest.FixtureRequest) -> str:
    """The broker's address; empty for the embedded one."""
    return "" if request.param == "embedded" else request.getfixturevalue("redis_url")


@pytest.fixture
def expected(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[], dict[str, Any]]:
    """Computes the undisturbed figures in the same installation, after the disturbed ones were read and removed."""

    def compute(app: LiveApp) -> dict[str, Any]:
        clear = (
            "from clienthealth.health.models import *; from issues.models import Flag\n"
            "for model in (Snapshot, LatestFigures, LevelChange, Night, Flag): model.objects.all().delete()"
        )
        app.manage("shell", "--verbosity", "0", "-c", clear)
        return undisturbed(app)

    return compute  # type: ignore[return-value]


def same(one: dict[str, Any], other: dict[str, Any]) -> None:
    for name in ("snapshots", "latest", "flags", "nights"):
        assert one[name] == other[name], name


def test_worker_killed_in_the_middle_leaves_the_same_figures_and_one_flag_each(
    live_app: LiveApp, tmp_path: Path, broker: str, expected: Callable[[LiveApp], dict[str, Any]]
) -> None:
    app = filled(live_app, tmp_path / "in")
    app.env["REDIS_URL"] = broker
    for _ in range(2):  # a third would make the job rest for ten minutes
        app.start("worker")
        sweep(app)
        wait_for(lambda: night_is(app, "running"), 20, "the night to start")
        app.kill("worker")
        assert not night_is(app, "done")
        time.sleep(3.5)
    app.start("worker")
    wait_for(lambda: (sweep(app), night_is(app, "done"))[1], 60, "the night to be done")
    disturbed = stored(app)
    app.stop("worker")
    assert disturbed["flags"], "no flag: the test shows nothing"
    same(disturbed, expected(app))


def start_beats(app: LiveApp, count: int) -> None:
    """Schedulers as they are shipped, each with a schedule file of its own, as two hosts would have."""
    app.env["SWEEP_SECONDS"] = "1"
    for number in range(count):
        app.start("beat", str(app.data / f"schedule-{number}"), as_name=f"beat-{number}")


def test_two_beats_make_one_night(live_app: LiveApp, tmp_path: Path, broker: str) -> None:
    app = filled(live_app, tmp_path / "in")
    app.env["REDIS_URL"] = broker
    start_beats(app, 2)
    app.start("worker")
    wait_for(lambda: night_is(app, "done"), 60, "the night to be done")
    time.sleep(4)  # several more sweeps of each beat
    assert all(app.processes[name].poll() is None for name in ("beat-0", "beat-1", "worker"))
    assert len(list(app.data.glob("schedule-[01]*"))) >= 2, "both kept a schedule of their own"
    app.stop("worker")
    found = stored(app)
    assert [work[:2] for work in found["work"]] == [["done", 1]]
    clients = [flag.split(",")[0] for flag in found["flags"]]
    assert len(clients) == len(set(clients)) > 0


def test_three_runs_at_once_leave_what_one_would(
    live_app: LiveApp, tmp_path: Path, expected: Callable[[LiveApp], dict[str, Any]]
) -> None:
    app = filled(live_app, tmp_path / "in")
    command = [sys.executable, "manage.py", "recompute", "--json"]
    runs = [
        subprocess.Popen(command, cwd=dev.ROOT, env=app.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    answers = [run.communicate(timeout=120) for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0], [error for _, error in answers]
    together = stored(app)
    assert sum(json.loads(out)["flags_raised"] for out, _ in answers) == len(together["flags"]) > 0
    same(together, expected(app))


def test_broker_that_loses_everything_only_delays_the_night(
    live_app: LiveApp, tmp_path: Path, private_redis: Redis
) -> None:
    app = filled(live_app, tmp_path / "in")
    app.env["REDIS_URL"] = private_redis.url
    sweep(app)
    private_redis.stop(crash=True)
    app.manage("shell", "--verbosity", "0", "-c", "from clienthealth.base import work; work.sweep()")
    assert night_is(app, "due"), "the slot is recorded though the broker is gone"
    private_redis.start()
    app.start("worker")
    sweep(app)
    wait_for(lambda: (sweep(app), night_is(app, "done"))[1], 60, "the night to be done")
    assert len(stored(app)["work"]) == 1


def catches(pid: int, number: int) -> bool:
    """Whether the process has set a handler for the signal; before, the signal ends it at once."""
    status = Path(f"/proc/{pid}/status").read_text()
    caught = next(line.split()[1] for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(caught, 16) >> (number - 1) & 1)


def test_worker_asked_to_stop_ends_soon_and_cleanly(live_app: LiveApp) -> None:
    worker = live_app.start("worker")
    wait_for(lambda: catches(worker.pid, signal.SIGTERM), 60, "the worker to begin")
    began = time.monotonic()
    code = live_app.stop("worker", signal.SIGTERM, seconds=12)
    assert (code, time.monotonic() - began < 10) == (0, True)
