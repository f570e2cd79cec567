"""The oracle against the worked examples of the method, section 3.5, and small cases by hand."""

import csv
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from . import worked
from .calculation import Figures, decimals, figures
from .generator import HEADERS, write_folder


@pytest.mark.parametrize("name", worked.EXPECTED)
@pytest.mark.parametrize("late", [False, True], ids=["before", "late"])
def test_figures_worked_example(tmp_path: Path, name: str, late: bool) -> None:
    worked.write_worked(tmp_path, late=late)
    expected = (worked.EXPECTED_LATE if late else worked.EXPECTED)[name]
    found = figures(tmp_path, expected.as_of, worked.REPORTING)[name]
    shown = (found.effort_cost, found.net_revenue, found.ratio, found.status, found.reason)
    assert shown == tuple(expected)[1:]


def test_figures_worked_hours_hold_added_incident_minutes(tmp_path: Path) -> None:
    worked.write_worked(tmp_path)
    assert figures(tmp_path, worked.AS_OF, worked.REPORTING)["R8"].hours == "101.25"


# Small folders: one client A, one person p at 60.00 an hour, 30 h spread over ten weeks by default.

AS_OF = date(2026, 3, 31)
DEFAULT = "60.00"


def one_client(folder: Path, **files: list[str]) -> Figures:
    """A's figures for 2026-03-31 from lines of each file, in the columns of the native files."""
    lines = {
        "people": ["p@x,P,member,Designer,yes"],
        "rates": [f",,2025-01-01,{DEFAULT}"],
        "clients": ["A,p@x,active,2025-01-01,,no"],
        "time": [f"p@x,A,,2026-{month}-{day},180,yes,delivery," for month, day in TEN_WEEKS],
        **files,
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in lines.items():
        (folder / f"{name}.csv").write_text("\n".join([HEADERS[name], *rows]), encoding="utf-8")
    return figures(folder, AS_OF, "EUR")["A"]


TEN_WEEKS = [
    ("01", "05"),
    ("01", "12"),
    ("01", "19"),
    ("01", "26"),
    ("02", "02"),
    ("02", "09"),
    ("02", "16"),
    ("02", "23"),
    ("03", "02"),
    ("03", "09"),
]
OPEN_FIXED = "A,F,fixed_fee,EUR,1000,,2025-01-01,,,,,,,,,,invoiced,"

# contract line, further files, net revenue, worked by hand
REVENUE = {
    "anchor 31 becomes the month's last day": (
        "A,C,retainer,EUR,3100,month,2026-03-01,,31,,,,,,,,,",
        {},
        "3103.33",  # 30 of the 31 days 28 Feb to 30 Mar, then 1 of the 30 days 31 Mar to 29 Apr
    ),
    "quarter of 90 days": (
        "A,C,retainer,EUR,900,quarter,2026-01-01,,,,,,,,,,,",
        {},
        "900.00",
    ),
    "quarter counted from the month of the start": (
        "A,C,retainer,EUR,920,quarter,2026-02-10,,15,,,,,,,,,",
        {},
        "511.11",  # 50 of the 90 days 15 Jan to 14 Apr: 920 x 50 / 90
    ),
    "pause share": (
        "A,C,retainer,EUR,3100,month,2025-01-01,2026-01-31,1,,,,,50,,,,",
        {"pauses": ["A,C,2026-01-22,2026-02-20"]},
        "2600.00",  # 21 active days and 10 at one half
    ),
    "fee of the day, empty cell unchanged": (
        "A,C,retainer,EUR,3100,month,2025-01-01,2026-01-31,1,,,,,,,,,",
        {"contract_terms": ["A,C,2026-01-11,6200,,", "A,C,2026-01-21,,,20"]},
        "5200.00",  # 10 x 100 + 21 x 200
    ),
    "delivered early": (
        "A,C,fixed_fee,EUR,1000,,2025-12-22,2026-03-31,,,,,,,,,,2026-01-10",
        {},
        "900.00",  # 10 of 100 days lie before the window
    ),
    "delivered late is not early": (
        "A,C,fixed_fee,EUR,1000,,2025-12-22,2026-03-31,,,,,,,,,,2026-04-10",
        {},
        "900.00",
    ),
    "no active day falls on the end": (
        "A,C,fixed_fee,EUR,1000,,2026-02-01,2026-02-10,,,,,,,,,,",
        {"pauses": ["A,C,2026-01-01,2026-03-01"]},
        "1000.00",
    ),
    "single date without a row": (
        "A,C,fixed_fee,EUR,1000,,2025-02-01,2026-02-10,,,,,,,,,single_date,",
        {},
        "1000.00",
    ),
    "milestones in the window": (
        "A,C,fixed_fee,EUR,1000,,2025-02-01,2026-06-10,,,,,,,,,milestone,",
        {"milestones": ["A,C,2025-12-31,100", "A,C,2026-01-01,200", "A,C,2026-04-01,400"]},
        "200.00",
    ),
    "cap reached by days": (
        "A,C,time_and_materials,EUR,,,2025-01-01,,,100,2500,,,,,,,",
        {},
        "2500.00",
    ),
    "percent complete of half the estimate": (
        "A,C,fixed_fee,EUR,1000,,2025-01-01,,,,,,60,,,,,",
        {},
        "500.00",
    ),
    "invoiced lines that name the contract": (
        "A,C,fixed_fee,EUR,1000,,2025-01-01,,,,,,0,,,,,",
        {
            "invoices": [
                "1,A,C,invoice,contract,2026-01-02,,EUR,100,,,",
                "2,A,,invoice,contract,2026-01-02,,EUR,200,,,",
                "3,A,C,invoice,contract,2026-01-02,,EUR,400,,,voided",
                "4,A,C,invoice,pass_through,2026-01-02,,EUR,800,,,",
            ]
        },
        "100.00",
    ),
    "extra lines spread, corrections on their day": (
        OPEN_FIXED,
        {
            "invoices": [
                "1,A,,invoice,extra,2026-01-02,,EUR,100,2025-12-27,2026-01-05,",
                "2,A,,invoice,extra,2026-01-02,,EUR,7,2026-01-05,,",
                "1,A,,credit_note,extra,2026-01-03,,EUR,10,,,",
                "3,A,,write_off,contract,2026-01-03,,EUR,5,,,draft",
                "4,A,,recovery,contract,2026-01-03,,EUR,1,,,",
            ]
        },
        "48.00",  # 5 of 10 days, + 7 - 10 + 1
    ),
}


@pytest.mark.parametrize("case", REVENUE)
def test_figures_net_revenue(tmp_path: Path, case: str) -> None:
    contract, files, expected = REVENUE[case]
    assert one_client(tmp_path, contracts=[contract], **files).net_revenue == expected


# status, reason by what the folder holds
RETAINER = "A,C,retainer,EUR,900,month,2025-01-01,,,,,,,,,,,"
STATUSES: dict[str, tuple[dict[str, list[str]], str, str | None]] = {
    "ok": ({"contracts": [RETAINER]}, "ok", None),
    "no contract": ({}, "unpaid", None),
    "nothing at all": ({"time": []}, "inactive", None),
    "no effort": ({"contracts": [RETAINER], "time": []}, "insufficient", "no_effort"),
    "few weeks": (
        {"contracts": [RETAINER], "time": ["p@x,A,,2026-03-02,1800,no,delivery,"]},
        "insufficient",
        "few_weeks",
    ),
    "too new": (
        {"contracts": [RETAINER.replace("2025-01-01", "2026-01-31")]},
        "insufficient",
        "too_new",
    ),
    "sixty days": ({"contracts": [RETAINER.replace("2025-01-01", "2026-01-30")]}, "ok", None),
    "missing fx": (
        {"contracts": [RETAINER.replace("EUR", "USD")], "fx": ["USD,2026-01-02,0.9"]},
        "insufficient",
        "missing_fx",
    ),
    "missing rate": (
        {"contracts": [RETAINER], "rates": ["p@x,,2026-01-06,50"]},
        "insufficient",
        "missing_rate",
    ),
    "undefined": ({"contracts": [OPEN_FIXED]}, "undefined", None),
    "all paused": (
        {"contracts": [RETAINER], "pauses": ["A,C,2025-12-01,2026-03-31"]},
        "inactive",
        None,
    ),
    "a day unpaused": (
        {
            "contracts": [RETAINER.replace(",900,", ",0,")],
            "pauses": ["A,C,2025-12-01,2026-03-30"],
        },
        "undefined",
        None,
    ),
}


@pytest.mark.parametrize("case", STATUSES)
def test_figures_status(tmp_path: Path, case: str) -> None:
    files, status, reason = STATUSES[case]
    found = one_client(tmp_path, **files)
    assert (found.status, found.reason) == (status, reason)


def test_figures_missing_rate_leaves_no_money(tmp_path: Path) -> None:
    found = one_client(tmp_path, contracts=[RETAINER], rates=["p@x,,2026-01-06,50"])
    assert (found.ratio, found.effort_cost, found.net_revenue) == (None, None, None)
    assert found.hours == "30.00"


def test_figures_cost_rate_tiers(tmp_path: Path) -> None:
    """January at the default, until the role's rate; then the new role's; then one's own."""
    found = one_client(
        tmp_path,
        time=[f"P@X,A,,2026-{day},60,no,delivery," for day in ("01-05", "02-02", "02-16", "03-02")],
        roles=["p@x,Developer,2026-02-10"],
        rates=[
            ",,2026-03-15,1",
            ",Designer,2026-02-01,10",
            ",Developer,2025-02-01,100",
            "p@x,,2026-03-01,1000",
        ],
    )
    assert found.effort_cost == "1111.00"


INCIDENT_LINES = [
    "A,2026-03-16T10:00:01,delivery,low,ours,p@x,30,yes,,,,",
    "A,2026-03-16T10:00:02,delivery,low,ours,p@x,60,unsure,,,,",
    "A,2026-03-16T10:00:03,delivery,low,ours,P@x,90,,,,,",
    "A,2026-03-17T10:00:04,delivery,low,ours,,20,unsure,,,,",
    "A,2026-03-17T10:00:05,delivery,low,ours,,40,yes,,,,",
    "A,2026-03-31T23:30:06,delivery,low,ours,p@x,,no,,,,",
    "A,2026-03-31T23:30:07-01:00,delivery,low,ours,p@x,500,no,,,,",
]


def test_figures_incident_minutes(tmp_path: Path) -> None:
    """100 min logged: 150 unsure - (100 - 30) = 80; 20 of nobody; 5 + 7 for the empty incident."""
    found = one_client(
        tmp_path,
        time=["p@x,A,,2026-03-16,100,no,delivery,"],
        incidents=INCIDENT_LINES,
        incident_minutes=["a ,2026-03-31T23:30:06,,5", "A,2026-03-31T23:30:06,q@x,7"],
    )
    assert (found.hours, found.effort_cost) == ("3.53", "212.00")


def test_figures_time_without_contract_needs_the_only_running_one(tmp_path: Path) -> None:
    """Two run from 02-01 on: later entries count for neither, so 4 x 3 h of 60 h are complete."""
    found = one_client(
        tmp_path,
        contracts=[
            "A,C,fixed_fee,EUR,1000,,2025-01-01,,,,,,60,,,,,",
            "A,D,retainer,EUR,0,,2026-02-01,,,,,,,,,,,",
        ],
        time=[f"p@x,A,,2026-{month}-{day},180,yes,delivery," for month, day in TEN_WEEKS],
    )
    assert (found.net_revenue, found.hours) == ("200.00", "30.00")


def test_decimals_round_half_away_from_zero() -> None:
    assert [decimals(Fraction(n, 1000), 2) for n in (5, -5, 4, -4, 1005)] == [
        "0.01",
        "-0.01",
        "0.00",
        "0.00",
        "1.01",
    ]


def test_write_folder_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_folder(tmp_path / name, 7, entries=200)
    for file in HEADERS:
        one = (tmp_path / "one" / f"{file}.csv").read_bytes()
        assert one == (tmp_path / "two" / f"{file}.csv").read_bytes()


def test_write_folder_reaches_every_status_and_reason(tmp_path: Path) -> None:
    seen = set()
    for seed in range(10):
        write_folder(tmp_path / str(seed), seed, entries=1500)
        for found in figures(tmp_path / str(seed), AS_OF, "EUR", "Europe/Warsaw").values():
            seen.add(found.reason or found.status)
    assert seen >= {"ok", "undefined", "unpaid", "inactive", "few_hours", "few_weeks"}
    assert seen >= {"too_new", "missing_fx", "missing_rate", "no_effort"}


@pytest.mark.parametrize("seed", [3, 17])  # 17 draws the same first day twice for the pauses of one contract
def test_write_folder_keys_are_unique(tmp_path: Path, seed: int) -> None:
    """No row is an update of another: the folder reads the same in whatever order."""
    write_folder(tmp_path, seed)
    keys = {
        "rates": ("email", "job_title", "effective_from"),
        "roles": ("email", "effective_from"),
        "fx": ("currency", "effective_from"),
        "clients": ("client",),
        "contracts": ("client", "contract"),
        "contract_terms": ("client", "contract", "effective_from"),
        "milestones": ("client", "contract", "date"),
        "pauses": ("client", "contract", "from"),
        "incidents": ("client", "occurred_at"),
        "incident_minutes": ("client", "occurred_at", "email"),
    }
    for file, columns in keys.items():
        with (tmp_path / f"{file}.csv").open(encoding="utf-8", newline="") as handle:
            found = [
                tuple(" ".join(row[column].split()).casefold() for column in columns) for row in csv.DictReader(handle)
            ]
        assert len(found) == len(set(found)), file
