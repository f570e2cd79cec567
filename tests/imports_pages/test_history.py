"""What was imported, its rejected rows as a file, taking it back, and what is left to do afterwards."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person, User
from clienthealth.base.models import Work
from clienthealth.health.models import Night
from clienthealth.imports import jobs, keeping
from clienthealth.imports.marks import MARKS
from clienthealth.imports.models import Assignment, Import, Upload, UploadChunk
from clienthealth.imports.undo import undo
from engagements.models import Client, Contract, CostRate, TimeEntry
from tests.cast import make_client, make_contract
from tests.imports.folders import run_import, small_agency
from tests.imports_pages.sending import CLIENTS, HARVEST_COLUMNS, decide, do_work, imported, uploaded

pytestmark = pytest.mark.django_db


def rejected_file(browser: Browser, upload: Upload) -> bytes:
    answer = browser.get(reverse("imports:upload_rejected", args=[upload.pk]))
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    return bytes(answer.getvalue())


def page_of(browser: Browser, record: Import) -> str:
    return str(browser.get(reverse("imports:import", args=[record.pk])).text)


def test_history_lists_imports_of_page_and_command(as_director: Browser, tmp_path: Path) -> None:
    run_import(small_agency(tmp_path / "in"))
    imported(as_director, "client,status\nAcme,parted\nNew,\nX,odd\n")
    page = as_director.get(reverse("imports:imports")).text
    assert "Command" in page
    assert "Dana" in page
    cells = page.split("clients.csv</a>")[1].split("</tr>")[0]
    assert [part.split("<")[0].strip() for part in cells.split('">')[-4:]] == ["1", "1", "0", "1"]


def test_history_is_paged(as_director: Browser) -> None:
    Import.objects.bulk_create(Import(name=f"file {number}.csv") for number in range(31))
    first, second = (as_director.get(reverse("imports:imports"), {"page": page}).text for page in ("1", "2"))
    assert "file 30.csv" in first
    assert "file 0.csv" not in first
    assert "file 0.csv" in second
    assert as_director.get(reverse("imports:imports"), {"page": "9" * 40}).status_code == 200


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_rejected_rows_are_fixed_and_imported_again(as_director: Browser, delimiter: str) -> None:
    good = "2026-03-04,Acme,Web,Design,kept,1.5,Yes,Ann,Able\n"
    bad = '2026-13-05,Acme,Web,Design,"=SUM(1), ""x""",2.5,Yes,Ann,Able\n2026-03-06,+Plus,Web,@t,-n,x,No,Ann,Able\n'
    upload = uploaded(as_director, (HARVEST_COLUMNS + good + bad).replace(",", delimiter), "h.csv")
    decide(as_director, upload)
    content = rejected_file(as_director, upload)
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))
    assert rows[0] == [*HARVEST_COLUMNS.strip().split(","), *MARKS]
    assert [row[9:11] for row in rows[1:]] == [["3", "Date"], ["4", "Hours"]]
    assert rows[1][11] == "bad_date: the date cannot be read"
    assert (rows[1][4][:5], rows[2][1], rows[2][4]) == ("'=SUM", "'+Plus", "'-n")

    fixed = content.replace(b"2026-13-05", b"2026-03-05").replace(
        f"{delimiter}x{delimiter}".encode(), b"%c3%c" % (2 * (ord(delimiter),))
    )
    second = uploaded(as_director, fixed, "rejected.csv")
    assert second.preview["report"]["rejected"] == []
    decide(as_director, second)
    notes = set(TimeEntry.objects.values_list("note", flat=True))
    assert notes == {"kept", f'=SUM(1){delimiter} "x"', "-n"}
    assert Client.objects.filter(name="+Plus").exists()


def test_rejected_rows_of_native_files_come_back_too(as_director: Browser) -> None:
    upload = uploaded(as_director, "client,status,started_on\nAcme,odd,2025-01-01\n=Beta,active,x,surplus\n")
    content = rejected_file(as_director, upload).decode("utf-8-sig")
    assert content.splitlines()[0] == "client,status,started_on,,".removesuffix(",") + ",".join(["", *MARKS])
    decide(as_director, upload)
    again = uploaded(as_director, content.replace("odd", "active").replace(",x,surplus", ",2025-01-01,"))
    decide(as_director, again)
    assert set(Client.objects.values_list("name", flat=True)) == {"Acme", "=Beta"}


def test_upload_without_rejections_has_no_such_file(as_director: Browser) -> None:
    upload = uploaded(as_director, CLIENTS)
    assert as_director.get(reverse("imports:upload_rejected", args=[upload.pk])).status_code == 404


def test_undo_says_what_will_go_and_does_it_in_the_background(as_director: Browser, director: User) -> None:
    record = imported(as_director, CLIENTS)
    page = as_director.get(reverse("imports:undo", args=[record.pk]))
    assert "Clients" in page.text
    as_director.post(reverse("imports:undo", args=[record.pk]))
    assert "is being undone" in page_of(as_director, record)
    assert Client.objects.count() == 2
    do_work()
    assert not Client.objects.exists()
    record.refresh_from_db()
    assert (record.state, record.undone_by) == ("undone", director)
    assert "Clients: 2" in page_of(as_director, record)
    assert "undone" in as_director.get(reverse("imports:imports")).text
    assert as_director.get(reverse("imports:undo", args=[record.pk])).status_code == 302


