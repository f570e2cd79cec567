"""An import taken back as a whole: nothing of it is left, and nothing of anybody else's is touched."""

import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Person, User
from clienthealth.base.models import Organisation
from clienthealth.health.models import LatestFigures, Snapshot
from clienthealth.imports import undo as undoing
from clienthealth.imports.models import Import, RowChange
from clienthealth.imports.undo import undo
from engagements.models import Client, ClientOwner, Contract, CostRate, Invoice, TimeEntry
from issues.models import Flag, Incident, IncidentMinutes
from tests.imports.folders import INCIDENT_COLUMNS, INVOICE_COLUMNS, run_import, small_agency, table_sizes, write
from tests.oracle.generator import write_folder

pytestmark = pytest.mark.django_db

TIME = "email,client,date,minutes\nBob,Acme,2026-03-02,60\nann@agency.test,Zenith,2026-03-03,90\n"
KEPT_ALWAYS = {"imports.Import", "auditlog.LogEntry"}
MOVES = {"version", "created_at", "changed_at"}
"""Columns that say that a row was written, not what it says."""


def contents() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of facts, without what only tells that it was written."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in {"accounts", "engagements", "issues"}:
            rows = model._base_manager.order_by("pk").values()
            found[model._meta.label] = [{key: row[key] for key in row if key not in MOVES} for row in rows]
    return found


def newest() -> Import:
    return Import.objects.latest("pk")


def kept(record: Import) -> list[tuple[str, str, str]]:
    return [(each["model"], each["what"], each["reason"]) for each in record.undo_report["kept"]]


def test_undone_import_leaves_nothing(tmp_path: Path) -> None:
    before = contents()
    write_folder(tmp_path, 7, entries=100)
    run_import(tmp_path)
    assert contents() != before

    record = undo(newest().pk)

    assert contents() == before
    assert (record.state, record.undo_report["kept"]) == ("undone", [])
    assert record.undo_report["removed"]["engagements.timeentry"] == 100
    assert not RowChange.objects.exists()


def test_undone_import_comes_back_whole(tmp_path: Path) -> None:
    write_folder(tmp_path, 7, entries=100)
    first = run_import(tmp_path)
    sizes = table_sizes(leave_out=KEPT_ALWAYS)
    undo(newest().pk)

    again = run_import(tmp_path)

    assert [{**report, "rejected": []} for report in again] == [{**report, "rejected": []} for report in first]
    assert table_sizes(leave_out=KEPT_ALWAYS) == sizes


def test_second_import_undone_gives_former_values_back(tmp_path: Path) -> None:
    minutes = "Acme,2026-03-02T10:00:00Z,delivery,low,,Bob,5,,,late,,\n"
    run_import(small_agency(tmp_path, time=TIME, incidents=INCIDENT_COLUMNS + minutes))
    before = contents()
    later = write(
        tmp_path / "later",
        people="email,name,job_title\nann@agency.test,Ann Able-Archer,Boss\n",
        clients="client,owner_email,status,started_on\nAcme,bob@agency.test,parted,2024-01-01\nNew,,,\n",
        contracts="client,contract,kind,currency,fee,start,end\nAcme,Care,retainer,EUR,7000,2025-01-01,2026-01-31\n",
        rates="email,job_title,effective_from,cost_per_hour\n,,2025-01-01,99.00\n",
        incidents=INCIDENT_COLUMNS + minutes.replace(",low,,Bob,5,,,late,", ",high,,Bob,,,,early;loud,"),
        time=TIME + "Bob,New,2026-03-04,30\n",
    )
    run_import(later)
    assert contents() != before
    assert set(TimeEntry.objects.filter(client__name="Acme").values_list("cost_cents_per_hour", flat=True)) == {9900}

    record = undo(newest().pk)

    assert contents() == before
    assert record.undo_report["restored"] == 8
    assert record.undo_report["kept"] == []


