"""Who may open which address: one table of rules, walked over every address there is. And nothing of a client reaches
anybody who may not see it, looked for as a word in the bytes of every page.

A new address without a row fails. A row has one answer per method and role, in the order of ROLES:

    ok       200                     login    to the sign-in page
    422      a form with errors      3xx      somewhere else, after something was done or where there is nothing to do
    403 404 405 503                  as they are (503: no beat and no worker runs beside these tests)
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import Role, User
from clienthealth.base import outbox
from clienthealth.digest.choice import address_of
from clienthealth.digest.tasks import plan
from clienthealth.digest.weeks import Week
from clienthealth.health.models import ThresholdOverride
from clienthealth.imports.models import Assignment, Import, NameAlias, Upload, UploadChunk
from engagements.models import (
    Client,
    Contact,
    ContactHours,
    Contract,
    ContractTerm,
    Correction,
    CostRate,
    DirectCost,
    FxRate,
    Invoice,
    InvoiceLine,
    Payment,
    TimeEntry,
)
from issues.models import Cause, Incident, IncidentMinutes, Touchpoint
from tests.cast import *  # noqa: F403  fixtures of these tests
from tests.cast import browser_of, make_contract, make_user
from tests.dashboard.figures import D, changed, flag, latest

pytestmark = pytest.mark.django_db

ROLES = ("anonymous", "own_manager", "other_manager", "director", "member", "admin", "deactivated")

# fmt: off
RULES: dict[str, tuple[str, str]] = {
    # name: (GET, POST); one word where all roles get the same
    "account_change_password": ("login ok ok ok ok ok login", "login ok ok ok ok ok login"),
    "account_confirm_login_code": ("login 3xx 3xx 3xx 3xx 3xx login", "login 3xx 3xx 3xx 3xx 3xx login"),
    "account_inactive": ("ok", "405"),
    "account_login": ("ok 3xx 3xx 3xx 3xx 3xx ok", "ok 3xx 3xx 3xx 3xx 3xx ok"),
    "account_logout": ("3xx ok ok ok ok ok 3xx", "3xx"),
    "account_reauthenticate": ("login ok ok ok ok ok login", "login ok ok ok ok ok login"),
    "account_reset_password": ("ok", "ok"),
    "account_reset_password_done": ("ok", "405"),
    "account_reset_password_from_key": ("ok", "ok"),
    "account_reset_password_from_key_done": ("ok", "405"),
    "account_set_password": ("login 3xx 3xx 3xx 3xx 3xx login", "login 3xx 3xx 3xx 3xx 3xx login"),
    "account_signup": ("ok 3xx 3xx 3xx 3xx 3xx ok", "ok 3xx 3xx 3xx 3xx 3xx ok"),
    "dashboard:client": ("login ok 404 ok 403 403 login", "login 405 405 405 405 405 login"),
    "dashboard:effort": ("login ok 404 ok 403 403 login", "login 405 405 405 405 405 login"),
    "dashboard:flag": ("login ok 404 ok 403 403 login", "login 405 405 405 405 405 login"),
    "dashboard:flags": ("login ok ok ok 403 403 login", "login 405 405 405 405 405 login"),
    "dashboard:healthz": ("ok", "405"),
    "dashboard:incidents": ("login ok 404 ok 403 403 login", "login 405 405 405 405 405 login"),
    "dashboard:mail": ("login ok 404 ok 404 404 login", "login 405 405 405 405 405 login"),
    "dashboard:mail_again": ("login 405 405 405 405 405 login", "login 403 403 3xx 403 3xx login"),
    "dashboard:mail_html": ("login ok 404 ok 404 404 login", "login 405 405 405 405 405 login"),
    "dashboard:mails": ("login ok ok ok ok ok login", "login 405 405 405 405 405 login"),
    "dashboard:organisation": ("login 403 403 ok 403 ok login", "login 403 403 422 403 422 login"),
    "dashboard:portfolio": ("login ok ok ok 403 403 login", "login 405 405 405 405 405 login"),
    "dashboard:readyz": ("503", "405"),
    "dashboard:restated": ("login ok 404 ok 403 403 login", "login 405 405 405 405 405 login"),
    "dashboard:revenue": ("login ok 404 ok 403 403 login", "login 405 405 405 405 405 login"),
    "dashboard:settings": ("login ok ok ok ok ok login", "login 405 405 405 405 405 login"),
    "dashboard:system": ("login 403 403 ok 403 ok login", "login 405 405 405 405 405 login"),
    "dashboard:today": ("login ok ok ok ok ok login", "login 405 405 405 405 405 login"),
    "demo:remove": ("login 403 403 404 403 404 login", "login 403 403 404 403 404 login"),
    "digest:choice": ("login ok ok ok ok ok login", "login 422 422 422 422 422 login"),
    "digest:unsubscribe": ("ok", "ok"),
    "engagements:client_create": ("login 403 403 ok 403 403 login", "login 403 403 422 403 403 login"),
    "engagements:client_edit": ("login ok 404 ok 404 404 login", "login 422 404 422 404 404 login"),
    "engagements:contact_create": ("login ok 404 ok 404 404 login", "login 422 404 422 404 404 login"),
    "engagements:contact_delete": ("login ok 404 ok 404 404 login", "login 3xx 404 3xx 404 404 login"),
    "engagements:contact_edit": ("login ok 404 ok 404 404 login", "login 422 404 422 404 404 login"),
    "engagements:contact_hours": ("login ok 404 ok 404 404 login", "login 422 404 422 404 404 login"),
    "engagements:contract_create": ("login ok 404 ok 404 404 login", "login 422 404 422 404 404 login"),
    "engagements:contract_edit": ("login ok 404 ok 404 404 login", "login 422 404 422 404 404 login"),
    "engagements:fx": ("login 403 403 ok 403 403 login", "login 405 405 405 405 405 login"),
    "engagements:fx_create": ("login 403 403 ok 403 403 login", "login 403 403 422 403 403 login"),
    "engagements:fx_delete": ("login 403 403 ok 403 403 login", "login 403 403 3xx 403 403 login"),
    "engagements:fx_edit": ("login 403 403 ok 403 403 login", "login 403 403 422 403 403 login"),
    "engagements:rate_create": ("login 403 403 ok 403 403 login", "login 403 403 422 403 403 login"),
    "engagements:rate_delete": ("login 403 403 ok 403 403 login", "login 403 403 3xx 403 403 login"),
    "engagements:rate_edit": ("login 403 403 ok 403 403 login", "login 403 403 422 403 403 login"),
    "engagements:rates": ("login 403 403 ok 403 403 login", "login 405 405 405 405 405 login"),
    "health:override": ("login 403 403 ok 403 403 login", "login 403 403 422 403 403 login"),
    "health:override_end": ("login 405 405 405 405 405 login", "login 403 403 3xx 403 403 login"),
    "health:thresholds": ("login 403 403 ok 403 403 login", "login 403 403 422 403 403 login"),
    "imports:assignment_back": ("login 405 405 405 405 405 login", "login 403 403 3xx 403 403 login"),
    "imports:figures": ("login 403 403 ok 403 403 login", "login 403 403 3xx 403 403 login"),
    "imports:import": ("login 403 403 ok 403 403 login", "login 405 405 405 405 405 login"),
    "imports:imports": ("login 403 403 ok 403 403 login", "login 405 405 405 405 405 login"),
    "imports:name_delete": ("login 405 405 405 405 405 login", "login 403 403 3xx 403 403 login"),
    "imports:name_edit": ("login 403 403 ok 403 403 login", "login 403 403 422 403 403 login"),
    "imports:names": ("login 403 403 ok 403 403 login", "login 405 405 405 405 405 login"),
    "imports:unassigned": ("login 403 403 ok 403 403 login", "login 403 403 422 403 403 login"),
    "imports:undo": ("login 403 403 ok 403 403 login", "login 403 403 3xx 403 403 login"),
    "imports:undo_retry": ("login 405 405 405 405 405 login", "login 403 403 3xx 403 403 login"),
    "imports:upload": ("login 403 403 ok 403 403 login", "login 403 403 422 403 403 login"),
    "imports:upload_detail": ("login 403 403 ok 403 403 login", "login 403 403 3xx 403 403 login"),
    "imports:upload_discard": ("login 405 405 405 405 405 login", "login 403 403 3xx 403 403 login"),
    "imports:upload_rejected": ("login 403 403 ok 403 403 login", "login 405 405 405 405 405 login"),
    "imports:upload_retry": ("login 405 405 405 405 405 login", "login 403 403 3xx 403 403 login"),
    "issues:incident": ("login ok 404 ok 404 404 login", "login 405 405 405 405 405 login"),
    "issues:incident_clients": ("login ok ok ok ok 403 login", "login 405 405 405 405 405 login"),
    "issues:incident_edit": ("login ok 404 ok 404 404 login", "login 422 404 422 404 404 login"),
    "issues:incident_log": ("login ok ok ok ok 403 login", "login 422 422 422 422 403 login"),
    "issues:incident_mine": ("login ok ok ok ok 403 login", "login 405 405 405 405 405 login"),
    "issues:incident_undo": ("login 405 405 405 405 405 login", "login 3xx 404 403 404 404 login"),
    "issues:touchpoint_clients": ("login ok ok ok 403 403 login", "login 405 405 405 405 405 login"),
    "issues:touchpoint_edit": ("login ok 404 ok 404 404 login", "login 422 404 422 404 404 login"),
    "issues:touchpoint_log": ("login ok ok ok 403 403 login", "login 422 422 422 403 403 login"),
}
# fmt: on


def addresses(within: URLResolver | None = None, namespaces: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    """Every address of the application by its full name."""
    for each in (within or get_resolver()).url_patterns:
        if isinstance(each, URLPattern):
            yield ":".join([*namespaces, each.name or str(each.pattern)]), each
        else:
            inner = (*namespaces, each.namespace) if each.namespace else namespaces
            yield from addresses(each, inner)


PATTERNS = dict(addresses())
NAMES = [name for name, _pattern in addresses()]


@dataclass
class World:
    """`acme` with one record of each kind, and the numbers of those records by the names addresses give them."""

    users: dict[str, User | None]
    numbers: dict[str, int | str]


@pytest.fixture(autouse=True)
def mails_in_files(settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_FILE_PATH = tmp_path


@pytest.fixture
def world(acme: Client, manager: User, other_manager: User, director: User, member: User, admin_user: User) -> World:
    records = record_everything(acme, director, manager)
    deactivated = make_user("derek", Role.OPS_DIRECTOR)
    users = {
        "anonymous": None,
        "own_manager": manager,
        "other_manager": other_manager,
        "director": director,
        "member": member,
        "admin": admin_user,
        "deactivated": deactivated,
    }
    return World(users, records)


def record_everything(client: Client, director: User, reporter: User, word: str = "Plain") -> dict[str, int | str]:
    """One record of each kind with the word in every text, and their numbers."""
    client.success_in_their_words = client.success_in_our_words = client.exempt_reason = word
    client.save()
    contract = make_contract(client, f"{word} contract", notice_days=30, currency="EUR")
    ContractTerm.objects.create(contract=contract, effective_from=date(2026, 3, 1), fee_cents=700_000)
    contact = Contact.objects.create(
        client=client, name=f"{word} contact", job_role=word, phone=word[:50], email=f"{word.lower()}@client.test"
    )
    ContactHours.objects.create(client=client, weekdays="12345", from_time=time(9), to_time=time(18))
    rate = CostRate.objects.create(
        job_title=f"designer {client.pk}", effective_from=date(2020, 1, 1), cents_per_hour=4000
    )
    fx = FxRate.objects.create(currency="USD", effective_from=date(2020, 1, client.pk % 28 + 1), rate_e10=9 * 10**9)
    incident = Incident.objects.create(
        client=client,
        category="delivery",
        severity="low",
        occurred_at=datetime(2026, 3, 20, 9, tzinfo=UTC),
        occurred_on=date(2026, 3, 20),
        reporter=reporter.person,
        author=reporter,
        **dict.fromkeys(("what_happened", "client_view", "our_view", "resolution", "prevention"), word),
    )
    incident.causes.add(Cause.objects.get_or_create(name="a cause of these tests")[0])
    IncidentMinutes.objects.create(incident=incident, minutes=30)
    touchpoint = Touchpoint.objects.create(
        client=client, at=datetime(2026, 3, 21, 9, tzinfo=UTC), channel=word[:40], note=word
    )
    money(client, contract, word)
    latest(client, "consider", 10_600)
    changed(client, "repair", "consider", date(2026, 3, 1))
    override = ThresholdOverride.objects.create(
        client=client, reason=word, valid_from=date(2026, 1, 1), valid_to=date(2100, 1, 1), author=director
    )
    flag_id = flag(client).pk
    (mail,) = plan(Week.parse("2026-W13"), [reporter])  # it covers the flag's night
    assert outbox.deliver(mail.pk, timezone.now()) == "sent"
    return {
        "mail_id": mail.pk,
        "token": address_of(reporter).rstrip("/").rpartition("/")[2],
        **files(client, director, word),
        "client_id": client.pk,
        "flag_id": flag_id,
        "override_id": override.pk,
        "contact": contact.pk,
        "contract": contract.pk,
        "rate": rate.pk,
        "fx": fx.pk,
        "incident": incident.pk,
        "touchpoint": touchpoint.pk,
        "client": client.pk,
    }


def files(client: Client, director: User, word: str) -> dict[str, int | str]:
    """A file that was imported, one that waits for a decision, and a name that was mapped."""
    record = Import.objects.create(name=word, author=director, report=[], is_recorded=True)
    upload = Upload.objects.create(name=word, author=director, state=Upload.State.REFUSED, refusal=word)
    UploadChunk.objects.create(upload=upload, part="rejected", number=0, data=word.encode())
    alias = NameAlias.objects.create(kind="client", name=word, name_key=word.lower(), client=client)
    given = Assignment.objects.create(project=word, client=client, entries=1, at=record.created_at)
    return {"assignment": given.pk, "import": record.pk, "undo": record.pk, "upload": upload.pk, "name": alias.pk}


def money(client: Client, contract: Contract, word: str) -> None:
    """Invoice, payment, correction, cost and time of the client."""
    invoice = Invoice.objects.create(number=f"{word}-1", client=client, issue_on=D, due_on=D, currency="EUR")
    InvoiceLine.objects.create(invoice=invoice, contract=contract, amount_cents=10_000)
    Payment.objects.create(invoice=invoice, on=D, amount_cents=1_000)
    Correction.objects.create(
        kind="credit_note", number=f"{word}-C", client=client, on=D, amount_cents=100, currency="EUR"
    )
    DirectCost.objects.create(client=client, on=D, amount_cents=100, currency="EUR", note=word)
    worker = client.owner
    TimeEntry.objects.create(
        client=client, contract=contract, person=worker, work_on=D, minutes=60, seconds=3600, note=word
    )


def url_of(name: str, numbers: dict[str, int | str]) -> str:
    """The address with acme's records in it; `pk` is that of the thing the address is named after."""
    wanted = PATTERNS[name].pattern.regex.groupindex
    thing = name.partition(":")[2].partition("_")[0]
    by_client = {"contact_create", "contact_hours", "contract_create"}
    values: dict[str, Any] = {**numbers, "key": "unknown-key", "uidb36": "1"}
    values["pk"] = numbers["client"] if name.partition(":")[2] in by_client else numbers.get(thing, 0)
    return reverse(name, kwargs={each: values[each] for each in wanted})


