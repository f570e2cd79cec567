"""The second time: what is there already, what changed, and equal rows of one file."""

from datetime import date
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import Person
from engagements.models import (
    Client,
    ClientOwner,
    Contract,
    ContractTerm,
    DirectCost,
    Dispute,
    Invoice,
    InvoiceLine,
    Pause,
    Payment,
    TimeEntry,
)
from tests.imports.folders import INVOICE_COLUMNS, counts, import_one, run_import, small_agency, table_sizes, write

pytestmark = pytest.mark.django_db

TIME = "email,client,date,minutes\nBob,Acme,2026-03-02,60\nBob,Acme,2026-03-02,60\nBob,Acme,2026-03-02,61\n"


@pytest.fixture
def new_year(monkeypatch: pytest.MonkeyPatch) -> date:
    """Today, for what is dated by the day of the import."""
    now = timezone.make_aware(timezone.datetime(2026, 1, 10, 12))
    monkeypatch.setattr(timezone, "now", lambda: now)
    return now.date()


def test_equal_time_rows_both_count_and_come_in_once(tmp_path: Path) -> None:
    small_agency(tmp_path, time=TIME)

    assert counts(import_one(tmp_path, "time")) == (3, 0, 0, 0, 0)
    again = import_one(tmp_path, "time")

    assert counts(again) == (0, 0, 3, 0, 0)
    assert again["totals"]["minutes_by_client"] == {"Acme": "181.0000"}
    assert TimeEntry.objects.count() == 3


def test_a_longer_file_adds_only_what_is_new(tmp_path: Path) -> None:
    run_import(small_agency(tmp_path, time=TIME))

    report = import_one(small_agency(tmp_path, time=TIME + "Bob,acme,2026-03-02,60.0\n"), "time")

    assert counts(report) == (1, 0, 3, 0, 0)
    assert TimeEntry.objects.filter(minutes=60).count() == 3


def test_spelling_is_no_difference(tmp_path: Path) -> None:
    run_import(small_agency(tmp_path, time="email,client,date,minutes,billable,note\nBob,Acme,2026-03-02,60,,\n"))
    other = "date;minutes;client;email;activity\n 2026-03-02 ;60.00; ACME ;bob;Delivery\n"
    assert counts(import_one(write(tmp_path / "b", time=other), "time")) == (0, 0, 1, 0, 0)


def test_equal_costs_and_payments_both_count(tmp_path: Path) -> None:
    small_agency(
        tmp_path,
        costs="client,date,amount\nAcme,2026-03-02,5\nAcme,2026-03-02,5.00\n",
        invoices=INVOICE_COLUMNS + "I-1,Acme,,invoice,,2026-01-31,,EUR,1000,,,\n",
        payments="number,date,amount\nI-1,2026-02-02,5\nI-1,2026-02-02,5\n",
    )
    first = {report["kind"]: report for report in run_import(tmp_path)}
    again = {report["kind"]: report for report in run_import(tmp_path)}

    for kind in ("costs", "payments"):
        assert (first[kind]["new"], again[kind]["duplicate"]) == (2, 2)
    assert first["payments"]["totals"] == again["payments"]["totals"]
    assert (DirectCost.objects.count(), Payment.objects.count()) == (2, 2)


def test_same_folder_twice_adds_nothing_anywhere(tmp_path: Path) -> None:
    small_agency(tmp_path, time=TIME)
    run_import(tmp_path)
    before = table_sizes(leave_out=["imports.Import"])

    reports = run_import(tmp_path)

    assert all(report["duplicate"] == report["accepted"] for report in reports)
    assert table_sizes(leave_out=["imports.Import"]) == before


# Rows with a key


def test_known_key_with_other_values_is_an_update(tmp_path: Path) -> None:
    run_import(
        small_agency(
            tmp_path,
            contract_terms="client,contract,effective_from,fee\nAcme,Care,2025-06-01,7000\n",
            pauses="client,contract,from,to\nAcme,Care,2025-06-01,2025-06-10\n",
        )
    )
    changed = write(
        tmp_path / "b",
        contract_terms="client,contract,effective_from,fee\nACME,care,2025-06-01,7500\n",
        pauses="client,contract,from,to\nAcme,Care,2025-06-01,2025-06-12\n",
    )
    assert [counts(report) for report in run_import(changed)] == [(0, 1, 0, 0, 0), (0, 1, 0, 0, 0)]
    assert ContractTerm.objects.values_list("fee_cents", "version").get() == (750_000, 2)
    assert Pause.objects.get().to_on == date(2025, 6, 12)


