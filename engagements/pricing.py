"""Which contract a time entry belongs to and at what rates: written on the row, so that sums need no look-up.

A change of rates or contracts re-prices only the rows it covers, by one UPDATE per range of days.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from clienthealth.base.models import facts_changed
from engagements.models import Contract, ContractTerm, TimeEntry
from engagements.rates import CostRateBook, Dated, Piece, ranges


@dataclass
class _Terms:
    contract_id: int
    start_on: date
    end_on: date | None
    base_rate: int | None
    changes: Dated[int] = field(default_factory=Dated)

    def runs_on(self, day: date) -> bool:
        return self.start_on <= day and (self.end_on is None or day <= self.end_on)

    def bill_cents_per_hour(self, day: date) -> int | None:
        changed = self.changes.on(day)
        return self.base_rate if changed is None else changed


@dataclass
class ContractBook:
    """Contracts by client, for attributing entries and for the bill rate of a day."""

    by_client: dict[int, list[_Terms]] = field(default_factory=lambda: defaultdict(list))
    by_id: dict[int, _Terms] = field(default_factory=dict)

    @classmethod
    def load(cls, client_ids: Collection[int] | None = None) -> "ContractBook":
        """All contracts, or those of some clients."""
        contracts = Contract.objects.all()
        terms = ContractTerm.objects.exclude(bill_rate_cents=None).order_by("effective_from")
        if client_ids is not None:
            contracts = contracts.filter(client__in=client_ids)
            terms = terms.filter(contract__client__in=client_ids)
        book = cls()
        for client_id, contract_id, start_on, end_on, rate in contracts.values_list(
            "client_id", "pk", "start_on", "end_on", "bill_rate_cents"
        ):
            each = _Terms(contract_id, start_on, end_on, rate)
            book.by_client[client_id].append(each)
            book.by_id[each.contract_id] = each
        for contract_id, day, cents in terms.values_list("contract_id", "effective_from", "bill_rate_cents"):
            book.by_id[contract_id].changes.add(day, cents)
        return book

    def only_running(self, client_id: int, day: date) -> int | None:
        """The client's only contract running that day (pauses included); None where there is none or several."""
        running = [each.contract_id for each in self.by_client.get(client_id, ()) if each.runs_on(day)]
        return running[0] if len(running) == 1 else None

    def bill_cents_per_hour(self, contract_id: int, day: date) -> int | None:
        """The contract's bill rate on the day in hundredths of its currency; None where it has none."""
        return self.by_id[contract_id].bill_cents_per_hour(day)

    def attribution(self, client_id: int) -> list[Piece[int | None]]:
        """The contract that unnamed entries belong to, over all storable days."""
        starts = set()
        for each in self.by_client.get(client_id, ()):
            starts.add(each.start_on)
            if each.end_on:
                starts.add(each.end_on + timedelta(days=1))
        return [Piece(first, last, self.only_running(client_id, first)) for first, last in ranges(starts)]

    def billing(self, contract_id: int) -> list[Piece[int | None]]:
        """The contract's bill rate over all storable days."""
        each = self.by_id[contract_id]
        return [Piece(first, last, each.bill_cents_per_hour(first)) for first, last in ranges(each.changes.days)]


@dataclass(slots=True)
class Unpriced:
    """What `price` reads and fills of a time entry: a model instance for each would take ten times as long."""

    client_id: int | None
    contract_id: int | None
    contract_named: bool
    person_id: int | None
    work_on: date
    cost_cents_per_hour: int | None = None
    cost_rate_source: str = ""
    bill_cents_per_hour: int | None = None


def price(entries: Iterable[TimeEntry | Unpriced]) -> None:
    """Fill contract (unless named), cost rate and bill rate of entries not yet saved."""
    entries = list(entries)
    costs = CostRateBook.load()
    contracts = ContractBook.load({entry.client_id for entry in entries if entry.client_id})
    for entry in entries:
        if not entry.contract_named:
            entry.contract_id = entry.client_id and contracts.only_running(entry.client_id, entry.work_on)
        entry.cost_cents_per_hour, entry.cost_rate_source = costs.rate(entry.person_id, entry.work_on)
        entry.bill_cents_per_hour = entry.contract_id and contracts.bill_cents_per_hour(
            entry.contract_id, entry.work_on
        )


@transaction.atomic
def reprice(*, client_ids: Collection[int] | None = None, person_ids: Collection[int] | None = None) -> int:
    """Attribute and price stored entries anew after contracts (of `client_ids`) or rates (of `person_ids`) changed.

    With neither, everything. Returns how many rows changed; rows already right are not touched.
    """
    everything = client_ids is None and person_ids is None
    changed = 0
    if everything or person_ids is not None:
        changed += _reprice_costs(person_ids)
    if everything or client_ids is not None:
        changed += _reattribute(client_ids)
    if changed:
        facts_changed()
    return changed


def _reprice_costs(person_ids: Collection[int] | None) -> int:
    book = CostRateBook.load()
    entries = TimeEntry.objects.all() if person_ids is None else TimeEntry.objects.filter(person__in=person_ids)
    changed = 0
    for person_id in list(entries.order_by().values_list("person_id", flat=True).distinct()):
        rows = TimeEntry.objects.filter(person=person_id)
        for piece in book.pieces(person_id):
            cents, source = piece.value
            values = {"cost_cents_per_hour": cents, "cost_rate_source": source}
            changed += _update(rows, piece, values)
    return changed


def _reattribute(client_ids: Collection[int] | None) -> int:
    book = ContractBook.load(client_ids)
    entries = TimeEntry.objects.exclude(client=None)
    if client_ids is not None:
        entries = entries.filter(client__in=client_ids)
    changed = 0
    for client_id in list(entries.order_by().values_list("client_id", flat=True).distinct()):
        rows = TimeEntry.objects.filter(client=client_id)
        for attributed in book.attribution(client_id):
            changed += _update(rows.filter(contract_named=False), attributed, {"contract_id": attributed.value})
        for each in book.by_client.get(client_id, ()):
            billed = rows.filter(contract=each.contract_id)
            for billing in book.billing(each.contract_id):
                changed += _update(billed, billing, {"bill_cents_per_hour": billing.value})
        changed += rows.filter(contract=None).exclude(bill_cents_per_hour=None).update(bill_cents_per_hour=None)
    return changed


def _update(rows: Any, piece: Piece[Any], values: dict[str, Any]) -> int:
    """Set the values on the rows of the piece's days that do not have them yet."""
    wrong = Q()
    for name, value in values.items():
        wrong |= (
            Q(**{f"{name}__isnull": False}) if value is None else (~Q(**{name: value}) | Q(**{f"{name}__isnull": True}))
        )
    changed: int = rows.filter(wrong, work_on__gte=piece.first, work_on__lte=piece.last).update(**values)
    return changed
