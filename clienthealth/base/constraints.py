"""Ranges that hold in the database as well as in forms."""

from datetime import UTC, date, datetime
from typing import Any

from django.db.models import CheckConstraint, Q

FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2100, 12, 31)
DAYS = (FIRST_DAY, LAST_DAY)
INSTANTS = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2101, 1, 1, tzinfo=UTC))


def within(constraint: str, /, **ranges: tuple[Any, Any] | int | list[str]) -> CheckConstraint:
    """One CHECK for a table: field=(lowest, highest), both included; text=longest length; field=[the allowed values].

    An empty (NULL) field passes.
    """
    condition = Q()
    for field, bounds in ranges.items():
        if isinstance(bounds, int):
            condition &= Q(**{f"{field}__length__lte": bounds})
        elif isinstance(bounds, list):
            condition &= Q(**{f"{field}__in": bounds})
        else:
            condition &= Q(**{f"{field}__gte": bounds[0], f"{field}__lte": bounds[1]})
    return CheckConstraint(condition=condition, name=constraint)