def test_absent_column_leaves_and_empty_cell_clears_what_is_stored(tmp_path: Path) -> None:
    columns = "client,contract,kind,currency,start,fee,end,notice_days\n"
    run_import(small_agency(tmp_path, contracts=columns + "Acme,Care,retainer,EUR,2025-01-01,6000,2026-12-31,30\n"))
    shorter = "client,contract,kind,currency,start,notice_days\nAcme,Care,retainer,USD,2025-01-01,\n"

    assert counts(import_one(write(tmp_path / "b", contracts=shorter), "contracts")) == (0, 1, 0, 0, 0)
    contract = Contract.objects.get(name="Care")
    assert (contract.currency, contract.notice_days) == ("USD", None)
    assert (contract.fee_cents, contract.end_on) == (600_000, date(2026, 12, 31))


def test_within_one_file_a_repeated_key_is_a_duplicate_or_an_update(tmp_path: Path) -> None:
    columns = "client,contract,kind,currency,fee,start\n"
    same, other = "Acme,Care,retainer,EUR,6000,2025-01-01\n", "Acme,Care,retainer,EUR,6500,2025-01-01\n"

    report = import_one(small_agency(tmp_path / "a", contracts=columns + same + same), "contracts")
    assert counts(report) == (1, 0, 1, 0, 0)
    assert report["totals"]["amount_by_client"] == {"Acme": {"EUR": "6000.00"}}

    report = import_one(write(tmp_path / "b", contracts=columns + same + other), "contracts")
    assert counts(report) == (0, 1, 1, 0, 0)
    assert report["totals"]["amount_by_client"] == {"Acme": {"EUR": "6500.00"}}
    assert Contract.objects.get(name="Care").fee_cents == 650_000


def test_the_very_same_line_of_an_invoice_is_one_line_and_different_ones_are_several(tmp_path: Path) -> None:
    line = "I-1,Acme,,invoice,extra,2026-01-31,,EUR,{amount},,,\n"
    text = INVOICE_COLUMNS + "".join(line.format(amount=amount) for amount in (100, "100.00", 70))
    report = import_one(small_agency(tmp_path, invoices=text), "invoices")
    again = import_one(tmp_path, "invoices")

    assert (counts(report), counts(again)) == ((2, 0, 1, 0, 0), (0, 0, 3, 0, 0))
    assert report["totals"] == again["totals"]
    assert report["totals"]["amount_by_client"] == {"Acme": {"EUR": "170.00"}}
    assert sorted(InvoiceLine.objects.values_list("occurrence", "amount_cents")) == [(1, 10_000), (2, 7000)]


def test_invoice_changes_with_all_its_lines(tmp_path: Path) -> None:
    row = "I-1,Acme,,invoice,{line},2026-01-31,,EUR,{amount},,,{status}\n"
    lines = [row.format(line=line, amount=100, status="sent") for line in ("contract", "extra")]
    run_import(small_agency(tmp_path, invoices=INVOICE_COLUMNS + "".join(lines)))
    paid = [row.format(line=line, amount=100, status="paid") for line in ("contract", "extra")]

    report = import_one(write(tmp_path / "b", invoices=INVOICE_COLUMNS + "".join(paid)), "invoices")
    assert counts(report) == (0, 2, 0, 0, 0)
    assert Invoice.objects.get().status == "paid"

    more = [row.format(line="extra", amount=120, status="paid"), row.format(line="extra", amount=7, status="paid")]
    report = import_one(write(tmp_path / "b", invoices=INVOICE_COLUMNS + "".join(more)), "invoices")
    assert counts(report) == (1, 1, 0, 0, 0)
    amounts = InvoiceLine.objects.filter(kind="extra").values_list("occurrence", "amount_cents")
    assert sorted(amounts) == [(1, 12_000), (2, 700)]


def test_dispute_ends_by_an_update(tmp_path: Path) -> None:
    invoices = INVOICE_COLUMNS + "I-1,Acme,,invoice,,2026-01-31,,EUR,1000,,,\n"
    run_import(small_agency(tmp_path, invoices=invoices, disputes="number,from\nI-1,2026-02-01\n"))
    report = import_one(write(tmp_path / "b", disputes="number,from,to\nI-1,2026-02-01,2026-02-09\n"), "disputes")
    assert counts(report) == (0, 1, 0, 0, 0)
    assert Dispute.objects.get().to_on == date(2026, 2, 9)


def test_person_named_before_is_completed_by_the_people_file(tmp_path: Path) -> None:
    run_import(write(tmp_path / "a", time="email,client,date,minutes\nCleo Carr,,2026-03-02,60\n"))
    run_import(write(tmp_path / "b", people="email,name,role\ncleo@agency.test,Cleo Carr,member\n"))
    assert Person.objects.values_list("name", "email", "user__role").get() == (
        "Cleo Carr",
        "cleo@agency.test",
        "member",
    )


# Owners


