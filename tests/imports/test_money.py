"""Invoices, corrections, payments and disputes: what comes in and what is rejected."""

from datetime import date
from pathlib import Path

import pytest

from engagements.models import (
    Correction,
    Dispute,
    Invoice,
    InvoiceLine,
    Payment,
)
from tests.imports.folders import INVOICE_COLUMNS, counts, import_one, rejections, run_import, small_agency, write

pytestmark = pytest.mark.django_db


def test_invoices_with_every_column(tmp_path: Path) -> None:
    text = INVOICE_COLUMNS + (
        "C-9,Acme,,credit_note,extra,2026-02-01,,EUR,30,,,\n"
        "I-1,acme,Care,invoice,,2026-01-31,2026-02-14,EUR,1000.00,,,paid\n"
        "I-1,Acme,,invoice,extra,2026-01-31,2026-02-14,EUR,200.50,2026-01-01,2026-01-31,paid\n"
        "I-1,Acme,,credit_note,contract,2026-02-02,,EUR,100,,,sent\n"
        "I-2,Acme,,invoice,contract,2026-01-31,,USD,5,,,draft\n"
        "I-3,Zenith,,invoice,contract,2026-01-31,,USD,7,,,voided\n"
        "W-1,Zenith,Hours,write_off,contract,2026-02-03,,USD,50,,,\n"
        "W-1,Zenith,Hours,recovery,contract,2026-02-04,,USD,20,,,\n"
        "I-1,Zenith,,write_off,contract,2026-02-03,,USD,1,,,\n"
    )
    report = import_one(small_agency(tmp_path, invoices=text), "invoices")

    assert counts(report) == (9, 0, 0, 0, 0)
    # 1000.00 + 200.50 - 100 - 30; the write-off counts negative, its recovery takes some of it back.
    assert report["totals"]["amount_by_client"] == {"Acme": {"EUR": "1070.50"}, "Zenith": {"USD": "-31.00"}}
    fields = ("number", "client__name", "issue_on", "due_on", "currency", "status")
    assert Invoice.objects.filter(number="I-1").values_list(*fields).get() == (
        "I-1",
        "Acme",
        date(2026, 1, 31),
        date(2026, 2, 14),
        "EUR",
        "paid",
    )
    assert [invoice.status for invoice in Invoice.objects.order_by("number")] == ["paid", "draft", "voided"]
    lines = InvoiceLine.objects.filter(invoice__number="I-1").order_by("kind")
    columns = ("kind", "occurrence", "contract__name", "amount_cents", "service_from", "service_to")
    assert list(lines.values_list(*columns)) == [
        ("contract", 1, "Care", 100_000, None, None),
        ("extra", 1, None, 20_050, date(2026, 1, 1), date(2026, 1, 31)),
    ]
    corrections = Correction.objects.order_by("on").values_list("number", "kind", "line_kind", "invoice__number")
    assert sorted(corrections, key=str) == [
        ("C-9", "credit_note", "extra", None),
        ("I-1", "credit_note", "contract", "I-1"),
        ("I-1", "write_off", "contract", None),  # the invoice of that number is another client's
        ("W-1", "recovery", "contract", None),
        ("W-1", "write_off", "contract", None),
    ]


@pytest.mark.parametrize("order", ["before", "after"])
def test_correction_belongs_to_the_invoice_of_its_number(tmp_path: Path, order: str) -> None:
    rows = ["I-1,Acme,,credit_note,,2026-02-02,,EUR,100,,,\n", "I-1,Acme,,invoice,,2026-01-31,,EUR,1000,,,\n"]
    run_import(small_agency(tmp_path, invoices=INVOICE_COLUMNS + "".join(rows if order == "before" else rows[::-1])))
    assert Correction.objects.get().invoice == Invoice.objects.get()


