"""An account's settings change how a report is written, never what it says nor the keys by which rows are known."""

import csv
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clienthealth.imports.draft import Choices, work_out
from clienthealth.imports.files import find
from clienthealth.imports.reading import open_source
from tests.imports.harvest import HEADER, PLAIN, Account, Entry, minutes

pytestmark = pytest.mark.django_db

NAMES = st.sampled_from(["Acme", "ACME ", "Müller & Söhne", "Café, Noir", 'The "Shop"', "=1+1", "a;b", "x\ty", ""])
NOTES = st.sampled_from(["", "=cmd", 'said "no"', "a, b; c\td", "first\nsecond", "Größe – 12 €", "+44 1", "7,5"])
HOURS = st.integers(1, 3360).map(lambda n: f"{Decimal(n) / 20:f}")  # whole minutes, up to a week
ENTRIES = st.lists(
    st.builds(
        Entry,
        day=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
        client=NAMES,
        project=NAMES,
        task=NAMES,
        note=NOTES,
        hours=HOURS,
        billable=st.booleans(),
        first=st.sampled_from(["Ann", "Zoë"]),
        last=st.sampled_from(["Able", "Bär"]),
    ),
    max_size=8,
)
TELLING = Entry(day=date(2026, 3, 25), hours="0.5", note="twice ü")
"""Tells the order of dates and the decimal sign."""
ACCOUNTS = st.builds(
    Account,
    header=st.permutations([*HEADER, "Hours Rounded", "Department", "Email"]).map(tuple),
    delimiter=st.sampled_from([",", ";", "\t"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    newline=st.sampled_from(["\n", "\r\n"]),
    date_format=st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%y", "%Y/%m/%d", "%d-%m-%Y %H:%M"]),
    decimal_sign=st.sampled_from([".", ","]),
    clock=st.booleans(),
    yes_no=st.sampled_from([("Yes", "No"), ("Ja", "Nein"), ("TRUE", "FALSE"), ("1", "0")]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
Told = list[tuple[Any, ...]]


def understood(path: Path) -> tuple[Told, dict[str, str]]:
    """The entries an import would add, with whom they belong to, and the totals."""
    draft = work_out([open_source(*find(path).files[0])], Choices())
    try:
        report = draft.reports[0].as_json()
        assert report["rejected"] == []
        told = [
            (*(str(draft.plan._numbered[number]) if number is not None else None for number in row[:3]), *row[3:])
            for batch in draft.plan.time.batches()
            for row in batch
        ]
    finally:
        draft.plan.close()
    return told, report["totals"]["minutes_by_client"]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=ENTRIES, account=ACCOUNTS)
def test_settings_change_nothing_that_is_said(tmp_path: Path, entries: list[Entry], account: Account) -> None:
    said = [TELLING, TELLING, *entries]

    plain, totals = understood(PLAIN.write(tmp_path / "plain.csv", said))
    other, other_totals = understood(account.write(tmp_path / "other.csv", said))

    assert other == plain
    assert other_totals == totals
    assert sum(map(Decimal, totals.values())) == sum(Decimal(entry.hours) * 60 for entry in said)
    assert len({row[8] for row in plain}) == len(said)


@pytest.mark.parametrize(
    "other",
    [
        replace(TELLING, day=date(2026, 3, 26)),
        replace(TELLING, client="Zenith"),
        replace(TELLING, project="Other"),
        replace(TELLING, task="Other"),
        replace(TELLING, note="twice"),
        replace(TELLING, hours="0.5003"),
        replace(TELLING, last="Other"),
    ],
)
def test_rows_that_say_something_else_have_another_key(tmp_path: Path, other: Entry) -> None:
    (first,), _totals = understood(PLAIN.write(tmp_path / "a.csv", [TELLING]))
    (second,), totals = understood(PLAIN.write(tmp_path / "b.csv", [other]))
    assert first[8] != second[8]
    assert totals == minutes([other])
