"""The nightly figures of every client, worked out plainly from a folder of native files.

This is a second opinion: it shares no line and no idea with the application. It walks day by day
and client by client with exact fractions, and rounds once, at the very end. Section numbers in the
docstrings are those of the method. Units: money in the currency named beside it, effort in whole
minutes, rates in currency per hour, days as local dates with both ends of a range included.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

WINDOW_DAYS = 90
FEWEST_MINUTES = 20 * 60
FEWEST_WEEKS = 6
FEWEST_DAYS_SINCE_START = 60
PERIOD_MONTHS = {"": 1, "month": 1, "quarter": 3, "year": 12}

Row = dict[str, str]


@dataclass(frozen=True)
class Figures:
    """One client's night, in the shape of the portfolio command: strings already rounded."""

    client: str
    ratio: str | None
    effort_cost: str | None
    net_revenue: str | None
    hours: str
    status: str
    reason: str | None


@dataclass(frozen=True)
class Slice:
    """Money that belongs to one day, in its own currency."""

    day: date
    amount: Fraction
    currency: str


@dataclass(frozen=True)
class Entry:
    """One row of time, in whole minutes. contract is the name key as written, or '' for none."""

    person: str
    client: str
    contract: str
    day: date
    minutes: int
    billable: bool


@dataclass(frozen=True)
class Effort:
    """Minutes to be priced. person is None where only the company default can price them."""

    person: str | None
    day: date
    minutes: int


@dataclass(frozen=True)
class Term:
    """What changes from a day on; None means unchanged from the term before."""

    day: date
    fee: Fraction | None
    bill_rate: Fraction | None


@dataclass
class Contract:
    """One contract with everything that hangs on it. Fees in `currency`, estimate in hours."""

    name: str
    kind: str
    currency: str
    start: date
    end: date | None
    months: int
    anchor: int
    fee: Fraction
    bill_rate: Fraction
    cap: Fraction | None
    estimate: Fraction
    pause_share: Fraction
    recognition: str
    delivered: date | None
    terms: list[Term] = field(default_factory=list)
    pauses: list[tuple[date, date]] = field(default_factory=list)
    milestones: list[tuple[date, Fraction]] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    invoiced: list[Slice] = field(default_factory=list)


# Reading


def read(folder: Path, name: str) -> list[Row]:
    """The rows of one native file; none when the folder lacks it. Missing cells read as empty."""
    path = folder / f"{name}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        records = csv.reader(file)
        header = [cell.strip().lower() for cell in next(records)]
        rows = []
        for record in records:
            if any(cell.strip() for cell in record):
                cells = [cell.strip() for cell in record] + [""] * len(header)
                rows.append(dict(zip(header, cells, strict=False)))
        return rows


def name_key(text: str) -> str:
    """Names compare trimmed, with inner spaces collapsed, case-blind."""
    return " ".join(text.split()).casefold()


def number(text: str | None) -> Fraction | None:
    """An exact number; None for an empty cell."""
    return Fraction(text) if text else None


def amount_of(text: str | None) -> Fraction:
    """An exact number, 0 for an empty cell."""
    return number(text) or Fraction(0)


def day_of(text: str | None) -> date | None:
    """An ISO date; None for an empty cell."""
    return date.fromisoformat(text) if text else None


def sure_day(text: str) -> date:
    """An ISO date that must be there."""
    return date.fromisoformat(text)


def whole(value: Fraction) -> int:
    """The nearest whole number, halves away from zero."""
    up = (abs(value) * 2 + 1) // 2
    return int(up) if value >= 0 else -int(up)


def decimals(value: Fraction, places: int) -> str:
    """A decimal string rounded half away from zero; a value that rounds to zero has no sign."""
    units = whole(value * 10**places)
    digits = str(abs(units)).rjust(places + 1, "0")
    return ("-" if units < 0 else "") + digits[:-places] + "." + digits[-places:]


def days(first: date, last: date) -> Iterator[date]:
    """Every day from first to last, both included."""
    day = first
    while day <= last:
        yield day
        day += timedelta(days=1)


