"""The command as others run it: exit codes, what goes where, and the shape of the report."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from clienthealth.imports.models import Import
from tests.imports.folders import PEOPLE, run_import, small_agency, write
from tests.services import LiveApp


def test_exit_codes_and_streams(live_app: LiveApp, tmp_path: Path) -> None:
    folder = small_agency(tmp_path / "a", time="email,client,date,minutes\nBob,Acme,2026-03-02,60\nBob,Acme,,60\n")
    (folder / "notes.txt").write_text("hello")

    done = live_app.manage("import", str(folder), "--json", check=False)
    assert done.returncode == 0, done.stderr
    assert [report["file"] for report in json.loads(done.stdout)] == [
        "people.csv",
        "rates.csv",
        "clients.csv",
        "contracts.csv",
        "time.csv",
    ]
    assert "notes.txt" in done.stderr

    refused = live_app.manage("import", str(write(tmp_path / "b", people="email,shoe_size\n")), "--json", check=False)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "shoe_size" in refused.stderr

    assert live_app.manage("import", str(folder), "--encoding", "klingon", check=False).returncode == 2


@pytest.mark.django_db
def test_report_has_the_agreed_shape(tmp_path: Path) -> None:
    people, time = run_import(
        write(tmp_path, people=PEOPLE, time="email;client;date;minutes\r\nBob;;2026-03-02;1.5\r\n;;;\r\nBob;;x;1\r\n")
    )
    assert people["totals"] == {"minutes_by_client": {}, "amount_by_client": {}}
    assert time == {
        "file": "time.csv",
        "kind": "time",
        "preset": None,
        "encoding": "utf-8",
        "delimiter": ";",
        "header_record": 1,
        "date_order": "ymd",
        "accepted": 1,
        "new": 1,
        "updated": 0,
        "duplicate": 0,
        "ignored": 1,
        "rejected": [{"record": 4, "column": "date", "value": "x", "reason": "bad_date"}],
        "totals": {"minutes_by_client": {"(no client)": "1.5000"}, "amount_by_client": {}},
    }


@pytest.mark.django_db
@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize("dry_run", [True, False])
def test_entries_of_more_than_a_day_are_warned_of(tmp_path: Path, *, as_json: bool, dry_run: bool) -> None:
    rows = "".join(f"Bob,,2026-03-02,{minutes}\n" for minutes in ("1440", "1440.02", "1500", "10081"))
    folder = write(tmp_path, time=f"email,client,date,minutes\n{rows}")
    out, errors = StringIO(), StringIO()

    call_command("import", str(folder), json=as_json, dry_run=dry_run, stdout=out, stderr=errors)

    assert errors.getvalue() == "time.csv: records of more than 24 hours: 2, the first is record 3.\n"
    assert "24 hours" not in out.getvalue()
    if as_json:
        assert (json.loads(out.getvalue())[0]["accepted"]) == 3


@pytest.mark.django_db
def test_rejected_value_is_whole_up_to_a_length(tmp_path: Path) -> None:
    long, longer = "a" * 4000, "b" * 4001
    text = f"client,status,exempt\n{long},,\n{longer},,\nAcme,,,{long}\n"

    [report] = run_import(write(tmp_path, clients=text))

    assert [each["value"] for each in report["rejected"]] == [long, "b" * 4000 + "…", long]
    stored = Import.objects.get().report[0]["rejected"]
    assert [len(each["value"]) for each in stored] == [201, 201, 201]


@pytest.mark.django_db
def test_summary_for_people(tmp_path: Path) -> None:
    out = StringIO()
    rows = "".join(f"bad {n}@,,2026-03-02,1\n" for n in range(25))
    folder = write(tmp_path, time=f"email,client,date,minutes\n{rows}Bob,,2026-03-02,1\n")

    call_command("import", str(folder), stdout=out, dry_run=True)

    lines = out.getvalue().splitlines()
    assert lines[0] == "time.csv: 1 new, 0 updated, 0 already there, 25 rejected"
    assert lines[1] == "  record 2, email “bad 0@”: bad_value"
    assert lines[-2] == "  … and 5 more; --json lists them all"
    assert lines[-1] == "Nothing was stored: this was a dry run."


@pytest.mark.django_db
def test_one_date_order_for_files_of_another_hand(tmp_path: Path) -> None:
    folder = write(tmp_path, time="email,client,date,minutes\nBob,,04/03/2026,1\n")
    [report] = run_import(folder, date_order="dmy", dry_run=True)
    assert (report["date_order"], report["accepted"]) == ("dmy", 1)
    [report] = run_import(folder, dry_run=True)
    assert (report["date_order"], report["accepted"]) == ("ymd", 0)


@pytest.mark.parametrize("wrong", [["--kind", "shoes"], ["--encoding", "rot13"], ["--currency", "EURO"], []])
def test_wrong_usage(wrong: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("import", *wrong, *(["."] if wrong else []))


@pytest.mark.django_db
def test_kind_is_for_one_file(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as caught:
        run_import(small_agency(tmp_path), kind="time")
    assert caught.value.returncode == 2
