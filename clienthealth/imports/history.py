"""The audit history of rows written in bulk, which send no signals: the same entries auditlog would make.

`about` is kept with each entry: which import wrote the row, or which undone import gave it back.
"""

from collections.abc import Iterable
from datetime import UTC
from typing import Any

from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.contrib.contenttypes.models import ContentType
from django.db.models import DateTimeField, Field, Model

About = dict[str, int]


def created(rows: Iterable[Model], about: About) -> list[LogEntry]:
    """Entries for new rows of audited models; none for others."""
    entries = []
    for row in rows:
        if auditlog.contains(type(row)):
            held = {field.name: ["None", now] for field, now in _shown(row) if now != "None"}
            entries.append(_entry(row, LogEntry.Action.CREATE, held, about))
    return entries


def deleted(rows: Iterable[Model], about: About) -> list[LogEntry]:
    """Entries for rows of audited models that are to be deleted."""
    entries = []
    for row in rows:
        if auditlog.contains(type(row)):
            held = {field.name: [was, "None"] for field, was in _shown(row) if was != "None"}
            entries.append(_entry(row, LogEntry.Action.DELETE, held, about))
    return entries


def updated(changes: dict[Model, dict[str, Any]], about: About) -> list[LogEntry]:
    """Entries for changed rows of audited models, given what they held before."""
    entries = []
    for row, before in changes.items():
        if not auditlog.contains(type(row)):
            continue
        differing = {
            field.name: [_text(field, before[field.name]), now]
            for field, now in _shown(row)
            if field.name in before and _text(field, before[field.name]) != now
        }
        if differing:
            entries.append(_entry(row, LogEntry.Action.UPDATE, differing, about))
    return entries


def _entry(row: Model, action: int, changes: dict[str, list[str]], about: About) -> LogEntry:
    return LogEntry(
        content_type=ContentType.objects.get_for_model(row),
        object_pk=str(row.pk),
        object_id=row.pk,
        object_repr=str(row),
        action=action,
        changes=changes,
        additional_data=about,
    )


def _shown(row: Model) -> list[tuple["Field[Any, Any]", str]]:
    """The fields that are kept in the history, with their values as it writes them."""
    left_out = auditlog.get_model_fields(type(row))["exclude_fields"]
    fields = [field for field in row._meta.concrete_fields if field.name not in left_out]
    return [(field, _text(field, getattr(row, field.attname))) for field in fields]


def _text(field: "Field[Any, Any]", value: Any) -> str:
    if isinstance(value, Model):
        value = value.pk
    if isinstance(field, DateTimeField) and value is not None:
        value = value.astimezone(UTC).replace(tzinfo=None)
    return str(value)
