"""Rows of plain values, with the defaults of the columns nobody named."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.management.color import no_style
from django.db import connection
from django.db.models import Max, Model
from django.utils import timezone

from clienthealth.imports import bulk


def insert(model: type[Model], names: Sequence[str], rows: Iterable[tuple[Any, ...]], **same: Any) -> None:
    """Insert rows whose values stand in the order of `names`; `same` are values that all of them share.

    Days are ISO text, instants as the database takes them. Columns without value or default stay NULL.
    """
    fixed = {**_defaults(model, {*names, *same}), **same}
    tail = tuple(fixed.values())
    bulk.insert(model, [*names, *fixed], (row + tail for row in rows))


def _defaults(model: type[Model], given: set[str]) -> dict[str, Any]:
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    values: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if field.attname in given or field.primary_key:
            continue
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
            values[field.attname] = now
        elif field.has_default() or not field.null:
            values[field.attname] = str(default) if isinstance(default := field.get_default(), str) else default
    return values


class Keys:
    """Primary keys for new rows, counted on from the highest: rows can name each other before they are stored."""

    def __init__(self, *models: type[Model]) -> None:
        self.models = models
        self.last = {each: each._default_manager.aggregate(last=Max("pk"))["last"] or 0 for each in models}

    def next(self, model: type[Model]) -> int:
        self.last[model] += 1
        return self.last[model]

    def settle(self) -> None:
        """Let the database count on from the keys given (SQLite does by itself)."""
        statements = connection.ops.sequence_reset_sql(no_style(), list(self.models))
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
