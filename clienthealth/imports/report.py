"""What an import found in each file: counts, rejections, totals. The JSON form is a contract with other programs."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from clienthealth.base.amounts import decimal_text, half_up, money_text
from clienthealth.imports.problems import Bad

NO_CLIENT = "(no client)"
VALUE_LENGTH = 4000
SHOWN_VALUE = 200
SHOWN_REJECTIONS = 20
SHOWN_NAMES = 20
STORED_REJECTIONS = 1000


class Outcome(StrEnum):
    """What became of an accepted row."""

    NEW = "new"
    UPDATED = "updated"
    DUPLICATE = "duplicate"


@dataclass(frozen=True)
class Sample:
    """An understood row: what each column of the kind holds, as text."""

    record: int
    values: dict[str, str]


@dataclass
class FileReport:
    """One file. Seconds and amounts are those of its accepted rows, whether they were there already or not."""

    file: str
    kind: str
    encoding: str
    delimiter: str
    header_record: int
    date_order: str
    preset: str | None = None
    counts: Counter[Outcome] = field(default_factory=Counter)
    ignored: int = 0
    rejected: list[dict[str, Any]] = field(default_factory=list)
    seconds: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    amounts: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    stated: dict[object, tuple[str, str, int]] = field(default_factory=dict)
    long_entries: int = 0
    first_long_entry: int = 0
    samples: list[Sample] = field(default_factory=list)
    """The first rows as understood."""
    new_clients: dict[str, str] = field(default_factory=dict)
    new_people: dict[str, str] = field(default_factory=dict)
    """Whom this file brings in because nobody of that name is known: names as spelled by names as compared, people
    with an e-mail by that.
    """
    unclear_people: dict[str, str] = field(default_factory=dict)
    """Names that several people have, whose rows were therefore rejected, likewise."""

    @property
    def accepted(self) -> int:
        return self.counts.total()

    def reject(self, record: int, bad: Bad, value: str) -> None:
        kept = shortened(value, VALUE_LENGTH)
        self.rejected.append({"record": record, "column": bad.column, "value": kept, "reason": str(bad.reason)})

    def note_long_entry(self, record: int) -> None:
        """An accepted entry of more than a day: possible, but most likely a slip."""
        self.long_entries += 1
        self.first_long_entry = self.first_long_entry or record

    def warnings(self) -> list[str]:
        """What is accepted but should be looked at, a line each."""
        if not self.long_entries:
            return []
        text = _("%(file)s: records of more than 24 hours: %(count)d, the first is record %(record)d.")
        return [text % {"file": self.file, "count": self.long_entries, "record": self.first_long_entry}]

    def add_seconds(self, client: str | None, seconds: int) -> None:
        self.seconds[client or NO_CLIENT] += seconds

    def add_amount(self, client: str, currency: str, cents: int, own_id: object = None) -> None:
        """Count an amount. With an own id it counts once: a later one of the same id takes its place."""
        if own_id is not None:
            if own_id in self.stated:
                before_client, before_currency, before = self.stated[own_id]
                self.amounts[before_client, before_currency] -= before
            self.stated[own_id] = (client, currency, cents)
        self.amounts[client, currency] += cents

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "kind": self.kind,
            "preset": self.preset,
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "header_record": self.header_record,
            "date_order": self.date_order,
            "accepted": self.accepted,
            **{str(outcome): self.counts[outcome] for outcome in Outcome},
            "ignored": self.ignored,
            "rejected": sorted(self.rejected, key=lambda each: each["record"]),
            "totals": {"minutes_by_client": self._minutes(), "amount_by_client": self._amounts()},
        }

    def as_stored(self) -> dict[str, Any]:
        """For the record of the import: bounded, and of characters a database can hold."""
        stored = self.as_json()
        rejected = stored["rejected"]
        shown = [
            {**each, "value": storable(shortened(each["value"], SHOWN_VALUE))} for each in rejected[:STORED_REJECTIONS]
        ]
        counts = {"rejected_count": len(rejected), "reasons": self._reasons()}
        return {**stored, "file": storable(self.file), "rejected": shown, **counts}

    def _reasons(self) -> list[dict[str, Any]]:
        """How often each reason came up in each column, the commonest first."""
        counts = Counter((each["reason"], each["column"]) for each in self.rejected)
        return [{"reason": why, "column": column, "count": count} for (why, column), count in counts.most_common()]

    def _minutes(self) -> dict[str, str]:
        """Exact time in minutes, rounded once, half-up."""
        return {client: decimal_text(half_up(Fraction(each, 60), 10_000), 4) for client, each in self.seconds.items()}

    def _amounts(self) -> dict[str, dict[str, str]]:
        by_client: dict[str, dict[str, str]] = {}
        for (client, currency), cents in self.amounts.items():
            by_client.setdefault(client, {})[currency] = money_text(cents)
        return by_client


def shortened(text: str, length: int) -> str:
    return text if len(text) <= length else text[:length] + "…"


def storable(text: str) -> str:
    """Without NUL, and without the halves of characters that file names which are no UTF-8 are shown with."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def as_text(reports: list[FileReport], *, dry_run: bool) -> str:
    """A summary for people."""
    lines = [line for report in reports for line in _file_lines(report)]
    lines.append(_("Nothing was stored: this was a dry run.") if dry_run else _("Done."))
    return "\n".join(lines)


def _file_lines(report: FileReport) -> list[str]:
    counted = _("%(file)s: %(new)d new, %(updated)d updated, %(duplicate)d already there, %(rejected)d rejected") % {
        "file": report.file,
        **{str(outcome): report.counts[outcome] for outcome in Outcome},
        "rejected": len(report.rejected),
    }
    found = report.as_json()["rejected"]
    lines = [counted, *("  " + line for line in _recognised(report))]
    shown = _("record %(record)d, %(column)s “%(value)s”: %(reason)s")
    short = [{**each, "value": shortened(each["value"], SHOWN_VALUE)} for each in found[:SHOWN_REJECTIONS]]
    lines += ["  " + shown % each for each in short]
    if len(found) > SHOWN_REJECTIONS:
        lines.append("  " + _("… and %(count)d more; --json lists them all") % {"count": len(found) - SHOWN_REJECTIONS})
    return lines


def _recognised(report: FileReport) -> list[str]:
    """How another program's file was read, and whom it brings in."""
    if report.preset is None:
        return []
    read = _("read as %(preset)s: %(encoding)s, header in record %(header_record)d, dates %(date_order)s")
    lines = [read % vars(report)]
    for text, names in ((_("new clients: %s"), report.new_clients), (_("new people: %s"), report.new_people)):
        if names:
            shown = ", ".join(list(names.values())[:SHOWN_NAMES])
            lines.append(text % (f"{shown} …" if len(names) > SHOWN_NAMES else shown))
    return lines
