"""Dockerfile and .dockerignore: what is in the image, who runs it, how it is asked whether it lives."""

import json
import re

import dev
from tests.deploy import shipped

INSTRUCTIONS = shipped.dockerfile()


def arguments(word: str) -> list[str]:
    return [rest for name, rest in INSTRUCTIONS if name == word]


def test_image_holds_the_application_and_nothing_else() -> None:
    tops = {name.split("/")[0] for name in shipped.image_contents()}
    rooms = {"clienthealth", "accounts", "engagements", "issues"}
    assert tops - {"locale"} == {*rooms, "manage.py", "templates", "static", "requirements"}


def test_image_needs_no_file_that_is_left_out() -> None:
    """Every Python package of ours is let in; a new one beside them would be missed here."""
    packages = {path.parent.name for path in dev.ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages <= {name.split("/")[0] for name in shipped.image_contents()}


def test_base_image_is_of_one_line_of_python() -> None:
    (base,) = arguments("FROM")
    assert re.fullmatch(r"python:3\.11(\.\d+)?-slim-bookworm", base)


def test_packages_come_from_the_lock_by_hash_and_as_wheels() -> None:
    installs = [rest for rest in arguments("RUN") if "pip install" in rest]
    assert len(installs) == 1
    assert "--require-hashes --only-binary :all: -r requirements/runtime.txt" in installs[0]
    assert not [rest for rest in arguments("RUN") if "apt" in rest]


def test_processes_run_without_rights() -> None:
    (user,) = arguments("USER")
    assert user == "10001:10001" == shipped.compose()["x-app"]["user"]
    words = [word for word, _rest in INSTRUCTIONS]
    assert words.index("USER") > max(at for at, word in enumerate(words) if word in {"RUN", "COPY"})


def test_container_alone_is_the_web_server() -> None:
    (command,) = arguments("CMD")
    assert json.loads(command) == shipped.compose()["services"]["web"]["command"]


def test_compose_asks_as_the_image_does() -> None:
    (asked,) = arguments("HEALTHCHECK")
    command = json.loads(re.search(r"CMD (\[.*\])$", asked).group(1))  # type: ignore[union-attr]
    assert shipped.compose()["services"]["web"]["healthcheck"]["test"] == ["CMD", *command]
