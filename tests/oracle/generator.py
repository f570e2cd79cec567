"""A random but valid folder of native files, the same for the same seed.

It covers every kind of fact that moves a figure, and leans on the corners: anchors the month lacks,
pauses outside their contract, caps that bite, rates that begin inside the window, currencies
without a rate for some days, facts later than the night, names in odd spelling. Amounts have at
most 2 decimals.

By seed: every fifth folder (seed % 5 == 2) has no company default among its cost rates; in every
third (seed % 3 == 0) the fourth currency has no exchange rate at all.
"""

import csv
from datetime import date
from pathlib import Path

from .making.activity import make_incidents, make_time, make_touchpoints
from .making.billing import make_corrections, make_costs, make_invoices, make_payments
from .making.firm import make_fx, make_people, make_rates
from .making.folder import HEADERS, NO_EFFORT, Folder
from .making.portfolio import make_clients, make_contracts

__all__ = ["HEADERS", "write_folder"]


def write_folder(
    folder: Path,
    seed: int,
    *,
    clients: int = 12,
    entries: int = 3000,
    as_of: date = date(2026, 3, 31),
    reporting: str = "EUR",
) -> None:
    """Write every native file with about that many clients and time entries."""
    made = Folder(seed, clients, entries, as_of, reporting)
    make_people(made)
    make_rates(made)
    make_fx(made)
    make_clients(made)
    for index, client in enumerate(made.rows["clients"]):
        make_contracts(made, client["client"], index)
    make_time(made)
    for index, client in enumerate(made.rows["clients"]):
        if index % 12 != NO_EFFORT:
            make_costs(made, client["client"])
            make_incidents(made, client["client"])
        make_invoices(made, client["client"])
        make_corrections(made, client["client"])
        make_touchpoints(made, client["client"])
    make_payments(made)
    folder.mkdir(parents=True, exist_ok=True)
    for name, header in HEADERS.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, header.split(","), restval="", lineterminator="\n")
            table.writeheader()
            table.writerows(made.rows[name])
