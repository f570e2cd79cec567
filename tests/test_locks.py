"""The lock files: every package pinned by hash, none by address, and all three agreeing."""

from __future__ import annotations

import re

import pytest

import dev

LOCKS = ["dev.txt", "runtime.txt", "services.txt"]
GOOD = "amqp==5.4.2 \\\n    --hash=sha256:93 \\\n    --hash=sha256:e6\n    # via kombu\n"


def pins(name: str) -> dict[str, str]:
    """Package → version. A package may stand there twice, for two Python versions: then the versions are joined."""
    found: dict[str, set[str]] = {}
    for package, version in re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^]]*\])?==(\S+)", text_of(name), re.MULTILINE):
        found.setdefault(package, set()).add(version)
    return {package: " ".join(sorted(versions)) for package, versions in found.items()}


def text_of(name: str) -> str:
    return (dev.LOCKS / name).read_text()


@pytest.mark.parametrize("name", LOCKS)
def test_lock_has_hashes_and_no_address(name: str) -> None:
    assert pins(name)
    assert dev.lock_problems(text_of(name)) == []


@pytest.mark.parametrize("name", LOCKS)
def test_lock_is_not_older_than_what_was_asked_for(name: str) -> None:
    asked = (dev.LOCKS / name.replace(".txt", ".in")).read_text()
    names = re.findall(r"^([A-Za-z0-9][A-Za-z0-9._-]*)", asked, re.MULTILINE)
    assert {re.sub(r"[._-]+", "-", each).lower() for each in names} <= set(pins(name))


def test_dev_lock_holds_the_runtime_lock() -> None:
    """`dev.py` takes an installed dev lock for the runtime lock too, and tests must run what is shipped."""
    assert pins("runtime.txt").items() <= pins("dev.txt").items()


def test_services_lock_moves_no_package_of_the_dev_lock() -> None:
    both = pins("services.txt").keys() & pins("dev.txt").keys()
    assert {name: pins("services.txt")[name] for name in both} == {name: pins("dev.txt")[name] for name in both}


@pytest.mark.parametrize(
    "bad",
    [
        "--index-url x\n",
        "--find-links=x\n",
        "amqp @ https://example.com/amqp.whl \\\n    --hash=sha256:93\n",
        "# from http://example.com\n",
        "amqp==5.4.2\n",
        "amqp==5.4.2 \\\n    --hash=md5:93\n",
    ],
)
def test_a_planted_line_is_found(bad: str) -> None:
    assert dev.lock_problems(GOOD) == []
    assert dev.lock_problems(GOOD + bad)