def test_invoice_that_comes_in_a_later_file_finds_its_correction(tmp_path: Path) -> None:
    run_import(small_agency(tmp_path, invoices=INVOICE_COLUMNS + "I-1,Acme,,credit_note,,2026-02-02,,EUR,100,,,\n"))
    run_import(write(tmp_path / "b", invoices=INVOICE_COLUMNS + "I-1,Acme,,invoice,,2026-01-31,,EUR,1000,,,\n"))
    assert Correction.objects.get().invoice == Invoice.objects.get()


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (",Acme,,invoice,,2026-01-31,,EUR,5,,,", "number", "missing_number"),
        ("I-2,Nobody,,invoice,,2026-01-31,,EUR,5,,,", "client", "unknown_client"),
        ("I-2,Acme,Nothing,invoice,,2026-01-31,,EUR,5,,,", "contract", "unknown_contract"),
        ("I-2,Acme,,,,2026-01-31,,EUR,5,,,", "kind", "bad_value"),
        ("I-2,Acme,,invoice,other,2026-01-31,,EUR,5,,,", "line", "bad_value"),
        ("I-2,Acme,,invoice,,,,EUR,5,,,", "issue_date", "bad_date"),
        ("I-2,Acme,,invoice,,2026-01-31,,,5,,,", "currency", "bad_value"),
        ("I-2,Acme,,invoice,,2026-01-31,,EUR,,,,", "amount_net", "missing_amount"),
        ("I-2,Acme,,invoice,,2026-01-31,,EUR,-5,,,", "amount_net", "bad_number"),
        ("I-2,Acme,,invoice,,2026-01-31,,EUR,5,2026-01-02,2026-01-01,", "service_to", "bad_date"),
        ("I-2,Acme,,invoice,,2026-01-31,,EUR,5,,,late", "status", "bad_value"),
        ("I-1,Zenith,,invoice,,2026-01-31,,EUR,5,,,", "client", "bad_value"),
        ("I-1,Acme,,invoice,,2026-02-01,,EUR,5,,,", "issue_date", "bad_value"),
        ("I-1,Acme,,invoice,,2026-01-31,,USD,5,,,", "currency", "bad_value"),
        ("I-1,Acme,,invoice,,2026-01-31,,EUR,5,,,draft", "status", "bad_value"),
    ],
)
def test_invoice_row_rejected(tmp_path: Path, row: str, column: str, reason: str) -> None:
    good = "I-1,Acme,,invoice,,2026-01-31,,EUR,1000,,,\n"
    report = import_one(small_agency(tmp_path, invoices=f"{INVOICE_COLUMNS}{good}{row}\n"), "invoices")

    assert [(each["record"], each["column"], each["reason"]) for each in report["rejected"]] == [(3, column, reason)]
    assert report["totals"]["amount_by_client"] == {"Acme": {"EUR": "1000.00"}}


def test_number_of_another_clients_invoice_is_rejected(tmp_path: Path) -> None:
    run_import(small_agency(tmp_path, invoices=INVOICE_COLUMNS + "I-1,Acme,,invoice,,2026-01-31,,EUR,1000,,,\n"))
    text = INVOICE_COLUMNS + "I-1,Zenith,,invoice,,2026-01-31,,EUR,1000,,,\n"

    report = import_one(write(tmp_path / "b", invoices=text), "invoices")

    assert rejections(report) == [(2, "number", "I-1", "bad_value")]
    assert Invoice.objects.get().client.name == "Acme"


def test_corrections_of_one_number_stand_for_themselves(tmp_path: Path) -> None:
    rows = (
        "I-1,Acme,,write_off,,2026-02-03,,EUR,50,,,\n"
        "I-1,Acme,,write_off,,2026-03-03,,USD,20,,,sent\n"
        "I-1,Zenith,,write_off,,2026-02-03,,EUR,50,,,\n"
        "I-1,Acme,,write_off,,2026-02-03,,EUR,50.00,,,\n"  # the first one again
        "I-1,Acme,,invoice,,2026-01-31,,EUR,1000,,,\n"
    )
    report = import_one(small_agency(tmp_path, invoices=INVOICE_COLUMNS + rows), "invoices")
    again = import_one(tmp_path, "invoices")

    assert (counts(report), counts(again)) == ((4, 0, 1, 0, 0), (0, 0, 5, 0, 0))
    assert report["totals"] == again["totals"]
    amounts = {"Acme": {"EUR": "950.00", "USD": "-20.00"}, "Zenith": {"EUR": "-50.00"}}
    assert report["totals"]["amount_by_client"] == amounts
    fields = ("client__name", "occurrence", "on", "amount_cents", "invoice__number")
    assert list(Correction.objects.order_by("client__name", "on").values_list(*fields)) == [
        ("Acme", 1, date(2026, 2, 3), 5000, "I-1"),
        ("Acme", 2, date(2026, 3, 3), 2000, "I-1"),
        ("Zenith", 1, date(2026, 2, 3), 5000, None),
    ]


