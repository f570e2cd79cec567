"""Folders written by nobody here give exactly the figures of the independent calculation, twice in a row."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from clienthealth.base.text import name_key
from tests.health.test_worked_examples import run
from tests.oracle.calculation import figures
from tests.oracle.generator import write_folder

pytestmark = pytest.mark.django_db
FIELDS = ("ratio", "effort_cost", "net_revenue", "hours", "status", "reason")
D = date(2026, 3, 31)


def shown(entries: list[dict[str, Any]]) -> dict[str, tuple[Any, ...]]:
    return {name_key(each["client"]): tuple(each[field] for field in FIELDS) for each in entries}


@pytest.mark.parametrize("seed", range(1, 9))
def test_figures_equal_the_independent_calculation(tmp_path: Path, seed: int) -> None:
    write_folder(tmp_path, seed, clients=8, entries=1200)
    reports = run("import", str(tmp_path))
    assert [each["rejected"] for each in reports] == [[]] * len(reports)
    for day in (D, date(2026, 2, 10)):
        independent = figures(tmp_path, day, "EUR")
        expected = {
            name_key(name): tuple(getattr(each, field) for field in FIELDS) for name, each in independent.items()
        }
        assert shown(run("portfolio", "--as-of", str(day), "--restated")) == expected
    again = run("import", str(tmp_path))
    assert sum(each["new"] + each["updated"] for each in again) == 0
    run("recompute", "--as-of", str(D))
    first = run("portfolio")
    assert shown(first) == shown(run("portfolio", "--restated"))
    run("recompute", "--as-of", str(D))
    assert run("portfolio") == first
