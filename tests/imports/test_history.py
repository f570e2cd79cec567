"""The audit history of an import reads like that of the pages."""

from pathlib import Path

import pytest
from auditlog.models import LogEntry

from clienthealth.imports.models import Import
from engagements.models import Client, Contract, CostRate
from issues.models import Incident
from tests.imports.folders import INCIDENT_COLUMNS, run_import, small_agency, write

pytestmark = pytest.mark.django_db


def entries(name: str, action: int) -> list[LogEntry]:
    found = LogEntry.objects.filter(content_type__model=name, action=action)
    return list(found.order_by("pk"))


def test_new_rows_are_in_the_history(tmp_path: Path) -> None:
    incident = "Acme,2026-03-02T10:00:00Z,delivery,low,,Bob,5,,,late,,\n"
    run_import(small_agency(tmp_path, incidents=INCIDENT_COLUMNS + incident))

    number = Import.objects.get().pk
    for model in (Client, Contract, CostRate, Incident):
        logged = entries(model._meta.model_name or "", LogEntry.Action.CREATE)
        assert [each.object_id for each in logged] == list(
            model._default_manager.order_by("pk").values_list("pk", flat=True)
        )
        assert {each.actor for each in logged} == {None}
        assert [each.additional_data for each in logged] == [{"import": number}] * len(logged)
    contract = next(each for each in entries("contract", LogEntry.Action.CREATE) if each.object_repr == "Care")
    assert contract.changes["fee_cents"] == ["None", "600000"]
    assert contract.changes["client"] == ["None", str(Client.objects.get(name="Acme").pk)]
    assert not set(contract.changes) & {"import_id", "source_key", "version", "created_at", "changed_at"}


def test_entries_look_like_those_of_a_saved_row(tmp_path: Path) -> None:
    run_import(small_agency(tmp_path))
    by_import = entries("contract", LogEntry.Action.CREATE)[0]
    twin = Contract.objects.get(pk=by_import.object_id)
    twin.pk, twin.name, twin.source_key = None, "Twin", None
    twin._state.adding = True
    twin.save()
    by_hand = entries("contract", LogEntry.Action.CREATE)[-1]

    # Saving also notes that nobody refers to the new row, and that nothing became nothing; neither says anything.
    fields = {field.name for field in Contract._meta.concrete_fields} - {"id", "name", "name_key"}
    said = {name: [was, now] for name, (was, now) in by_hand.changes.items() if name in fields and was != now}
    assert {name: change for name, change in by_import.changes.items() if name in fields} == said


def test_changes_are_in_the_history_and_nothing_else(tmp_path: Path) -> None:
    run_import(small_agency(tmp_path))
    before = LogEntry.objects.count()
    text = (
        "client,contract,kind,currency,fee,start\n"
        "Acme,Care,retainer,EUR,6500,2025-01-01\nZenith,Hours,time_and_materials,USD,,2025-01-01\n"
    )
    run_import(write(tmp_path / "b", contracts=text))

    [entry] = entries("contract", LogEntry.Action.UPDATE)
    assert entry.changes == {"fee_cents": ["600000", "650000"]}
    assert LogEntry.objects.count() == before + 1


def test_a_value_that_comes_back_within_the_file_is_no_change(tmp_path: Path) -> None:
    run_import(small_agency(tmp_path))
    before = LogEntry.objects.count()
    run_import(write(tmp_path / "b", clients="client,status\nAcme,parted\nAcme,active\n"))
    assert LogEntry.objects.count() == before
    assert Client.objects.get(name="Acme").version == 1


def test_change_of_owner_is_in_the_history(tmp_path: Path) -> None:
    run_import(small_agency(tmp_path))
    run_import(write(tmp_path / "b", clients="client,owner_email\nAcme,bob@agency.test\n"))
    [ended] = entries("clientowner", LogEntry.Action.UPDATE)
    assert set(ended.changes) == {"to_on"}
    assert entries("clientowner", LogEntry.Action.CREATE)[-1].object_repr == "Acme: Bob"
