"""Names that match nobody: asked for with the likeliest first, remembered, and used by every later file."""

from pathlib import Path

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import Person, User
from clienthealth.imports.aliases import remember, remembered
from clienthealth.imports.models import NameAlias
from clienthealth.imports.similar import Names
from clienthealth.imports.undo import undo
from engagements.models import Client, TimeEntry
from tests.imports.folders import run_import
from tests.imports_pages.sending import HARVEST_COLUMNS, address, decide, imported, uploaded
from tests.posting import filled

pytestmark = pytest.mark.django_db
ROW = "2026-03-04,Acme Ltd,Web,Design,,1.5,Yes,Jon,Smith\n"


@pytest.fixture
def known() -> tuple[Client, Person]:
    Client.objects.create(name="Zenith")
    return Client.objects.create(name="ACME"), Person.objects.create(name="John Smith")


def likely(name: str, *known: str) -> list[str]:
    return [each for _key, each in Names(list(enumerate(known))).like(name)]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Acme Ltd", ["ACME"]),
        ("acme, Inc.", ["ACME"]),
        ("Blue Harbour", ["Blue Harbour GmbH"]),
        ("Blu Harbor", ["Blue Harbour GmbH"]),
        ("Zenit", ["Zenith"]),
        ("Łódź Sp. z o.o.", ["Łódź"]),
        ("Something else", []),
        ("Ltd", []),
    ],
)
def test_likeliest_names_are_found(name: str, found: list[str]) -> None:
    assert likely(name, "ACME", "Blue Harbour GmbH", "Zenith", "Łódź")[:1] == found


def test_the_most_alike_come_first_and_only_a_few() -> None:
    assert likely("Acme", "Acme North", "Acme South", "Acme West", "Acme GmbH", "Beta")[0] == "Acme GmbH"
    assert len(likely("Acme", *(f"Acme {letter}" for letter in "abcdef"))) == 3


def test_new_names_are_created_unless_somebody_says_otherwise(
    as_director: Browser, known: tuple[Client, Person]
) -> None:
    imported(as_director, HARVEST_COLUMNS + ROW, "h.csv")
    assert set(Client.objects.values_list("name", flat=True)) == {"ACME", "Zenith", "Acme Ltd"}
    assert not NameAlias.objects.exists()


def test_mapped_names_are_those_they_stand_for(as_director: Browser, known: tuple[Client, Person]) -> None:
    acme, john = known
    upload = uploaded(as_director, HARVEST_COLUMNS + ROW, "h.csv")
    page = as_director.get(address(upload)).text
    assert f'value="{acme.pk}"' in page
    assert f'value="{john.pk}"' in page
    decide(as_director, upload, **{"clients-0": str(acme.pk), "people-0": "other", "people-0-other": "john  SMITH"})
    entry = TimeEntry.objects.get()
    assert (entry.client, entry.person) == (acme, john)
    assert upload.imported.report[0]["totals"]["minutes_by_client"] == {"ACME": "90.0000"}


def test_mapping_is_remembered_for_later_files_and_for_the_command(
    as_director: Browser, director: User, known: tuple[Client, Person], tmp_path: Path
) -> None:
    acme, john = known
    imported(as_director, HARVEST_COLUMNS + ROW, "h.csv", **{"clients-0": str(acme.pk), "people-0": str(john.pk)})
    assert {(each.name, each.target, each.author) for each in NameAlias.objects.all()} == {
        ("Acme Ltd", acme, director),
        ("Jon Smith", john, director),
    }
    again = uploaded(as_director, HARVEST_COLUMNS + ROW.replace("-04", "-05"), "h2.csv")
    assert again.preview["names"]["clients"]["rows"] == again.preview["names"]["people"]["rows"] == []

    file = tmp_path / "h3.csv"
    file.write_text(HARVEST_COLUMNS + ROW.replace("-04", "-06"))
    run_import(file)
    assert set(TimeEntry.objects.values_list("client", "person")) == {(acme.pk, john.pk)}


def test_same_rows_are_known_again_after_mapping(as_director: Browser, known: tuple[Client, Person]) -> None:
    imported(as_director, HARVEST_COLUMNS + ROW, "h.csv", **{"clients-0": str(known[0].pk)})
    record = imported(as_director, HARVEST_COLUMNS + ROW + ROW.replace("-04", "-05"), "h2.csv")
    assert (record.report[0]["new"], record.report[0]["duplicate"]) == (1, 1)


