"""A file's way in: refused before it is read, previewed, and imported once however often it is confirmed."""

import uuid
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import Person, User
from clienthealth.base import work
from clienthealth.base.models import Heartbeat, Organisation, Work
from clienthealth.imports import jobs
from clienthealth.imports.models import Import, Upload, UploadChunk
from engagements.models import Client, TimeEntry
from tests.imports_pages.sending import (
    CLIENTS,
    HARVEST_COLUMNS,
    address,
    decide,
    do_work,
    imported,
    send,
    uploaded,
)
from tests.posting import filled

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>"


def test_file_is_previewed_before_anything_is_imported(as_director: Browser) -> None:
    upload = uploaded(as_director, CLIENTS)
    page = as_director.get(address(upload))
    assert upload.state == "ready"
    assert "Nothing is imported yet" in page.text
    assert not Client.objects.exists()


def test_confirmed_file_is_imported_by_the_one_who_confirmed(as_director: Browser, director: User) -> None:
    record = imported(as_director, CLIENTS)
    assert list(Client.objects.values_list("name", flat=True)) == ["Acme", "Zenith"]
    assert (record.author, record.name, record.state) == (director, "clients.csv", "imported")
    assert "Imported: 2 new, 0 updated" in as_director.get(reverse("imports:import", args=[record.pk])).text


def test_done_upload_leads_to_its_import(as_director: Browser) -> None:
    record = imported(as_director, CLIENTS)
    answer = as_director.get(address(record.upload))
    assert answer.headers["Location"] == reverse("imports:import", args=[record.pk])
    fragment = as_director.get(address(record.upload), headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment.headers["HX-Redirect"]) == (204, answer.headers["Location"])


def test_waiting_page_polls_and_says_when_nobody_works(as_director: Browser) -> None:
    send(as_director, CLIENTS)
    upload = Upload.objects.get()
    page = as_director.get(address(upload)).text
    assert 'hx-trigger="every 2s"' in page
    assert '<a class="no-js" href="">Look again</a>' in page
    assert "Waiting for the worker, which has not been seen" in page
    assert reverse("dashboard:system") in page
    work.beat_of_heart("worker")
    assert "which has not been seen" not in as_director.get(address(upload)).text
    fragment = as_director.get(address(upload), headers={"HX-Request": "true"}).text
    assert "<html" not in fragment


def test_same_post_twice_is_one_upload(as_director: Browser) -> None:
    key = uuid.uuid4().hex
    first, second = send(as_director, CLIENTS, key=key), send(as_director, CLIENTS, key=key)
    assert first.headers["Location"] == second.headers["Location"]
    assert Upload.objects.count() == 1
    assert UploadChunk.objects.count() == 1


def test_confirming_twice_imports_once(as_director: Browser) -> None:
    upload = uploaded(as_director, CLIENTS)
    data = filled(as_director.get(address(upload)), do="import")
    answers = [as_director.post(address(upload), data) for _ in range(2)]
    do_work()
    again = as_director.post(address(upload), data)
    do_work()
    assert [answer.status_code for answer in (*answers, again)] == [302] * 3
    assert Import.objects.count() == 1


def test_work_delivered_again_imports_once(as_director: Browser) -> None:
    imported(as_director, CLIENTS)
    commit = Work.objects.get(job="import_commit")
    jobs.run_commit(commit)
    assert Import.objects.count() == 1