def answer(response: HttpResponseBase) -> str:
    """The word the table uses for a response."""
    if response.status_code in (301, 302, 303):
        return "login" if response.headers["Location"].startswith("/accounts/login/") else "3xx"
    return "ok" if response.status_code == 200 else str(response.status_code)


def browser_for(world: World, role: str) -> Browser:
    """Somebody of the role, signed in; the deactivated one was signed in before."""
    user = world.users[role]
    browser = browser_of(user)
    if role == "deactivated":
        User.objects.filter(role=Role.OPS_DIRECTOR, email__startswith="derek").update(is_active=False)
    return browser


def answers(world: World, role: str, method: str) -> dict[str, str]:
    """What the role gets from every address; whatever a request does is taken back before the next."""
    browser = browser_for(world, role)
    cookies = browser.cookies.output()
    found = {}
    for name in NAMES:
        with transaction.atomic():
            found[name] = answer(getattr(browser, method)(url_of(name, world.numbers)))
            transaction.set_rollback(True)
        if browser.cookies.output() != cookies:
            browser = browser_for(world, role)
            cookies = browser.cookies.output()
    return found


def expected(role: str, method: str) -> dict[str, str]:
    rows = {name: row[method == "post"].split() for name, row in RULES.items()}
    return {name: row[ROLES.index(role)] if len(row) > 1 else row[0] for name, row in rows.items()}