def test_another_clients_correction_of_the_same_number_comes_in_a_later_file(tmp_path: Path) -> None:
    row = "C-1,{client},,credit_note,,2026-02-03,,EUR,50,,,\n"
    run_import(small_agency(tmp_path, invoices=INVOICE_COLUMNS + row.format(client="Acme")))
    later = write(tmp_path / "b", invoices=INVOICE_COLUMNS + row.format(client="Zenith"))

    assert counts(import_one(later, "invoices")) == (1, 0, 0, 0, 0)
    assert counts(import_one(later, "invoices")) == (0, 0, 1, 0, 0)
    assert sorted(Correction.objects.values_list("client__name", "occurrence")) == [("Acme", 1), ("Zenith", 1)]


def test_sign_of_a_correction_comes_from_its_kind_alone(tmp_path: Path) -> None:
    row = "I-1,Acme,,{kind},{line},2026-02-03,,EUR,{amount},,,\n"
    said = [("credit_note", "", "-30"), ("write_off", "", "-5.5"), ("recovery", "", "-1"), ("credit_note", "", "30")]
    text = "".join(row.format(kind=kind, line=line, amount=amount) for kind, line, amount in said)

    report = import_one(small_agency(tmp_path, invoices=INVOICE_COLUMNS + text), "invoices")

    assert counts(report) == (3, 0, 1, 0, 0)
    assert report["totals"]["amount_by_client"] == {"Acme": {"EUR": "-34.50"}}
    assert sorted(Correction.objects.values_list("kind", "amount_cents")) == [
        ("credit_note", 3000),
        ("recovery", 100),
        ("write_off", 550),
    ]


def test_later_lines_of_an_invoice_may_leave_its_due_date_and_status_empty(tmp_path: Path) -> None:
    text = INVOICE_COLUMNS + (
        "I-1,Acme,,invoice,,2026-01-31,2026-02-14,EUR,1000,,,paid\n"
        "I-1,Acme,,invoice,,2026-01-31,,EUR,500,,,\n"
        "I-1,Acme,,invoice,extra,2026-01-31,2026-02-14,EUR,70,,,\n"
        "I-1,Acme,,invoice,extra,2026-01-31,2026-02-15,EUR,7,,,\n"
        "I-1,Acme,,invoice,extra,2026-01-31,,EUR,7,,,sent\n"
        "I-2,Acme,,invoice,,2026-01-31,,EUR,9,,,draft\n"
        "I-2,Acme,,invoice,,2026-01-31,,EUR,8,,,\n"
    )
    report = import_one(small_agency(tmp_path, invoices=text), "invoices")
    again = import_one(tmp_path, "invoices")

    assert rejections(report) == [(5, "due_date", "2026-02-15", "bad_value"), (6, "status", "sent", "bad_value")]
    assert (counts(report), counts(again)) == ((5, 0, 0, 0, 2), (0, 0, 5, 0, 2))
    assert report["totals"]["amount_by_client"] == {"Acme": {"EUR": "1570.00"}}
    assert list(Invoice.objects.order_by("number").values_list("due_on", "status", "version")) == [
        (date(2026, 2, 14), "paid", 1),
        (None, "draft", 1),
    ]


def test_payments_and_disputes(tmp_path: Path) -> None:
    folder = small_agency(
        tmp_path,
        invoices=INVOICE_COLUMNS
        + "I-1,Acme,,invoice,,2026-01-31,,USD,1000,,,\nC-1,Acme,,credit_note,,2026-01-31,,USD,1,,,\n",
        payments="number,date,amount\nI-1,2026-02-10,600\nI-1,2026-02-10,100.5\nC-1,2026-02-10,1\n,2026-02-10,1\nI-1,,1\n"
        "I-1,2026-02-11,\n",
        disputes="number,from,to\nI-1,2026-02-01,2026-02-05\nI-1,2026-02-08,\nX,2026-02-08,\nI-1,2026-02-08,2026-02-07\n",
    )
    by_kind = {report["kind"]: report for report in run_import(folder)}

    assert by_kind["payments"]["totals"]["amount_by_client"] == {"Acme": {"USD": "700.50"}}
    assert rejections(by_kind["payments"]) == [
        (4, "number", "C-1", "unknown_invoice"),
        (5, "number", "", "missing_number"),
        (6, "date", "", "bad_date"),
        (7, "amount", "", "missing_amount"),
    ]
    assert rejections(by_kind["disputes"]) == [
        (4, "number", "X", "unknown_invoice"),
        (5, "to", "2026-02-07", "bad_date"),
    ]
    assert sorted(Payment.objects.values_list("invoice__number", "amount_cents")) == [("I-1", 10_050), ("I-1", 60_000)]
    assert list(Dispute.objects.values_list("from_on", "to_on")) == [
        (date(2026, 2, 1), date(2026, 2, 5)),
        (date(2026, 2, 8), None),
    ]
