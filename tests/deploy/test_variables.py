"""One list of variables: what settings.py reads, .env.example, the README and the compose file agree."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import dev
from tests.deploy import shipped

COMPOSE_ALONE = {"POSTGRES_PASSWORD"}
"""Read by docker-compose.yml and by nothing of ours."""


def readme_variables() -> set[str]:
    section = re.search(r"^## Configuration$(.*?)^## ", (dev.ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    assert section
    first_cells = re.findall(r"^\|([^|]*)\|", section.group(1), re.MULTILINE)
    return {name for cell in first_cells for name in re.findall(r"`([A-Z][A-Z0-9_]*)`", cell)}


def test_settings_are_found() -> None:
    assert {"DATABASE_URL", "SECRET_KEY", "BEHIND_PROXY"} <= set(shipped.settings_defaults())


def test_env_example_lists_what_the_settings_read() -> None:
    assert set(shipped.example(with_commented=True)) == set(shipped.settings_defaults()) | COMPOSE_ALONE


def test_readme_lists_what_the_settings_read() -> None:
    assert readme_variables() == set(shipped.settings_defaults())


def test_compose_takes_and_sets_known_variables_alone() -> None:
    known = set(shipped.settings_defaults()) | COMPOSE_ALONE
    assert shipped.compose_references() <= known
    assert set(shipped.compose()["x-app"]["environment"]) <= known
    assert set(shipped.image_environment()) - {"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"} <= known


def test_every_variable_of_env_example_is_explained() -> None:
    """Each block of assignments begins with a comment about them."""
    blocks = [block.strip() for block in shipped.EXAMPLE.read_text().split("\n\n")]
    with_variables = [block for block in blocks if shipped.ASSIGNMENT.search(block)]
    assert [block for block in with_variables if shipped.ASSIGNMENT.match(block)] == []
    assert all(block.startswith("# ") for block in with_variables)


SETTINGS = """
import json
from clienthealth import settings
named = {name: value for name, value in vars(settings).items() if name.isupper()}
print(json.dumps(named, default=lambda value: type(value).__name__, sort_keys=True, indent=1))
"""


def loaded_settings(folder: Path, variables: dict[str, str]) -> str:
    """The settings of a process with these variables and no others."""
    env = {**variables, "DATA_DIR": str(folder), **shipped.FILLED}
    command = [sys.executable, "-c", SETTINGS]
    return subprocess.run(command, cwd=dev.ROOT, env=env, capture_output=True, text=True, check=True).stdout


def test_commented_lines_show_the_default(tmp_path: Path) -> None:
    shown = loaded_settings(tmp_path, shipped.example(with_commented=True))
    assert '"CELERY_BEAT_SCHEDULE"' in shown
    assert shown.splitlines() == loaded_settings(tmp_path, {}).splitlines()


@pytest.mark.parametrize("name", ["SECRET_KEY", "POSTGRES_PASSWORD"])
def test_no_secret_has_a_default(name: str) -> None:
    assert shipped.example(with_commented=True)[name] == ""


def test_only_the_settings_read_the_environment() -> None:
    """Otherwise a variable could be read that no list names."""
    found = []
    for folder in ("clienthealth", "accounts", "engagements", "issues"):
        for path in (dev.ROOT / folder).rglob("*.py"):
            if path != dev.ROOT / "clienthealth" / "settings.py":
                found += [f"{path.relative_to(dev.ROOT)}: {line}" for line in environment_reads(path.read_text())]
    assert found == []


def environment_reads(source: str) -> list[str]:
    """Lines that use the environment; naming the settings module is how Django starts and is no reading."""
    naming = 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clienthealth.settings")'
    lines = [line.strip() for line in source.splitlines()]
    return [line for line in lines if re.search(r"\benviron\b|\bgetenv\b|\benvirons\b", line) and line != naming]


@pytest.mark.parametrize("line", ["x = os.environ['X']", "from os import environ", "x = os.getenv('X')"])
def test_a_planted_read_is_found(line: str) -> None:
    assert environment_reads(line) == [line]
