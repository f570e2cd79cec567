"""The installation of docker-compose.yml at work: an incident typed in a browser is in the next night's figures."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests import services
from tests.deploy import shipped
from tests.deploy.installation import Installation
from tests.deploy.visitor import Visitor
from tests.imports.folders import CLIENTS, CONTRACTS, RATES, write
from tests.services import wait_for
from tests.smtp import MailServer

pytestmark = pytest.mark.fault

EMAIL, OTHER, PASSWORD = "dana@agency.test", "ann@agency.test", "a-long-test-password"
PEOPLE = f"email,name,role,active\n{EMAIL},Dana,ops_director,yes\n{OTHER},Ann Able,account_manager,yes\n"
HOURS_A_WEEK, WEEKS, LOST_MINUTES, RATE = 5, 13, 600, 45


def zone_around_noon() -> str:
    """A zone in which midnight is far away, so that "yesterday" means one day through the whole test."""
    east = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-east:+d}" if east else "Etc/GMT"


ZONE = zone_around_noon()


def yesterday() -> date:
    return datetime.now(ZoneInfo(ZONE)).date() - timedelta(days=1)


def agency(folder: Path) -> Path:
    """One client with 65 hours in the window; 45.00 an hour."""
    days = [yesterday() - timedelta(weeks=week) for week in range(WEEKS)]
    rows = "".join(f"{OTHER},Acme,Care,{day},{HOURS_A_WEEK * 60},yes,delivery,\n" for day in days)
    time = f"email,client,contract,date,minutes,billable,activity,note\n{rows}"
    return write(folder, people=PEOPLE, clients=CLIENTS, contracts=CONTRACTS, rates=RATES, time=time)


@pytest.fixture
def catcher() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def installation(
    run: services.Run,
    private_postgres: services.Postgres,
    private_redis: services.Redis,
    catcher: MailServer,
) -> Iterator[Installation]:
    with services.maintenance(private_postgres.url) as server:
        server.execute("CREATE ROLE clienthealth LOGIN")
        server.execute("CREATE DATABASE clienthealth OWNER clienthealth")
    dotenv = {**shipped.example(with_commented=False), **shipped.FILLED, "ORG_ZONE": ZONE}
    dotenv |= {**catcher.environment(), "EMAIL_TIMEOUT": "20", "SWEEP_SECONDS": "2"}
    local = {"db:5432": f"127.0.0.1:{private_postgres.port}", "redis:6379": f"127.0.0.1:{private_redis.port}"}
    folder = run.folder / "compose"
    folder.mkdir()
    found = Installation(run, folder, dotenv, local)
    yield found
    found.close()


def set_up(installation: Installation) -> None:
    """What docs/deploying.md has a person do once: tables, data, a password. No night is due before 23:00."""
    installation.finish(*installation.services["migrate"].command, service="migrate")
    installation.manage("import", str(agency(installation.folder / "in")))
    program = (
        "from accounts.models import User; from clienthealth.base.models import Organisation\n"
        f"user = User.objects.get(email='{EMAIL}'); user.set_password('{PASSWORD}'); user.save()\n"
        "Organisation.objects.update(night_at='23:00')"
    )
    installation.manage("shell", "--verbosity", "0", "-c", program)


def acme(rows: list[dict[str, str]]) -> Decimal:
    (found,) = [row for row in rows if row["client"] == "Acme"]
    return Decimal(found["effort_cost"])


def parts(visitor: Visitor) -> dict[str, dict[str, object]]:
    page = visitor.open("/readyz")
    assert page.status in (200, 503), page.text[:2000]
    found: dict[str, dict[str, object]] = json.loads(page.text)["parts"]
    return found


def test_incident_from_the_browser_is_in_the_figures_of_the_next_night(
    installation: Installation, catcher: MailServer
) -> None:
    set_up(installation)
    for name in ("web", "worker", "beat"):
        installation.start(name)
    wait_for(installation.healthy, what="the health check of the web service")
    visitor = Visitor(installation.url)
    wait_for(lambda: all(parts(visitor)[name]["ok"] for name in ("beat", "worker")), 60, "a sweep by beat and worker")

    assert visitor.send("/accounts/login/", login=EMAIL, password=PASSWORD).address == f"{installation.url}/"
    without = acme(installation.json("portfolio", "--as-of", str(yesterday()), "--restated"))
    assert without == HOURS_A_WEEK * WEEKS * RATE
    log_incident(visitor)
    assert parts(visitor)["night"]["age_seconds"] is None, "the night came before the incident"

    installation.manage("shell", "--verbosity", "0", "-c", NIGHT_IS_DUE)
    wait_for(lambda: parts(visitor)["night"]["age_seconds"] is not None, 60, "a night by beat and worker")
    figures = installation.json("portfolio", "--as-of", str(yesterday()))
    assert acme(figures) - without == Decimal(LOST_MINUTES * RATE) / 60
    assert "3,375.00" in visitor.open("/portfolio/").text

    visitor.send("/accounts/logout/")
    visitor.send("/accounts/password/reset/", email=EMAIL)
    wait_for(lambda: len(catcher.taken) >= 3, what="the week's mail to both, and the link for a new password")
    assert catcher.counts() == {EMAIL: 2, OTHER: 1}

    for name in ("beat", "worker", "web"):
        assert installation.stop(name) == (0, False), f"{name}: {installation.log(name)[-2000:]}"
    assert shipped.contents(installation.image) == installation.before, "something was written beside the program"


NIGHT_IS_DUE = "from clienthealth.base.models import Organisation; Organisation.objects.update(night_at='04:10')"


def log_incident(visitor: Visitor) -> None:
    """Ten hours lost yesterday, in no timesheet."""
    options = visitor.open("/incidents/log/").text
    client = options.split(">Acme<")[0].rpartition('value="')[2].split('"')[0]
    page = visitor.send(
        "/incidents/log/",
        client=client,
        category="delivery",
        severity="high",
        occurred_at=f"{yesterday()}T10:00",
        minutes_lost=str(LOST_MINUTES),
        in_timesheet="no",
    )
    assert "Incident logged." in page.text
