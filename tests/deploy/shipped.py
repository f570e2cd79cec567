"""What the deployment files say, read as the tools read them: settings, compose services, the image's contents."""

import ast
import compileall
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

import dev

COMPOSE = dev.ROOT / "docker-compose.yml"
EXAMPLE = dev.ROOT / ".env.example"
FILLED = {
    "SECRET_KEY": "Zq8vX2mKp7Rt4Wn9Lb6Yc3Hd5Jf1Gs0TeUaIoPxNyMzB-kE7wQ2_v",
    "POSTGRES_PASSWORD": "not-a-real-password_1",
}
"""What a person writes into the copy of .env.example before the first start."""

ASSIGNMENT = re.compile(r"^(?P<off># ?)?(?P<name>[A-Z][A-Z0-9_]*)=(?P<value>.*)$", re.MULTILINE)
REFERENCE = re.compile(r"\$\{(?P<name>[A-Z][A-Z0-9_]*)(?::(?P<how>[-?])(?P<rest>[^{}$]*))?\}")


class Refused(Exception):
    """Compose would not start: a required variable is missing or empty."""


# --- variables -----------------------------------------------------------------------------------------------------


def example(*, with_commented: bool) -> dict[str, str]:
    """The variables of .env.example; those commented out only on request."""
    found = ASSIGNMENT.finditer(EXAMPLE.read_text())
    return {each["name"]: each["value"] for each in found if with_commented or not each["off"]}


def settings_defaults() -> dict[str, Any]:
    """Every variable settings.py reads, with its default: the arguments of its one function for that."""
    tree = ast.parse((dev.ROOT / "clienthealth" / "settings.py").read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "read"]
    return {ast.literal_eval(call.args[1]): ast.literal_eval(call.args[2]) for call in calls}


# --- compose -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Service:
    name: str
    raw: dict[str, Any]
    env: dict[str, str]

    @property
    def command(self) -> list[str]:
        return list(self.raw["command"])

    @property
    def grace_seconds(self) -> float:
        return seconds(self.raw.get("stop_grace_period", "10s"))


def seconds(text: str) -> float:
    number, unit = re.fullmatch(r"(\d+)(s|m)", text).groups()  # type: ignore[union-attr]
    return int(number) * {"s": 1, "m": 60}[unit]


def interpolated(text: str, variables: Mapping[str, str]) -> str:
    """The text with ${NAME}, ${NAME:-default} and ${NAME:?message} replaced."""

    def value(match: re.Match[str]) -> str:
        given = variables.get(match["name"], "")
        if match["how"] == "?" and not given:
            raise Refused(match["rest"])
        return given or (match["rest"] if match["how"] == "-" else "") or ""

    return REFERENCE.sub(value, text)


@cache
def compose() -> dict[str, Any]:
    """The file as it stands, anchors resolved and references not."""
    found: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())
    return found


def compose_references() -> set[str]:
    """The variables that docker-compose.yml takes from `.env`."""
    bare = "\n".join(line for line in COMPOSE.read_text().splitlines() if not line.lstrip().startswith("#"))
    return set(re.findall(r"\$\{([A-Z][A-Z0-9_]*)", bare))


def services(dotenv: Mapping[str, str]) -> dict[str, Service]:
    """The services as compose would start them with this `.env` and nothing else in its own environment."""
    file = yaml.safe_load(interpolated(uncommented(COMPOSE.read_text()), dotenv))
    found = {}
    for name, raw in file["services"].items():
        handed_on = dict(dotenv) if raw.get("env_file") else {}
        found[name] = Service(name, raw, {**handed_on, **raw.get("environment", {})})
    return found


def uncommented(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))


def ours(found: Mapping[str, Service]) -> dict[str, Service]:
    """The services that run the image built here."""
    return {name: service for name, service in found.items() if "build" in service.raw}


# --- image ---------------------------------------------------------------------------------------------------------


def dockerfile() -> list[tuple[str, str]]:
    """The instructions with their arguments, continuation lines joined."""
    text = uncommented((dev.ROOT / "Dockerfile").read_text()).replace("\\\n", " ")
    lines = [line.split(None, 1) for line in text.splitlines() if line.strip()]
    return [(word, rest.strip()) for word, rest in lines]


def image_environment() -> dict[str, str]:
    """What ENV sets for every process of the image."""
    pairs = [part for word, rest in dockerfile() if word == "ENV" for part in shlex.split(rest)]
    return dict(pair.split("=", 1) for pair in pairs)


def image_contents() -> list[str]:
    """The tracked files that .dockerignore lets into the image."""
    lines = (dev.ROOT / ".dockerignore").read_text().splitlines()
    let_in = [line[1:] for line in lines if line.startswith("!")]
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *let_in]
    done = subprocess.run(listed, cwd=dev.ROOT, capture_output=True, text=True, check=True)
    return [name for name in done.stdout.split("\0") if name and (dev.ROOT / name).is_file()]


def lay_out_image(folder: Path) -> Path:
    """What /app holds in a container: these files, compiled, and written by nobody afterwards."""
    for name in image_contents():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(dev.ROOT / name, folder / name)
    compileall.compile_dir(folder, quiet=1)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    return folder


def contents(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def remove(folder: Path) -> None:
    """Folders are made writable first: otherwise only root could empty them."""
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            path.chmod(0o755)
    shutil.rmtree(folder)


def python_path(python: Path) -> str:
    """PATH in which `python` is the interpreter given, as in the image."""
    return os.pathsep.join([str(python.parent), "/usr/bin", "/bin"])
