"""Giving entries without a client to one, by the project the time tracker named, and taking that back."""

from typing import Any

from django.db import transaction
from django.db.models import Count, F, Max, Min, QuerySet, Sum
from django.utils import timezone

from clienthealth.base.models import facts_changed
from clienthealth.base.text import name_key
from clienthealth.imports.models import Assignment
from engagements.models import Client, Contract, TimeEntry
from engagements.pricing import reprice


def unassigned() -> QuerySet[Any, dict[str, Any]]:
    """Projects with entries that have no client: how many, how many seconds, from when to when; the largest first."""
    entries = TimeEntry.objects.filter(client=None).exclude(project="").order_by().values("project")
    sums = {"seconds": Sum("seconds"), "first": Min("work_on"), "last": Max("work_on")}
    return entries.annotate(entries=Count("pk"), **sums).order_by("-seconds", "project")


@transaction.atomic
def assign(project: str, client: Client, author: Any) -> int:
    """Give all entries of the project that have no client to this one; how many there were.

    They belong to the client's contract of the project's name, as when a file names both; without one, to the only
    contract that runs on their day. What they cost and bring is worked out anew.
    """
    facts_changed()  # first, so that two who do this take turns
    contract = Contract.objects.filter(client=client, name_key=name_key(project)).first()
    now = timezone.now()
    count = TimeEntry.objects.filter(client=None, project=project).update(
        client=client, contract=contract, contract_named=contract is not None, version=F("version") + 1, changed_at=now
    )
    if count:
        reprice(client_ids=[client.pk])
        Assignment.objects.create(project=project, client=client, entries=count, at=now, author=author)
    return count


@transaction.atomic
def take_back(assignment: Assignment) -> int:
    """Let the entries have no client again, but for those changed since; how many there were."""
    facts_changed()
    count = TimeEntry.objects.filter(
        client=assignment.client_id, project=assignment.project, changed_at=assignment.at
    ).update(
        client=None,
        contract=None,
        contract_named=False,
        bill_cents_per_hour=None,
        version=F("version") + 1,
        changed_at=timezone.now(),
    )
    assignment.delete()
    return count
