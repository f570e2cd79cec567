"""A post that arrives twice has one effect."""

from collections.abc import Callable

from django.db import transaction

from clienthealth.base.models import IdempotencyKey


def once(owner: str, key: str, effect: Callable[[], str]) -> tuple[str, bool]:
    """Carry out `effect` unless this owner's key was used; returns its result (a path or id) and whether it ran now.

    Key and effect commit together. Of two posts at once the second waits for the first's row and gets its result.
    An empty key gives no protection: the effect runs.
    """
    if not key:
        with transaction.atomic():
            return effect(), True
    with transaction.atomic():
        row = IdempotencyKey(owner=owner, key=key[:64], result="")
        IdempotencyKey.objects.bulk_create([row], ignore_conflicts=True)
        held = IdempotencyKey.objects.select_for_update().get(owner=owner, key=key[:64])
        if held.result:
            return held.result, False
        held.result = effect()
        held.save(update_fields=["result"])
        return held.result, True
