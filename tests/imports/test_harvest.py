"""Harvest's detailed time report: its variants, what is asked, what is rejected, and that nothing comes twice."""

import csv
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Person, User
from clienthealth.imports.draft import Choices, work_out
from clienthealth.imports.files import find
from clienthealth.imports.names import NameMap
from clienthealth.imports.reading import open_source
from clienthealth.imports.report import FileReport
from engagements.models import Client, Contract, CostRate, TimeEntry
from tests.imports.folders import Report, counts, refusal, rejections, run_import, small_agency, table_sizes
from tests.imports.harvest import (
    AMERICAN,
    FINNISH,
    GERMAN_FILE,
    HEADER,
    PLAIN,
    WITH_EMAIL,
    Account,
    Entry,
    minutes,
)

pytestmark = pytest.mark.django_db

ENTRIES = [
    Entry(hours="1.0", note="Kick-off, with the client"),
    Entry(day=date(2026, 3, 3), client="ACME ", hours="3.5", billable=False),
    Entry(day=date(2026, 3, 14), client="Müller & Söhne", hours="0.25", task="Meetings", first="Zoë", last="Quirke"),
    Entry(day=date(2026, 3, 25), client="", project="Office", hours="7.75"),
    Entry(day=date(2026, 3, 31), client="Müller & Söhne", hours="0.33", note='said "yes"\nand went'),
]


def bring_in(path: Path, account: Account, entries: list[Entry], **options: object) -> Report:
    [report] = run_import(account.write(path, entries), **options)
    return report


def raw(path: Path, text: str, **options: object) -> Report:
    path.write_text(text)
    [report] = run_import(path, **options)
    return report


# Variants


@pytest.mark.parametrize(
    ("account", "order"),
    [
        (PLAIN, "ymd"),
        (replace(PLAIN, header=[title for title in HEADER if title != "Employee Id"]), "ymd"),
        (AMERICAN, "mdy"),
        (FINNISH, "dmy"),
        (WITH_EMAIL, "ymd"),
        (replace(PLAIN, encoding="utf-8-sig", newline="\n"), "ymd"),
        (replace(PLAIN, encoding="utf-16", delimiter="\t"), "ymd"),
        (replace(PLAIN, quoting=csv.QUOTE_ALL, newline="\r", date_format="%d/%m/%y"), "dmy"),
        (replace(PLAIN, date_format="%Y/%m/%d 00:00"), "ymd"),
        (replace(PLAIN, date_format="%m-%d-%Y", yes_no=("Tak", "Nie")), "mdy"),
        (replace(PLAIN, yes_no=("Да", "Нет")), "ymd"),
        (replace(PLAIN, encoding="cp1252", yes_no=("Ja", "Nein")), "ymd"),
    ],
)
def test_variants_say_the_same(tmp_path: Path, account: Account, order: str) -> None:
    report = bring_in(tmp_path / "report.csv", account, ENTRIES)

    assert counts(report) == (5, 0, 0, 0, 0)
    assert report["totals"] == {"minutes_by_client": minutes(ENTRIES), "amount_by_client": {}}
    assert (report["kind"], report["preset"], report["header_record"]) == ("time", "harvest_time", 1)
    assert (report["encoding"], report["delimiter"]) == (account.encoding.removesuffix("-sig"), account.delimiter)
    assert report["date_order"] == order
    fields = (
        "work_on",
        "client__name",
        "project",
        "task",
        "seconds",
        "is_billable",
        "activity",
        "person__name",
        "note",
    )
    assert list(TimeEntry.objects.order_by("work_on").values_list(*fields)) == [
        (
            date(2026, 3, 2),
            "Acme",
            "Website",
            "Design",
            3600,
            True,
            "delivery",
            "Ann Able",
            "Kick-off, with the client",
        ),
        (date(2026, 3, 3), "Acme", "Website", "Design", 12600, False, "delivery", "Ann Able", ""),
        (date(2026, 3, 14), "Müller & Söhne", "Website", "Meetings", 900, True, "communication", "Zoë Quirke", ""),
        (date(2026, 3, 25), None, "Office", "Design", 27900, True, "delivery", "Ann Able", ""),
        (
            date(2026, 3, 31),
            "Müller & Söhne",
            "Website",
            "Design",
            1188,
            True,
            "delivery",
            "Ann Able",
            'said "yes"\nand went',
        ),
    ]


