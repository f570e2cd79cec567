"""The standing cast: who tries every page, and plain factories for what they look at.

`manager` owns the client `acme`, `other_manager` owns `zenith`; `nobody` is an account manager without clients. Sign
somebody in with `sign_in(client, user)` or use the ready `as_…` browsers.
"""

from datetime import date
from typing import Any

import pytest
from django.test import Client as Browser

from accounts.models import Person, Role, User
from engagements.models import Client, ClientOwner, Contract

PASSWORD = "a-long-test-password"
LONG_AGO = date(2025, 1, 1)


def make_person(name: str = "Pat Person", **fields: Any) -> Person:
    return Person.objects.create(name=name, **fields)


def make_user(name: str, role: Role, **fields: Any) -> User:
    """A user who may sign in as name@agency.test with PASSWORD."""
    return User.objects.create_user(f"{name}@agency.test", PASSWORD, name=name.title(), role=role, **fields)


def make_client(name: str, owner: User | Person | None = None, **fields: Any) -> Client:
    """An active client, owned since LONG_AGO by the person or user given."""
    made = Client.objects.create(name=name, **{"started_on": LONG_AGO, **fields})
    if owner is not None:
        person = owner.person if isinstance(owner, User) else owner
        ClientOwner.objects.create(client=made, person=person, from_on=LONG_AGO)
    return made


def make_contract(client: Client, name: str = "Care", **fields: Any) -> Contract:
    """A monthly retainer of 6,000.00 EUR since LONG_AGO, unless the fields say otherwise."""
    plain = {"kind": "retainer", "currency": "EUR", "fee_cents": 600_000, "period": "month", "start_on": LONG_AGO}
    return Contract.objects.create(client=client, name=name, **{**plain, **fields})


def browser_of(user: User | None) -> Browser:
    """A browser in which this user is signed in; nobody for None."""
    browser = Browser()
    if user is not None:
        browser.force_login(user)
    return browser


@pytest.fixture
def director(db: None) -> User:
    return make_user("dana", Role.OPS_DIRECTOR)


@pytest.fixture
def manager(db: None) -> User:
    return make_user("mara", Role.ACCOUNT_MANAGER)


@pytest.fixture
def other_manager(db: None) -> User:
    return make_user("otto", Role.ACCOUNT_MANAGER)


@pytest.fixture
def nobody(db: None) -> User:
    """An account manager without clients."""
    return make_user("nils", Role.ACCOUNT_MANAGER)


@pytest.fixture
def member(db: None) -> User:
    return make_user("mina", Role.MEMBER)


@pytest.fixture
def admin_user(db: None) -> User:
    return make_user("adam", Role.ADMIN)


@pytest.fixture
def acme(manager: User) -> Client:
    return make_client("Acme", manager)


@pytest.fixture
def zenith(other_manager: User) -> Client:
    return make_client("Zenith", other_manager)


@pytest.fixture
def as_director(director: User) -> Browser:
    return browser_of(director)


@pytest.fixture
def as_manager(manager: User) -> Browser:
    return browser_of(manager)


@pytest.fixture
def as_other_manager(other_manager: User) -> Browser:
    return browser_of(other_manager)


@pytest.fixture
def as_member(member: User) -> Browser:
    return browser_of(member)


@pytest.fixture
def as_admin(admin_user: User) -> Browser:
    return browser_of(admin_user)


@pytest.fixture
def as_stranger(db: None) -> Browser:
    """Nobody signed in."""
    return Browser()
