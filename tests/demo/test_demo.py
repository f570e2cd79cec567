"""The demo agency comes in by the front door, tells its stories, and touches nobody's data."""

import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import Person, User
from clienthealth.base.models import Organisation
from clienthealth.base.organisation import yesterday
from clienthealth.demo import SIGN_INS, fill
from clienthealth.demo.stories import STORIES
from clienthealth.health.models import Night
from engagements.models import Client, TimeEntry
from tests.demo.stories import assert_stories

SOME = [story for story in STORIES if story.client in ("Quarry Stone Works", "Riverside Museum", "Vela Insurance")]

pytestmark = pytest.mark.django_db


def demo(*arguments: str) -> str:
    out = io.StringIO()
    call_command("demo", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_demo_is_an_agency_whose_stories_can_be_seen() -> None:
    counts = json.loads(demo("--json"))
    last = yesterday()
    assert (counts["clients"], counts["people"], counts["nights"]) == (24, 14, 92)
    assert (Client.objects.count(), Person.objects.count()) == (24, 14)
    days = TimeEntry.objects.order_by("work_on").values_list("work_on", flat=True)
    assert days[0] <= last - timedelta(days=540)
    assert last - timedelta(days=4) <= days[len(days) - 1] <= last
    assert Organisation.objects.get().is_demo
    assert_stories(last)
    for email, role, password in SIGN_INS:
        user = User.objects.get(email=email)
        assert (user.role, user.check_password(password)) == (role, True)
    assert_printed(demo("--if-empty"))


def assert_printed(text: str) -> None:
    for email, role, password in SIGN_INS:
        assert f"{role} " in text
        assert f" {email} " in text
        assert password in text


def test_demo_refuses_a_database_with_clients() -> None:
    Client.objects.create(name="Ours")
    with pytest.raises(CommandError, match="There are clients already") as refused:
        demo()
    assert refused.value.returncode == 1
    assert list(Client.objects.values_list("name", flat=True)) == ["Ours"]
    assert not Organisation.objects.get().is_demo


def test_demo_if_empty_leaves_a_real_installation_alone_and_names_no_sign_ins() -> None:
    User.objects.create_superuser("root@agency.example", "a-long-password-of-mine")
    assert demo("--if-empty").strip() == ""
    assert not Client.objects.exists()


def test_demo_stopped_half_way_lets_nobody_in_and_is_carried_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clienthealth.demo.folder.STORIES", SOME)
    with monkeypatch.context() as stopped:
        stopped.setattr("clienthealth.demo.nights.evaluate", interrupt)
        with pytest.raises(KeyboardInterrupt):
            demo()
    assert Organisation.objects.get().is_demo
    assert fill.is_half_done()
    assert "stopped half-way" in demo("--if-empty")
    with pytest.raises(CommandError, match="stopped half-way"):
        demo()
    entries = TimeEntry.objects.count()
    demo("--force")
    assert (Client.objects.count(), TimeEntry.objects.count()) == (len(SOME), entries)
    assert Night.objects.newest_day() == yesterday()
    assert not fill.is_half_done()


def test_import_into_a_demo_warns_that_data_mix(tmp_path: Path) -> None:
    (tmp_path / "clients.csv").write_text("client\nOurs\n")

    def warned(*arguments: str) -> bool:
        err = io.StringIO()
        call_command("import", str(tmp_path), *arguments, stdout=io.StringIO(), stderr=err)
        return "demo's rates price your hours" in err.getvalue()

    assert not warned()
    fill.mark()
    assert warned()
    assert not warned("--dry-run")


def interrupt(*_arguments: object) -> None:
    raise KeyboardInterrupt
