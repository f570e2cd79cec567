"""What refers to a row, what goes along with it, and what a row refers to itself."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Model, QuerySet
from django.db.models.fields.reverse_related import ForeignObjectRel

from accounts.models import User
from engagements.models import Contract, TimeEntry

GOES_ALONG: dict[str, dict[str, Any]] = {
    "health.snapshot": {},
    "health.latestfigures": {},
    "health.levelchange": {},
    "issues.flag": {"closed_at": None},
    "imports.namealias": {},
    "imports.assignment": {},
}
"""Rows that say nothing without the client or person, by model and filter. A flag that somebody closed is a decision,
and keeps its client."""


def to(model: type[Model], keys: Sequence[int]) -> dict[int, str]:
    """Which of these rows others refer to, each with the model of one that does; two queries per relation at most."""
    found: dict[int, str] = {}
    for relation in _relations(model):
        others, name = _others(relation, keys), relation.field.attname
        along = GOES_ALONG.get(relation.related_model._meta.label_lower)
        if along is not None:
            others = others.exclude(**along) if along else others.none()
        if relation.related_model is TimeEntry and model is Contract:
            others = others.filter(contract_named=True)  # the others belong to it by its dates alone
        for key in others.values_list(name, flat=True).distinct():
            found.setdefault(key, relation.related_model._meta.label_lower)
    return found


def let_go(model: type[Model], keys: Sequence[int]) -> None:
    """Before rows are deleted: delete what goes along, and free entries that belong to a contract by its dates."""
    if not keys:
        return
    for relation in _relations(model):
        if relation.related_model._meta.label_lower in GOES_ALONG:
            _others(relation, keys).delete()
    if model is Contract:
        free = TimeEntry.objects.filter(contract__in=keys, contract_named=False)
        free.update(contract=None, bill_cents_per_hour=None)


def lost(model: type[Model], rows: Iterable[Mapping[str, Any]]) -> set[tuple[str, Any]]:
    """Of values by column, those (column, key) that name a row which is not there any more."""
    rows = list(rows)
    found = set()
    for field in model._meta.concrete_fields:
        named = {values[field.attname] for values in rows if values.get(field.attname) is not None}
        if field.related_model and named:
            there = field.related_model._base_manager.filter(pk__in=named).values_list("pk", flat=True)
            found |= {(field.attname, key) for key in named - set(there)}
    return found


def is_in_use(row: Model) -> bool:
    """Whether somebody has set a password or signed in as this user."""
    return isinstance(row, User) and (row.has_usable_password() or row.last_login is not None)


def with_names(model: type[Model]) -> QuerySet[Any]:
    """All rows, each with what its text names, so that a list of them needs one query."""
    paths = []
    for field in model._meta.concrete_fields:
        if field.related_model and field.name != "author":
            named = {each.name for each in field.related_model._meta.concrete_fields} & {"client"}
            paths += [field.name, *(f"{field.name}__{name}" for name in named)]
    rows = model._base_manager.all()
    return rows.select_related(*paths) if paths else rows


def _relations(model: type[Model]) -> list[ForeignObjectRel]:
    """Foreign keys to the model, those without a name for the way back too."""
    every = model._meta.get_fields(include_hidden=True)
    return [
        each for each in every if isinstance(each, ForeignObjectRel) and each.field.concrete and not each.many_to_many
    ]


def _others(relation: ForeignObjectRel, keys: Sequence[int]) -> QuerySet[Any]:
    return relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": keys})
