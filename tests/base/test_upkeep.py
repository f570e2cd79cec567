"""Daily upkeep removes what has served its purpose and nothing else."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from clienthealth.base import upkeep
from clienthealth.base.models import IdempotencyKey, Organisation, Work
from tests.services import LiveApp, wait_for

pytestmark = pytest.mark.django_db


def test_old_keys_and_finished_work_go_and_the_rest_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "BATCH", 2)
    now = timezone.now()
    for n in range(5):
        IdempotencyKey.objects.create(owner="user:1", key=f"old{n}", result="/")
    IdempotencyKey.objects.update(created_at=now - timedelta(days=31))
    fresh = IdempotencyKey.objects.create(owner="user:1", key="fresh", result="/")
    long_ago = now - timedelta(days=401)
    Work.objects.create(job="a", key="done long ago", state="done", due_at=long_ago, finished_at=long_ago)
    kept = [
        Work.objects.create(job="a", key="done", state="done", due_at=now, finished_at=now),
        Work.objects.create(job="a", key="still due", state="due", due_at=long_ago),
    ]
    assert upkeep.tidy(kept[0])["keys"] == 5
    assert list(IdempotencyKey.objects.all()) == [fresh]
    assert list(Work.objects.order_by("pk")) == kept


def test_upkeep_is_due_once_a_local_day() -> None:
    of = Organisation()
    assert upkeep.upkeep_due(datetime(2026, 3, 29, 4, 59, tzinfo=UTC), of) is None
    assert upkeep.upkeep_due(datetime(2026, 3, 29, 5, 0, tzinfo=UTC), of) == "2026-03-29"


def test_delivered_messages_leave_the_broker_and_waiting_ones_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.REDIS_URL = ""
    settings.BROKER_FILE = tmp_path / "broker.sqlite3"
    assert upkeep.purge_broker() == 0
    with closing(sqlite3.connect(settings.BROKER_FILE)) as broker, broker:
        broker.execute("CREATE TABLE kombu_message (id INTEGER, visible BOOLEAN)")
        broker.execute("INSERT INTO kombu_message VALUES (1, 0), (2, 1), (3, 0)")
    assert upkeep.purge_broker() == 2
    with closing(sqlite3.connect(settings.BROKER_FILE)) as broker:
        assert broker.execute("SELECT id FROM kombu_message").fetchall() == [(2,)]


@pytest.mark.fault
def test_broker_of_a_real_worker_is_purged(live_app: LiveApp) -> None:
    live_app.manage("shell", "--verbosity", "0", "-c", "from clienthealth.base.tasks import sweep; sweep.delay()")
    live_app.start("worker")

    def messages(visible: int) -> int:
        with closing(sqlite3.connect(live_app.data / "broker.sqlite3", timeout=20)) as broker:
            query = "SELECT count(*) FROM kombu_message WHERE visible = ?"
            return int(broker.execute(query, [visible]).fetchone()[0])

    wait_for(lambda: messages(visible=1) == 0, 30, "the messages to be delivered")
    live_app.stop("worker")
    with closing(sqlite3.connect(live_app.data / "broker.sqlite3")) as broker, broker:
        broker.execute("UPDATE kombu_message SET visible = 0")  # the worker may have tidied already: leave something
        broker.execute("INSERT INTO kombu_message SELECT max(id) + 1, 0, '2026-01-01', '{}', 1, 1 FROM kombu_queue")
    live_app.manage("shell", "--verbosity", "0", "-c", "from clienthealth.base import upkeep; upkeep.purge_broker()")
    assert messages(visible=0) == 0
