"""Together or not at all, once however often, and without a query per row."""

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

import dev
from accounts.models import Person
from clienthealth.base.models import Organisation, facts_changed
from clienthealth.imports import write as writing
from clienthealth.imports.models import Import
from engagements.models import Client, TimeEntry
from tests.imports.folders import INVOICE_COLUMNS, counts, import_one, run_import, small_agency, table_sizes, write
from tests.oracle.generator import write_folder
from tests.oracle.worked import write_worked
from tests.services import LiveApp

TIME = "email,client,date,minutes\nBob,Acme,2026-03-02,60\nBob,Acme,2026-03-02,60\n"


@pytest.fixture(scope="module")
def agency(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up folder with every kind of file."""
    folder = tmp_path_factory.mktemp("agency")
    write_folder(folder, 7, entries=400)
    return folder


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_made_up_folder_is_accepted_and_adds_nothing_twice(tmp_path: Path, seed: int) -> None:
    write_folder(tmp_path, seed, entries=600)

    first = run_import(tmp_path)
    sizes = table_sizes(leave_out=["imports.Import"])
    again = run_import(tmp_path)

    assert [report["rejected"] for report in first + again] == [[]] * (2 * len(first))
    assert [report["new"] + report["updated"] for report in again if report["kind"] != "pauses"] == [0] * 17
    assert [report["totals"] for report in again] == [report["totals"] for report in first]
    assert table_sizes(leave_out=["imports.Import"]) == sizes
    assert len(first) == 18


@pytest.mark.django_db
def test_worked_examples_are_accepted(tmp_path: Path) -> None:
    write_worked(tmp_path, late=True)
    assert [report["rejected"] for report in run_import(tmp_path)] == [[]] * 9


@pytest.mark.django_db
def test_dry_run_says_the_same_and_writes_nothing(agency: Path) -> None:
    before = table_sizes()
    version = Organisation.objects.get().facts_version

    rehearsed = run_import(agency, dry_run=True)

    assert table_sizes() == before
    assert Organisation.objects.get().facts_version == version
    assert run_import(agency) == rehearsed


@pytest.mark.django_db
def test_an_import_leaves_a_record_and_moves_the_version(agency: Path) -> None:
    version = Organisation.objects.get().facts_version

    reports = run_import(agency)

    record = Import.objects.get()
    assert record.name == agency.name
    assert [each["new"] for each in record.report] == [each["new"] for each in reports]
    assert set(TimeEntry.objects.values_list("import_id", flat=True)) == {record.pk}
    assert Organisation.objects.get().facts_version == version + 1


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["_reprice", "_write_time", "_write_causes"])
def test_a_crash_while_writing_leaves_nothing(agency: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = table_sizes()

    def crash(*_: Any) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(writing, place, crash)
    with pytest.raises(RuntimeError, match="power cut"):
        run_import(agency)
    assert table_sizes() == before


@pytest.mark.django_db
def test_rejected_values_no_database_can_hold_do_not_stop_the_rest(tmp_path: Path) -> None:
    report = import_one(write(tmp_path, clients="client\na\0b\nAcme\n"), "clients")
    assert counts(report) == (1, 0, 0, 0, 1)
    assert report["rejected"][0]["value"] == "a\0b"
    assert Import.objects.get().report[0]["rejected"][0]["value"] == "a�b"


# Others at the same time


@pytest.mark.django_db
def test_a_draft_that_was_overtaken_is_worked_out_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_agency(tmp_path, time=TIME)
    work_out = writing.work_out
    others = iter([lambda: (Client.objects.create(name="ACME"), facts_changed()), lambda: None])

    def overtaken(*args: Any) -> Any:
        draft = work_out(*args)
        next(others)()
        return draft

    monkeypatch.setattr(writing, "work_out", overtaken)
    report = import_one(tmp_path, "clients")

    assert counts(report) == (1, 1, 0, 0, 0)
    assert list(Client.objects.values_list("name", flat=True)) == ["ACME", "Zenith"]


@pytest.mark.django_db
@pytest.mark.parametrize("guarded", [True, False])
def test_two_imports_that_name_a_new_person_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, guarded: bool
) -> None:
    """No key forbids two people of one name, so here the version is the only guard: without it there are two."""
    text = "email,client,date,minutes\nNew Name,,{day},60\n"
    mine = write(tmp_path / "a", time=text.format(day="2026-03-02"))
    theirs = write(tmp_path / "b", time=text.format(day="2026-03-03"))
    work_out, others = writing.work_out, [lambda: run_import(theirs)]

    def overtaken(*args: Any) -> Any:
        draft = work_out(*args)
        if others:
            others.pop()()
        if not guarded:
            draft.version = Organisation.objects.get().facts_version
        return draft

    monkeypatch.setattr(writing, "work_out", overtaken)
    run_import(mine)

    assert TimeEntry.objects.count() == 2
    assert Person.objects.filter(name="New Name").count() == (1 if guarded else 2)


@pytest.mark.django_db
def test_rows_somebody_else_brought_in_are_reported_as_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also by somebody who did not announce it: the key of the row does."""
    run_import(small_agency(tmp_path / "a"))
    folder = write(tmp_path / "b", time=TIME)
    work_out, others = writing.work_out, [lambda: run_import(folder)]

    def overtaken(*args: Any) -> Any:
        draft = work_out(*args)
        if others:
            others.pop()()
            draft.version = Organisation.objects.get().facts_version
        return draft

    monkeypatch.setattr(writing, "work_out", overtaken)
    report = import_one(folder, "time")

    assert TimeEntry.objects.count() == 2
    assert (report["new"], report["duplicate"]) == (0, 2)


@pytest.mark.django_db
def test_a_client_typed_meanwhile_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody announces one typed client; the unique name does."""
    small_agency(tmp_path, time=TIME)
    work_out = writing.work_out
    others = iter([lambda: Client.objects.create(name="ACME"), lambda: None])

    def overtaken(*args: Any) -> Any:
        draft = work_out(*args)
        next(others)()
        return draft

    monkeypatch.setattr(writing, "work_out", overtaken)

    assert counts(import_one(tmp_path, "clients")) == (1, 1, 0, 0, 0)


@pytest.mark.django_db
def test_an_import_that_is_overtaken_again_and_again_makes_the_others_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work_out = writing.work_out
    attempts: list[bool] = []

    def restless(*args: Any) -> Any:
        draft = work_out(*args)
        attempts.append(draft.version > 0)
        if len(attempts) <= writing.ATTEMPTS:
            facts_changed()
        return draft

    monkeypatch.setattr(writing, "work_out", restless)
    run_import(small_agency(tmp_path, time=TIME))

    assert len(attempts) == writing.ATTEMPTS + 1
    assert TimeEntry.objects.count() == 2


@pytest.mark.django_db
def test_what_the_database_refuses_is_not_tried_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise IntegrityError("no")

    monkeypatch.setattr(writing, "_write_causes", refuse)
    with pytest.raises(IntegrityError):
        run_import(small_agency(tmp_path))
    assert not Client.objects.exists()


def import_in_other_process(app: LiveApp, folder: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "manage.py", "import", str(folder), "--json"]
    return subprocess.Popen(
        command, cwd=dev.ROOT, env=app.env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def test_imports_at_the_same_time_bring_each_row_in_once(live_app: LiveApp, agency: Path) -> None:
    runs = [import_in_other_process(live_app, agency) for _ in range(2)]
    answers = [each.communicate(timeout=120) for each in runs]
    assert [each.returncode for each in runs] == [0, 0], answers

    first, second = (json.loads(out) for out, _errors in answers)
    for one, other in zip(first, second, strict=True):
        assert one["rejected"] == other["rejected"] == []
        # Pauses of one contract that begin on one day follow each other: each is an update of the one before.
        assert one["kind"] == "pauses" or one["new"] + other["new"] == one["accepted"] == other["accepted"]
    count = "from engagements.models import *; print(TimeEntry.objects.count(), Client.objects.count())"
    shown = live_app.manage("shell", "-v0", "-c", count).stdout.split()
    accepted = {report["kind"]: report["accepted"] for report in first}
    assert shown == [str(accepted["time"]), str(accepted["clients"])]


# Queries


def folder_of(folder: Path, clients: int) -> Path:
    """So many clients, each with one row in every file."""
    incident = "client,occurred_at,category,severity,causes,email\n"
    headers = {
        "people": "email,name,role\n",
        "roles": "email,job_title,effective_from\n",
        "rates": "email,effective_from,cost_per_hour\n",
        "fx": "currency,effective_from,rate\n",
        "clients": "client,owner_email\n",
        "contracts": "client,contract,kind,currency,fee,start\n",
        "contract_terms": "client,contract,effective_from,fee\n",
        "milestones": "client,contract,date,amount\n",
        "pauses": "client,contract,from,to\n",
        "contact_hours": "client,weekdays,from,to\n",
        "time": "email,client,contract,date,minutes\n",
        "costs": "client,date,amount\n",
        "invoices": INVOICE_COLUMNS,
        "payments": "number,date,amount\n",
        "disputes": "number,from\n",
        "incidents": incident,
        "incident_minutes": "client,occurred_at,minutes,email\n",
        "touchpoints": "client,at\n",
    }
    rows = {
        "people": "p{n}@agency.test,Person {n} of {of},member\n",
        "roles": "p{n}@agency.test,Lead,2026-01-01\n",
        "rates": "p{n}@agency.test,2026-01-01,50\n",
        "fx": "USD,{day},0.9\n",
        "clients": "Client {n} of {of},p{n}@agency.test\n",
        "contracts": "Client {n} of {of},Care,retainer,EUR,100,2025-01-01\n",
        "contract_terms": "Client {n} of {of},Care,2026-01-01,110\n",
        "milestones": "Client {n} of {of},Care,2026-01-01,110\n",
        "pauses": "Client {n} of {of},Care,2026-01-01,2026-01-02\n",
        "contact_hours": "Client {n} of {of},1-5,9:00,18:00\n",
        "time": "p{n}@agency.test,Client {n} of {of},Care,2026-01-01,60\n",
        "costs": "Client {n} of {of},2026-01-01,5\n",
        "invoices": "I-{n}-{of},Client {n} of {of},Care,invoice,,2026-01-31,,EUR,100,,,\n",
        "payments": "I-{n}-{of},2026-02-01,10\n",
        "disputes": "I-{n}-{of},2026-02-01\n",
        "incidents": "Client {n} of {of},2026-01-01,delivery,low,cause {n},p{n}@agency.test\n",
        "incident_minutes": "Client {n} of {of},2026-01-01,5,q{n}@agency.test\n",
        "touchpoints": "Client {n} of {of},2026-01-01\n",
    }
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(clients)]
    texts = {
        name: headers[name] + "".join(row.format(n=number, of=clients, day=days[number]) for number in range(clients))
        for name, row in rows.items()
    }
    return write(folder, **texts)


@pytest.mark.django_db
def test_number_of_selects_does_not_depend_on_the_number_of_rows(tmp_path: Path) -> None:
    def selects(folder: Path) -> int:
        with CaptureQueriesContext(connection) as queries:
            reports = run_import(folder)
        assert [report["rejected"] for report in reports] == [[]] * 18
        return sum(each["sql"].lstrip().upper().startswith("SELECT") for each in queries)

    folders = [folder_of(tmp_path / str(clients), clients) for clients in (1, 3, 200)]
    run_import(folder_of(tmp_path / "warm", 2))  # content types are looked up once per process

    # The second import of a folder finds everything, and so takes the same way through all look-ups as the first.
    assert len({selects(folder) for folder in folders}) == 1
    assert len({selects(folder) for folder in folders}) == 1
