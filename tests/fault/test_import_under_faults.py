"""A real worker killed while it reads and while it writes an uploaded file: every row is there once, and together."""

import json
import sqlite3
import time
from contextlib import closing
from typing import Any

import psycopg
import pytest

from tests.fault.test_night_under_faults import sweep
from tests.services import LiveApp, wait_for

pytestmark = pytest.mark.fault
ROWS = 40_000
SEND = """
import io
from accounts.models import User
from clienthealth.imports.uploads import receive
director = User.objects.create_user("dana@agency.test", None, role="ops_director")
day = lambda i: f"2025-{1 + i % 12:02d}-{1 + i % 28:02d}"
rows = (f"{day(i)},Client {i % 40},P,T,note {i},1.25,Yes,Ann,P{i % 9}\\n" for i in range(ROWS))
text = "Date,Client,Project,Task,Notes,Hours,Billable?,First Name,Last Name\\n" + "".join(rows)
receive("report.csv", [text.encode()], director, "")
"""
CONFIRM = """
from clienthealth.imports.models import Upload
from clienthealth.imports.uploads import confirm
upload = Upload.objects.get()
assert confirm(upload, {}, upload.author)
"""
READ = """
import json
from clienthealth.imports.models import Import, RowChange, Upload
from engagements.models import Client, TimeEntry
record = Import.objects.get()
print(json.dumps({
    "imports": Import.objects.count(), "entries": TimeEntry.objects.count(), "clients": Client.objects.count(),
    "upload": Upload.objects.get().imported_id == record.pk, "new": record.report[0]["new"],
}))
"""


def shell(app: LiveApp, code: str) -> str:
    return app.manage("shell", "--verbosity", "0", "-c", code).stdout


def ask(app: LiveApp, query: str) -> tuple[Any, ...]:
    """One row straight from the database: a management command would be too slow to catch the worker at work."""
    url = app.env["DATABASE_URL"]
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=20)) as connection:
            return tuple(connection.execute(query).fetchone())
    with psycopg.connect(url) as connection:
        return tuple(connection.execute(query.encode()).fetchone() or ())


def upload_is(app: LiveApp, state: str) -> bool:
    return ask(app, "SELECT state FROM imports_upload") == (state,)


def is_running(app: LiveApp) -> bool:
    return ask(app, "SELECT count(*) FROM base_work WHERE job = 'import_commit' AND state = 'running'") == (1,)


def test_worker_killed_in_the_middle_of_an_import_brings_every_row_once(live_app: LiveApp) -> None:
    app = live_app
    app.env["WORK_LEASE_SECONDS"] = "3"
    shell(app, SEND.replace("ROWS", str(ROWS)))
    app.start("worker")
    wait_for(lambda: (sweep(app), upload_is(app, "ready"))[1], 120, "the preview")
    shell(app, CONFIRM)
    for seconds in (0.2, 2.5):  # at the first reading; at the second, or while it writes
        wait_for(lambda: (sweep(app), is_running(app))[1], 60, "the import to start")
        time.sleep(seconds)
        assert is_running(app), "the machine is too quick for this many rows"
        app.kill("worker")
        assert upload_is(app, "writing")
        assert ask(app, "SELECT count(*) FROM engagements_timeentry") == (0,)
        assert ask(app, "SELECT count(*) FROM imports_import") == (0,)
        time.sleep(3.5)
        app.start("worker")
    wait_for(lambda: (sweep(app), upload_is(app, "done"))[1], 120, "the import")
    found = json.loads(shell(app, READ))
    assert found == {"imports": 1, "entries": ROWS, "clients": 40, "upload": True, "new": ROWS}
