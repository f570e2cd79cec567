"""One client on one night: the window's sums, ratio, status and the addends behind them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from clienthealth.base.amounts import half_up
from clienthealth.health import ratios
from clienthealth.health.facts import ClientFacts, DayEffort
from clienthealth.health.levels import INFINITE
from clienthealth.health.revenue import ContractFacts


@dataclass(frozen=True)
class Evaluation:
    """Amounts are exact hundredths of the reporting currency over the window; None is unknown."""

    client_id: int
    day: date
    effort: Fraction | None
    revenue: Fraction | None
    ratio: Fraction | None
    minutes: int
    status: str
    reason: str | None
    parts: dict[str, Any]

    @property
    def effort_cents(self) -> int | None:
        return None if self.effort is None else half_up(self.effort)

    @property
    def revenue_cents(self) -> int | None:
        return None if self.revenue is None else half_up(self.revenue)

    @property
    def ratio_e4(self) -> int | None:
        return None if self.ratio is None else half_up(self.ratio, 10_000)

    @property
    def is_sufficient(self) -> bool:
        return self.status in (ratios.OK, ratios.UNDEFINED)

    @property
    def measure(self) -> float | None:
        """What the level looks at: the 4-decimal ratio ×10⁴, +∞ for effort without revenue, None to skip the night."""
        if not self.is_sufficient:
            return None
        return INFINITE if self.ratio_e4 is None else self.ratio_e4


@dataclass
class _Effort:
    total: DayEffort
    weeks: int
    direct: Fraction | None


def evaluate(client: ClientFacts, day: date, window_days: int, limits: ratios.Limits) -> Evaluation:
    """The client's figures at the end of the local day, over the window that ends on it."""
    first = day - timedelta(days=window_days - 1)
    effort = _sum_effort(client, first, day)
    revenue = _sum_revenue(client, first, day)
    lacks_fx = effort.direct is None or None in revenue.values()
    lacks_rate = effort.total.unpriced > 0
    unknown = lacks_fx or lacks_rate
    running = [contract for contract in client.contracts if contract.runs_within(first, day)]
    priced = Fraction(effort.total.cent_minutes + effort.total.incident_cent_minutes, 60)
    window = ratios.Window(
        effort=None if unknown else priced + (effort.direct or 0),
        revenue=None if unknown else sum((each or Fraction(0) for each in revenue.values()), Fraction(0)),
        minutes=effort.total.minutes + effort.total.incident_minutes,
        weeks=effort.weeks,
        contracts=len(running),
        all_rest=all(contract.rests_throughout(first, day) for contract in running),
        first_start=client.first_start,
        lacks_fx=lacks_fx,
        lacks_rate=lacks_rate,
    )
    status, reason = ratios.status(window, day, limits)
    return Evaluation(
        client_id=client.id,
        day=day,
        effort=window.effort,
        revenue=window.revenue,
        ratio=ratios.ratio(window.effort, window.revenue),
        minutes=window.minutes,
        status=status,
        reason=reason,
        parts=_parts(client, effort, revenue),
    )


def _sum_effort(client: ClientFacts, first: date, last: date) -> _Effort:
    total = DayEffort()
    weeks = set()
    for day, each in client.effort.items():
        if first <= day <= last:
            for name, value in vars(each).items():
                setattr(total, name, getattr(total, name) + value)
            if each.entries:
                weeks.add(ratios.week_of(day))
    direct: Fraction | None = Fraction(0)
    for cost in client.costs:
        if first <= cost.day <= last:
            direct = None if direct is None or cost.cents is None else direct + cost.cents
    return _Effort(total, len(weeks), direct)


def _sum_revenue(client: ClientFacts, first: date, last: date) -> dict[tuple[str, int | None], Fraction | None]:
    """Revenue by source and contract; None where a slice needs an unknown exchange rate."""
    found: dict[tuple[str, int | None], Fraction | None] = defaultdict(Fraction)
    for each in client.revenue:
        if each.last < first or each.first > last or (each.known_on and each.known_on > last):
            continue
        key = each.source, each.contract_id
        amount, so_far = each.within(first, last), found[key]
        found[key] = None if amount is None or so_far is None else so_far + amount
    return found


def _parts(
    client: ClientFacts, effort: _Effort, revenue: dict[tuple[str, int | None], Fraction | None]
) -> dict[str, Any]:
    """The addends as stored with a snapshot: whole hundredths and minutes; None is unknown."""
    total = effort.total
    return {
        "effort": {
            "time": half_up(Fraction(total.cent_minutes, 60)),
            "incidents": half_up(Fraction(total.incident_cent_minutes, 60)),
            "direct": None if effort.direct is None else half_up(effort.direct),
        },
        "minutes": {"time": total.minutes, "incidents": total.incident_minutes},
        "revenue": [
            {"source": source, "contract": contract_id, "cents": None if amount is None else half_up(amount)}
            for (source, contract_id), amount in revenue.items()
        ],
        "notes": {
            "default_rate_minutes": total.default_rate_minutes,
            "unattributed_minutes": total.unattributed_minutes,
            "communication_minutes": total.communication_minutes,
            "unpriced_entries": total.unpriced,
            "invoiced_basis": [each.id for each in client.contracts if _falls_back_to_invoices(each)],
            "contract_lines_without_contract": client.stray_lines,
        },
    }


def _falls_back_to_invoices(contract: ContractFacts) -> bool:
    """A contract on the invoiced basis only because it has neither an end nor an estimate."""
    return contract.basis() == "invoiced" and contract.recognition != "invoiced"
