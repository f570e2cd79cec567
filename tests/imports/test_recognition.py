"""Several programs' exports side by side: which one a header belongs to, and what is asked where two have as much."""

from pathlib import Path

import pytest

from clienthealth.imports.draft import Choices, work_out
from clienthealth.imports.headers import Signature
from clienthealth.imports.kinds.tracked import TrackedTime
from clienthealth.imports.presets.base import Preset
from clienthealth.imports.problems import Refused, Undecided
from clienthealth.imports.reading import open_source
from clienthealth.imports.recognition import Wanted, recognise


def preset(name: str, *required: str, any_of: tuple[str, ...] = (), not_if: tuple[str, ...] = ()) -> Preset:
    spellings = {"date": ("day",), "project": ("work",), "hours": ("time spent", "time")}
    return Preset(name, name.title(), TrackedTime, (Signature(required, any_of, not_if),), spellings)


SMALL = preset("small", "Day", "Work", "Time")
LARGE = preset("large", "Day", "Work", "Time", "Tag")
OTHER = preset("other", "Day", "Work", "Badge", any_of=("Colour", "Shape"), not_if=("Invoice",))


def found(header: str, *presets: Preset, before: int = 0) -> str | None:
    records = [(number + 1, [f"title {number}"]) for number in range(before)]
    heads = {",": [*records, (before + 1, header.split(","))], ";": [], "\t": []}
    return recognise("x.csv", heads, Wanted(presets=presets)).preset


def test_most_columns_found_win() -> None:
    assert found("Day,Work,Time,Tag", SMALL, LARGE) == "large"
    assert found("Day,Work,Time,Colour", LARGE, SMALL) == "small"
    assert found("tag* , *DAY,work,\ufefftime", SMALL, LARGE, before=3) == "large"


def test_one_of_several_must_be_there_and_none_of_others() -> None:
    assert found("Day,Work,Badge,Shape", OTHER) == "other"
    for header in ("Day,Work,Badge", "Day,Work,Badge,Shape,Invoice", "Day,Work,Shape"):
        with pytest.raises(Refused):
            found(header, OTHER)


def test_a_tie_is_asked() -> None:
    with pytest.raises(Undecided) as caught:
        found("Day,Work,Time,Badge,Colour", SMALL, OTHER)
    assert (caught.value.option, caught.value.choices) == ("preset", ("small", "other"))
    assert "--preset" in str(caught.value)


def test_kind_that_nothing_tells_is_asked() -> None:
    with pytest.raises(Undecided) as caught:
        found("a,b,c")
    assert caught.value.option == "kind"
    assert "time" in caught.value.choices


@pytest.mark.django_db
def test_project_stands_in_where_a_program_has_no_clients(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Day,Time,Time spent,Work\n2026-03-02,9,1:30,Acme\n2026-03-02,9,1:30,\n")

    draft = work_out([open_source(path, Wanted(presets=[SMALL]))], Choices())
    draft.plan.close()

    totals = draft.reports[0].as_json()["totals"]["minutes_by_client"]
    assert totals == {"Acme": "90.0000", "(no client)": "90.0000"}