def test_german_report_names_no_person(tmp_path: Path) -> None:
    CostRate.objects.create(effective_from=date(2026, 1, 1), cents_per_hour=4500)
    report = bring_in(tmp_path / "zeiten.csv", GERMAN_FILE, ENTRIES)

    assert (report["preset"], report["encoding"], report["date_order"]) == ("harvest_time", "cp1252", "dmy")
    assert report["totals"]["minutes_by_client"] == minutes(ENTRIES)
    assert set(TimeEntry.objects.values_list("person__name", "is_billable", "cost_cents_per_hour")) == {
        ("(unknown person)", True, 4500)
    }


def test_columns_may_be_renamed_reordered_and_stand_below_others(tmp_path: Path) -> None:
    text = (
        "Detailed report;;\n;;\n"
        "*HOURS*;\ufeff client ; Task;Billable;PROJECT;Date;Colour;Colour;;Last Name\n"
        "1,5;Acme;Design;ja;Website;26.03.2026;red;blue;beside;Able\n"
        "2;Acme;Design\n"
    )
    report = raw(tmp_path / "x.csv", text)

    assert (report["header_record"], report["delimiter"]) == (3, ";")
    assert counts(report) == (1, 0, 0, 0, 1)
    assert rejections(report) == [(5, "Date", "", "bad_date")]
    assert report["totals"]["minutes_by_client"] == {"Acme": "90.0000"}


def test_second_byte_order_mark_before_a_quoted_header(tmp_path: Path) -> None:
    path = replace(PLAIN, quoting=csv.QUOTE_ALL, encoding="utf-8-sig").write(tmp_path / "x.csv", ENTRIES)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert counts(run_import(path)[0]) == (5, 0, 0, 0, 0)


def test_file_named_like_a_native_one_is_known_by_its_header(tmp_path: Path) -> None:
    for name in ("time.csv", "clients.csv"):
        assert bring_in(tmp_path / name, PLAIN, ENTRIES, dry_run=True)["preset"] == "harvest_time"
    assert bring_in(tmp_path / "folder" / "time.csv", PLAIN, ENTRIES)["preset"] == "harvest_time"
    [report] = run_import(tmp_path / "folder")
    assert counts(report) == (0, 0, 5, 0, 0)


@pytest.mark.parametrize("options", [{"kind": "time"}, {"preset": "harvest_time"}])
def test_kind_and_preset_may_be_named(tmp_path: Path, options: dict[str, str]) -> None:
    assert counts(bring_in(tmp_path / "x.csv", PLAIN, ENTRIES, **options)) == (5, 0, 0, 0, 0)


def test_preset_that_is_named_needs_only_its_columns(tmp_path: Path) -> None:
    bare = replace(PLAIN, header=["Date", "Client", "Project", "Task", "Hours"])
    path = bare.write(tmp_path / "x.csv", ENTRIES)
    assert "--preset" in refusal(path)
    [report] = run_import(path, preset="harvest_time")
    assert counts(report) == (5, 0, 0, 0, 0)


def test_preset_that_does_not_fit_is_refused_with_what_is_missing(tmp_path: Path) -> None:
    some = replace(PLAIN, header=["Date", "Client", "Task", "Billable?"]).write(tmp_path / "x.csv", ENTRIES)
    assert "lacks the column Project, Hours" in refusal(some, preset="harvest_time")
    (tmp_path / "y.csv").write_text("a,b\n1,2\n")
    assert "lacks the column Date, Client, Project, Task, Hours" in refusal(tmp_path / "y.csv", preset="harvest_time")
    other = replace(PLAIN, header=[*HEADER, "Issue Date"]).write(tmp_path / "z.csv", ENTRIES)
    assert "Issue Date" in refusal(other, preset="harvest_time")


@pytest.mark.parametrize("preset", [None, "harvest_time"])
def test_invoice_report_is_refused_by_its_name(tmp_path: Path, preset: str | None) -> None:
    path = tmp_path / "invoices.csv"
    path.write_text("Invoice Report,,\n\nStatus,Issue Date,ID,Client,Invoice Amount,Balance\nPaid,2026-01-01,1,A,1,0\n")
    assert "is a Harvest invoice report" in refusal(path, preset=preset)


