"""The sizes for measuring: invented rows are such as an import would have written, and a stopped run is taken up."""

import io
import json
from collections.abc import Callable

import pytest
from django.core.management import call_command

from clienthealth.base.organisation import yesterday
from clienthealth.demo import fill, many, removal
from clienthealth.demo.crowd import client_names, people_names
from clienthealth.demo.people import PEOPLE
from clienthealth.demo.stories import STORIES
from clienthealth.health.models import LatestFigures
from engagements.models import Client, Contract, Invoice, TimeEntry
from engagements.pricing import reprice

pytestmark = pytest.mark.django_db
SOME = 12


@pytest.fixture
def sizes(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, int]]:
    """The demo in a "medium" size of 12 clients beside one story, four a transaction."""
    few = [story for story in STORIES if story.client == "Riverside Museum"]
    monkeypatch.setattr("clienthealth.demo.folder.STORIES", few)
    monkeypatch.setattr(fill, "STORIES", few)
    monkeypatch.setattr(fill, "SIZES", {**fill.SIZES, "medium": SOME + 1})
    monkeypatch.setattr(many, "CHUNK", 4)

    def run(*arguments: str) -> dict[str, int]:
        out = io.StringIO()
        call_command("demo", "--size", "medium", "--json", *arguments, stdout=out, stderr=io.StringIO())
        counts: dict[str, int] = json.loads(out.getvalue())
        return counts

    return run


def test_size_says_how_many_clients(sizes: Callable[..., dict[str, int]]) -> None:
    assert fill.SIZES == {"small": 24, "medium": SOME + 1, "large": 10_000}
    counts = sizes()
    assert counts["clients"] == Client.objects.count() == SOME + 1
    assert counts["time_entries"] == TimeEntry.objects.count() > SOME * 200
    assert TimeEntry.objects.latest("work_on").work_on <= yesterday()
    assert removal.mixed() == 0
    healthy = LatestFigures.objects.filter(level="healthy").count()
    assert healthy > SOME / 3
    assert not TimeEntry.objects.filter(cost_cents_per_hour=None).exists()


def test_prices_are_those_the_import_would_set(sizes: Callable[..., dict[str, int]]) -> None:
    sizes()
    assert reprice() == 0


def test_new_rows_find_free_keys(sizes: Callable[..., dict[str, int]]) -> None:
    sizes()
    ours = Client.objects.create(name="Ours")
    care = Contract.objects.create(client=ours, name="Care", kind="retainer", currency="EUR", start_on=yesterday())
    bill = Invoice.objects.create(number="Ours-1", client=ours, issue_on=yesterday(), currency="EUR")
    assert [model.objects.latest("pk") for model in (Client, Contract, Invoice)] == [ours, care, bill]


def test_stopped_run_is_taken_up_without_a_double(
    sizes: Callable[..., dict[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as stopped:
        write = many.Sheet.write
        written: list[object] = []

        def write_two(sheet: many.Sheet) -> None:
            if len(written) == 2:
                raise KeyboardInterrupt
            written.append(sheet)
            write(sheet)

        stopped.setattr(many.Sheet, "write", write_two)
        with pytest.raises(KeyboardInterrupt):
            sizes()
    assert Client.objects.count() == 9
    assert fill.is_half_done()
    assert sizes("--force")["clients"] == SOME + 1
    assert not fill.is_half_done()
    assert LatestFigures.objects.count() == SOME + 1


def test_large_portfolio_has_names_enough() -> None:
    biggest = fill.SIZES["large"] - len(STORIES)
    names = client_names(biggest)
    assert len(set(names)) == biggest
    people = people_names(biggest // many.CLIENTS_A_PERSON)
    assert len(set(people)) == biggest // many.CLIENTS_A_PERSON
    assert not {story.client for story in STORIES} & set(names)
    assert not {each.name for each in PEOPLE} & set(people)
