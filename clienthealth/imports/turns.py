"""Whoever writes many facts at once takes turns: one import, or the undoing of one, at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, transaction

from clienthealth.base.models import Organisation, facts_changed

PATIENCE_SECONDS = 600
"""One waits for another to end, however large that one is."""


def version_now() -> int:
    """The version of the facts: whoever changes many of them moves it on."""
    return Organisation.objects.values_list("facts_version", flat=True).get(pk=1)


@contextmanager
def writing() -> Iterator[int]:
    """A transaction that no other import shares; yields the version of the facts before it."""
    with _patience(), transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE_SECONDS}s'")
        facts_changed()
        yield version_now() - 1


@contextmanager
def _patience() -> Iterator[None]:
    """SQLite waits for another writer before the transaction begins, so it has to be told before."""
    if connection.vendor != "sqlite":
        yield
        return
    usual = settings.DATABASES["default"]["OPTIONS"]["timeout"]
    try:
        _wait_at_most(PATIENCE_SECONDS)
        yield
    finally:
        _wait_at_most(usual)


def _wait_at_most(seconds: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
