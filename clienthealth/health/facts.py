"""Everything the night needs to know about a range of days, read in a fixed number of grouped queries.

SQL sums whole numbers, Python divides: cost is summed as cent-minutes (minutes × hundredths per hour).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from clienthealth.health.ratios import added_minutes
from clienthealth.health.revenue import ContractFacts, Slice, Steps, slices, spread
from engagements.models import (
    Client,
    Contract,
    ContractTerm,
    Correction,
    DirectCost,
    DocumentStatus,
    InvoiceLine,
    LineKind,
    Milestone,
    Pause,
    TimeEntry,
)
from engagements.rates import CostRateBook, FxBook
from issues.models import Incident, IncidentMinutes

COUNTED = [DocumentStatus.SENT, DocumentStatus.PAID]
MONTHS = {"month": 1, "quarter": 3, "year": 12, "": 1}
SIGNS = {"credit_note": -1, "write_off": -1, "recovery": 1}

EFFORT_SUMS: dict[str, Any] = {
    "entries": Count("pk"),
    "sum_minutes": Sum("minutes"),
    "cent_minutes": Coalesce(Sum(F("minutes") * F("cost_cents_per_hour")), 0),
    "unpriced": Count("pk", filter=Q(cost_cents_per_hour=None, minutes__gt=0)),
    "default_rate": Coalesce(Sum("minutes", filter=Q(cost_rate_source="default")), 0),
    "talking": Coalesce(Sum("minutes", filter=Q(activity__in=("communication", "management"))), 0),
    "unattributed": Coalesce(Sum("minutes", filter=Q(contract=None)), 0),
}
"""The sums of `DayEffort`, in its order."""


@dataclass
class DayEffort:
    """One client's effort on one day: minutes, their cost in cent-minutes, and what to tell about their quality."""

    entries: int = 0
    minutes: int = 0
    cent_minutes: int = 0
    unpriced: int = 0
    default_rate_minutes: int = 0
    communication_minutes: int = 0
    unattributed_minutes: int = 0
    incident_minutes: int = 0
    incident_cent_minutes: int = 0


@dataclass
class DayCost:
    """A direct cost in hundredths of the reporting currency; None where its exchange rate is unknown."""

    day: date
    cents: Fraction | None


@dataclass
class ClientFacts:
    id: int
    name: str
    status: str
    is_exempt: bool
    exempt_until: date | None
    first_start: date | None = None
    contracts: list[ContractFacts] = field(default_factory=list)
    effort: dict[date, DayEffort] = field(default_factory=lambda: defaultdict(DayEffort))
    costs: list[DayCost] = field(default_factory=list)
    revenue: list[Slice] = field(default_factory=list)
    stray_lines: int = 0
    """Contract invoice lines that name no contract."""

    def is_exempt_on(self, day: date) -> bool:
        return self.is_exempt and (self.exempt_until is None or day <= self.exempt_until)

    def forget(self) -> None:
        """Let go of the facts of single days; what the level needs stays."""
        for container in (self.contracts, self.effort, self.costs, self.revenue):
            container.clear()


def load(first: date, last: date, reporting: str, client_ids: Collection[int] | None = None) -> dict[int, ClientFacts]:
    """Facts of all clients (or some) that matter for windows inside [first, last]. The number of queries is fixed."""
    reader = _Reader(first, last, FxBook.load(reporting), client_ids)
    reader.read_clients()
    reader.read_contracts()
    reader.read_effort()
    reader.read_incident_minutes()
    reader.read_direct_costs()
    reader.read_contract_effort()
    reader.read_invoice_lines()
    reader.read_corrections()
    reader.recognise()
    return reader.clients


