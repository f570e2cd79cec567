"""docker-compose.yml: what it refuses, publishes, pins and waits for. test_end_to_end.py runs its commands."""

import re
from pathlib import Path
from typing import Any

import pytest

import dev
from tests.deploy import shipped

DOTENV = {**shipped.example(with_commented=False), **shipped.FILLED}
EVERY = shipped.services(DOTENV)
OURS = shipped.ours(EVERY)


@pytest.mark.parametrize("missing", sorted(shipped.FILLED))
@pytest.mark.parametrize("how", ["absent", "empty"])
def test_a_start_without_its_secrets_is_refused(missing: str, how: str) -> None:
    dotenv = {**DOTENV, missing: ""}
    if how == "absent":
        del dotenv[missing]
    with pytest.raises(shipped.Refused, match=f"set {missing} in .env"):
        shipped.services(dotenv)


def test_no_secret_is_written_down() -> None:
    text = shipped.uncommented(shipped.COMPOSE.read_text())
    named = re.findall(r"^ +(\w*(?:PASSWORD|SECRET|TOKEN)\w*): *(.*)$", text, re.MULTILINE)
    assert named
    assert [name for name, value in named if not re.fullmatch(r"\$\{\w+:\?[^}]*\}", value)] == []


def test_the_services_are_those_of_an_installation() -> None:
    assert set(OURS) == {"migrate", "web", "worker", "beat"}
    assert set(EVERY) - set(OURS) == {"db", "redis", "mail"}


@pytest.mark.parametrize("name", sorted(set(EVERY) - set(OURS)))
def test_foreign_images_are_pinned(name: str) -> None:
    assert re.fullmatch(r"[a-z/]+:v?\d[\w.-]*", EVERY[name].raw["image"])


@pytest.mark.parametrize("name", sorted(EVERY))
def test_ports_are_published_on_this_machine_alone(name: str) -> None:
    ports = EVERY[name].raw.get("ports", [])
    assert all(re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port) for port in ports)
    assert bool(ports) is (name in {"web", "mail"})


def test_database_and_broker_are_reached_from_inside_alone() -> None:
    assert shipped.compose()["networks"]["inside"] == {"internal": True}
    assert all(EVERY[name].raw["networks"] == ["inside"] for name in ("db", "redis"))


@pytest.mark.parametrize("name", sorted(set(EVERY) - {"db"}))
def test_containers_have_no_rights_they_do_not_need(name: str) -> None:
    raw = EVERY[name].raw
    assert raw["user"].split(":")[0] not in {"0", "root"}
    assert (raw["read_only"], raw["cap_drop"]) == (True, ["ALL"])
    assert raw["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in raw


@pytest.mark.parametrize("name", sorted(OURS))
def test_data_folder_of_the_application_is_its_only_writable_place(name: str) -> None:
    service = OURS[name]
    places = [place.split(":")[0] for place in service.raw["tmpfs"]]
    assert places == [service.env["DATA_DIR"], "/tmp"]  # noqa: S108  a folder of the container
    assert "volumes" not in service.raw
    assert not [word for word in service.command if "/" in word]


def test_data_of_the_database_survives_its_container() -> None:
    assert EVERY["db"].raw["volumes"] == ["db:/var/lib/postgresql"]
    assert "db" in shipped.compose()["volumes"]


def test_everything_waits_for_the_migration_and_that_for_the_database() -> None:
    def waits(name: str) -> dict[str, Any]:
        return {other: how["condition"] for other, how in EVERY[name].raw["depends_on"].items()}

    assert waits("migrate") == {"db": "service_healthy"}
    for name in ("web", "worker", "beat"):
        assert waits(name) == {"migrate": "service_completed_successfully", "redis": "service_healthy"}
    assert all("healthcheck" in EVERY[name].raw for name in ("db", "redis"))


@pytest.mark.parametrize("name", sorted(EVERY))
def test_everything_starts_again_but_the_migration(name: str) -> None:
    assert EVERY[name].raw["restart"] == ("no" if name == "migrate" else "unless-stopped")


def test_processes_are_those_of_a_developer() -> None:
    """The same options as dev.py gives, but for what differs by its nature: more workers, no schedule of its own."""
    theirs = dev.commands("python", Path("folder"), "", 0)
    assert OURS["beat"].command == [*theirs["beat"][:6], *theirs["beat"][8:]]
    assert OURS["web"].command == theirs["web"][:3]
    position = theirs["worker"].index("--concurrency") + 1
    assert OURS["worker"].command == [*theirs["worker"][:position], "2", *theirs["worker"][position + 1 :]]


def test_own_settings_of_a_person_reach_every_process() -> None:
    dotenv = {**DOTENV, "EMAIL_HOST": "smtp.example", "EMAIL_PORT": "587", "PORT": "9000", "HOST": "127.0.0.1"}
    found = shipped.services(dotenv)
    for service in shipped.ours(found).values():
        assert (service.env["EMAIL_HOST"], service.env["EMAIL_PORT"]) == ("smtp.example", "587")
        assert (service.env["HOST"], service.env["PORT"]) == ("0.0.0.0", "8000")  # noqa: S104  inside the container
    assert found["web"].raw["ports"] == ["127.0.0.1:9000:8000"]


def test_mails_go_to_the_catcher_until_a_server_is_named() -> None:
    assert EVERY["web"].env["EMAIL_HOST"] == "mail"
    port = shipped.settings_defaults()["EMAIL_PORT"]
    assert EVERY["mail"].env["MP_SMTP_BIND_ADDR"] == f"0.0.0.0:{port}"
