"""Takes the demo out of a database: everything goes but the settings, and at most one user.

There is no telling the demo's rows from others for sure: its rates price everybody's time, its people may own real
clients. So the rule is the simplest true one. Whoever calls says beforehand what that means (`mixed`).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, models, transaction

from accounts.models import Person, User
from clienthealth.base.models import Organisation, Work, facts_changed
from clienthealth.demo import AGENCY, IMPORT_NAME
from clienthealth.demo.people import DOMAIN
from clienthealth.digest.tasks import DIGEST
from clienthealth.imports.models import Import
from engagements.models import Client

KEPT = frozenset({"base.Organisation", "base.Heartbeat", "health.Thresholds", "issues.Cause"})
"""Tables that stay: settings, causes, and the pulse of beat and worker. Everything else of ours goes."""
OTHERS = ("sessions.Session", "account.EmailAddress", "account.EmailConfirmation", "auditlog.LogEntry")
"""Tables of libraries in which rows of ours leave a trace."""
ROOMS = {"accounts", "engagements", "issues", "clienthealth"}
CHUNK = 5000
"""Rows a transaction deletes: a fraction of a second."""
ATTEMPTS = 5


def doomed() -> list[type[models.Model]]:
    """The tables that are emptied, in an order in which no row is deleted while another still refers to it."""
    ours = [each for each in apps.get_models(include_auto_created=True) if each.__module__.split(".")[0] in ROOMS]
    left = [each for each in ours if each._meta.label not in KEPT]
    left += [apps.get_model(label) for label in OTHERS]
    order: list[type[models.Model]] = []
    while left:
        free = [each for each in left if not any(each in _refers_to(other) for other in left if other is not each)]
        free = free or left  # tables that refer to each other: the databases look when the transaction ends
        order += free
        left = [each for each in left if each not in free]
    return order


def _refers_to(model: type[models.Model]) -> set[Any]:
    return {field.related_model for field in model._meta.concrete_fields if field.is_relation}


def mixed() -> int:
    """Clients that are not the demo's: typed, or brought in by another import."""
    of_demo = Import.objects.filter(name=IMPORT_NAME).values("pk")
    return Client.objects.exclude(import_id__in=of_demo).count()


def is_of_demo(user: User | AnonymousUser) -> bool:
    """Whether this user came with the demo, so that everybody knows the password."""
    return isinstance(user, User) and user.email.endswith(f"@{DOMAIN}")


@transaction.atomic
def close_doors(keeper: User | None) -> None:
    """Nobody but the keeper signs in from now on."""
    _rows(User, keeper).update(is_active=False)
    apps.get_model("sessions.Session")._default_manager.all().delete()


def remove(keeper: User | None) -> dict[str, int]:
    """Empty the tables, keep this user alone, and make it an ordinary installation; returns the rows gone by table.

    Chunk by chunk, each its own short transaction, the mark of the demo last. Stopped half-way it can be run again. A
    nightly pass that wrote a row meanwhile is gone over once more.
    """
    close_doors(keeper)
    for attempt in range(ATTEMPTS):
        try:
            gone = {model._meta.label: _empty(model, keeper) for model in doomed()}
            break
        except IntegrityError:
            if attempt == ATTEMPTS - 1:
                raise
    _remove_mails()
    name = "" if Organisation.objects.filter(name=AGENCY).exists() else None
    Organisation.objects.filter(pk=1).update(is_demo=False, **({} if name is None else {"name": name}))
    return {label: count for label, count in gone.items() if count}


def _empty(model: type[models.Model], keeper: User | None) -> int:
    _let_go(model)
    gone = 0
    for chunk in _chunks(model, keeper):
        with transaction.atomic():
            facts_changed()
            gone += chunk._raw_delete(chunk.db)
    return gone


def _let_go(model: type[models.Model]) -> None:
    """Rows that stay name nobody who goes."""
    for label in KEPT:
        kept = apps.get_model(label)
        for field in kept._meta.concrete_fields:
            if field.is_relation and field.related_model is model:
                kept._default_manager.exclude(**{field.name: None}).update(**{field.name: None})


def _chunks(model: type[models.Model], keeper: User | None) -> Iterator[Any]:
    """Query sets of a few thousand rows each, until none is left. A composite key is taken by its first column."""
    rows = _rows(model, keeper)
    key = model._meta.pk
    if isinstance(key, models.CompositePrimaryKey):
        first = key.field_names[0]
        for value in rows.order_by().values_list(first, flat=True).distinct():
            yield model._default_manager.filter(**{first: value})
        return
    while keys := list(rows.order_by("-pk").values_list("pk", flat=True)[:CHUNK]):
        yield rows.filter(pk__lte=keys[0], pk__gte=keys[-1])


def _rows(model: type[models.Model], keeper: User | None) -> "models.QuerySet[Any]":
    rows = model._default_manager.all()
    if model is Work:
        # This week's digest has gone out; another one, before there is anything to tell, would be the week's only mail.
        return rows.exclude(job=DIGEST, state=Work.State.DONE)
    if keeper is not None and model is User:
        return rows.exclude(pk=keeper.pk)
    if keeper is not None and model is Person:
        return rows.exclude(pk=keeper.person_id)
    return rows


def _remove_mails() -> None:
    """Mails that were written to a folder instead of being sent."""
    folder = Path(settings.EMAIL_FILE_PATH)
    for file in folder.iterdir() if folder.is_dir() else ():
        if file.is_file():
            file.unlink()