def instant(text: str, zone: str) -> datetime:
    """A moment; without an offset it is meant in the organisation's zone."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def local_day(text: str, zone: str) -> date:
    """The date of that moment in the organisation's zone."""
    return instant(text, zone).astimezone(ZoneInfo(zone)).date()


# Rates


def latest(rows: list[tuple[date, Fraction]], day: date) -> Fraction | None:
    """The value whose day is the latest one not after `day`; None before the first."""
    found = None
    for effective, value in sorted(rows):
        if effective <= day:
            found = value
    return found


class Rates:
    """Cost rates in the reporting currency per hour, and exchange rates, by day (section 3.1)."""

    def __init__(self, folder: Path, reporting: str) -> None:
        self.reporting = reporting.upper()
        self.titles = {name_key(row["email"]): row["job_title"] for row in read(folder, "people")}
        self.roles = read(folder, "roles")
        self.costs = read(folder, "rates")
        self.fx = read(folder, "fx")

    def title(self, person: str, day: date) -> str:
        """The job title held on that day; before the first dated one, that of the people file."""
        title = self.titles.get(person, "")
        for row in sorted(self.roles, key=lambda row: row["effective_from"]):
            if name_key(row["email"]) == person and sure_day(row["effective_from"]) <= day:
                title = row["job_title"]
        return title

    def cost_rows(self, email: str, title: str) -> list[tuple[date, Fraction]]:
        """The dated rates of one subject: a person, a role, or with neither the company default."""
        found = {}
        for row in self.costs:
            role = "" if row["email"] else row["job_title"]
            if name_key(row["email"]) == email and name_key(role) == name_key(title):
                found[sure_day(row["effective_from"])] = amount_of(row["cost_per_hour"])
        return list(found.items())

    def cost_per_hour(self, person: str | None, day: date) -> Fraction | None:
        """The person's rate, else the role's, else the company default; None when there is none."""
        rate = None
        if person is not None:
            rate = latest(self.cost_rows(person, ""), day)
            title = self.title(person, day)
            if rate is None and title:
                rate = latest(self.cost_rows("", title), day)
        if rate is None:
            rate = self.default_cost(day)
        return rate

    def default_cost(self, day: date) -> Fraction | None:
        """The company default of the day; its first row covers all earlier days."""
        rows = sorted(self.cost_rows("", ""))
        rate = latest(rows, day)
        if rate is None and rows:
            rate = rows[0][1]
        return rate

    def exchange(self, currency: str, day: date) -> Fraction | None:
        """Reporting currency per 1 unit on that day; None before the first row."""
        if currency == self.reporting:
            return Fraction(1)
        rows = {}
        for row in self.fx:
            if row["currency"].upper() == currency:
                rows[sure_day(row["effective_from"])] = amount_of(row["rate"])
        return latest(list(rows.items()), day)


# Contracts: which day is what


def runs_on(contract: Contract, day: date) -> bool:
    """From start to end, both included, paused or not."""
    return contract.start <= day and (contract.end is None or day <= contract.end)


def paused_on(contract: Contract, day: date) -> bool:
    """Inside any pause, both end days included, while the contract runs."""
    return runs_on(contract, day) and any(first <= day <= last for first, last in contract.pauses)


def fee_on(contract: Contract, day: date) -> Fraction:
    """The fee effective that day."""
    fee = contract.fee
    for term in sorted(contract.terms, key=lambda term: term.day):
        if term.day <= day and term.fee is not None:
            fee = term.fee
    return fee


def bill_rate_on(contract: Contract, day: date) -> Fraction:
    """The bill rate per hour effective that day."""
    rate = contract.bill_rate
    for term in sorted(contract.terms, key=lambda term: term.day):
        if term.day <= day and term.bill_rate is not None:
            rate = term.bill_rate
    return rate


def anchor_in(year: int, month: int, anchor: int) -> date:
    """The anchor day of a month, or the month's last day where the month lacks it."""
    for day in range(anchor, 0, -1):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    raise ValueError(f"no day in {year}-{month}")