def test_undo_asked_for_twice_is_one_piece_of_work(as_director: Browser) -> None:
    record = imported(as_director, CLIENTS)
    for _ in range(2):
        as_director.post(reverse("imports:undo", args=[record.pk]))
    do_work()
    as_director.post(reverse("imports:undo", args=[record.pk]))
    assert Work.objects.filter(job="import_undo").count() == 1


def test_what_an_undo_kept_is_listed_with_the_reason(as_director: Browser) -> None:
    record = imported(as_director, CLIENTS)
    make_contract(Client.objects.get(name="Acme"))
    undo(record.pk)
    page = page_of(as_director, record)
    assert "1 row was kept" in page
    assert "Client “Acme”: stays, because other records refer to it by now (Contract)" in page


def test_undone_file_can_be_imported_again(as_director: Browser) -> None:
    record = imported(as_director, CLIENTS)
    undo(record.pk)
    upload = uploaded(as_director, CLIENTS)
    assert "imported already" not in as_director.get(f"/imports/uploads/{upload.pk}/").text
    decide(as_director, upload)
    assert Client.objects.count() == 2


def test_undo_that_fails_three_times_can_be_tried_again(as_director: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    record = imported(as_director, CLIENTS)
    monkeypatch.setattr(jobs, "undo", lambda *args: 1 / 0)
    as_director.post(reverse("imports:undo", args=[record.pk]))
    for _ in range(3):
        do_work()
    assert "This failed three times" in page_of(as_director, record)
    monkeypatch.undo()
    as_director.post(reverse("imports:undo_retry", args=[record.pk]))
    do_work()
    assert not Client.objects.exists()


def test_import_that_was_not_recorded_cannot_be_undone(as_director: Browser) -> None:
    record = Import.objects.create(name="old.csv")
    assert "cannot be undone" in as_director.get(reverse("imports:undo", args=[record.pk])).text
    as_director.post(reverse("imports:undo", args=[record.pk]))
    assert not Work.objects.filter(job="import_undo").exists()


def test_result_leads_on_to_what_is_missing(as_director: Browser) -> None:
    rows = "2026-03-04,Acme,Web,Design,,1.5,Yes,Ann,Able\n2026-03-04,,Other,Design,,1.5,Yes,Ann,Able\n"
    record = imported(as_director, HARVEST_COLUMNS + rows, "h.csv")
    page = page_of(as_director, record)
    acme = Client.objects.get()
    for name, args in (
        ("engagements:rate_create", []),
        ("engagements:contract_create", [acme.pk]),
        ("engagements:client_edit", [acme.pk]),
        ("imports:unassigned", []),
    ):
        assert reverse(name, args=args) in page
    assert reverse("imports:figures") not in page, "the first night would be stored without rate and contract"


def test_first_figures_wait_for_a_rate_and_a_contract(as_director: Browser, manager: User) -> None:
    page = reverse("imports:figures")
    assert "add a contract and a cost rate first" in as_director.post(page, follow=True).text
    make_contract(make_client("Acme", manager))
    CostRate.objects.create(effective_from=date(2025, 1, 1), cents_per_hour=4500)
    assert "are being computed" in as_director.post(page, follow=True).text
    assert Work.objects.filter(job="figures").count() == 1


def test_hours_of_a_project_are_given_to_a_client(as_director: Browser, director: User, manager: User) -> None:
    care = make_contract(make_client("Acme", manager), bill_rate_cents=9000)
    rows = "".join(f"2026-03-0{day},,Website,Design,,1.5,Yes,Ann,Able\n" for day in (4, 5))
    imported(as_director, HARVEST_COLUMNS + rows + "2026-03-04,,Other,,,1,Yes,Ann,Able\n", "h.csv")
    page = reverse("imports:unassigned")
    assert "Website" in as_director.get(page).text

    wrong = as_director.post(page, {"project": "Website", "client": "Nobody"})
    assert wrong.status_code == 422
    assert wrong.text.count("No client has this name.") == 1
    for _ in range(2):
        as_director.post(page, {"project": "Website", "client": "acme"})

    entries = TimeEntry.objects.filter(project="Website")
    said = set(entries.values_list("client__name", "contract", "contract_named", "bill_cents_per_hour", "version"))
    assert said == {("Acme", care.pk, False, 9000, 2)}
    assert Assignment.objects.get().entries == 2
    assert TimeEntry.objects.get(project="Other").client is None

    as_director.post(reverse("imports:assignment_back", args=[Assignment.objects.get().pk]))
    assert set(entries.values_list("client", "contract", "bill_cents_per_hour")) == {(None, None, None)}


def test_project_named_like_a_contract_belongs_to_it(as_director: Browser, manager: User) -> None:
    acme = make_client("Acme", manager)
    make_contract(acme, "Care")
    web = make_contract(acme, "WEBSITE")
    imported(as_director, HARVEST_COLUMNS + "2026-03-04,,Website,,,1,Yes,Ann,Able\n", "h.csv")
    as_director.post(reverse("imports:unassigned"), {"project": "Website", "client": "Acme"})
    entry = TimeEntry.objects.get()
    assert (entry.contract, entry.contract_named) == (web, True)


def test_assigned_hours_go_with_their_import_and_edited_ones_stay(as_director: Browser, manager: User) -> None:
    make_client("Acme", manager)
    rows = "".join(f"2026-03-0{day},,Website,Design,,1.5,Yes,Ann,Able\n" for day in (4, 5))
    record = imported(as_director, HARVEST_COLUMNS + rows, "h.csv")
    as_director.post(reverse("imports:unassigned"), {"project": "Website", "client": "Acme"})
    edited = TimeEntry.objects.first()
    assert edited
    edited.note, edited.version = "looked at", 3
    edited.save()
    undone = undo(record.pk)
    assert list(TimeEntry.objects.all()) == [edited]
    assert undone.undo_report["removed"]["engagements.timeentry"] == 1


def test_figures_are_computed_on_request_once_a_minute(as_director: Browser) -> None:
    imported(as_director, CLIENTS)
    make_contract(Client.objects.earliest("pk"))
    CostRate.objects.create(effective_from=date(2025, 1, 1), cents_per_hour=4500)
    page = reverse("imports:figures")
    for _ in range(2):
        as_director.post(page)
    assert "are being computed" in as_director.get(page).text
    assert Work.objects.filter(job="figures").count() == 1
    do_work()
    assert "2 clients, 0 with enough data" in as_director.get(page).text


def test_computing_a_stored_night_again_says_that_nothing_changed(as_director: Browser) -> None:
    Night.objects.create(day=timezone.localdate() - timedelta(days=1), computed_at=timezone.now() - timedelta(hours=3))
    as_director.post(reverse("imports:figures"))
    do_work()
    assert "Nothing changed: this night was computed on" in as_director.get(reverse("imports:figures")).text


def test_old_uploads_go_and_imported_ones_keep_only_rejected_rows(as_director: Browser) -> None:
    idle, fresh = uploaded(as_director, CLIENTS), uploaded(as_director, CLIENTS)
    done = imported(as_director, "client,status\nAcme,odd\nBeta,\n").upload
    Upload.objects.exclude(pk=fresh.pk).update(created_at=timezone.now() - timedelta(days=31))
    keeping.tidy(Work())
    assert set(Upload.objects.values_list("pk", flat=True)) == {fresh.pk, done.pk}
    assert list(UploadChunk.objects.filter(upload=done).values_list("part", flat=True)) == ["rejected"]
    assert not UploadChunk.objects.filter(upload=idle).exists()
    assert UploadChunk.objects.filter(upload=fresh).exists()
    assert b"Acme" in rejected_file(as_director, done)


def test_first_figures_by_pages_from_an_empty_installation(as_director: Browser, time_machine: Any) -> None:
    """Harvest's report, a cost rate, a contract, and the flag of the next morning's figures the same afternoon."""
    time_machine.move_to("2026-04-01T14:00:00Z", tick=False)
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(90)]
    rows = "".join(f"{day},Acme,Web,Design,,4,Yes,Ann,Able\n" for day in days)
    record = imported(as_director, HARVEST_COLUMNS + rows, "h.csv")
    acme = Client.objects.get()
    rate = {"subject": "everybody", "effective_from": "2025-01-01", "cents_per_hour": "50", "key": ""}
    assert as_director.post(reverse("engagements:rate_create"), rate).status_code == 302
    contract = {"name": "Care", "kind": "retainer", "currency": "EUR", "fee_cents": "1000", "period": "month"}
    more = {"start_on": "2025-10-01", "anchor_day": "1", "pause_fee_basis_points": "0", "key": ""}
    rows_of = {
        f"{name}-{field}": value
        for name in ("terms", "milestones", "pauses")
        for field, value in (("TOTAL_FORMS", "0"), ("INITIAL_FORMS", "0"))
    }
    made = as_director.post(reverse("engagements:contract_create", args=[acme.pk]), {**contract, **more, **rows_of})
    assert made.status_code == 302, made.text
    assert Contract.objects.get().client == acme
    as_director.post(reverse("imports:figures"))
    do_work()
    assert "1 flag raised" in as_director.get(reverse("imports:figures")).text
    assert "Acme" in as_director.get("/flags/").text
    assert page_of(as_director, record).count("has no account manager") == 1


def test_person_who_was_mapped_keeps_the_import_together(as_director: Browser) -> None:
    """Undoing removes the people the file brought, and nobody else."""
    kept = Person.objects.create(name="Old Hand")
    record = imported(as_director, HARVEST_COLUMNS + "2026-03-04,Acme,Web,,,1,Yes,Ann,Able\n", "h.csv")
    undo(record.pk)
    assert set(Person.objects.filter(user=None)) == {kept}