@dataclass
class _Reader:
    first: date
    last: date
    fx: FxBook
    client_ids: Collection[int] | None
    clients: dict[int, ClientFacts] = field(default_factory=dict)
    contracts: dict[int, ContractFacts] = field(default_factory=dict)

    def of_clients(self, rows: Any, path: str = "client") -> Any:
        """The rows of the clients asked for, by the foreign key at `path`."""
        return (
            rows.order_by() if self.client_ids is None else rows.order_by().filter(**{f"{path}__in": self.client_ids})
        )

    def read_clients(self) -> None:
        clients = Client.objects.order_by("name_key")
        if self.client_ids is not None:
            clients = clients.filter(pk__in=self.client_ids)
        for row in clients.values_list("pk", "name", "status", "is_exempt", "exempt_until"):
            self.clients[row[0]] = ClientFacts(*row)

    def read_contracts(self) -> None:
        terms = _grouped(
            self.of_clients(ContractTerm.objects, "contract__client").order_by("effective_from"), "fee_cents"
        )
        pauses = _grouped(
            self.of_clients(Pause.objects, "contract__client").order_by("from_on"), "to_on", day="from_on"
        )
        milestones = _grouped(
            self.of_clients(Milestone.objects, "contract__client").order_by("on"), "amount_cents", day="on"
        )
        for contract in self.of_clients(Contract.objects):
            facts = ContractFacts(
                id=contract.pk,
                kind=contract.kind,
                currency=contract.currency,
                recognition=contract.recognition,
                start_on=contract.start_on,
                end_on=contract.end_on,
                fee=Steps.build(contract.fee_cents, terms[contract.pk]),
                months=MONTHS[contract.period],
                anchor_day=contract.anchor_day,
                pause_fee=Fraction(contract.pause_fee_basis_points, 10_000),
                cap=contract.cap_cents,
                estimated_seconds=contract.estimated_seconds,
                delivered_on=contract.delivered_on,
                pauses=pauses[contract.pk],
                milestones=milestones[contract.pk],
            )
            client = self.clients[contract.client_id]
            client.contracts.append(facts)
            client.first_start = min(client.first_start or contract.start_on, contract.start_on)
            self.contracts[contract.pk] = facts

    def read_effort(self) -> None:
        """Client hours by day; billable or not counts alike."""
        rows = self.of_clients(TimeEntry.objects.filter(client__isnull=False, work_on__range=(self.first, self.last)))
        days = rows.values("client", "work_on").annotate(**EFFORT_SUMS)
        for client_id, day, *sums in days.values_list("client", "work_on", *EFFORT_SUMS):
            self.clients[client_id].effort[day] = DayEffort(*sums)

    def read_incident_minutes(self) -> None:
        """Lost minutes that no timesheet holds, per person, client and day, at the rate of that day."""
        lost = self._lost_minutes()
        logged = self._logged_beside(lost)
        book = CostRateBook.load() if lost else CostRateBook()
        for (client_id, day, person_id), by_answer in lost.items():
            minutes = added_minutes(
                yes=by_answer["yes"],
                no=by_answer["no"],
                unsure=by_answer["unsure"],
                logged=logged.get((client_id, day, person_id), 0),
            )
            if not minutes:
                continue
            cents, _ = book.rate(person_id, day)
            effort = self.clients[client_id].effort[day]
            effort.incident_minutes += minutes
            effort.incident_cent_minutes += minutes * (cents or 0)
            effort.unpriced += cents is None

    def _lost_minutes(self) -> dict[tuple[int, date, int | None], dict[str, int]]:
        rows = self.of_clients(
            IncidentMinutes.objects.filter(incident__occurred_on__range=(self.first, self.last)), "incident__client"
        )
        lost: dict[tuple[int, date, int | None], dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for client_id, day, person_id, answer, minutes in rows.values_list(
            "incident__client",
            "incident__occurred_on",
            Coalesce("person", "incident__reporter"),
            "incident__in_timesheet",
            "minutes",
        ):
            lost[client_id, day, person_id][answer] += minutes
        return lost

    def _logged_beside(self, lost: Iterable[Any]) -> dict[tuple[int, date, int | None], int]:
        """What people logged on the clients and days on which they also lost minutes."""
        same_day = Incident.objects.filter(client=OuterRef("client"), occurred_on=OuterRef("work_on"))
        rows = self.of_clients(TimeEntry.objects.filter(Exists(same_day), work_on__range=(self.first, self.last)))
        sums = rows.values_list("client", "work_on", "person").annotate(Sum("minutes"))
        return {(client_id, day, person_id): minutes for client_id, day, person_id, minutes in sums}

    def read_direct_costs(self) -> None:
        rows = self.of_clients(DirectCost.objects.filter(is_pass_through=False, on__range=(self.first, self.last)))
        for client_id, day, currency, cents in rows.values_list("client", "on", "currency").annotate(
            Sum("amount_cents")
        ):
            rate = self.fx.rate(currency, day) if cents else Fraction(0)
            self.clients[client_id].costs.append(DayCost(day, None if rate is None else cents * rate))

    def read_contract_effort(self) -> None:
        """Billable value by day, back to the start where a cap counts; all minutes by day for percent complete."""
        rows = self.of_clients(TimeEntry.objects.filter(contract__isnull=False, work_on__lte=self.last))
        billed = rows.filter(
            Q(work_on__gte=self.first) | Q(contract__cap_cents__isnull=False),
            contract__kind=Contract.Kind.TIME_AND_MATERIALS,
            is_billable=True,
        )
        for contract_id, day, value in _by_contract_and_day(billed, Sum(F("minutes") * F("bill_cents_per_hour"))):
            self.contracts[contract_id].billable.append((day, value or 0))
        estimated = Q(contract__recognition="percent_complete") | Q(
            contract__recognition="", contract__kind=Contract.Kind.FIXED_FEE, contract__end_on__isnull=True
        )
        complete = rows.filter(estimated, contract__estimated_seconds__gt=0)
        for contract_id, day, minutes in _by_contract_and_day(complete, Sum("minutes")):
            self.contracts[contract_id].minutes.append((day, minutes))

    def read_invoice_lines(self) -> None:
        """Extra lines are revenue of their own; contract lines count only on the invoiced basis."""
        rows = self.of_clients(
            InvoiceLine.objects.filter(invoice__status__in=COUNTED).exclude(kind=LineKind.PASS_THROUGH),
            "invoice__client",
        )
        spread_here = Q(invoice__issue_on__lte=self.last, service_from__lte=self.last, service_to__gte=self.first)
        issued_here = Q(invoice__issue_on__range=(self.first, self.last))
        for client_id, contract_id, kind, issue_on, since, until, cents, currency in rows.filter(
            issued_here | spread_here
        ).values_list(
            "invoice__client",
            "contract",
            "kind",
            "invoice__issue_on",
            "service_from",
            "service_to",
            "amount_cents",
            "invoice__currency",
        ):
            client = self.clients[client_id]
            if kind == LineKind.EXTRA:
                since, until = (since, until) if since and until else (issue_on, issue_on)
                client.revenue.extend(spread(("extra", contract_id), since, until, cents, currency, self.fx, issue_on))
            elif contract_id is None:
                client.stray_lines += 1
            else:
                self.contracts[contract_id].invoiced.append((issue_on, cents, currency))

    def read_corrections(self) -> None:
        rows = self.of_clients(
            Correction.objects.filter(on__range=(self.first, self.last), status__in=COUNTED).exclude(
                line_kind=LineKind.PASS_THROUGH
            )
        )
        for client_id, contract_id, kind, day, cents, currency in rows.values_list(
            "client", "contract", "kind", "on", "amount_cents", "currency"
        ):
            signed = SIGNS[kind] * cents
            self.clients[client_id].revenue.extend(
                spread((kind, contract_id), day, day, signed, currency, self.fx, day)
            )

    def recognise(self) -> None:
        for client in self.clients.values():
            for contract in client.contracts:
                client.revenue.extend(slices(contract, self.fx, self.first, self.last))


def _grouped(rows: QuerySet[Any], value: str, day: str = "effective_from") -> dict[int, list[tuple[date, Any]]]:
    """(day, value) pairs by contract, in the rows' order."""
    found: dict[int, list[tuple[date, Any]]] = defaultdict(list)
    for contract_id, on, content in rows.values_list("contract_id", day, value):
        found[contract_id].append((on, content))
    return found


def _by_contract_and_day(rows: Any, total: Any) -> Any:
    """(contract, day, sum) in ascending order of days."""
    return rows.values_list("contract", "work_on").annotate(total=total).order_by("work_on")
