"""All kinds of file, in the order in which a folder is read: what others refer to comes first."""

from clienthealth.imports.kinds.base import Kind
from clienthealth.imports.kinds.clients import Clients, Hours
from clienthealth.imports.kinds.contracts import Contracts, ContractTerms, Milestones, Pauses
from clienthealth.imports.kinds.effort import Costs, Time
from clienthealth.imports.kinds.friction import Incidents, LostMinutes, Touchpoints
from clienthealth.imports.kinds.money import Disputes, Invoices, Payments
from clienthealth.imports.kinds.people import Fx, People, Rates, Roles

IN_ORDER: tuple[type[Kind], ...] = (
    People,
    Roles,
    Rates,
    Fx,
    Clients,
    Contracts,
    ContractTerms,
    Milestones,
    Pauses,
    Hours,
    Time,
    Costs,
    Invoices,
    Payments,
    Disputes,
    Incidents,
    LostMinutes,
    Touchpoints,
)
KINDS: dict[str, type[Kind]] = {kind.name: kind for kind in IN_ORDER}