# Dates


@pytest.mark.parametrize(
    "cells", [["03.04.2015"], ["3/4/15", "05/05/2015"], ["13/01/2026", "01/13/2026", "03/04/2026"]]
)
def test_date_order_that_nothing_tells_is_asked_for(tmp_path: Path, cells: list[str]) -> None:
    before = table_sizes()
    path = tmp_path / "x.csv"
    path.write_text("Date,Client,Project,Task,Hours,Last Name\n" + "".join(f"{cell},A,P,T,1,X\n" for cell in cells))

    text = refusal(path)

    assert "--date-order" in text
    assert "the dates of the column Date" in text
    assert table_sizes() == before
    [report] = run_import(path, date_order="dmy")
    assert report["date_order"] == "dmy"
    assert TimeEntry.objects.order_by("pk")[0].work_on.day in (3, 13)


@pytest.mark.parametrize(
    ("cells", "order", "rejected"),
    [
        (["13/01/2026", "14/01/2026", "01/13/2026", "03/04/2026"], "dmy", [4]),
        (["01/13/2026", "14/01/2026", "01/15/2026", "03/04/2026"], "mdy", [3]),
        (["2026-01-13", "2026-01-14", "13/01/2026"], "ymd", [4]),
        (["2026-01-13", "03/04/2026"], "ymd", [3]),
        (["2026-01-13", "13/01/2026", "03/04/2026"], "dmy", []),
        (["26.01.2015", "31.02.2015", "heute", "", "26.01.1999", "26.01.215"], "dmy", [3, 4, 5, 6, 7]),
        (["26. 1. 2015", "26.01.15", "26.01.2015 09:30", "26/01/2015 9:30 AM"], "dmy", []),
        (["05.05.2015"], "dmy", []),
        (["nothing", "31-31-31"], "ymd", [2, 3]),
    ],
)
def test_date_order_is_decided_once_from_what_can_only_be_one(
    tmp_path: Path, cells: list[str], order: str, rejected: list[int]
) -> None:
    rows = "".join(f"{cell},A,P,T,1,X\n" for cell in cells)
    report = raw(tmp_path / "x.csv", "Date,Client,Project,Task,Hours,Last Name\n" + rows)

    assert report["date_order"] == order
    assert [(each["record"], each["reason"]) for each in report["rejected"]] == [(n, "bad_date") for n in rejected]


def test_date_order_that_was_named_holds(tmp_path: Path) -> None:
    text = (
        "Date,Client,Project,Task,Hours,Last Name\n03/04/2026,A,P,T,1,X\n14/01/2026,A,P,T,1,X\n2026-02-03,A,P,T,1,X\n"
    )
    report = raw(tmp_path / "x.csv", text, date_order="mdy")

    assert rejections(report) == [(3, "Date", "14/01/2026", "bad_date")]
    assert list(TimeEntry.objects.values_list("work_on", flat=True).order_by("pk")) == [
        date(2026, 3, 4),
        date(2026, 2, 3),
    ]


# Durations


@pytest.mark.parametrize(
    ("cells", "seconds"),
    [
        (["1.0", "0.25", "7"], [3600, 900, 25200]),
        (["7,5", "20,0", "7"], [27000, 72000, 25200]),
        (["1:30", "1:30:15", "0:01", "100:00"], [5400, 5415, 60, 360000]),
        (["7,5", "2.000,0", "2.000", "2\u00a0000,0", "2 000"], [27000, None, None, None, None]),
        (["7.5", "1,234.56", "1\u202f234.5", "0.125"], [27000, None, None, 450]),
        (["7,125"], [25650]),
        (["7.5", "7.5", "7,5"], [27000, 27000, None]),
        (["168", "168.001", "167:59:59", "168:00:01"], [604800, None, 604799, None]),
        (["-1", "(75.50)", "1.5-", "x", "1:60", "1e1", "$5", "1.5 h", "٣"], [None] * 9),
        (["0.33", "0.0002", "0.00013"], [1188, 1, None]),
    ],
)
def test_hours(tmp_path: Path, cells: list[str], seconds: list[int | None]) -> None:
    rows = "".join(f'2026-03-02,A,P,T,"{cell}",X\n' for cell in cells)
    report = raw(tmp_path / "x.csv", "Date,Client,Project,Task,Hours,Last Name\n" + rows)

    accepted = [each for each in seconds if each is not None]
    assert list(TimeEntry.objects.order_by("pk").values_list("seconds", flat=True)) == accepted
    assert {each["reason"] for each in report["rejected"]} <= {"bad_duration"}
    assert len(report["rejected"]) + report["ignored"] == len(cells) - len(accepted)


