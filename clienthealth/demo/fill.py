"""Fills the database with the demo agency: marked as a demo first, signed into last."""

import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.core.management.base import OutputWrapper
from django.db import transaction

from accounts.models import User
from clienthealth.base.models import Organisation
from clienthealth.base.organisation import organisation
from clienthealth.demo import AGENCY, IMPORT_NAME, SIGN_INS, nights
from clienthealth.demo.contacts import add_contacts
from clienthealth.demo.folder import write_folder
from clienthealth.demo.many import add_many
from clienthealth.demo.stories import STORIES
from clienthealth.health import nightly

SIZES = {"small": 24, "medium": 2000, "large": 10_000}
"""Clients, those of the stories included."""
NIGHTS_OF_MANY = 7
"""Nights before the last one that thousands of clients get: enough for levels. 91 take ten times as long."""


def fill(size: str, last: date, seed: int, messages: OutputWrapper) -> None:
    """So many clients ending on the day. What the import says goes to `messages`.

    The mark comes before the first row and the passwords after the last night: a run that was stopped half-way leaves
    an installation that calls itself a demo, can be emptied, and lets nobody in by a known password.
    """
    mark()
    with ThreadPoolExecutor(max_workers=1) as beside:  # hashing is slow on purpose, and waits for nothing
        hashes = beside.map(make_password, [password for _email, _role, password in SIGN_INS])
        bring_in(last, seed, messages)
        nights.evaluate(organisation(), last)
        if more := SIZES[size] - len(STORIES):
            add_many(more, last, seed)
            nightly.recompute(last, backfill=NIGHTS_OF_MANY)
        open_doors(list(hashes))


def bring_in(last: date, seed: int, messages: OutputWrapper) -> None:
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / IMPORT_NAME
        folder.mkdir()
        write_folder(folder, last, seed, organisation().currency)
        call_command("import", str(folder), stdout=messages)
    add_contacts()


def mark() -> None:
    name = organisation().name or AGENCY
    Organisation.objects.filter(pk=1).update(is_demo=True, name=name)


@transaction.atomic
def open_doors(hashes: list[str]) -> None:
    """Let the demo's people sign in."""
    for (email, _role, _password), hashed in zip(SIGN_INS, hashes, strict=True):
        User.objects.filter(email=email).update(password=hashed)


def is_half_done() -> bool:
    """Whether a demo was begun here and nobody can sign in yet."""
    if not organisation().is_demo:
        return False
    emails = [email for email, _role, _password in SIGN_INS]
    ready = [user.is_active and user.has_usable_password() for user in User.objects.filter(email__in=emails)]
    return len(ready) < len(SIGN_INS) or not all(ready)