def anchor_months_later(first: date, months: int, anchor: int) -> date:
    """The anchor day that many months after the month of `first`, never drifting."""
    count = first.year * 12 + first.month - 1 + months
    return anchor_in(count // 12, count % 12 + 1, anchor)


def period_days(contract: Contract, day: date) -> int:
    """Days in the billing period that `day` is in (section 3, fine print)."""
    first = anchor_in(contract.start.year, contract.start.month, contract.anchor)
    if first > contract.start:
        first = anchor_months_later(first, -1, contract.anchor)
    step = 0
    while True:
        begins = anchor_months_later(first, step, contract.anchor)
        ends = anchor_months_later(first, step + contract.months, contract.anchor)
        if begins <= day < ends:
            return (ends - begins).days
        step += contract.months


# Contracts: revenue by day, in the contract's currency (section 3.2)


def contract_slices(contract: Contract, window: list[date]) -> list[Slice]:
    """What the contract earned on each day up to the last of the window."""
    as_of = window[-1]
    if contract.recognition == "milestone":
        return milestone_slices(contract)
    if contract.recognition == "single_date":
        return single_date_slices(contract)
    if contract.recognition == "invoiced":
        return contract.invoiced
    if contract.recognition == "percent_complete":
        return percent_complete_slices(contract, as_of)
    if contract.kind == "retainer":
        return retainer_slices(contract, window)
    if contract.kind == "time_and_materials":
        return time_and_materials_slices(contract, as_of)
    if contract.end is not None:
        return linear_slices(contract, contract.end, as_of)
    return percent_complete_slices(contract, as_of)


def milestone_slices(contract: Contract) -> list[Slice]:
    """Each milestone's amount on its date."""
    return [Slice(day, amount, contract.currency) for day, amount in contract.milestones]


def single_date_slices(contract: Contract) -> list[Slice]:
    """The dated amount; without one the fee on the end date; without an end date nothing."""
    if contract.milestones:
        return milestone_slices(contract)
    if contract.end is None:
        return []
    return [Slice(contract.end, fee_on(contract, contract.end), contract.currency)]


def retainer_slices(contract: Contract, window: list[date]) -> list[Slice]:
    """A day's share of the period fee; a paused day earns the pause share of it."""
    slices = []
    for day in window:
        if runs_on(contract, day):
            part = contract.pause_share if paused_on(contract, day) else Fraction(1)
            amount = fee_on(contract, day) * part / period_days(contract, day)
            slices.append(Slice(day, amount, contract.currency))
    return slices


def linear_slices(contract: Contract, end: date, as_of: date) -> list[Slice]:
    """The fee spread evenly over the active days; delivered early, the rest on that date."""
    active = [day for day in days(contract.start, end) if not paused_on(contract, day)]
    early = contract.delivered if contract.delivered and contract.delivered < end else None
    slices = []
    recognised = Fraction(0)
    for day in days(min(contract.start, early or contract.start), min(early or end, as_of)):
        if day == early:
            amount = fee_on(contract, day) - recognised
        elif not active:
            amount = fee_on(contract, day) if day == end else Fraction(0)
        elif day in active:
            amount = fee_on(contract, day) / len(active)
        else:
            amount = Fraction(0)
        recognised += amount
        slices.append(Slice(day, amount, contract.currency))
    return slices


def percent_complete_slices(contract: Contract, as_of: date) -> list[Slice]:
    """Each day's step of the share done, at the fee of that day; by invoice without an estimate."""
    if contract.estimate == 0:
        return contract.invoiced
    slices = []
    minutes = 0
    before = Fraction(0)
    for day in entry_days(contract, as_of):
        minutes += sum(entry.minutes for entry in contract.entries if entry.day == day)
        share = min(Fraction(1), Fraction(minutes, 60) / contract.estimate)
        slices.append(Slice(day, fee_on(contract, day) * (share - before), contract.currency))
        before = share
    return slices


def time_and_materials_slices(contract: Contract, as_of: date) -> list[Slice]:
    """Billable time at the bill rate of its day, until the running sum reaches the cap."""
    slices = []
    recognised = Fraction(0)
    for day in entry_days(contract, as_of):
        earned = Fraction(0)
        for entry in contract.entries:
            if entry.day == day and entry.billable:
                earned += Fraction(entry.minutes, 60) * bill_rate_on(contract, day)
        if contract.cap is not None:
            earned = min(earned, contract.cap - recognised)
        recognised += earned
        slices.append(Slice(day, earned, contract.currency))
    return slices


def entry_days(contract: Contract, as_of: date) -> list[date]:
    """The days up to `as_of` on which time was logged on the contract, in order."""
    return sorted({entry.day for entry in contract.entries if entry.day <= as_of})


# Building the contracts and entries of one client


def contracts_of(rows: dict[str, list[Row]]) -> dict[str, Contract]:
    """The client's contracts by name key, with terms, pauses, milestones and invoice lines."""
    contracts = {}
    for row in rows["contracts"]:
        contracts[name_key(row["contract"])] = contract_from(row)
    for row in rows["contract_terms"]:
        term = Term(sure_day(row["effective_from"]), number(row["fee"]), number(row["bill_rate"]))
        contracts[name_key(row["contract"])].terms.append(term)
    for row in rows["pauses"]:
        pause = (sure_day(row["from"]), sure_day(row["to"]))
        contracts[name_key(row["contract"])].pauses.append(pause)
    for row in rows["milestones"]:
        milestone = (sure_day(row["date"]), amount_of(row["amount"]))
        contracts[name_key(row["contract"])].milestones.append(milestone)
    for row in counted_invoices(rows):
        if row["kind"] == "invoice" and row["line"] == "contract" and row["contract"]:
            contracts[name_key(row["contract"])].invoiced.append(on_issue_date(row, 1))
    return contracts


def contract_from(row: Row) -> Contract:
    """A contract as its own file states it."""
    return Contract(
        name=row["contract"],
        kind=row["kind"],
        currency=row["currency"].upper(),
        start=sure_day(row["start"]),
        end=day_of(row["end"]),
        months=PERIOD_MONTHS[row["period"]],
        anchor=int(row["anchor_day"] or "1"),
        fee=amount_of(row["fee"]),
        bill_rate=amount_of(row["bill_rate"]),
        cap=number(row["cap"]),
        estimate=amount_of(row["estimated_hours"]),
        pause_share=amount_of(row["pause_fee_percent"]) / 100,
        recognition=row["recognition"],
        delivered=day_of(row["delivered_on"]),
    )


def entries_of(rows: list[Row]) -> list[Entry]:
    """Rows of time, each rounded to whole minutes, halves up."""
    return [
        Entry(
            person=name_key(row["email"]),
            client=name_key(row["client"]),
            contract=name_key(row["contract"]),
            day=sure_day(row["date"]),
            minutes=whole(amount_of(row["minutes"])),
            billable=row["billable"] == "yes",
        )
        for row in rows
    ]


def give_entries(contracts: dict[str, Contract], entries: list[Entry]) -> None:
    """Put each entry on the contract it names, else on the only contract running that day."""
    for entry in entries:
        if entry.contract:
            contracts[entry.contract].entries.append(entry)
        else:
            running = [c for c in contracts.values() if runs_on(c, entry.day)]
            if len(running) == 1:
                running[0].entries.append(entry)


# Invoice lines, corrections, direct costs


def counted_invoices(rows: dict[str, list[Row]]) -> list[Row]:
    """Invoice rows that count: neither draft nor voided."""
    return [row for row in rows["invoices"] if row["status"] not in ("draft", "voided")]


def on_issue_date(row: Row, sign: int) -> Slice:
    """The whole line on its issue date."""
    return Slice(
        sure_day(row["issue_date"]), sign * amount_of(row["amount_net"]), row["currency"].upper()
    )


def invoice_slices(rows: dict[str, list[Row]], as_of: date) -> list[Slice]:
    """Extra lines plus, credit notes and write-offs minus, recoveries plus; pass-through never."""
    slices = []
    for row in counted_invoices(rows):
        if row["line"] == "pass_through" or sure_day(row["issue_date"]) > as_of:
            continue
        if row["kind"] in ("credit_note", "write_off"):
            slices.append(on_issue_date(row, -1))
        elif row["kind"] == "recovery":
            slices.append(on_issue_date(row, 1))
        elif row["line"] == "extra":
            slices += extra_slices(row)
    return slices


def extra_slices(row: Row) -> list[Slice]:
    """An extra line spread evenly over its service days, else on its issue date."""
    if not (row["service_from"] and row["service_to"]):
        return [on_issue_date(row, 1)]
    spread = list(days(sure_day(row["service_from"]), sure_day(row["service_to"])))
    share = amount_of(row["amount_net"]) / len(spread)
    return [Slice(day, share, row["currency"].upper()) for day in spread]


def direct_costs(rows: dict[str, list[Row]]) -> list[Slice]:
    """Direct delivery cost by day; pass-through never."""
    return [
        Slice(sure_day(row["date"]), amount_of(row["amount"]), row["currency"].upper())
        for row in rows["costs"]
        if row["pass_through"] != "yes"
    ]


# Incident minutes (section 3.3)


def lost_minutes(rows: dict[str, list[Row]], zone: str) -> list[tuple[Row, str, date, int]]:
    """(incident, person or '', local day, minutes): the reporter's first, then each other row."""
    lost = []
    for incident in rows["incidents"]:
        day = local_day(incident["occurred_at"], zone)
        reporter = name_key(incident["email"])
        lost.append((incident, reporter, day, whole(amount_of(incident["minutes_lost"]))))
        for row in rows["incident_minutes"]:
            if instant(row["occurred_at"], zone) == instant(incident["occurred_at"], zone):
                person = name_key(row["email"]) or reporter
                lost.append((incident, person, day, whole(amount_of(row["minutes"]))))
    return lost


def added_minutes(rows: dict[str, list[Row]], entries: list[Entry], zone: str) -> list[Effort]:
    """Incident minutes that are in no timesheet, per person and day of one client."""
    lost = lost_minutes(rows, zone)
    added = []
    for person, day in sorted({(person, day) for _, person, day, _ in lost}):
        sums = {"yes": 0, "no": 0, "unsure": 0}
        for incident, someone, when, minutes in lost:
            if (someone, when) == (person, day):
                sums[incident["in_timesheet"] or "unsure"] += minutes
        logged = sum(e.minutes for e in entries if e.person == person and e.day == day)
        if person == "":
            unsure = sums["unsure"]
        else:
            unsure = max(0, sums["unsure"] - max(0, logged - sums["yes"]))
        added.append(Effort(person or None, day, sums["no"] + unsure))
    return added


# One client


def total(slices: list[Slice], window: list[date], rates: Rates) -> Fraction | None:
    """Sum of the window's slices in the reporting currency; None where an exchange rate lacks."""
    result = Fraction(0)
    for item in slices:
        if window[0] <= item.day <= window[-1] and item.amount != 0:
            rate = rates.exchange(item.currency, item.day)
            if rate is None:
                return None
            result += item.amount * rate
    return result


def priced(efforts: list[Effort], rates: Rates) -> Fraction | None:
    """Cost of the minutes in the reporting currency; None where a cost rate lacks."""
    result = Fraction(0)
    for effort in efforts:
        if effort.minutes != 0:
            rate = rates.cost_per_hour(effort.person, effort.day)
            if rate is None:
                return None
            result += Fraction(effort.minutes, 60) * rate
    return result


@dataclass(frozen=True)
class Facts:
    """What the status is judged by. effort and revenue are both None where any rate lacks."""

    effort: Fraction | None
    revenue: Fraction | None
    missing: str | None
    minutes: int
    weeks: int
    contracts: list[Contract]
    window: list[date]


def status_of(facts: Facts) -> tuple[str, str | None]:
    """The first status that holds, with its reason (section 3, fine print)."""
    if facts.effort is not None and facts.revenue is not None and facts.revenue <= 0:
        active = [c for c in facts.contracts if any(runs_on(c, d) for d in facts.window)]
        paused = [c for c in active if paused_whenever_running(c, facts.window)]
        if facts.effort == 0:
            return "inactive", None
        if active and len(paused) == len(active):
            return "inactive", None
        if facts.effort > 0 and not active:
            return "unpaid", None
    reason = insufficient_reason(facts)
    if reason is not None:
        return "insufficient", reason
    if facts.revenue is not None and facts.revenue <= 0:
        return "undefined", None
    return "ok", None


def paused_whenever_running(contract: Contract, window: list[date]) -> bool:
    """Every day of the window on which the contract runs is a paused one."""
    return all(paused_on(contract, day) for day in window if runs_on(contract, day))


def insufficient_reason(facts: Facts) -> str | None:
    """The first reason that holds; a condition on an unknown value does not."""
    if facts.revenue is not None and facts.revenue > 0 and facts.effort == 0:
        return "no_effort"
    if facts.minutes < FEWEST_MINUTES:
        return "few_hours"
    if facts.weeks < FEWEST_WEEKS:
        return "few_weeks"
    starts = [contract.start for contract in facts.contracts]
    if not starts or (facts.window[-1] - min(starts)).days < FEWEST_DAYS_SINCE_START:
        return "too_new"
    return facts.missing


def facts_of(rows: dict[str, list[Row]], as_of: date, rates: Rates, zone: str) -> Facts:
    """Everything about one client in the 90 days that end on `as_of`."""
    window = list(days(as_of - timedelta(days=WINDOW_DAYS - 1), as_of))
    contracts = contracts_of(rows)
    entries = entries_of(rows["time"])
    give_entries(contracts, entries)
    in_window = [entry for entry in entries if window[0] <= entry.day <= as_of]
    efforts = [Effort(entry.person, entry.day, entry.minutes) for entry in in_window]
    added = added_minutes(rows, entries, zone)
    efforts += [lost for lost in added if window[0] <= lost.day <= as_of]
    slices = invoice_slices(rows, as_of)
    for contract in contracts.values():
        slices += contract_slices(contract, window)
    labour = priced(efforts, rates)
    direct = total(direct_costs(rows), window, rates)
    revenue = total(slices, window, rates)
    missing = None
    if direct is None or revenue is None:
        missing = "missing_fx"
    elif labour is None:
        missing = "missing_rate"
    effort = None
    if labour is None or direct is None or revenue is None:
        revenue = None
    else:
        effort = labour + direct
    return Facts(
        effort=effort,
        revenue=revenue,
        missing=missing,
        minutes=sum(spent.minutes for spent in efforts),
        weeks=len({entry.day.isocalendar()[:2] for entry in in_window}),
        contracts=list(contracts.values()),
        window=window,
    )


def figures_of(client: str, facts: Facts) -> Figures:
    """The client's facts as rounded strings."""
    status, reason = status_of(facts)
    hours = decimals(Fraction(facts.minutes, 60), 2)
    if facts.effort is None or facts.revenue is None:
        return Figures(client, None, None, None, hours, status, reason)
    effort, revenue = decimals(facts.effort, 2), decimals(facts.revenue, 2)
    ratio = decimals(facts.effort / facts.revenue, 4) if facts.revenue > 0 else None
    return Figures(client, ratio, effort, revenue, hours, status, reason)


CLIENT_FILES = [
    "contracts",
    "contract_terms",
    "milestones",
    "pauses",
    "time",
    "costs",
    "invoices",
    "incidents",
    "incident_minutes",
]


def figures(
    folder: Path, as_of: date, reporting_currency: str, zone: str = "UTC"
) -> dict[str, Figures]:
    """Each client's figures for the night of `as_of`, by the client's name in the clients file.

    Money is in the reporting currency, zone is the organisation's IANA zone.
    """
    rates = Rates(folder, reporting_currency)
    everything = {name: read(folder, name) for name in CLIENT_FILES}
    result = {}
    for row in read(folder, "clients"):
        key = name_key(row["client"])
        own = {
            name: [line for line in lines if name_key(line["client"]) == key]
            for name, lines in everything.items()
        }
        facts = facts_of(own, as_of, rates, zone)
        result[row["client"]] = figures_of(row["client"], facts)
    return result