def test_no_duration_and_nothing_worked(tmp_path: Path) -> None:
    rows = ["", "0", "0.0", "0:00", "(0,00)", "-0"]
    text = "".join(f'2026-03-02,A,P,T,"{cell}",X\n' for cell in rows)
    report = raw(tmp_path / "x.csv", "Date,Client,Project,Task,Hours,Last Name\n" + text)

    assert counts(report) == (0, 0, 0, 4, 2)
    assert rejections(report) == [(2, "Hours", "", "no_duration"), (6, "Hours", "(0,00)", "bad_duration")]
    assert not Client.objects.exists()


def test_exact_hours_go_before_rounded_ones(tmp_path: Path) -> None:
    rows = "2026-03-02,A,P,T,0.2,0.25\n2026-03-02,A,P,T,,0.5\n2026-03-02,A,P,T,x,0.5\n"
    report = raw(tmp_path / "x.csv", "Date,Client,Project,Task,Hours,Hours Rounded\n" + rows)
    assert list(TimeEntry.objects.order_by("pk").values_list("seconds", flat=True)) == [720, 1800]
    assert rejections(report) == [(4, "Hours", "x", "bad_duration")]


def test_more_than_a_day_is_accepted_with_a_warning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = PLAIN.write(tmp_path / "x.csv", [Entry(hours="24"), Entry(hours="24.01")])
    [source] = [open_source(file, wanted) for file, wanted in find(path).files]
    draft = work_out([source], Choices())
    draft.plan.close()
    assert draft.reports[0].warnings() == ["x.csv: records of more than 24 hours: 1, the first is record 3."]


# What the rows mean


def test_records_without_data_are_ignored(tmp_path: Path) -> None:
    text = (
        "Date,Client,Project,Task,Hours,Last Name\n"
        "2026-03-02,A,P,T,1,X\n\n,,,,,\nTotal,,,,1.0,\nTotal for A,,,,1.0\n"
        '"Monday, 2 Mar 2026 10:15:31 AM GMT+01:00",,,\n'
    )
    assert counts(raw(tmp_path / "x.csv", text)) == (1, 0, 0, 5, 0)


def test_clients_come_into_being_once_and_contracts_never(tmp_path: Path) -> None:
    run_import(small_agency(tmp_path / "agency"))
    rows = [
        ("  acme", "CARE  "),
        ("Zenith", "Nothing agreed"),
        ("New  Shop", "P"),
        ("new shop;Other", "P"),
        ("New Shop: Job", "P"),
        ("", "Care"),
        (";", "P"),
    ]
    text = "".join(f'2026-03-02,"{client}","{project}",T,1,Able\n' for client, project in rows)
    report = raw(tmp_path / "x.csv", "Date,Client,Project,Task,Hours,Last Name\n" + text)

    fields = ("client__name", "contract__name", "contract_named", "project")
    assert list(TimeEntry.objects.order_by("pk").values_list(*fields)) == [
        ("Acme", "Care", True, "CARE"),
        ("Zenith", "Hours", False, "Nothing agreed"),
        ("New  Shop", None, False, "P"),
        ("New  Shop", None, False, "P"),
        ("New  Shop", None, False, "P"),
        (None, None, False, "Care"),
        (None, None, False, "P"),
    ]
    assert report["totals"]["minutes_by_client"] == {
        "Acme": "60.0000",
        "Zenith": "60.0000",
        "New  Shop": "180.0000",
        "(no client)": "120.0000",
    }
    assert Client.objects.get(name="New  Shop").status == "active"
    assert Contract.objects.count() == 2


