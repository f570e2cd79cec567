"""Reports as the pages show them: counts, totals and rejections in words, bounded whatever the file held."""

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any

from django.utils import timezone

from clienthealth.base.amounts import half_up
from clienthealth.base.models import Heartbeat, Work
from clienthealth.health.wording import number
from clienthealth.imports import wording
from clienthealth.imports.report import NO_CLIENT

CLIENTS = 30
REJECTIONS = 50
SILENT_AFTER = timedelta(minutes=5)
"""A worker writes every minute; a long job of the only one may let a few pass."""


@dataclass(frozen=True)
class Total:
    """What a client got: hours and amounts as text, each amount with its currency."""

    client: str | None
    hours: str
    amounts: str


class ShownFile:
    """One file of a report."""

    def __init__(self, report: dict[str, Any]) -> None:
        self.report = report
        self.kind = wording.kind_words(report["kind"])
        self.origin = wording.origin_words(report["preset"])
        self.encoding = wording.ENCODINGS.get(report["encoding"], report["encoding"])
        self.delimiter = wording.DELIMITERS.get(report["delimiter"], report["delimiter"])
        self.date_order = wording.DATE_ORDERS.get(report["date_order"], "")
        self.rejected_count: int = report.get("rejected_count", len(report["rejected"]))
        self.rejections = [
            {**each, "words": wording.reason_words(each, report["kind"])} for each in report["rejected"][:REJECTIONS]
        ]
        self.reasons = [{**each, "words": wording.reason_words(each)} for each in report.get("reasons", [])]

    @property
    def has_hours(self) -> bool:
        return bool(self.report["totals"]["minutes_by_client"])

    def totals(self) -> list[Total]:
        """By client, most hours first, as many as a page should list."""
        return self._totals()[:CLIENTS]

    def more_totals(self) -> int:
        """How many clients are not listed."""
        return max(0, len(self._totals()) - CLIENTS)

    def whole(self) -> str:
        """All hours of the file."""
        minutes = sum(map(Fraction, self.report["totals"]["minutes_by_client"].values()), Fraction())
        return _hours(minutes)

    def _totals(self) -> list[Total]:
        minutes = self.report["totals"]["minutes_by_client"]
        amounts = self.report["totals"]["amount_by_client"]
        clients = sorted({**minutes, **amounts}, key=lambda name: (-Fraction(minutes.get(name, 0)), name))
        return [
            Total(
                None if name == NO_CLIENT else name,
                _hours(Fraction(minutes[name])) if name in minutes else "",
                ", ".join(f"{amount} {currency}" for currency, amount in amounts.get(name, {}).items()),
            )
            for name in clients
        ]


def _hours(minutes: Fraction) -> str:
    return number(half_up(minutes / 60, 100), 2)


def files(reports: list[dict[str, Any]]) -> list[ShownFile]:
    return [ShownFile(report) for report in reports]


@dataclass(frozen=True)
class Waiting:
    """Why background work is not done yet: `given_up` after three failures, `rests` until it is tried again."""

    work: Work | None
    worker_is_silent: bool

    @property
    def given_up(self) -> bool:
        return self.work is not None and self.work.state == Work.State.GIVEN_UP

    @property
    def rests(self) -> bool:
        return self.work is not None and self.work.troubled and self.work.state == Work.State.DUE

    @property
    def is_lonely(self) -> bool:
        """Nobody works on it, and nobody is there who could."""
        started = self.work is not None and self.work.state == Work.State.RUNNING
        return self.worker_is_silent and not started


def waiting(work: Work | None) -> Waiting:
    seen = Heartbeat.objects.filter(name="worker").values_list("seen_at", flat=True).first()
    return Waiting(work, seen is None or timezone.now() - seen > SILENT_AFTER)
