"""The life of a flag as far as the night decides it: raised, recovered, or ended with the relationship."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone

from issues.models import Flag


def raise_flags(figures_by_client: dict[int, dict[str, Any]], day: date) -> int:
    """Open a flag for each client that has none open, with the figures of the night. Returns how many were opened.

    INSERT … ON CONFLICT DO NOTHING: of two passes at once, one opens it.
    """
    open_now = set(Flag.objects.open().filter(client__in=figures_by_client).values_list("client_id", flat=True))
    rows = [
        Flag(client_id=client_id, raised_on=day, figures=figures)
        for client_id, figures in figures_by_client.items()
        if client_id not in open_now
    ]
    Flag.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


def close_flags(client_ids: Iterable[int], day: date, outcome: str) -> int:
    """Close the open flags of these clients as of the night; returns how many."""
    return (
        Flag.objects.open()
        .filter(client__in=list(client_ids))
        .update(closed_on=day, closed_at=timezone.now(), outcome=outcome)
    )
