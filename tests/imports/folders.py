"""Small folders of native files, and the command as a person would run it."""

import json
from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

Report = dict[str, Any]

PEOPLE = "email,name,role,job_title,active\nann@agency.test,Ann Able,account_manager,Lead,yes\nbob@agency.test,Bob,,,\n"
CLIENTS = "client,owner_email,status,started_on\nAcme,ann@agency.test,active,2025-01-01\nZenith,,,\n"
CONTRACTS = (
    "client,contract,kind,currency,fee,start,bill_rate\n"
    "Acme,Care,retainer,EUR,6000.00,2025-01-01,\n"
    "Zenith,Hours,time_and_materials,USD,,2025-01-01,90\n"
)
INVOICE_COLUMNS = (
    "number,client,contract,kind,line,issue_date,due_date,currency,amount_net,service_from,service_to,status\n"
)
INCIDENT_COLUMNS = (
    "client,occurred_at,category,severity,side,email,minutes_lost,in_timesheet,what_happened,causes,resolved_at,"
    "client_confirmed\n"
)
RATES = "email,job_title,effective_from,cost_per_hour\n,,2025-01-01,45.00\n"


def write(folder: Path, **files: str | bytes) -> Path:
    """Files by kind, each with its text."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / f"{name}.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def small_agency(folder: Path, **files: str | bytes) -> Path:
    """Two people, two clients, two contracts and a rate for everybody; `files` add to these or take their place."""
    return write(folder, **{"people": PEOPLE, "clients": CLIENTS, "contracts": CONTRACTS, "rates": RATES, **files})


def run_import(path: Path, **options: Any) -> list[Report]:
    out = StringIO()
    call_command("import", str(path), json=True, stdout=out, stderr=StringIO(), **options)
    reports: list[Report] = json.loads(out.getvalue())
    return reports


def import_one(path: Path, name: str, **options: Any) -> Report:
    """Import the folder and return the report of one of its files."""
    return next(each for each in run_import(path, **options) if each["kind"] == name)


def refusal(path: Path, **options: Any) -> str:
    """The reason for which the import was refused with exit code 1."""
    with pytest.raises(CommandError) as caught:
        run_import(path, **options)
    assert caught.value.returncode == 1
    return str(caught.value)


def rejections(report: Report) -> list[tuple[int, str, str, str]]:
    return [(each["record"], each["column"], each["value"], each["reason"]) for each in report["rejected"]]


def counts(report: Report) -> tuple[int, int, int, int, int]:
    """New, updated, duplicate, ignored, rejected."""
    assert report["accepted"] == report["new"] + report["updated"] + report["duplicate"]
    return (report["new"], report["updated"], report["duplicate"], report["ignored"], len(report["rejected"]))


def table_sizes(*, leave_out: Iterable[str] = ()) -> dict[str, int]:
    """Rows of every table of the project and of the history, by model."""
    labels = {"accounts", "engagements", "issues", "imports", "auditlog"}
    models = [model for model in apps.get_models() if model._meta.app_label in labels]
    return {model._meta.label: model._default_manager.count() for model in models if model._meta.label not in leave_out}
