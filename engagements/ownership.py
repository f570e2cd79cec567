"""Handing a client from one account manager to the next."""

from datetime import date, timedelta

from accounts.models import Person
from engagements.models import Client, ClientOwner


def hand_over(client: Client, to: Person | None, on: date) -> None:
    """From the day on (included) `to` manages the client; who did before stays in the history up to the day before.

    Somebody who took over on that very day leaves no trace: nobody managed the client for a day. Call in a transaction.
    """
    current = ClientOwner.objects.select_for_update().filter(client=client, to_on=None).first()
    if current is not None:
        if to is not None and current.person_id == to.pk:
            return
        if current.from_on >= on:
            current.delete()
        else:
            current.to_on = on - timedelta(days=1)
            current.save(update_fields=["to_on"])
    if to is not None:
        ClientOwner.objects.create(client=client, person=to, from_on=on)
