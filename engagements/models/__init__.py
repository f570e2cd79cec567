"""What we do, what it costs and what it brings: clients, contracts, effort and money as recorded facts.

Money is whole hundredths of the currency named beside it, whatever its own minor unit; effort is whole minutes;
agreed hours are whole seconds; days are local dates of the organisation's zone; date ranges include both ends.
"""

from engagements.models.clients import Client, ClientOwner, Contact, ContactHours
from engagements.models.contracts import Contract, ContractTerm, Milestone, Pause
from engagements.models.effort import CostRate, DirectCost, FxRate, TimeEntry
from engagements.models.fields import Day
from engagements.models.invoicing import (
    Correction,
    Dispute,
    DocumentStatus,
    Invoice,
    InvoiceLine,
    LineKind,
    Payment,
)

AUDITED = [Client, ClientOwner, Contact, ContactHours, Contract, ContractTerm, Milestone, Pause, CostRate, FxRate]

__all__ = [
    "AUDITED",
    "Client",
    "ClientOwner",
    "Contact",
    "ContactHours",
    "Contract",
    "ContractTerm",
    "Correction",
    "CostRate",
    "Day",
    "DirectCost",
    "Dispute",
    "DocumentStatus",
    "FxRate",
    "Invoice",
    "InvoiceLine",
    "LineKind",
    "Milestone",
    "Pause",
    "Payment",
    "TimeEntry",
]