def test_imports_undone_one_after_the_other_leave_nothing(tmp_path: Path) -> None:
    before = contents()
    run_import(small_agency(tmp_path, time=TIME))
    run_import(write(tmp_path / "b", clients="client,status\nAcme,parted\n"))
    for record in Import.objects.order_by("-pk"):
        assert undo(record.pk).undo_report["kept"] == []
    assert contents() == before


def test_undoing_twice_is_undoing_once(tmp_path: Path) -> None:
    run_import(small_agency(tmp_path))
    first = undo(newest().pk)
    entries, version = LogEntry.objects.count(), Organisation.objects.get().facts_version
    again = undo(first.pk)
    assert (again.undone_at, again.undo_report) == (first.undone_at, first.undo_report)
    assert (LogEntry.objects.count(), Organisation.objects.get().facts_version) == (entries, version)


def test_undoing_moves_the_version_of_the_facts(tmp_path: Path) -> None:
    run_import(small_agency(tmp_path))
    before = Organisation.objects.get().facts_version
    undo(newest().pk)
    assert Organisation.objects.get().facts_version > before


def test_row_changed_since_stays_with_what_it_needs(tmp_path: Path) -> None:
    run_import(small_agency(tmp_path, time=TIME))
    Contract.objects.filter(name="Care").update(notice_days=30)

    record = undo(newest().pk)

    assert kept(record) == [
        ("engagements.contract", "Care", "edited"),
        ("engagements.client", "Acme", "referred"),
    ]
    assert list(Client.objects.values_list("name", flat=True)) == ["Acme"]
    assert not TimeEntry.objects.exists()


def test_value_changed_since_stays_and_the_others_come_back(tmp_path: Path) -> None:
    run_import(small_agency(tmp_path))
    run_import(write(tmp_path / "b", clients="client,status,started_on\nAcme,parted,2024-01-01\n"))
    Client.objects.filter(name="Acme").update(status="offboarding")

    record = undo(newest().pk)

    acme = Client.objects.get(name="Acme")
    assert (acme.status, acme.started_on) == ("offboarding", date(2025, 1, 1))
    assert [(each["what"], each["fields"]) for each in record.undo_report["kept"]] == [("Acme", ["status"])]


@pytest.mark.parametrize("model", ["incident", "contract", "entry", "closed flag"])
def test_client_with_later_records_stays(tmp_path: Path, model: str) -> None:
    run_import(small_agency(tmp_path))
    record, acme = newest(), Client.objects.get(name="Acme")
    on = date(2026, 3, 1)
    if model == "incident":
        Incident.objects.create(client=acme, category="delivery", severity="low", occurred_on=on)
    elif model == "contract":
        Contract.objects.create(client=acme, name="More", kind="retainer", currency="EUR", start_on=on)
    elif model == "entry":
        who = Person.objects.get(name="Bob")
        TimeEntry.objects.create(client=acme, person=who, work_on=on, minutes=5, seconds=300)
    else:
        Flag.objects.create(client=acme, raised_on=on, closed_on=on, closed_at=record.created_at, outcome="exempted")

    undo(record.pk)

    assert list(Client.objects.values_list("name", flat=True)) == ["Acme"]


def test_figures_go_with_a_client_that_goes_and_stay_with_the_others(tmp_path: Path) -> None:
    old = Client.objects.create(name="Old")
    run_import(small_agency(tmp_path))
    for client in Client.objects.all():
        LatestFigures.objects.create(client=client, day=date(2026, 3, 1), status="ok")
        Snapshot.objects.create(client=client, day=date(2026, 3, 1), status="ok")
        Flag.objects.create(client=client, raised_on=date(2026, 3, 1))
    undo(newest().pk)
    for model in (Client, LatestFigures, Snapshot, Flag):
        assert [getattr(row, "client_id", row.pk) for row in model._default_manager.all()] == [old.pk]


