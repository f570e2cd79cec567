"""manage.py digest: sends in its own process, once; says what it did or would do."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import Role, User
from clienthealth.base.models import Mail, Work
from engagements.models import Client
from tests.cast import make_user
from tests.digest.week import at, flagged
from tests.smtp import MailServer

pytestmark = pytest.mark.django_db
THIS_WEEK = "2026-W14"


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with MailServer() as running:
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", running.port, 0.3
        yield running


@pytest.fixture(autouse=True)
def agency(manager: User, director: User, acme: Client) -> None:
    at(acme, "consider", 12_000)
    flagged(acme)


def run(*arguments: str) -> list[dict[str, Any]]:
    out = io.StringIO()
    call_command("digest", *arguments, "--json", stdout=out, stderr=io.StringIO())
    answer: list[dict[str, Any]] = json.loads(out.getvalue())
    return answer


def states(*arguments: str) -> dict[str, str]:
    return {each["email"].partition("@")[0]: each["state"] for each in run(*arguments)}


def test_digest_of_this_week_goes_to_everybody_once(folder: Path) -> None:
    first = run()
    assert first == [
        {
            "email": "dana@agency.test",
            "subject": "1 client needs you: Acme at Consider parting ways",
            "items": 2,
            "state": "sent",
        },
        {
            "email": "mara@agency.test",
            "subject": "1 client needs you: Acme at Consider parting ways",
            "items": 1,
            "state": "sent",
        },
    ]
    assert run() == [{**each, "state": "skipped"} for each in first]
    assert len(list(folder.iterdir())) == 2
    assert set(Mail.objects.values_list("key", "state")) == {(THIS_WEEK, "sent")}
    assert set(Work.objects.values_list("job", "state")) == {("mail", "done")}, "nothing is left for a worker"


def test_dry_run_writes_and_sends_nothing(folder: Path) -> None:
    foreseen = run("--dry-run")
    assert [(each["items"], each["state"]) for each in foreseen] == [(2, "skipped"), (1, "skipped")]
    assert (Mail.objects.count(), Work.objects.count(), folder.exists()) == (0, 0, False)
    sent = run()
    assert [{**each, "state": "skipped"} for each in sent] == foreseen
    assert states("--dry-run") == {"dana": "skipped", "mara": "skipped"}


def test_one_person_only() -> None:
    assert states("--to", " Mara@Agency.test ") == {"mara": "sent"}
    assert states() == {"dana": "sent", "mara": "skipped"}


def test_switched_off_is_skipped_and_gets_no_row() -> None:
    make_user("off", Role.MEMBER, digest="off")
    make_user("gone", Role.MEMBER, is_active=False)
    assert states() == {"dana": "sent", "mara": "sent", "off": "skipped"}
    assert states("--to", "off@agency.test", "--dry-run") == {"off": "skipped"}
    assert Mail.objects.count() == 2


@pytest.mark.parametrize("address", ["nobody@agency.test", "", "gone@agency.test"])
def test_unknown_recipient_is_refused_by_name(address: str) -> None:
    make_user("gone", Role.MEMBER, is_active=False)
    with pytest.raises(CommandError, match="Nobody who may sign in has the address") as refused:
        run("--to", address)
    assert refused.value.returncode == 1


def test_week_that_has_not_begun_is_refused() -> None:
    with pytest.raises(CommandError, match="2026-W15 has not begun") as refused:
        run("--week", "2026-W15")
    assert refused.value.returncode == 1
    assert {each["state"] for each in run("--week", "2026-W13")} == {"sent"}


@pytest.mark.parametrize("week", ["2025-W53", "2026-47", "soon", "0001-W01"])
def test_week_that_does_not_exist_is_wrong_usage(week: str) -> None:
    with pytest.raises(CommandError, match="invalid ISO week"):
        run("--week", week)


def test_refusals_and_doubts_are_reported_and_stay(server: MailServer) -> None:
    server.refuse["mara@agency.test"] = 550
    server.drop.add("dana@agency.test")
    assert states() == {"dana": "uncertain", "mara": "refused"}
    assert states() == {"dana": "uncertain", "mara": "refused"}
    assert server.counts() == {"dana@agency.test": 1}


def test_busy_server_leaves_it_planned_and_the_next_call_tries_at_once(server: MailServer) -> None:
    server.busy["mara@agency.test"] = [451]
    busy = run()
    assert [(each["items"], each["state"]) for each in busy] == [(2, "sent"), (1, "planned")]
    assert states() == {"dana": "skipped", "mara": "sent"}
    assert server.counts() == {"dana@agency.test": 1, "mara@agency.test": 1}
