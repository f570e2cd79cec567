"""Clients, contracts and what changes them: what comes in and what is rejected."""

from datetime import date, time
from pathlib import Path

import pytest

from engagements.models import (
    Client,
    ClientOwner,
    ContactHours,
    Contract,
    ContractTerm,
    Milestone,
    Pause,
)
from tests.imports.folders import counts, import_one, rejections, run_import, small_agency, write

pytestmark = pytest.mark.django_db


def test_clients_with_every_column(tmp_path: Path) -> None:
    text = (
        "client,owner_email,status,started_on,contact_every_days,exempt\n"
        "Łódź  Media,ann@agency.test,PROSPECT,2025-05-05,14,yes\n"
        "Plain,,,,,\n"
        ",,,,,\n"
        ",x@y.test,,,,\n"
        "Zero,,,,0,\n"
        "Odd,,,,1.5,\n"
    )
    report = import_one(small_agency(tmp_path, clients=text), "clients")

    assert counts(report) == (2, 0, 0, 1, 3)
    assert rejections(report) == [
        (5, "client", "", "bad_value"),
        (6, "contact_every_days", "0", "bad_number"),
        (7, "contact_every_days", "1.5", "bad_number"),
    ]
    fields = ("name", "name_key", "status", "started_on", "contact_every_days", "is_exempt")
    assert list(Client.objects.values_list(*fields)) == [
        ("Plain", "plain", "active", None, None, False),
        ("Łódź  Media", "łódź media", "prospect", date(2025, 5, 5), 14, True),
    ]
    owner = ClientOwner.objects.get()
    assert (owner.person.name, owner.from_on, owner.to_on) == ("Ann Able", date(2025, 5, 5), None)
    assert Client.objects.filter(import_id=None).count() == 0


def test_first_spelling_of_a_client_is_kept(tmp_path: Path) -> None:
    report = import_one(write(tmp_path, clients="client\nCafé Noir\n  CAFÉ   noir \n"), "clients")

    assert counts(report) == (1, 0, 1, 0, 0)
    assert Client.objects.get().name == "Café Noir"


CONTRACT_COLUMNS = (
    "client,contract,kind,currency,fee,period,start,end,anchor_day,bill_rate,cap,included_hours,estimated_hours,"
    "pause_fee_percent,payment_terms_days,notice_days,recognition,delivered_on\n"
)


def test_contracts_with_every_column(tmp_path: Path) -> None:
    text = CONTRACT_COLUMNS + (
        "acme,Site,fixed_fee,usd,24000,,2025-12-01,2026-03-30,15,110.50,30000,10,180.25,12.5,14,30,percent_complete,2026-03-01\n"
        "acme,Care,retainer,EUR,6000,,2025-01-01,,,,,,,,,,,\n"
    )
    report = import_one(small_agency(tmp_path, contracts=text), "contracts")

    assert report["totals"]["amount_by_client"] == {"Acme": {"USD": "24000.00", "EUR": "6000.00"}}
    site, care = Contract.objects.order_by("-name")
    assert (site.kind, site.currency, site.fee_cents, site.period) == ("fixed_fee", "USD", 2_400_000, "")
    assert (site.start_on, site.end_on, site.delivered_on) == (date(2025, 12, 1), date(2026, 3, 30), date(2026, 3, 1))
    assert (site.anchor_day, site.bill_rate_cents, site.cap_cents) == (15, 11_050, 3_000_000)
    assert (site.included_seconds, site.estimated_seconds, site.pause_fee_basis_points) == (36_000, 648_900, 1250)
    assert (site.payment_terms_days, site.notice_days, site.recognition) == (14, 30, "percent_complete")
    assert (care.period, care.anchor_day, care.pause_fee_basis_points, care.recognition) == ("month", 1, 0, "")


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("Nobody,X,retainer,EUR,5,,2025-01-01", "client", "unknown_client"),
        (",X,retainer,EUR,5,,2025-01-01", "client", "unknown_client"),
        ("Acme,,retainer,EUR,5,,2025-01-01", "contract", "bad_value"),
        ("Acme,X,,EUR,5,,2025-01-01", "kind", "bad_value"),
        ("Acme,X,subscription,EUR,5,,2025-01-01", "kind", "bad_value"),
        ("Acme,X,retainer,,5,,2025-01-01", "currency", "bad_value"),
        ("Acme,X,retainer,EUR,,,2025-01-01", "fee", "missing_amount"),
        ("Acme,X,retainer,EUR,,,2025-01-01,,,,,,,,,,percent_complete", "fee", "missing_amount"),
        ("Acme,X,fixed_fee,EUR,,,2025-01-01,2025-12-31", "fee", "missing_amount"),
        ("Acme,X,fixed_fee,EUR,,,2025-01-01,,,,,,80", "fee", "missing_amount"),
        ("Acme,X,time_and_materials,EUR,5,,2025-01-01", "bill_rate", "missing_amount"),
        ("Acme,X,retainer,EUR,5.005,,2025-01-01", "fee", "bad_number"),
        ("Acme,X,retainer,EUR,-5,,2025-01-01", "fee", "bad_number"),
        ("Acme,X,retainer,EUR,100000000000.01,,2025-01-01", "fee", "bad_number"),
        ("Acme,X,retainer,EUR,5,week,2025-01-01", "period", "bad_value"),
        ("Acme,X,retainer,EUR,5,,", "start", "bad_date"),
        ("Acme,X,retainer,EUR,5,,2025-02-30", "start", "bad_date"),
        ("Acme,X,retainer,EUR,5,,2025-02-02,2025-02-01", "end", "bad_date"),
        ("Acme,X,retainer,EUR,5,,2025-01-01,,32", "anchor_day", "bad_number"),
        ("Acme,X,retainer,EUR,5,,2025-01-01,,,,,0.333", "included_hours", "bad_number"),
        ("Acme,X,retainer,EUR,5,,2025-01-01,,,,,,,100.01", "pause_fee_percent", "bad_number"),
        (f"Acme,{'x' * 201},retainer,EUR,5,,2025-01-01", "contract", "too_long"),
    ],
)
def test_contract_rejected(tmp_path: Path, row: str, column: str, reason: str) -> None:
    report = import_one(small_agency(tmp_path, contracts=CONTRACT_COLUMNS + row + "\n"), "contracts")

    assert [(each["record"], each["column"], each["reason"]) for each in report["rejected"]] == [(2, column, reason)]
    assert not Contract.objects.exists()


