"""The method's worked examples R1 to R12 by the public way: native files in, recompute, portfolio."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command

from tests.oracle.worked import AS_OF, EXPECTED, EXPECTED_LATE, R10_AS_OF, Expected, write_worked

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> Any:
    out = io.StringIO()
    call_command(*arguments, "--json", stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue())


@pytest.fixture
def imported(tmp_path: Path) -> Path:
    write_worked(tmp_path)
    with time_machine.travel(datetime(2026, 4, 1, 9, 0, tzinfo=UTC), tick=False):
        assert all(not each["rejected"] for each in run("import", str(tmp_path)))
    return tmp_path


def expected_of(entry: dict[str, Any]) -> Expected:
    day = R10_AS_OF if entry["client"] == "R10" else AS_OF
    return Expected(day, entry["effort_cost"], entry["net_revenue"], entry["ratio"], entry["status"], entry["reason"])


def portfolio(*arguments: str) -> dict[str, Expected]:
    return {entry["client"]: expected_of(entry) for entry in run("portfolio", *arguments)}


def test_worked_examples_as_evaluated(imported: Path) -> None:
    run("recompute", "--as-of", str(AS_OF))
    shown = portfolio("--as-of", str(AS_OF))
    shown["R10"] = portfolio("--as-of", str(R10_AS_OF))["R10"]
    assert shown == EXPECTED


def test_late_hours_show_in_the_restated_figures_only(imported: Path) -> None:
    run("recompute", "--as-of", str(R10_AS_OF))
    write_worked(imported, late=True)
    reports = run("import", str(imported))
    assert sum(each["new"] for each in reports) == 1
    run("recompute", "--as-of", str(R10_AS_OF))
    evaluated = portfolio("--as-of", str(R10_AS_OF))["R10"]
    restated = portfolio("--as-of", str(R10_AS_OF), "--restated")["R10"]
    assert (evaluated, restated) == (EXPECTED["R10"], EXPECTED_LATE["R10"])


def test_contract_moved_later_leaves_the_old_snapshot(tmp_path: Path) -> None:
    """R4a stays as evaluated when its end moves, and reads as R4b when restated."""
    write_worked(tmp_path)
    run("import", str(tmp_path))
    run("recompute", "--as-of", str(AS_OF))
    contracts = tmp_path / "contracts.csv"
    contracts.write_text(contracts.read_text().replace("2026-03-30", "2026-04-29"))
    run("import", str(tmp_path))
    run("recompute", "--as-of", str(AS_OF))
    assert portfolio("--as-of", str(AS_OF))["R4a"] == EXPECTED["R4a"]
    assert portfolio("--as-of", str(AS_OF), "--restated")["R4a"] == EXPECTED["R4b"]


def test_portfolio_of_a_night_not_stored_is_refused(imported: Path) -> None:
    from django.core.management.base import CommandError

    with pytest.raises(CommandError, match="No night has been evaluated yet"):
        run("portfolio")
    run("recompute", "--as-of", str(AS_OF))
    with pytest.raises(CommandError, match="2024-01-01 is not stored"):
        run("portfolio", "--as-of", "2024-01-01")


def test_portfolio_without_clients_is_empty() -> None:
    assert run("recompute")["clients"] == 0
    assert run("portfolio") == []


def test_restated_without_a_stored_night_has_figures_but_no_levels(imported: Path) -> None:
    entries = {each["client"]: each for each in run("portfolio", "--as-of", str(AS_OF), "--restated")}
    assert entries["R7"]["ratio"] == "1.0600"
    assert {(each["level"], each["flag"]) for each in entries.values()} == {(None, None)}


def test_portfolio_carries_the_whole_contract(imported: Path) -> None:
    run("recompute", "--as-of", str(AS_OF))
    entries = {each["client"]: each for each in run("portfolio")}
    assert entries["R7"] == {
        "client": "R7",
        "ratio": "1.0600",
        "effort_cost": "9010.00",
        "net_revenue": "8500.00",
        "hours": "212.00",
        "status": "ok",
        "reason": None,
        "health": None,
        "contributions": {},
        "level": "repair",
        "ratio_level": "repair",
        "health_level": None,
        "flag": None,
    }
    assert entries["R9"]["level"] == "consider"
    assert entries["R9"]["flag"] == "open"