def test_every_address_has_a_row() -> None:
    assert sorted(RULES) == sorted(NAMES)
    assert len(NAMES) == len(set(NAMES))


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_the_table_says(world: World, role: str) -> None:
    for method in ("get", "post"):
        assert answers(world, role, method) == expected(role, method)


NAME, DETAIL = "Zyzzyva", "Quokka"
"""Words of the foreign client: its name, and every other text recorded about it."""

ASIDE = [
    "/portfolio/?q=zyz&status=all",
    "/portfolio/?sort=-effort",
    "/incidents/clients/?q=zyz",
    "/touchpoints/clients/?q=zyz",
    "/incidents/log/?client={client}",
    "/touchpoints/log/?client={client}",
]
"""Addresses that answer by what is typed or named in them."""


@pytest.fixture
def foreign(zenith: Client, world: World, other_manager: User, director: User) -> dict[str, int | str]:
    """A client of somebody else, with a word in every text that a reader could recognise."""
    zenith.name = f"{NAME} Works"
    zenith.save()
    return record_everything(zenith, director, other_manager, DETAIL)


def everything_received(browser: Browser, *worlds: dict[str, int | str]) -> dict[str, bytes]:
    """Body and headers of every address, whole and as htmx asks for it, with these records in the addresses."""
    received = {}
    for numbers in worlds:
        urls = [url_of(name, numbers) for name in NAMES if name != "account_logout"]
        for url in [*urls, *(each.format(client=numbers["client"]) for each in ASIDE)]:
            for headers in ({}, {"HX-Request": "true"}):
                response = browser.get(url, headers=headers)
                received[f"{url} {headers}"] = str(response.headers).encode() + response.getvalue()
    return received