def test_typed_name_of_nobody_is_an_error_beside_it(as_director: Browser, known: tuple[Client, Person]) -> None:
    upload = uploaded(as_director, HARVEST_COLUMNS + ROW, "h.csv")
    data = filled(as_director.get(address(upload)), do="import")
    answer = as_director.post(address(upload), {**data, "clients-0": "other", "clients-0-other": "No Such"})
    assert answer.status_code == 422
    assert "Nobody has this name." in answer.text
    assert 'id="id_clients-0-other_error"' in answer.text
    upload.refresh_from_db()
    assert upload.state == "ready"


def test_choice_that_was_not_offered_is_refused(as_director: Browser, known: tuple[Client, Person]) -> None:
    upload = uploaded(as_director, HARVEST_COLUMNS + ROW, "h.csv")
    data = filled(as_director.get(address(upload)), do="import")
    assert as_director.post(address(upload), {**data, "clients-0": "999999"}).status_code == 422


def test_unknown_names_of_native_files_can_be_mapped(as_director: Browser, known: tuple[Client, Person]) -> None:
    text = "email,client,date,minutes\nJon Smith,Acme Ltd,2026-03-04,60\n"
    upload = uploaded(as_director, text, "time.csv")
    assert upload.preview["report"]["rejected"][0]["reason"] == "unknown_client"
    page = as_director.get(address(upload)).text
    assert "leave these rows out" in page
    decide(as_director, upload, do="again", **{"clients-0": str(known[0].pk)})
    assert upload.preview["report"]["new"] == 1
    assert "Acme Ltd" in str(upload.answers) or "acme ltd" in str(upload.answers)
    decide(as_director, upload)
    assert TimeEntry.objects.get().client == known[0]


def test_two_people_of_one_name_are_told_apart(as_director: Browser) -> None:
    both = [Person.objects.create(name="Jon Smith", email=f"{name}@agency.test") for name in ("jon", "js")]
    upload = uploaded(as_director, HARVEST_COLUMNS + ROW, "h.csv")
    page = as_director.get(address(upload)).text
    assert "Jon Smith · js@agency.test" in page
    decide(as_director, upload, **{"people-0": str(both[1].pk)})
    assert TimeEntry.objects.get().person == both[1]


def test_mapping_of_an_earlier_round_can_be_changed(as_director: Browser, known: tuple[Client, Person]) -> None:
    acme, _john = known
    upload = uploaded(as_director, HARVEST_COLUMNS + ROW, "h.csv")
    decide(as_director, upload, do="again", **{"clients-0": str(acme.pk)})
    assert upload.answers["clients"] == {"acme ltd": acme.pk}
    assert filled(as_director.get(address(upload)))["clients-0"] == str(acme.pk)
    decide(as_director, upload, do="again", **{"clients-0": ""})
    assert "clients" not in upload.answers
    decide(as_director, upload)
    assert TimeEntry.objects.get().client.name == "Acme Ltd"


def test_names_are_not_asked_for_where_nobody_is_known(as_director: Browser) -> None:
    Person.objects.all()
    page = as_director.get(address(uploaded(as_director, HARVEST_COLUMNS + ROW, "h.csv"))).text
    assert "They will be new. Show them" in page
    assert "clients-0" not in page


def test_alias_can_be_changed_and_removed(as_director: Browser, director: User, known: tuple[Client, Person]) -> None:
    remember("client", "Acme Ltd", known[0].pk, director)
    alias = NameAlias.objects.get()
    assert "Acme Ltd" in as_director.get(reverse("imports:names")).text
    edit = reverse("imports:name_edit", args=[alias.pk])
    old = filled(as_director.get(edit))
    wrong = as_director.post(edit, {**old, "target": "Nobody"})
    assert wrong.status_code == 422
    assert "Nobody, or more than one, has this name." in wrong.text
    as_director.post(edit, {**old, "target": "zenith"})
    alias.refresh_from_db()
    assert str(alias.client) == "Zenith"

    late = as_director.post(edit, {**old, "target": "Acme"})
    assert late.status_code == 409
    assert "it stands for Zenith now" in late.text
    assert as_director.post(edit, filled(late)).status_code == 302
    alias.refresh_from_db()
    assert str(alias.client) == "ACME"
    as_director.post(reverse("imports:name_delete", args=[alias.pk]))
    assert remembered().clients == {}


def test_alias_goes_with_the_client_of_an_undone_import(as_director: Browser, director: User) -> None:
    record = imported(as_director, "client\nAcme\n")
    remember("client", "Acme Ltd", Client.objects.get().pk, director)
    undo(record.pk)
    assert not Client.objects.exists()
    assert not NameAlias.objects.exists()
