"""Collects the rows of native files and writes them."""

import csv
import random
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from clienthealth.demo.story import FOREIGN, Contract


class Writer:
    """`last` is the last day of the demo's data, `home` the reporting currency."""

    def __init__(self, last: date, seed: int, home: str = "EUR") -> None:
        self.last = last
        self.home = home
        self.foreign = "EUR" if home == "USD" else "USD"
        self.random = random.Random(seed)  # noqa: S311  a story, not a secret
        self.rows: dict[str, list[dict[str, Any]]] = defaultdict(list)

    def day(self, days_ago: int) -> date:
        return self.last - timedelta(days=days_ago)

    def days_ago(self, day: date) -> int:
        return (self.last - day).days

    def start_of(self, contract: Contract) -> date:
        """Fees by the month are agreed from the first of a month."""
        day = self.day(contract.started)
        return day.replace(day=1) if contract.kind == "retainer" else day

    def currency(self, which: str) -> str:
        return self.foreign if which == FOREIGN else self.home

    def add(self, file: str, /, **row: Any) -> None:
        self.rows[file].append(row)

    def write(self, folder: Path) -> None:
        for kind, rows in self.rows.items():
            columns = list(dict.fromkeys(name for row in rows for name in row))
            with open(folder / f"{kind}.csv", "w", newline="", encoding="utf-8") as file:
                table = csv.DictWriter(file, columns, restval="")
                table.writeheader()
                table.writerows(rows)


def money(units: float) -> str:
    return f"{units:.2f}"
