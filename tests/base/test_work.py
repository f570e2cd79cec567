"""The record of work: once per key, claimed by one, taken over from the silent, resting after three failures."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clienthealth.base import work
from clienthealth.base.models import Heartbeat, Organisation, Work

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def ran() -> Iterator[list[str]]:
    """Keys of the work carried out by a job `probe`; a key that starts with `bad` fails."""
    done: list[str] = []

    def run(each: Work) -> dict[str, Any]:
        done.append(each.key)
        if each.key.startswith("bad"):
            raise RuntimeError("no")
        return {"key": each.key}

    saved = dict(work.JOBS)
    work.JOBS.clear()
    work.job("probe")(run)
    work.job("mail", gives_up=True)(run)
    yield done
    work.JOBS.clear()
    work.JOBS.update(saved)


def test_work_put_twice_is_one_piece(ran: list[str]) -> None:
    first = work.put("probe", "a", due_at=NOW)
    assert work.put("probe", "a", due_at=NOW).pk == first.pk
    assert Work.objects.count() == 1


def test_work_runs_once_however_often_its_message_comes(ran: list[str]) -> None:
    each = work.put("probe", "a", due_at=NOW)
    assert work.run(each.pk, NOW) is True
    assert work.run(each.pk, NOW) is False
    assert ran == ["a"]
    each.refresh_from_db()
    assert (each.state, each.result, each.attempts) == (Work.State.DONE, {"key": "a"}, 1)


def test_work_before_its_time_waits(ran: list[str]) -> None:
    each = work.put("probe", "a", due_at=NOW + timedelta(minutes=1))
    assert work.run(each.pk, NOW) is False
    assert ran == []


def test_work_of_a_silent_runner_is_taken_over_but_not_of_a_live_one(ran: list[str]) -> None:
    each = work.put("probe", "a", due_at=NOW)
    Work.objects.update(state=Work.State.RUNNING, lease_until=NOW + timedelta(seconds=1), lease_token="x", attempts=1)
    assert work.run(each.pk, NOW) is False
    assert work.run(each.pk, NOW + timedelta(seconds=2)) is True
    assert ran == ["a"]


def test_work_failing_three_times_rests_ten_minutes_and_is_shown(ran: list[str]) -> None:
    each = work.put("probe", "bad", due_at=NOW)
    for _ in range(3):
        Work.objects.update(due_at=NOW)
        work.run(each.pk, NOW)
    each.refresh_from_db()
    assert ran == ["bad"] * 3
    assert (each.state, each.troubled, each.error) == (Work.State.DUE, True, "RuntimeError")
    assert each.due_at > datetime.now(UTC) + timedelta(minutes=9)


def test_work_whose_runners_die_three_times_rests_too(ran: list[str]) -> None:
    each = work.put("probe", "a", due_at=NOW)
    for second in range(3):
        now = NOW + timedelta(seconds=second)
        assert work._claim(each.pk, now) is not None
        Work.objects.update(lease_until=now)
    assert work.run(each.pk, NOW + timedelta(seconds=4)) is False
    each.refresh_from_db()
    assert each.due_at == NOW + timedelta(seconds=4) + work.BURST
    assert each.troubled
    assert work.run(each.pk, each.due_at) is True


def test_mail_that_fails_three_times_is_given_up(ran: list[str]) -> None:
    each = work.put("mail", "bad", due_at=NOW)
    for _ in range(3):
        Work.objects.filter(state=Work.State.DUE).update(due_at=NOW)
        work.run(each.pk, NOW)
    each.refresh_from_db()
    assert each.state == Work.State.GIVEN_UP


def test_sweep_makes_one_slot_a_period_and_reissues_what_is_due(
    ran: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    issued: list[int] = []
    monkeypatch.setattr(work, "publish", issued.append)
    work.job("daily", period=lambda local, of: local.date().isoformat() if local.hour >= 4 else None)(lambda each: None)
    Organisation.objects.filter(pk=1).update(zone="Europe/Warsaw")
    work.sweep(datetime(2026, 3, 10, 2, 59, tzinfo=UTC))
    assert Work.objects.count() == 0
    for minute in range(3):
        work.sweep(datetime(2026, 3, 10, 3, minute, tzinfo=UTC))
    slot = Work.objects.get()
    assert (slot.job, slot.key) == ("daily", "2026-03-10")
    assert issued == [slot.pk] * 3
    assert Heartbeat.objects.filter(name="worker").exists()


def test_dead_broker_does_not_fail_the_request(
    ran: list[str], monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr("clienthealth.base.tasks.run_work.apply_async", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        each = work.put("probe", "a")
    assert Work.objects.get(pk=each.pk).state == Work.State.DUE