def test_user_who_has_signed_in_stays(tmp_path: Path) -> None:
    run_import(small_agency(tmp_path))
    user = User.objects.get()
    user.set_password("a-long-test-password")
    user.save()
    record = undo(newest().pk)
    assert kept(record) == [
        ("accounts.user", "ann@agency.test", "edited"),
        ("accounts.person", "Ann Able", "referred"),
    ]


def test_undone_by_a_page_no_sign_in_goes_and_none_comes_back(tmp_path: Path, director: User) -> None:
    run_import(small_agency(tmp_path))
    first = newest()
    write(tmp_path / "again", people="email,role\nann@agency.test,member\n")
    run_import(tmp_path / "again")
    ann = User.objects.get(email="ann@agency.test")
    assert kept(undo(newest().pk, director)) == [("accounts.user", "ann@agency.test", "sign_in")]
    assert ("accounts.user", "ann@agency.test", "sign_in") in kept(undo(first.pk, director))
    ann.refresh_from_db()
    assert ann.role == "member"


def test_owner_who_was_replaced_since_is_not_put_back(tmp_path: Path) -> None:
    run_import(small_agency(tmp_path))
    ClientOwner.objects.update(from_on=date(2025, 1, 1))
    run_import(write(tmp_path / "b", clients="client,owner_email\nAcme,bob@agency.test\n"))
    third = Person.objects.create(name="Third")
    by_import = ClientOwner.objects.get(to_on=None)
    ClientOwner.objects.filter(pk=by_import.pk).update(to_on=by_import.from_on)
    ClientOwner.objects.create(client=by_import.client, person=third, from_on=by_import.from_on)

    record = undo(newest().pk)

    assert ClientOwner.objects.get(to_on=None).person == third
    assert {reason for _model, _what, reason in kept(record)} == {"edited", "conflict"}


def test_time_attributed_to_a_contract_by_its_dates_is_freed(tmp_path: Path) -> None:
    run_import(write(tmp_path / "a", people="name\nBob\n", clients="client\nAcme\n"))
    run_import(
        write(
            tmp_path / "b", contracts="client,contract,kind,currency,fee,start\nAcme,Care,retainer,EUR,1,2025-01-01\n"
        )
    )
    run_import(write(tmp_path / "c", time="email,client,date,minutes\nBob,Acme,2026-03-02,60\n"))
    assert TimeEntry.objects.get().contract is not None
    undo(Import.objects.order_by("pk")[1].pk)
    assert TimeEntry.objects.get().contract is None
    assert not Contract.objects.exists()


def test_edited_entry_stays_and_is_listed(tmp_path: Path) -> None:
    run_import(small_agency(tmp_path, time=TIME))
    TimeEntry.objects.filter(minutes=60).update(minutes=61, version=2)
    record = undo(newest().pk)
    assert TimeEntry.objects.get().minutes == 61
    assert kept(record)[0] == ("engagements.timeentry", "2026-03-02 61 min", "edited")
    assert "Zenith" not in Client.objects.values_list("name", flat=True)


def test_history_says_what_was_taken_back_and_by_whom(tmp_path: Path, director: User) -> None:
    run_import(small_agency(tmp_path))
    run_import(write(tmp_path / "b", clients="client,status\nAcme,parted\n"))
    undo(newest().pk, director)
    entry = LogEntry.objects.latest("pk")
    assert (entry.actor, entry.changes) == (director, {"status": ["parted", "active"]})
    assert entry.additional_data == {"undone_import": newest().pk}
    assert newest().undone_by == director


def test_removed_rows_come_back_under_their_keys(tmp_path: Path) -> None:
    row = "Acme,2026-03-02T10:00:00Z,delivery,low,,Bob,{},,,late,,\n"
    run_import(small_agency(tmp_path, incidents=INCIDENT_COLUMNS + row.format(5)))
    minutes = IncidentMinutes.objects.get()
    run_import(write(tmp_path / "b", incidents=INCIDENT_COLUMNS + row.format("")))
    assert not IncidentMinutes.objects.exists()
    undo(newest().pk)
    again = IncidentMinutes.objects.get()
    assert (again.pk, again.minutes, again.source_key) == (minutes.pk, 5, minutes.source_key)