def test_two_runs_of_one_commit_import_once(as_director: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other run ends while this one has read the file and not written yet."""
    upload = uploaded(as_director, CLIENTS)
    real = jobs.bring_in

    def overtaken(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(jobs, "bring_in", real)
        jobs.run_commit(Work.objects.get(job="import_commit"))
        return real(*args, **kwargs)

    monkeypatch.setattr(jobs, "bring_in", overtaken)
    decide(as_director, upload)
    assert Import.objects.count() == 1
    assert upload.imported == Import.objects.get()


def test_answers_of_an_old_page_change_nothing(as_director: Browser) -> None:
    upload = uploaded(as_director, CLIENTS)
    old = filled(as_director.get(address(upload)), do="again", currency="USD")
    decide(as_director, upload, do="again", currency="PLN")
    as_director.post(address(upload), old)
    upload.refresh_from_db()
    assert (upload.answers, upload.state) == ({"currency": "PLN"}, "ready")


def test_same_file_again_is_named_and_adds_nothing(as_director: Browser) -> None:
    record = imported(as_director, CLIENTS)
    upload = uploaded(as_director, CLIENTS, "renamed clients.csv")
    page = as_director.get(address(upload)).text
    assert "This very file was imported already" in page
    assert reverse("imports:import", args=[record.pk]) in page
    decide(as_director, upload)
    assert Client.objects.count() == 2
    assert upload.imported.report[0]["duplicate"] == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        (b"PK\x03\x04" + b"x" * 100, "save the sheet as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xls", "save the sheet as CSV"),
        (b"%PDF-1.7", "This is a PDF file"),
        (b"client\x00,status\n", "This file holds no text"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(as_director: Browser, content: bytes, said: str) -> None:
    answer = send(as_director, content, "clients.xlsx")
    assert answer.status_code == 422
    assert said in answer.text
    assert 'class="field-error"' in answer.text
    assert not Upload.objects.exists()


def test_too_large_file_is_refused_by_its_size_and_the_cap(as_director: Browser, settings: Any) -> None:
    settings.UPLOAD_MAX_MB = 1
    answer = send(as_director, b"x" * (1024 * 1024 + 1))
    assert answer.status_code == 422
    assert "at most 1 MB can be uploaded" in answer.text
    assert not Upload.objects.exists()


def test_far_too_large_post_is_refused_before_it_is_read(as_director: Browser, settings: Any) -> None:
    settings.UPLOAD_MAX_MB = 1
    answer = as_director.post(reverse("imports:upload"), b"", "multipart/form-data; boundary=x", CONTENT_LENGTH=5 << 20)
    assert answer.status_code == 422
    assert "at most 1 MB can be uploaded" in answer.text


def test_forged_post_is_refused(director: User) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(director)
    assert send(browser, CLIENTS).status_code == 403
    assert not Upload.objects.exists()


def test_no_file_is_an_error_beside_the_field(as_director: Browser) -> None:
    answer = as_director.post(reverse("imports:upload"), {"key": ""})
    assert answer.status_code == 422
    assert "Choose a file, or drop one here." in answer.text


def test_file_that_nobody_knows_is_refused_and_can_be_read_otherwise(as_director: Browser) -> None:
    upload = uploaded(as_director, "client,colour\nAcme,red\n")
    assert (upload.state, "colour" in upload.refusal) == ("refused", True)
    page = as_director.get(address(upload))
    assert "This file cannot be read as it is" in page.text
    assert "unknown column" in page.text


def test_undecidable_dates_are_asked_for_with_an_example(as_director: Browser) -> None:
    rows = "03/04/2026,Acme,Web,Design,,1.5,Yes,Ann,Able\n"
    upload = uploaded(as_director, HARVEST_COLUMNS + rows, "report.csv")
    assert upload.state == "asking"
    page = as_director.get(address(upload))
    assert "What is 03/04/2026?" in page.text
    assert "3 April 2026 (day, month, year)" in page.text
    assert "4 March 2026 (month, day, year)" in page.text

    nothing = as_director.post(address(upload), {**filled(page), "do": "again"})
    assert nothing.status_code == 422
    assert "Please choose one." in nothing.text

    decide(as_director, upload, do="again", date_order="mdy")
    assert upload.state == "ready"
    samples = upload.preview["samples"]
    assert dict(zip(samples["titles"], samples["rows"][0][1], strict=True)) == {
        "date": "2026-03-04",
        "client": "Acme",
        "project": "Web",
        "task": "Design",
        "billable": "yes",
        "hours": "1.50",
        "person": "Ann Able",
    }
    decide(as_director, upload)
    assert str(TimeEntry.objects.get().work_on) == "2026-03-04"


def test_another_way_of_reading_is_previewed_before_it_is_imported(as_director: Browser) -> None:
    upload = uploaded(as_director, "client\nŁódź\n".encode("cp1250"))
    assert upload.preview["report"]["encoding"] == "cp1250"
    decide(as_director, upload, encoding="cp1252")
    assert upload.state == "ready"
    assert not Client.objects.exists()
    assert upload.preview["report"]["encoding"] == "cp1252"
    decide(as_director, upload, do="again", encoding="")
    decide(as_director, upload)
    assert Client.objects.get().name == "Łódź"


def test_texts_of_a_file_are_shown_as_text(as_director: Browser) -> None:
    rows = f"2026-03-04,{HOSTILE},{HOSTILE},{HOSTILE},{HOSTILE},1,Yes,{HOSTILE},Able\n2026-03-04,A,,,,{HOSTILE},,,\n"
    upload = uploaded(as_director, HARVEST_COLUMNS + rows, f"{HOSTILE.replace('/', '')}.csv")
    assert upload.state == "ready"
    page = as_director.get(address(upload)).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    decide(as_director, upload)
    assert "<script>alert" not in as_director.get(reverse("imports:import", args=[upload.imported.pk])).text
    assert "<script>alert" not in as_director.get(reverse("imports:imports")).text


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\..\\x.csv", "\u202eevil.csv", "a" * 300 + ".csv"])
def test_names_of_files_lead_nowhere(as_director: Browser, name: str) -> None:
    upload = uploaded(as_director, "client,status\nAcme,active\n", name)
    assert upload.state == "ready", upload.refusal
    assert "/" not in upload.name


def test_preview_shows_totals_counts_and_reasons(as_director: Browser) -> None:
    rows = (
        "2026-03-04,Acme,Web,Design,,1.5,Yes,Ann,Able\n"
        "2026-03-05,,Web,Design,,2,Yes,Ann,Able\n"
        "2026-03-06,Acme,Web,Design,,25,Yes,Ann,Able\n"
        "2026-13-06,Acme,Web,Design,,1,Yes,Ann,Able\n"
        "Total,,,,,,,,\n"
    )
    page = as_director.get(address(uploaded(as_director, HARVEST_COLUMNS + rows, "report.csv"))).text
    for said in (
        "Harvest, detailed time report",
        "26.50",
        "without a client",
        "28.50",
        "the date cannot be read",
        "records of more than 24 hours: 1",
        "2026-13-06",
    ):
        assert said in page


def test_people_by_page_get_no_sign_in(as_director: Browser, manager: User) -> None:
    text = (
        "email,name,role,active\nnew@agency.test,New,admin,yes\nmara@agency.test,Mara,ops_director,yes\n"
        "mara@agency.test,Mara,,no\nplain@agency.test,Plain,,yes\nmara@agency.test,Mara,account_manager,yes\n"
        "x@agency.test,X,chief,yes\n"
    )
    upload = uploaded(as_director, text, "people.csv")
    page = as_director.get(address(upload)).text
    assert "an uploaded file cannot give or change a sign-in" in page
    decide(as_director, upload)
    report = upload.imported.report[0]
    assert [(each["record"], each["column"]) for each in report["rejected"]] == [
        (2, "role"),
        (3, "role"),
        (4, "active"),
        (7, "role"),
    ]
    manager.refresh_from_db()
    assert (manager.role, manager.is_active) == ("account_manager", True)
    assert Person.objects.filter(name="Plain").exists()
    assert not User.objects.filter(email__in=["new@agency.test", "plain@agency.test"]).exists()


def test_failing_work_is_given_up_and_tried_again_on_request(
    as_director: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = jobs.preview
    monkeypatch.setattr(jobs, "preview", lambda upload: 1 / 0)
    send(as_director, CLIENTS)
    upload = Upload.objects.get()
    for _ in range(3):
        do_work()
    page = as_director.get(address(upload)).text
    assert "This failed three times" in page
    assert "ZeroDivisionError" in page
    assert "every 2s" not in page
    monkeypatch.setattr(jobs, "preview", real)
    as_director.post(reverse("imports:upload_retry", args=[upload.pk]))
    do_work()
    upload.refresh_from_db()
    assert upload.state == "ready"


def test_crash_while_importing_leaves_nothing_and_the_next_attempt_all(
    as_director: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = uploaded(as_director, CLIENTS)
    real = jobs.bring_in

    def crash(*args: Any) -> Any:
        real(*args[:-1], jobs.Origin(also=lambda record: 1 / 0))

    monkeypatch.setattr(jobs, "bring_in", crash)
    decide(as_director, upload)
    assert (upload.state, Client.objects.count(), Import.objects.count()) == ("writing", 0, 0)
    monkeypatch.setattr(jobs, "bring_in", real)
    do_work()
    assert (Client.objects.count(), Import.objects.count()) == (2, 1)


def test_upload_that_did_not_arrive_says_so(as_director: Browser, director: User) -> None:
    upload = Upload.objects.create(name="x.csv", author=director)
    assert "did not arrive completely" in as_director.get(address(upload)).text


def test_discarded_upload_is_gone(as_director: Browser) -> None:
    upload = uploaded(as_director, CLIENTS)
    as_director.post(reverse("imports:upload_discard", args=[upload.pk]))
    for model in (Upload, UploadChunk, Work):
        assert not model.objects.exists()


def test_imported_upload_cannot_be_discarded(as_director: Browser) -> None:
    record = imported(as_director, CLIENTS)
    as_director.post(reverse("imports:upload_discard", args=[record.upload.pk]))
    assert Upload.objects.exists()


def test_demo_installation_warns(as_director: Browser) -> None:
    assert "demo agency" not in as_director.get(reverse("imports:upload")).text
    Organisation.objects.update(is_demo=True)
    for name in ("imports:upload", "imports:imports"):
        assert "This installation holds the demo agency" in as_director.get(reverse(name)).text


def test_heartbeat_is_no_business_of_a_running_job(as_director: Browser) -> None:
    send(as_director, CLIENTS)
    Work.objects.update(state=Work.State.RUNNING)
    Heartbeat.objects.all().delete()
    assert "which has not been seen" not in as_director.get(address(Upload.objects.get())).text
