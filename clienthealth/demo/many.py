"""A large portfolio for measuring: thousands of invented clients, written straight into the tables.

A file of five million time entries would take as long to write as to read. What is written is what the import would
write, prices included. A hundred clients are one short transaction; one that is stored already is passed over, so a
run that was stopped is taken up by the next.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import Person, User
from clienthealth.base.models import facts_changed
from clienthealth.base.organisation import organisation
from clienthealth.base.text import name_key
from clienthealth.demo import IMPORT_NAME
from clienthealth.demo.crowd import client_names, people_names
from clienthealth.demo.invented import invent
from clienthealth.demo.people import DOMAIN, TITLE_RATES
from clienthealth.demo.sheet import Sheet, working_days
from clienthealth.demo.story import HISTORY_DAYS
from clienthealth.imports.models import Import
from engagements.models import Client

CHUNK = 100
"""Clients a transaction: about 50,000 time entries, well below two seconds."""
CLIENTS_A_PERSON, CLIENTS_A_MANAGER = 3, 40
MANAGER = "Account manager"
TITLES = [title for title in TITLE_RATES if "manager" not in title]
TEAM = 4


@dataclass(frozen=True)
class Staff:
    """Keys of people."""

    managers: Sequence[int]
    makers: Sequence[int]


def add_many(count: int, last: date, seed: int) -> None:
    """So many clients beside those of the stories, with their effort, money and friction up to the day."""
    staff = hire(count)
    record = Import.objects.get_or_create(name=IMPORT_NAME, is_recorded=False)[0]
    days = working_days(last, HISTORY_DAYS)
    names = client_names(count)
    for start in range(0, count, CHUNK):
        some = names[start : start + CHUNK]
        if Client.objects.filter(name_key=name_key(some[0])).exists():
            continue
        chance = random.Random(f"{seed} {start}")  # noqa: S311  invented, not secret
        sheet = Sheet(last, days, organisation(), record.pk, chance)
        for name in some:
            manager = chance.choice(staff.managers)
            sheet.add(invent(chance, name, last), manager, chance.sample(staff.makers, TEAM), f"{start // CHUNK:03d}")
        with transaction.atomic():
            facts_changed()
            sheet.write()


@transaction.atomic
def hire(clients: int) -> Staff:
    """The people who do the work; account managers are users, who cannot sign in until a password is set."""
    managing = max(1, clients // CLIENTS_A_MANAGER)
    names = people_names(max(managing + TEAM, clients // CLIENTS_A_PERSON))
    wanted = {_email(name): name for name in names}
    people = [
        Person(email=email, name=name, name_key=name_key(name), job_title=_title(at, managing))
        for at, (email, name) in enumerate(wanted.items())
    ]
    Person.objects.bulk_create(people, ignore_conflicts=True, batch_size=1000)
    keys = dict(Person.objects.filter(email__endswith=f"@{DOMAIN}").values_list("email", "pk"))
    ordered = [keys[email] for email in wanted]
    users = [
        User(email=email, person_id=keys[email], role="account_manager", password=make_password(None))
        for email in list(wanted)[:managing]
    ]
    User.objects.bulk_create(users, ignore_conflicts=True, batch_size=1000)
    return Staff(ordered[:managing], ordered[managing:])


def _title(at: int, managing: int) -> str:
    return MANAGER if at < managing else TITLES[at % len(TITLES)]


def _email(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@{DOMAIN}"
