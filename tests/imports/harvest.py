"""Harvest's detailed time report as different accounts export it, and what it says, worked out independently."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

HEADER = (
    *("Date", "Client", "Project", "Project Code", "Task", "Notes", "Hours", "Billable?", "Invoiced?", "Approved?"),
    *("First Name", "Last Name", "Employee Id", "Roles", "Employee?", "Billable Rate", "Billable Amount", "Cost Rate"),
    *("Cost Amount", "Currency", "External Reference URL"),
)
GERMAN = ("Datum", "Kunde", "Projekt", "Aufgabe", "Notizen", "Stunden")


@dataclass(frozen=True)
class Entry:
    """One row; `hours` with a point, or H:MM."""

    day: date = date(2026, 3, 2)
    client: str = "Acme"
    project: str = "Website"
    task: str = "Design"
    note: str = ""
    hours: str = "1.5"
    billable: bool = True
    first: str = "Ann"
    last: str = "Able"


@dataclass(frozen=True)
class Account:
    """How an account's settings write a report."""

    header: Sequence[str] = HEADER
    delimiter: str = ","
    encoding: str = "utf-8"
    newline: str = "\r\n"
    date_format: str = "%Y-%m-%d"
    decimal_sign: str = "."
    thousands: str = ""
    clock: bool = False
    yes_no: tuple[str, str] = ("Yes", "No")
    quoting: int = csv.QUOTE_MINIMAL

    def hours(self, text: str) -> str:
        if ":" in text:
            return text
        if self.clock:
            seconds = int((Decimal(text) * 3600).quantize(Decimal(1), ROUND_HALF_UP))
            return f"{seconds // 3600}:{seconds // 60 % 60:02d}" + (f":{seconds % 60:02d}" if seconds % 60 else "")
        whole, _point, part = text.partition(".")
        return whole + (self.decimal_sign + part if part else "")

    def cell(self, title: str, entry: Entry) -> str:
        cells = {
            ("Date", "Datum"): entry.day.strftime(self.date_format),
            ("Client", "Kunde"): entry.client,
            ("Project", "Projekt"): entry.project,
            ("Task", "Aufgabe"): entry.task,
            ("Notes", "Notizen"): entry.note,
            ("Hours", "Stunden"): self.hours(entry.hours),
            ("Hours Rounded", "Rounded Hours"): self.hours("99"),
            ("Billable?", "Abrechenbar?"): self.yes_no[0] if entry.billable else self.yes_no[1],
            ("Invoiced?", "Approved?"): self.yes_no[1],
            ("First Name",): entry.first,
            ("Last Name",): entry.last,
            ("Email",): f"{entry.first}.{entry.last}@agency.test".lower(),
            ("Employee?",): self.yes_no[0],
            ("Billable Rate", "Billable Amount"): f"1{self.thousands}250{self.decimal_sign}00",
            ("Currency",): "British Pound - GBP",
        }
        return next((text for titles, text in cells.items() if title in titles), "")

    def text(self, entries: Iterable[Entry]) -> str:
        out = io.StringIO()
        writer = csv.writer(out, delimiter=self.delimiter, lineterminator=self.newline, quoting=self.quoting)  # type: ignore[arg-type]
        writer.writerow(self.header)
        writer.writerows([self.cell(title, entry) for title in self.header] for entry in entries)
        return out.getvalue()

    def write(self, path: Path, entries: Iterable[Entry]) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.text(entries).encode(self.encoding))
        return path


PLAIN = Account()
GERMAN_FILE = Account(
    header=GERMAN, delimiter=";", encoding="cp1252", date_format="%d.%m.%Y", decimal_sign=",", thousands="."
)
FINNISH = replace(
    PLAIN,
    header=(*HEADER[:12], "Department", *HEADER[14:]),
    date_format="%d.%m.%Y",
    decimal_sign=",",
    thousands="\u00a0",
)
AMERICAN = replace(PLAIN, date_format="%m/%d/%Y", thousands=",", header=(*HEADER[:7], "Hours Rounded", *HEADER[7:]))
WITH_EMAIL = replace(PLAIN, header=(*HEADER[:7], "Rounded Hours", *HEADER[7:12], "Email", *HEADER[13:]), clock=True)


def minutes(entries: Iterable[Entry]) -> dict[str, str]:
    """The exact minutes of each client, worked out without the code under test."""
    seconds: dict[str, int] = defaultdict(int)
    spelled: dict[str, str] = {}
    for entry in entries:
        name = " ".join(entry.client.split()) or "(no client)"
        if ":" in entry.hours:
            clock = [int(part) for part in entry.hours.split(":")]
            worked = clock[0] * 3600 + clock[1] * 60 + (clock[2] if len(clock) == 3 else 0)
        else:
            worked = int((Decimal(entry.hours) * 3600).quantize(Decimal(1), ROUND_HALF_UP))
        seconds[spelled.setdefault(name.casefold(), entry.client.strip() or name)] += worked
    exact = {name: Decimal(total) / 60 for name, total in seconds.items()}
    return {name: str(each.quantize(Decimal("0.0001"), ROUND_HALF_UP)) for name, each in exact.items()}
