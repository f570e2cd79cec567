"""When nights begin. A night is stored once and never changed, so the first one waits until it can say something."""

from clienthealth.health.models import Night
from engagements.models import Contract, CostRate


def has_begun() -> bool:
    return Night.objects.exists()


def may_begin() -> bool:
    """Whether something is agreed and an hour costs something; without either no client would get a figure."""
    return Contract.objects.exists() and CostRate.objects.exists()
