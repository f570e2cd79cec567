"""Incidents to complete, as a digest tells them: those of the week once, the older ones as a number."""

from datetime import datetime, time, timedelta

from django.db.models import Q

from clienthealth.base.organisation import organisation
from clienthealth.digest.weeks import Days
from issues.models import Incident, IncidentQuerySet


def of_week(incidents: IncidentQuerySet, days: Days) -> tuple[list[Incident], int]:
    """Incomplete ones that happened in the week or were typed in it, newest first, and how many older there are.

    A file that brings years of history is not news, so what it brought counts by the day it happened.
    """
    zone = organisation().zone_info
    begins = datetime.combine(days.first, time.min, zone)
    ends = datetime.combine(days.last + timedelta(days=1), time.min, zone)
    typed = Q(import_id=None, created_at__gte=begins, created_at__lt=ends)
    open_ones = incidents.incomplete().filter(occurred_on__lte=days.last)
    new = open_ones.filter(typed | Q(occurred_on__gte=days.first))
    found = list(new.select_related("client").order_by("-occurred_on", "-pk"))
    return found, open_ones.count() - len(found)
