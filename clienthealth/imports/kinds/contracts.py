"""Contracts and what changes them: new terms, milestones, pauses."""

from functools import cached_property
from typing import Any

from clienthealth.imports import cells
from clienthealth.imports.cells import Name
from clienthealth.imports.kinds.base import Column, Kind, Row
from clienthealth.imports.kinds.clients import CLIENT
from clienthealth.imports.problems import Bad, Reason
from clienthealth.imports.report import Outcome
from engagements.models import Client, Contract, ContractTerm, Milestone, Pause

CONTRACT = Column("contract", cells.name, required=Reason.UNKNOWN_CONTRACT)
"""A contract that must be known already."""
K = Contract.Kind
WITHOUT_FEE = {Contract.Recognition.SINGLE_DATE, Contract.Recognition.MILESTONE, Contract.Recognition.INVOICED}


class Contracts(Kind):
    name = "contracts"
    columns = (
        CLIENT,
        Column("contract", cells.name, required=Reason.BAD_VALUE),
        Column("kind", cells.one_of(K.values), required=Reason.BAD_VALUE),
        Column("currency", cells.currency, required=Reason.BAD_VALUE),
        Column("fee", cells.money),
        Column("period", cells.one_of(Contract.Period.values), ""),
        Column("start", cells.day, required=Reason.BAD_DATE),
        Column("end", cells.day),
        Column("anchor_day", cells.number(1, 31), 1),
        Column("bill_rate", cells.rate),
        Column("cap", cells.money),
        Column("included_hours", cells.agreed_seconds),
        Column("estimated_hours", cells.agreed_seconds),
        Column("pause_fee_percent", cells.percent_basis_points, 0),
        Column("payment_terms_days", cells.number(0, 3660)),
        Column("notice_days", cells.number(0, 3660)),
        Column("recognition", cells.one_of(Contract.Recognition.values), ""),
        Column("delivered_on", cells.day),
    )
    plain = {
        "kind": "kind",
        "currency": "currency",
        "fee": "fee_cents",
        "period": "period",
        "start": "start_on",
        "end": "end_on",
        "anchor_day": "anchor_day",
        "bill_rate": "bill_rate_cents",
        "cap": "cap_cents",
        "included_hours": "included_seconds",
        "estimated_hours": "estimated_seconds",
        "pause_fee_percent": "pause_fee_basis_points",
        "payment_terms_days": "payment_terms_days",
        "notice_days": "notice_days",
        "recognition": "recognition",
        "delivered_on": "delivered_on",
    }

    def settle(self, row: Row) -> Outcome:
        client, name = self.book.client(row["client"]), row["contract"]
        stored = self.book.contracts.get((client.name_key, name.key))
        values = self.fields(row, self.plain, everything=stored is None)
        if values["kind"] == K.RETAINER and not values.get("period", stored and stored.period):
            values["period"] = Contract.Period.MONTH.value
        whole = {**{field: getattr(stored, field, None) for field in self.plain.values()}, **values}
        missing = _missing_amount(whole)
        if missing and (client.name_key, name.key, missing) not in self.book.amounts_by_terms:
            raise Bad(Reason.MISSING_AMOUNT, missing)
        if whole["end_on"] and whole["end_on"] < whole["start_on"]:
            raise Bad(Reason.BAD_DATE, "end" if "end" in self.given else "start")
        contract, outcome = self.put(stored, Contract, values, client=client, name=name.text, name_key=name.key)
        self.book.contracts[client.name_key, name.key] = contract
        self._count(client, contract)
        if client.pk and outcome != Outcome.DUPLICATE:
            self.plan.reprice_clients.add(client.pk)
        return outcome

    def _count(self, client: Client, contract: Contract) -> None:
        if contract.fee_cents is not None:
            own_id = (client.name_key, contract.name_key)
            self.report.add_amount(client.name, contract.currency, contract.fee_cents, own_id)


def _missing_amount(values: dict[str, Any]) -> str:
    """The column of the amount that this contract's revenue needs and that is empty, if any."""
    if values["kind"] == K.TIME_AND_MATERIALS:
        return "bill_rate" if values["bill_rate_cents"] is None else ""
    as_invoiced = (
        values["kind"] == K.FIXED_FEE
        and not values["recognition"]
        and not values["end_on"]
        and not values["estimated_seconds"]
    )
    if values["fee_cents"] is not None or as_invoiced or values["recognition"] in WITHOUT_FEE:
        return ""
    return "fee"


class ContractPart(Kind):
    """A kind of rows known by their contract and a day."""

    model: type[ContractTerm] | type[Milestone] | type[Pause]
    day: str
    day_field: str
    plain: dict[str, str]
    reprices = False

    @cached_property
    def stored(self) -> dict[tuple[int, Any], Any]:
        contracts = self.book.contracts_by_id
        rows: dict[tuple[int, Any], Any] = {}
        for row in self.model.objects.all():
            if row.contract_id in contracts:
                row.contract = contracts[row.contract_id]
                rows[id(row.contract), getattr(row, self.day_field)] = row
        return rows

    def settle(self, row: Row) -> Outcome:
        name: Name = row["contract"]
        contract = self.book.contract(self.book.client(row["client"]), name)
        self.check(row)
        key = (id(contract), row[self.day])
        stored = self.stored.get(key)
        values = self.fields(row, self.plain, everything=stored is None)
        self.stored[key], outcome = self.put(
            stored, self.model, values, contract=contract, **{self.day_field: row[self.day]}
        )
        if self.reprices and contract.client.pk and outcome != Outcome.DUPLICATE:
            self.plan.reprice_clients.add(contract.client.pk)
        return outcome

    def check(self, row: Row) -> None:
        """Raise Bad where the values do not fit each other."""


class ContractTerms(ContractPart):
    """New terms from a day on; an empty cell leaves that term as it was."""

    name = "contract_terms"
    columns = (
        CLIENT,
        CONTRACT,
        Column("effective_from", cells.day, required=Reason.BAD_DATE),
        Column("fee", cells.money),
        Column("bill_rate", cells.rate),
        Column("included_hours", cells.agreed_seconds),
    )
    model = ContractTerm
    day, day_field = "effective_from", "effective_from"
    plain = {"fee": "fee_cents", "bill_rate": "bill_rate_cents", "included_hours": "included_seconds"}
    reprices = True


class Milestones(ContractPart):
    name = "milestones"
    columns = (
        CLIENT,
        CONTRACT,
        Column("date", cells.day, required=Reason.BAD_DATE),
        Column("amount", cells.money, required=Reason.MISSING_AMOUNT),
    )
    model = Milestone
    day, day_field = "date", "on"
    plain = {"amount": "amount_cents"}


class Pauses(ContractPart):
    """Days on which a contract rests. They may overlap, and lie outside the contract."""

    name = "pauses"
    columns = (
        CLIENT,
        CONTRACT,
        Column("from", cells.day, required=Reason.BAD_DATE),
        Column("to", cells.day, required=Reason.BAD_DATE),
    )
    model = Pause
    day, day_field = "from", "from_on"
    plain = {"to": "to_on"}

    def check(self, row: Row) -> None:
        if row["to"] < row["from"]:
            raise Bad(Reason.BAD_DATE, "to")
