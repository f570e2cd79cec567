"""The tables an import writes, in which order, and how many rows of one are changed or deleted at once."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import F, Model
from django.utils import timezone

from accounts.models import JobTitle, Person, User
from clienthealth.base.models import Fact
from engagements.models import (
    Client,
    ClientOwner,
    ContactHours,
    Contract,
    ContractTerm,
    Correction,
    CostRate,
    DirectCost,
    Dispute,
    FxRate,
    Invoice,
    InvoiceLine,
    Milestone,
    Pause,
    Payment,
)
from issues.models import Cause, Incident, IncidentMinutes, Touchpoint

BATCH = 1000

PRICES: tuple[type[Model], ...] = (
    Person,
    User,
    JobTitle,
    CostRate,
    FxRate,
    Client,
    ClientOwner,
    Contract,
    ContractTerm,
)
"""In this order: a row comes after those it refers to. What follows is priced by these."""
FACTS: tuple[type[Model], ...] = (
    Milestone,
    Pause,
    ContactHours,
    DirectCost,
    Invoice,
    InvoiceLine,
    Correction,
    Payment,
    Dispute,
    Cause,
    Incident,
    IncidentMinutes,
    Touchpoint,
)
CAUSE_LINKS: type[Model] = Incident.causes.through
"""Links between incidents and causes; they come last."""


def update_rows(model: type[Model], changes: dict[Model, dict[str, Any]]) -> None:
    """Write rows that hold new values, given what they held before, by field or column.

    One statement for all rows in which the same fields changed; other fields keep what somebody may have typed.
    """
    groups: dict[frozenset[str], list[Any]] = defaultdict(list)
    for row, before in changes.items():
        differing = frozenset(name for name, value in before.items() if getattr(row, name) != value)
        if differing or not before:  # without anything before, the row was only touched
            groups[differing].append(row)
    for names, rows in groups.items():
        fields = set(names)
        if issubclass(model, Fact):
            fields |= {"version", "changed_at"}
            for row in rows:
                row.version, row.changed_at = F("version") + 1, timezone.now()
        model._default_manager.bulk_update(rows, sorted(fields), batch_size=BATCH)


def delete_rows(model: type[Model], keys: Sequence[int]) -> None:
    """Rows to which no other refers, without signals: the history is written apart."""
    for start in range(0, len(keys), BATCH):
        rows = model._default_manager.filter(pk__in=keys[start : start + BATCH])
        rows._raw_delete(rows.db)
