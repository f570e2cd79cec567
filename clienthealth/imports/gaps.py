"""What figures still lack after files came in: whom to name, what to agree, what an hour costs."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from clienthealth.health.beginning import has_begun, may_begin
from engagements.models import Client, ClientOwner, Contract, CostRate, TimeEntry

LISTED = 12


@dataclass(frozen=True)
class Gap:
    """The first clients of which something is missing, and of how many."""

    clients: list[Any]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.clients)


@dataclass(frozen=True)
class Gaps:
    without_manager: Gap
    without_contract: Gap
    has_rate_for_all: bool
    entries_without_client: bool
    has_begun: bool
    """Whether a night was stored."""
    may_begin: bool

    @property
    def any(self) -> bool:
        parts = self.without_manager.count + self.without_contract.count
        return bool(parts) or not self.has_rate_for_all or self.entries_without_client


def gaps() -> Gaps:
    """Of all clients that are with us, whichever import brought them."""
    running = Client.objects.running()
    owned = ClientOwner.objects.filter(client=OuterRef("pk"), to_on=None)
    agreed = Contract.objects.filter(client=OuterRef("pk"))
    return Gaps(
        _gap(running.filter(~Exists(owned))),
        _gap(running.filter(~Exists(agreed))),
        CostRate.objects.filter(person=None, job_title="").exists(),
        TimeEntry.objects.filter(client=None).exclude(project="").exists(),
        has_begun(),
        may_begin(),
    )


def _gap(clients: Any) -> Gap:
    return Gap(list(clients.order_by("name_key")[:LISTED]), clients.count())