def test_people_are_found_by_email_else_by_name(tmp_path: Path) -> None:
    run_import(small_agency(tmp_path / "agency"))
    Person.objects.create(name="Twin Two")
    Person.objects.create(name="TWIN  Two", email="twin@agency.test")
    rows = [
        ("ANN@agency.test", "Other", "Name"),
        ("nobody@agency.test", "bob", ""),
        ("new@agency.test", "Cleo", "Carr"),
        ("", "cleo", " CARR "),
        ("mail@agency.test", "", ""),
        ("", "", ""),
        ("", "Twin", "Two"),
        ("twin@agency.test", "Twin", "Two"),
        ("no mail", "Twin", "Two"),
    ]
    text = "".join(f"2026-03-02,A,P,T,1,{','.join(row)}\n" for row in rows)
    users = User.objects.count()
    report = raw(tmp_path / "x.csv", "Date,Client,Project,Task,Hours,Email,First Name,Last Name\n" + text)

    assert list(TimeEntry.objects.order_by("pk").values_list("person__name", "person__email")) == [
        ("Ann Able", "ann@agency.test"),
        ("Bob", "bob@agency.test"),
        ("Cleo Carr", "new@agency.test"),
        ("Cleo Carr", "new@agency.test"),
        ("mail", "mail@agency.test"),
        ("(unknown person)", None),
        ("TWIN  Two", "twin@agency.test"),
    ]
    assert rejections(report) == [(8, "First Name", "Twin", "ambiguous_person"), (10, "Email", "no mail", "bad_value")]
    assert User.objects.count() == users


def test_bad_cells_are_named_as_the_file_names_them(tmp_path: Path) -> None:
    rows = [
        ("x" * 201, "P", "T", "n", "Yes"),
        ("A", "x" * 201, "T", "n", "Yes"),
        ("A", "P", "x" * 201, "n", "Yes"),
        ("A", "P", "T", "x" * 4001, "Yes"),
        ("A", "P", "T", "a\0b", "Yes"),
        ("A", "P", "T", "=cmd|' /C calc'!A0", "perhaps"),
        ("A", "P", "T", "=cmd|' /C calc'!A0", ""),
    ]
    text = "".join(f"2026-03-02,1,X,{','.join(row)}\n" for row in rows) + "2026-03-02,1,X,A,P,T,n,Yes,,7\n"
    report = raw(tmp_path / "x.csv", "Date,Hours,Last Name, Client ,Project,Task,Notes,Billable?\n" + text)

    assert [(each["record"], each["column"], each["reason"]) for each in report["rejected"]] == [
        (2, "Client", "too_long"),
        (3, "Project", "too_long"),
        (4, "Task", "too_long"),
        (5, "Notes", "too_long"),
        (6, "Notes", "bad_value"),
        (7, "Billable?", "bad_value"),
        (9, "", "bad_value"),
    ]
    assert TimeEntry.objects.values_list("note", "is_billable").get() == ("=cmd|' /C calc'!A0", True)


# Again


def test_overlapping_report_adds_only_what_is_new(tmp_path: Path) -> None:
    twice = Entry(note="twice")
    bring_in(tmp_path / "march.csv", PLAIN, [*ENTRIES, twice, twice])
    more = [Entry(day=date(2026, 4, 17), hours="2"), Entry(note="twice", hours="1.51")]

    report = bring_in(tmp_path / "april.csv", AMERICAN, [twice, *ENTRIES[1:], twice, twice, *more])

    assert counts(report) == (3, 0, 6, 0, 0)
    assert report["totals"]["minutes_by_client"] == minutes([twice, *ENTRIES[1:], twice, twice, *more])
    assert TimeEntry.objects.filter(note="twice", seconds=5400).count() == 3


def test_flags_that_flip_later_make_no_new_row(tmp_path: Path) -> None:
    bring_in(tmp_path / "a.csv", PLAIN, ENTRIES)
    flipped = [replace(entry, billable=not entry.billable) for entry in ENTRIES]
    assert counts(bring_in(tmp_path / "b.csv", PLAIN, flipped)) == (0, 0, 5, 0, 0)


def test_rows_that_are_there_bring_nobody_back(tmp_path: Path) -> None:
    bring_in(tmp_path / "a.csv", PLAIN, ENTRIES)
    Client.objects.filter(name="Acme").update(name="Acme Group", name_key="acme group")
    Person.objects.filter(name="Zoë Quirke").update(name="Zoë Q", name_key="zoë q")

    report = bring_in(tmp_path / "a.csv", PLAIN, ENTRIES)

    assert counts(report) == (0, 0, 5, 0, 0)
    assert report["totals"]["minutes_by_client"] == minutes(ENTRIES)
    assert (Client.objects.count(), Person.objects.count()) == (2, 2)