def test_fee_is_not_needed_where_revenue_comes_from_elsewhere(tmp_path: Path) -> None:
    text = (
        "client,contract,kind,currency,recognition,start\n"
        "Acme,A,retainer,EUR,invoiced,2025-01-01\nAcme,B,fixed_fee,EUR,milestone,2025-01-01\n"
        "Acme,C,fixed_fee,EUR,single_date,2025-01-01\nAcme,D,fixed_fee,EUR,,2025-01-01\n"
    )
    report = import_one(small_agency(tmp_path, contracts=text), "contracts")
    assert counts(report) == (4, 0, 0, 0, 0)
    assert report["totals"]["amount_by_client"] == {}
    assert counts(import_one(tmp_path, "contracts")) == (0, 0, 4, 0, 0)


def test_amount_may_come_from_the_terms_of_the_folder_or_from_stored_ones(tmp_path: Path) -> None:
    contracts = (
        "client,contract,kind,currency,start\n"
        "Acme,Care,retainer,EUR,2025-01-01\nAcme,Hours,time_and_materials,EUR,2025-01-01\n"
        "Acme,None,retainer,EUR,2025-01-01\nAcme,Wrong,time_and_materials,EUR,2025-01-01\n"
        "Zenith,Care,retainer,EUR,2025-01-01\n"
    )
    terms = (
        "client,contract,effective_from,fee,bill_rate\n"
        " ACME,care,2025-01-01,100,\nAcme,Hours,2025-01-01,,90\nAcme,Wrong,2025-01-01,5,\nZenith,Care,soon,5,\n"
    )
    missing = [(record, column, "", "missing_amount") for record, column in [(4, "fee"), (5, "bill_rate"), (6, "fee")]]
    report = import_one(small_agency(tmp_path / "a", contracts=contracts, contract_terms=terms), "contracts")
    assert (counts(report), rejections(report)) == ((2, 0, 0, 0, 3), missing)

    # Without its terms beside it, the same file finds those that came with it before.
    report = import_one(write(tmp_path / "b", contracts=contracts), "contracts")
    assert (counts(report), rejections(report)) == ((0, 0, 2, 0, 3), missing)
    assert ContractTerm.objects.count() == 2


def test_what_changes_contracts(tmp_path: Path) -> None:
    folder = small_agency(
        tmp_path,
        contract_terms="client,contract,effective_from,fee,bill_rate,included_hours\n"
        "ACME,care,2025-06-01,7000,,\nZenith,Hours,2025-06-01,,95.5,\nAcme,Hours,2025-06-01,1,,\n",
        milestones="client,contract,date,amount\nAcme,Care,2025-06-01,1000.50\nAcme,Care,2025-07-01,\n",
        pauses="client,contract,from,to\nAcme,Care,2024-06-01,2024-07-01\nAcme,Care,2025-06-02,2025-06-01\n"
        "Acme,Care,2025-06-01,\nNobody,Care,2025-06-01,2025-06-01\n",
        contact_hours="client,weekdays,from,to,zone\nAcme,mon-fri,9:00,18:00,Europe/Warsaw\nAcme,1,18:00,9:00,\n"
        "Acme,x,09:00,18:00,\nAcme,1,,18:00,\nAcme,1,09:00,18:00,Mars/Base\n",
    )
    by_kind = {report["kind"]: report for report in run_import(folder)}

    assert rejections(by_kind["contract_terms"]) == [(4, "contract", "Hours", "unknown_contract")]
    assert rejections(by_kind["milestones"]) == [(3, "amount", "", "missing_amount")]
    assert rejections(by_kind["pauses"]) == [
        (3, "to", "2025-06-01", "bad_date"),
        (4, "to", "", "bad_date"),
        (5, "client", "Nobody", "unknown_client"),
    ]
    assert [each[1] for each in rejections(by_kind["contact_hours"])] == ["to", "weekdays", "from", "zone"]
    terms = ContractTerm.objects.values_list("contract__name", "fee_cents", "bill_rate_cents", "included_seconds")
    assert sorted(terms) == [("Care", 700_000, None, None), ("Hours", None, 9550, None)]
    assert Milestone.objects.values_list("on", "amount_cents").get() == (date(2025, 6, 1), 100_050)
    assert Pause.objects.values_list("from_on", "to_on").get() == (date(2024, 6, 1), date(2024, 7, 1))
    hours = ContactHours.objects.get()
    assert (hours.weekdays, hours.from_time, hours.to_time, hours.zone) == (
        "12345",
        time(9),
        time(18),
        "Europe/Warsaw",
    )
