"""Every story comes to its level for any seed and on any day of the year.

Slow, run with --group load: each telling imports eighteen months and evaluates three. The ordinary tests tell it once,
as of yesterday, so that every day adds another.
"""

import io
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command

from clienthealth.base.organisation import organisation
from clienthealth.demo import nights
from clienthealth.demo.folder import write_folder
from tests.demo.stories import assert_stories

pytestmark = [pytest.mark.django_db, pytest.mark.load]
FIRST = date(2025, 1, 6)
TELLINGS = [(FIRST + timedelta(days=46 * number), 100 + number) for number in range(8)]
MORE = [(FIRST + timedelta(days=13 * number), 200 + number) for number in range(40)]


@pytest.mark.parametrize(("last", "seed"), [*TELLINGS, *MORE])
def test_stories_come_to_their_levels(tmp_path: Path, last: date, seed: int, long_run: bool) -> None:
    if (last, seed) in MORE and not long_run:
        pytest.skip("only at full length")
    write_folder(tmp_path, last, seed)
    call_command("import", str(tmp_path), stdout=io.StringIO())
    nights.evaluate(organisation(), last)
    assert_stories(last)


def test_same_seed_tells_the_same(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("first", "second")]
    for folder in folders:
        folder.mkdir()
        write_folder(folder, FIRST, seed=7)
    assert files(folders[0]) == files(folders[1])


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}