def test_a_crash_while_undoing_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_import(small_agency(tmp_path))
    before = contents()
    monkeypatch.setattr(undoing._Prices, "reprice", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        undo(newest().pk)
    assert contents() == before
    assert newest().state == "imported"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite lets entries go step by step")
def test_interrupted_undo_goes_on_and_counts_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = "".join(f"Bob,Acme,2026-03-{day:02d},60\n" for day in range(1, 6))
    before = contents()
    run_import(small_agency(tmp_path, time="email,client,date,minutes\n" + entries))
    monkeypatch.setattr(undoing, "STEP", 2)
    monkeypatch.setattr(undoing.time, "sleep", lambda seconds: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        undo(newest().pk)
    assert (TimeEntry.objects.count(), newest().state) == (3, "imported")
    monkeypatch.setattr(undoing.time, "sleep", lambda seconds: None)

    record = undo(newest().pk)

    assert record.undo_report["removed"]["engagements.timeentry"] == 5
    assert contents() == before


def test_queries_do_not_grow_with_the_rows(tmp_path: Path) -> None:
    def queries(count: int) -> int:
        names = [f"Client {number}" for number in range(count)]
        invoices = "".join(f"{name}-1,{name},,invoice,,2026-01-01,,EUR,5,,,\n" for name in names)
        folder = write(
            tmp_path / str(count),
            people="email,name,role\nann@agency.test,Ann,account_manager\n",
            clients="client,owner_email\n" + "".join(f"{name},ann@agency.test\n" for name in names),
            contracts="client,contract,kind,currency,fee,start\n"
            + "".join(f"{name},Care,retainer,EUR,1,2025-01-01\n" for name in names),
            invoices=INVOICE_COLUMNS + invoices,
            incidents=INCIDENT_COLUMNS
            + "".join(f"{name},2026-03-02T10:00:00Z,delivery,low,,,5,,,late,,\n" for name in names),
            time="email,client,date,minutes\n" + "".join(f"Ann,{name},2026-03-02,60\n" for name in names),
        )
        run_import(folder)
        with CaptureQueriesContext(connection) as captured:
            undo(newest().pk)
        assert not Client.objects.exists()
        assert not Invoice.objects.exists()
        return len(captured)

    assert queries(1) == queries(20)


def test_import_from_before_the_records_is_refused() -> None:
    old = Import.objects.create(name="old")
    with pytest.raises(CommandError, match="too old"):
        call_command("undo_import", str(old.pk))


def test_command_tells_what_it_did(tmp_path: Path) -> None:
    run_import(small_agency(tmp_path, time=TIME))
    Contract.objects.filter(name="Care").update(notice_days=30)
    out = StringIO()
    call_command("undo_import", str(newest().pk), json=True, stdout=out)
    said = json.loads(out.getvalue())
    assert (said["id"], said["state"], said["kept_count"]) == (newest().pk, "undone", 2)
    assert said["removed"]["engagements.timeentry"] == 2

    out = StringIO()
    call_command("undo_import", str(newest().pk), stdout=out)
    assert "Client “Acme”: stays, because other records refer to it by now (Contract)" in out.getvalue()
    with pytest.raises(CommandError, match="no import 999999") as caught:
        call_command("undo_import", "999999")
    assert caught.value.returncode == 1


def test_rates_that_come_back_price_the_hours_again(tmp_path: Path) -> None:
    run_import(small_agency(tmp_path, time=TIME))
    run_import(write(tmp_path / "b", rates="email,job_title,effective_from,cost_per_hour\nBob,,2025-01-01,70\n"))
    bobs = TimeEntry.objects.filter(person__name="Bob")
    assert bobs.get().cost_cents_per_hour == 7000
    undo(newest().pk)
    assert bobs.get().cost_cents_per_hour == 4500
    assert CostRate.objects.count() == 1
