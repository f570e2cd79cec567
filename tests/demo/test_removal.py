"""The demo goes as a whole, and whoever takes it out can go on working."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError
from django.test import Client as Browser

from accounts.models import Person, Role, User
from clienthealth.base.models import Organisation
from clienthealth.demo import AGENCY, SIGN_INS, fill, removal
from clienthealth.demo.stories import STORIES
from clienthealth.health.models import Thresholds
from engagements.models import Client
from issues.models import Cause
from tests.cast import browser_of, make_client, make_user
from tests.posting import filled

pytestmark = pytest.mark.django_db

GOES = {
    "accounts.JobTitle",
    "accounts.Person",
    "accounts.User",
    "accounts.User_groups",
    "accounts.User_user_permissions",
    "base.IdempotencyKey",
    "base.Mail",
    "base.Work",
    "engagements.Client",
    "engagements.ClientOwner",
    "engagements.Contact",
    "engagements.ContactHours",
    "engagements.Contract",
    "engagements.ContractTerm",
    "engagements.Correction",
    "engagements.CostRate",
    "engagements.DirectCost",
    "engagements.Dispute",
    "engagements.FxRate",
    "engagements.Invoice",
    "engagements.InvoiceLine",
    "engagements.Milestone",
    "engagements.Pause",
    "engagements.Payment",
    "engagements.TimeEntry",
    "health.LatestFigures",
    "health.LevelChange",
    "health.Night",
    "health.Snapshot",
    "health.ThresholdOverride",
    "imports.Assignment",
    "imports.Import",
    "imports.NameAlias",
    "imports.RowChange",
    "imports.Upload",
    "imports.UploadChunk",
    "issues.Flag",
    "issues.Incident",
    "issues.IncidentMinutes",
    "issues.Incident_causes",
    "issues.Touchpoint",
}
"""Tables that are emptied. A new table belongs here or to `removal.KEPT`: decide, and say so on the removal page."""

DIRECTOR = {"name": "Eva Real", "email": "eva@agency.test", "password": "a-long-password-of-eva"}


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any) -> Organisation:
    """A demo of four clients, one of them flagged, with a mail in the folder."""
    some = [story for story in STORIES if story.client in ("Riverside Museum", "Vela Insurance", "Quarry Stone Works")]
    monkeypatch.setattr("clienthealth.demo.folder.STORIES", some)
    call_command("demo", stdout=io.StringIO(), stderr=io.StringIO())
    settings.EMAIL_FILE_PATH = tmp_path
    (tmp_path / "digest.eml").write_text("Riverside Museum")
    return Organisation.objects.get()


@pytest.fixture
def director(demo: Organisation) -> Browser:
    return browser_of(User.objects.get(email=SIGN_INS[0][0]))


def left() -> dict[str, int]:
    """Rows in tables that should be empty."""
    counts = {model._meta.label: model._default_manager.count() for model in removal.doomed()}
    return {label: count for label, count in counts.items() if count}


def test_every_table_is_kept_or_goes() -> None:
    ours = {
        model._meta.label
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.split(".")[0] in removal.ROOMS
    }
    assert ours == GOES | removal.KEPT
    assert not GOES & removal.KEPT
    assert {model._meta.label for model in removal.doomed()} == GOES | set(removal.OTHERS)


def test_page_says_what_goes_and_removes_it(director: Browser, tmp_path: Path) -> None:
    causes, version = Cause.objects.count(), Thresholds.objects.get()
    Thresholds.objects.update(author=User.objects.first())
    page = director.get("/settings/demo/")
    assert "3 clients with 2 contracts" in page.text
    response = director.post("/settings/demo/", filled(page, **DIRECTOR), follow=True)
    assert response.redirect_chain == [("/", 302)]
    assert "The demo data is gone" in response.text
    eva = User.objects.get()
    assert (eva.email, eva.role, eva.check_password(DIRECTOR["password"])) == ("eva@agency.test", "ops_director", True)
    assert [person.name for person in Person.objects.all()] == ["Eva Real"]
    after = left()
    assert after.pop("auditlog.LogEntry", 0) == 0
    assert after == {"accounts.User": 1, "accounts.Person": 1, "sessions.Session": 1}
    assert (Cause.objects.count(), Thresholds.objects.get().author) == (causes, None)
    assert Thresholds.objects.get() == version
    stored = Organisation.objects.get()
    assert (stored.is_demo, stored.name) == (False, "")
    assert list(tmp_path.iterdir()) == []
    assert director.get("/portfolio/").status_code == 200
    assert "Demo data." not in director.get("/").text
    assert director.get("/settings/demo/").status_code == 404


def test_removal_asks_for_an_account_of_ones_own(director: Browser) -> None:
    page = director.get("/settings/demo/")
    for wrong, text in (
        ({"email": SIGN_INS[1][0]}, "Somebody of this demo has that address"),
        ({"password": "short"}, "too short"),
        ({"name": ""}, "Please fill this in."),
    ):
        response = director.post("/settings/demo/", filled(page, **{**DIRECTOR, **wrong}))
        assert response.status_code == 422
        assert text in response.text
    assert Client.objects.count() == 3
    assert Organisation.objects.get().is_demo


def test_removal_of_real_clients_too_wants_the_words(director: Browser) -> None:
    make_client("Our own")
    page = director.get("/settings/demo/")
    assert "1 client is not the demo" in page.text
    for typed in ("", "remove"):
        assert director.post("/settings/demo/", filled(page, **DIRECTOR, word=typed)).status_code == 422
    assert Client.objects.count() == 4
    assert director.post("/settings/demo/", filled(page, **DIRECTOR, word="Remove everything ")).status_code == 302
    assert not Client.objects.exists()


def test_somebody_of_the_agency_keeps_their_account(demo: Organisation) -> None:
    own = make_user("eva", Role.ADMIN)
    browser = browser_of(own)
    page = browser.get("/settings/demo/")
    assert "eva@agency.test; all others go" in page.text
    browser.post("/settings/demo/", filled(page))
    assert list(User.objects.all()) == [own]
    assert browser.get("/system/").status_code == 200


def test_removal_closes_every_other_session(director: Browser, demo: Organisation) -> None:
    manager = browser_of(User.objects.get(email=SIGN_INS[1][0]))
    director.post("/settings/demo/", filled(director.get("/settings/demo/"), **DIRECTOR))
    assert Session.objects.count() == 1
    assert manager.get("/").headers["Location"].startswith("/accounts/login/")


def test_removal_stopped_half_way_can_be_run_again(demo: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as stopped:
        stopped.setattr(removal, "_let_go", Stop(20))
        with pytest.raises(KeyboardInterrupt):
            removal.remove(None)
    assert Organisation.objects.get().is_demo
    assert User.objects.exists()
    assert not User.objects.filter(is_active=True).exists()
    removal.remove(None)
    assert left() == {}


class Stop:
    """Lets so many calls through, then interrupts."""

    def __init__(self, calls: int) -> None:
        self.calls = calls

    def __call__(self, *_arguments: object) -> None:
        self.calls -= 1
        if not self.calls:
            raise KeyboardInterrupt


def test_removal_goes_over_what_a_night_wrote_meanwhile(demo: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    emptied: list[Any] = []
    plain = removal._empty

    def empty(model: Any, keeper: User | None) -> int:
        emptied.append(model)
        if model is Client and emptied.count(Client) == 1:
            raise IntegrityError
        return plain(model, keeper)

    monkeypatch.setattr(removal, "_empty", empty)
    removal.remove(None)
    assert emptied.count(Client) == 2
    assert left() == {}


def command(*arguments: str) -> str:
    out = io.StringIO()
    call_command("demo", "--remove", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_command_removes_the_demo_and_makes_a_director(demo: Organisation) -> None:
    gone = json.loads(command("--director", "Eva@agency.test", "--json"))["removed"]
    assert gone["engagements.Client"] == 3
    eva = User.objects.get()
    assert (eva.email, eva.role, eva.has_usable_password()) == ("eva@agency.test", Role.OPS_DIRECTOR, False)
    assert not Organisation.objects.get().is_demo
    with pytest.raises(CommandError, match="no demo installation"):
        command()


def test_command_spares_real_clients_unless_forced(demo: Organisation) -> None:
    make_client("Our own")
    with pytest.raises(CommandError, match="1 clients here are not the demo's"):
        command()
    assert Client.objects.count() == 4
    assert "createsuperuser" in command("--force")
    assert left() == {}


def test_real_installation_is_never_emptied() -> None:
    make_client("Our own")
    Organisation.objects.update(name=AGENCY)
    with pytest.raises(CommandError, match="no demo installation"):
        command("--force")
    assert Client.objects.count() == 1
    assert not fill.is_half_done()