def pages_with(word: str, received: dict[str, bytes]) -> set[str]:
    """Addresses whose answer has the word in it; what was typed into the address itself does not count."""
    return {url.split(" ")[0] for url, text in received.items() if word.encode() in text}


def test_nothing_of_a_foreign_client_reaches_a_manager(world: World, foreign: dict[str, int | str]) -> None:
    received = everything_received(browser_for(world, "own_manager"), world.numbers, foreign)
    assert pages_with(NAME, received) == set()
    assert pages_with(DETAIL, received) == set()
    assert pages_with("Acme", received)


def test_a_member_learns_names_only_and_an_admin_not_even_those(world: World, foreign: dict[str, int | str]) -> None:
    member = everything_received(browser_for(world, "member"), world.numbers, foreign)
    assert pages_with(DETAIL, member) == set()
    assert "/" in pages_with(NAME, member)
    admin = everything_received(browser_for(world, "admin"), world.numbers, foreign)
    assert pages_with(NAME, admin) == pages_with(DETAIL, admin) == set()


def test_the_director_sees_the_words_where_they_belong(world: World, foreign: dict[str, int | str]) -> None:
    """The control: pages of the same records do carry the words."""
    received = everything_received(browser_for(world, "director"), foreign)
    client = f"/clients/{foreign['client']}"
    mail = f"/mails/{foreign['mail_id']}"
    assert {f"{mail}/", f"{mail}/html/", "/system/"} <= pages_with(NAME, received)
    named = {"/", "/portfolio/", "/flags/", f"/flags/{foreign['flag_id']}/", f"{client}/", f"{client}/restated/"}
    assert named <= pages_with(NAME, received)
    told = {f"{client}/", f"{client}/effort/", f"{client}/revenue/", f"{client}/incidents/", "/settings/thresholds/"}
    told |= {"/imports/", f"/imports/uploads/{foreign['upload']}/rejected.csv", "/imports/names/"}
    assert told <= pages_with(DETAIL, received)
