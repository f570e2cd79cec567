"""Time and costs: what comes in and what is rejected."""

from datetime import date
from pathlib import Path

import pytest

from engagements.models import (
    DirectCost,
    TimeEntry,
)
from tests.imports.folders import counts, import_one, rejections, run_import, small_agency

pytestmark = pytest.mark.django_db


def test_time_with_every_column(tmp_path: Path) -> None:
    text = (
        "email,client,contract,date,minutes,billable,activity,note\n"
        "ann@agency.test,acme,care,2026-03-02,90,no,rework,=cmd\n"
        "Bob,Zenith,,2026-03-03,7.51,,,\n"
        "Bob,,,2026-03-03,0.0084,,,\n"
    )
    report = import_one(small_agency(tmp_path, time=text), "time")

    assert report["totals"] == {
        "minutes_by_client": {"Acme": "90.0000", "Zenith": "7.5167", "(no client)": "0.0167"},
        "amount_by_client": {},
    }
    fields = ("client__name", "contract__name", "contract_named", "person__name", "minutes", "seconds")
    assert list(TimeEntry.objects.order_by("pk").values_list(*fields)) == [
        ("Acme", "Care", True, "Ann Able", 90, 5400),
        ("Zenith", "Hours", False, "Bob", 8, 451),
        (None, None, False, "Bob", 0, 1),
    ]
    first, second, _third = TimeEntry.objects.order_by("pk")
    assert (first.is_billable, first.activity, first.note, first.work_on) == (False, "rework", "=cmd", date(2026, 3, 2))
    assert (second.is_billable, second.activity, second.note) == (True, "delivery", "")
    assert (first.cost_cents_per_hour, first.cost_rate_source, first.bill_cents_per_hour) == (4500, "default", None)
    assert second.bill_cents_per_hour == 9000
    assert first.import_id == second.import_id is not None


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (",Acme,,2026-03-02,60", "email", "unknown_person"),
        ("a@,Acme,,2026-03-02,60", "email", "bad_value"),
        ("Bob,Nobody,,2026-03-02,60", "client", "unknown_client"),
        ("Bob,Acme,Hours,2026-03-02,60", "contract", "unknown_contract"),
        ("Bob,,Care,2026-03-02,60", "contract", "unknown_contract"),
        ("Bob,Acme,,,60", "date", "bad_date"),
        ("Bob,Acme,,02.03.2026,60", "date", "bad_date"),
        ("Bob,Acme,,2026-03-02,", "minutes", "no_duration"),
        ("Bob,Acme,,2026-03-02,0", "minutes", "bad_duration"),
        ("Bob,Acme,,2026-03-02,10081", "minutes", "bad_duration"),
        ("Bob,Acme,,2026-03-02,1:30", "minutes", "bad_duration"),
        ("Bob,Acme,,2026-03-02,60,maybe", "billable", "bad_value"),
        ("Bob,Acme,,2026-03-02,60,,sleep", "activity", "bad_value"),
        (f"Bob,Acme,,2026-03-02,60,,,{'x' * 5000}", "note", "too_long"),
        ("Bob,Acme,,2026-03-02,60,,,a\0b", "note", "bad_value"),
        ("Bob,Acme,,2026-03-02,60,,,a\u202eb", "note", "bad_value"),
    ],
)
def test_bad_time_row_is_named_while_good_ones_come_in(tmp_path: Path, row: str, column: str, reason: str) -> None:
    good = "Bob,Acme,,2026-03-02,60\n"
    text = f"email,client,contract,date,minutes,billable,activity,note\n{good}{row}\n{good}"
    report = import_one(small_agency(tmp_path, time=text), "time")

    assert counts(report) == (2, 0, 0, 0, 1)
    assert [(each["record"], each["column"], each["reason"]) for each in report["rejected"]] == [(3, column, reason)]
    assert report["totals"]["minutes_by_client"] == {"Acme": "120.0000"}
    assert TimeEntry.objects.count() == 2


def test_costs(tmp_path: Path) -> None:
    text = (
        "client,date,amount,currency,pass_through,note\n"
        "Acme,2026-03-02,99.90,usd,yes,flowers\nAcme,2026-03-02,10,,,\nAcme,2026-03-02,,,,\n,2026-03-02,1,,,\n"
    )
    report = import_one(small_agency(tmp_path, costs=text), "costs", currency="GBP")

    assert rejections(report) == [(4, "amount", "", "missing_amount"), (5, "client", "", "unknown_client")]
    assert report["totals"]["amount_by_client"] == {}
    fields = ("amount_cents", "currency", "is_pass_through", "note")
    assert list(DirectCost.objects.order_by("pk").values_list(*fields)) == [
        (9990, "USD", True, "flowers"),
        (1000, "GBP", False, ""),
    ]


def test_costs_without_a_currency_are_in_the_organisations(tmp_path: Path) -> None:
    run_import(small_agency(tmp_path, costs="client,date,amount\nAcme,2026-03-02,5\n"))
    assert DirectCost.objects.get().currency == "EUR"
