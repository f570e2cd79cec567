"""The units of deploy/systemd/: what they start, as whom, with what, and that systemd itself understands them."""

import configparser
import contextlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

import dev
from tests import services
from tests.deploy import shipped
from tests.deploy.installation import end

FOLDER = dev.ROOT / "deploy" / "systemd"
PLACE, SETTINGS, STATE = "/opt/clienthealth", "/etc/clienthealth.env", "/var/lib/clienthealth"
NAMES = ["migrate", "web", "worker", "beat"]


def path_of(name: str) -> Path:
    return FOLDER / f"clienthealth-{name}.service"


def read(path: Path) -> dict[str, dict[str, str]]:
    """Section → key → value, continued lines joined."""
    parser = configparser.ConfigParser(interpolation=None, delimiters=["="], comment_prefixes=["#"], strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(path.read_text().replace("\\\n", " "))
    return {section: dict(parser[section]) for section in parser.sections()}


def unit(name: str) -> dict[str, dict[str, str]]:
    return read(path_of(name))


def command(name: str) -> list[str]:
    return shlex.split(unit(name)["Service"]["ExecStart"])


def test_there_is_a_unit_for_each_service_of_compose() -> None:
    names = {path.stem.removeprefix("clienthealth-") for path in FOLDER.glob("*.service")}
    assert names == set(NAMES) == {name for name, raw in shipped.compose()["services"].items() if "build" in raw}


@pytest.mark.parametrize("name", NAMES)
def test_units_start_what_compose_starts(name: str) -> None:
    program, *arguments = command(name)
    assert program == f"{PLACE}/.venv/bin/python"
    assert arguments == shipped.compose()["services"][name]["command"][1:]


@pytest.mark.parametrize("name", NAMES)
def test_units_run_without_rights_and_write_to_their_state_alone(name: str) -> None:
    service = unit(name)["Service"]
    assert service["User"] == "clienthealth"
    assert (service["ProtectSystem"], service["ProtectHome"], service["NoNewPrivileges"]) == ("strict", "yes", "yes")
    assert f"/var/lib/{service['StateDirectory']}" == STATE
    assert f"DATA_DIR={STATE}" in service["Environment"].split()
    assert (service["EnvironmentFile"], service["WorkingDirectory"]) == (SETTINGS, PLACE)


def test_units_differ_only_in_what_they_do() -> None:
    own = {"Type", "ExecStart", "Restart", "RestartSec", "KillMode", "TimeoutStopSec"}
    common = [{key: value for key, value in unit(name)["Service"].items() if key not in own} for name in NAMES]
    assert all(each == common[0] for each in common)


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_units_have_the_time_to_stop_that_compose_gives(name: str) -> None:
    service = shipped.Service(name, shipped.compose()["services"][name], {})
    assert float(unit(name)["Service"]["TimeoutStopSec"]) == service.grace_seconds


@pytest.fixture
def moved(tmp_path: Path) -> Path:
    """The folder's files with their absolute places moved below `tmp_path`, where the installation is this one."""
    (tmp_path / "state").mkdir()
    (tmp_path / "place").symlink_to(dev.ROOT)
    (tmp_path / "settings").write_text(shipped.EXAMPLE.read_text())
    for path in FOLDER.iterdir():
        text = path.read_text().replace(f"{PLACE}/.venv/bin/python", sys.executable).replace(PLACE, f"{tmp_path}/place")
        text = text.replace(SETTINGS, f"{tmp_path}/settings").replace(STATE, f"{tmp_path}/state")
        (tmp_path / path.name).write_text(text)
    return tmp_path


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd on this machine")
def test_systemd_understands_the_units(moved: Path) -> None:
    units = sorted(map(str, moved.glob("*.service")))
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_program_for_people_has_the_settings_of_the_services(moved: Path) -> None:
    """As somebody would use it: no variable of theirs counts, those of the settings file do."""
    with open(moved / "settings", "a") as settings:
        settings.write('ORG_NAME="Agency & Sons"\n')
    env = {"PATH": os.environ["PATH"], "ORG_NAME": "Mine"}
    asked = ["shell", "--verbosity", "0", "-c", "from django.conf import settings as s; print(s.ORG_NAME, s.DATA_DIR)"]
    done = subprocess.run(["sh", str(moved / "clienthealth"), *asked], env=env, capture_output=True, text=True)
    assert done.stdout.strip() == f"Agency & Sons {moved / 'state'}", done.stderr


@pytest.mark.fault
def test_units_at_work_without_any_server(moved: Path, run: services.Run) -> None:
    """SQLite and the broker file in the state directory: ready with beat and worker, and each stops when told to."""
    port = services.free_port()
    with open(moved / "settings", "a") as settings:
        settings.write(f"PORT={port}\nSWEEP_SECONDS=2\n")
    assert started(moved, run, "migrate").wait(60) == 0
    processes = {name: started(moved, run, name) for name in ("web", "worker", "beat")}

    def ready() -> bool:
        assert all(process.poll() is None for process in processes.values()), (moved / "log").read_text()
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
            return bool(answer.status == 200)
        return False

    try:
        services.wait_for(ready, 60, "the installation to be ready")
    finally:
        grace = {name: float(unit(name)["Service"]["TimeoutStopSec"]) for name in processes}
        ends = {name: end(run, process, grace[name]) for name, process in processes.items()}
    assert ends == dict.fromkeys(processes, (0, False))
    assert (moved / "state" / "clienthealth.sqlite3").exists()


def started(moved: Path, run: services.Run, name: str) -> subprocess.Popen[bytes]:
    """The unit's command in its folder, with the variables of its file and none else."""
    service = read(moved / path_of(name).name)["Service"]
    lines = shipped.ASSIGNMENT.finditer(Path(service["EnvironmentFile"]).read_text())
    settings = {line["name"]: line["value"] for line in lines if not line["off"]}
    env = {**dict(pair.split("=", 1) for pair in service["Environment"].split()), **settings}
    with open(moved / "log", "ab") as log:
        options = {"cwd": service["WorkingDirectory"], "env": env, "stdout": log, "stderr": log}
        return run.popen(shlex.split(service["ExecStart"]), **options)


def test_documented_steps_name_what_is_there() -> None:
    text = (dev.ROOT / "docs" / "deploying.md").read_text()
    links = re.findall(r"\]\(([^)#:]+)\)", text)
    assert [link for link in links if not (dev.ROOT / "docs" / link).exists()] == []
    assert {path.stem for path in FOLDER.glob("*.service")} >= set(re.findall(r"clienthealth-\w+", text))


def test_documented_commands_exist() -> None:
    from django.core.management import get_commands

    text = (dev.ROOT / "docs" / "deploying.md").read_text()
    named = re.findall(r"(?:manage\.py|-u clienthealth clienthealth) ([a-z]+)", text)
    assert len(named) > 8
    assert set(named) <= set(get_commands())