def owners() -> list[tuple[str, date, date | None]]:
    rows = ClientOwner.objects.order_by("from_on").values_list("person__name", "from_on", "to_on")
    return list(rows)


def hand_over(folder: Path, owner: str) -> str:
    report = import_one(write(folder, clients=f"client,owner_email\nAcme,{owner}\n"), "clients")
    return next(outcome for outcome in ("new", "updated", "duplicate") if report[outcome])


def test_another_owner_takes_over_today(tmp_path: Path, new_year: date) -> None:
    run_import(small_agency(tmp_path))

    assert hand_over(tmp_path / "b", "bob@agency.test") == "updated"
    assert owners() == [("Ann Able", date(2025, 1, 1), date(2026, 1, 9)), ("Bob", new_year, None)]
    assert hand_over(tmp_path / "b", "BOB@agency.test") == "duplicate"
    # A second thought on the same day leaves no trace of a day that was none.
    assert hand_over(tmp_path / "b", "ann@agency.test") == "updated"
    assert owners() == [("Ann Able", date(2025, 1, 1), date(2026, 1, 9)), ("Ann Able", new_year, None)]


def test_empty_owner_cell_ends_and_absent_column_keeps_the_ownership(tmp_path: Path, new_year: date) -> None:
    run_import(small_agency(tmp_path))

    run_import(write(tmp_path / "b", clients="client,status\nAcme,active\n"))
    assert owners() == [("Ann Able", date(2025, 1, 1), None)]
    assert hand_over(tmp_path / "b", "") == "updated"
    assert owners() == [("Ann Able", date(2025, 1, 1), date(2026, 1, 9))]
    assert hand_over(tmp_path / "b", "") == "duplicate"


def test_ownership_that_began_today_ends_today(tmp_path: Path, new_year: date) -> None:
    text = "client,owner_email\nNadir,ann@agency.test\n"
    run_import(small_agency(tmp_path, clients=text, contracts="client,contract,kind,currency,start\n"))
    assert owners() == [("Ann Able", new_year, None)]

    run_import(write(tmp_path / "b", clients="client,owner_email\nNadir,\n"))
    assert owners() == [("Ann Able", new_year, new_year)]


def test_first_owner_of_a_known_client_begins_today(tmp_path: Path, new_year: date) -> None:
    Client.objects.create(name="Acme", started_on=date(2024, 1, 1))
    Person.objects.create(name="Bob", email="bob@agency.test")
    assert hand_over(tmp_path, "bob@agency.test") == "updated"
    assert owners() == [("Bob", new_year, None)]


# What stored entries cost


def test_new_rates_and_contracts_price_stored_entries_anew(tmp_path: Path) -> None:
    run_import(small_agency(tmp_path, time="email,client,date,minutes\nBob,Zenith,2026-03-02,60\n"))
    assert TimeEntry.objects.values_list("cost_cents_per_hour", "bill_cents_per_hour").get() == (4500, 9000)

    run_import(
        write(
            tmp_path / "b",
            rates="email,job_title,effective_from,cost_per_hour\nbob@agency.test,,2026-03-01,50\n",
            contract_terms="client,contract,effective_from,bill_rate\nZenith,Hours,2026-03-01,99\n",
        )
    )
    entry = TimeEntry.objects.get()
    assert (entry.cost_cents_per_hour, entry.cost_rate_source, entry.bill_cents_per_hour) == (5000, "person", 9900)

    run_import(
        write(tmp_path / "c", rates="email,job_title,effective_from,cost_per_hour\nbob@agency.test,,2026-03-01,51\n")
    )
    run_import(
        write(
            tmp_path / "d",
            contracts="client,contract,kind,currency,fee,start\nZenith,Second,retainer,EUR,5,2026-01-01\n",
        )
    )
    entry.refresh_from_db()
    assert (entry.cost_cents_per_hour, entry.contract, entry.bill_cents_per_hour) == (5100, None, None)


def test_titles_price_stored_entries_anew(tmp_path: Path) -> None:
    rates = "email,job_title,effective_from,cost_per_hour\n,,2025-01-01,45\n,Lead,2025-01-01,80\n"
    run_import(small_agency(tmp_path, rates=rates, time="email,client,date,minutes\nBob,Acme,2026-03-02,60\n"))
    run_import(write(tmp_path / "b", roles="email,job_title,effective_from\nbob@agency.test,lead,2026-03-01\n"))
    assert TimeEntry.objects.values_list("cost_cents_per_hour", "cost_rate_source").get() == (8000, "title")
    run_import(write(tmp_path / "c", rates="email,job_title,effective_from,cost_per_hour\n,LEAD,2026-03-01,85\n"))
    assert TimeEntry.objects.get().cost_cents_per_hour == 8500