def test_dry_run_says_the_same_and_writes_nothing(tmp_path: Path) -> None:
    before = table_sizes()
    rehearsed = bring_in(tmp_path / "a.csv", PLAIN, ENTRIES, dry_run=True)
    assert table_sizes() == before
    assert bring_in(tmp_path / "a.csv", PLAIN, ENTRIES) == rehearsed


def test_summary_for_people_says_how_it_was_read_and_who_is_new(tmp_path: Path) -> None:
    out = StringIO()
    path = FINNISH.write(
        tmp_path / "a.csv", [Entry(day=date(2026, 3, 26)), *(Entry(client=f"C {n}") for n in range(21))]
    )
    call_command("import", str(path), stdout=out)

    assert out.getvalue().splitlines() == [
        "a.csv: 22 new, 0 updated, 0 already there, 0 rejected",
        "  read as harvest_time: utf-8, header in record 1, dates dmy",
        f"  new clients: {', '.join(['Acme', *(f'C {n}' for n in range(19))])} …",
        "  new people: Ann Able",
        "Done.",
    ]


def test_number_of_selects_does_not_depend_on_the_number_of_rows(tmp_path: Path) -> None:
    def selects(rows: int) -> int:
        several = [
            Entry(day=date(2026, 3, 1 + row % 28), client=f"{rows} {row}", first=f"{rows} {row}") for row in range(rows)
        ]
        with CaptureQueriesContext(connection) as queries:
            bring_in(tmp_path / "a.csv", PLAIN, several)
        return sum(each["sql"].lstrip().upper().startswith("SELECT") for each in queries)

    selects(2)  # content types are looked up once per process
    assert selects(1) == selects(3) == selects(60)


# For the preview


def test_draft_shows_first_rows_and_who_is_new(tmp_path: Path) -> None:
    run_import(small_agency(tmp_path / "agency"))
    path = FINNISH.write(tmp_path / "a.csv", ENTRIES * 3)
    draft = work_out([open_source(*find(path).files[0])], Choices())
    draft.plan.close()

    [report] = draft.reports
    assert report.new_clients == {"müller & söhne": "Müller & Söhne"}
    assert report.new_people == {"zoë quirke": "Zoë Quirke"}
    assert [sample.record for sample in report.samples] == list(range(2, 12))
    shown = report.samples[1].values
    assert (shown["date"], shown["client"], shown["seconds"], shown["full_name"]) == (
        "2026-03-03",
        "ACME",
        "12600",
        "Ann Able",
    )


def test_name_of_two_people_is_shown_and_settled_by_a_choice(tmp_path: Path) -> None:
    first, second = Person.objects.create(name="Ann Able"), Person.objects.create(name="ANN able")
    path = PLAIN.write(tmp_path / "a.csv", [Entry()])

    def report_of(names: NameMap) -> FileReport:
        draft = work_out([open_source(*find(path).files[0])], Choices(names=names))
        draft.plan.close()
        return draft.reports[0]

    unclear = report_of(NameMap())
    assert (unclear.accepted, unclear.unclear_people, unclear.new_people) == (0, {"ann able": "Ann Able"}, {})
    for chosen in (first, second):
        assert report_of(NameMap(people={"ann able": chosen.pk})).accepted == 1


def test_names_that_somebody_mapped_bring_in_nobody(tmp_path: Path) -> None:
    run_import(small_agency(tmp_path / "agency"))
    acme, bob = Client.objects.get(name="Acme"), Person.objects.get(name="Bob")
    names = NameMap(clients={"müller & söhne": acme.pk, "zenith": acme.pk}, people={"zoë quirke": bob.pk})
    path = PLAIN.write(tmp_path / "a.csv", [*ENTRIES, Entry(client="Zenith")])
    draft = work_out([open_source(*find(path).files[0])], Choices(names=names))
    draft.plan.close()

    [report] = draft.reports
    assert (report.new_clients, report.new_people) == ({}, {})
    assert set(report.as_json()["totals"]["minutes_by_client"]) == {"Acme", "(no client)", "Zenith"}
