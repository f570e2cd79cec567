"""A file sent by the page as a browser would, and the background work done beside it."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from clienthealth.base import work
from clienthealth.base.models import Work
from clienthealth.imports.models import Import, Upload
from tests.posting import filled

CLIENTS = "client,status,started_on\nAcme,active,2025-01-01\nZenith,,\n"
HARVEST_COLUMNS = "Date,Client,Project,Task,Notes,Hours,Billable?,First Name,Last Name\n"


def do_work() -> None:
    """What the worker would do now."""
    for each in Work.objects.filter(state=Work.State.DUE).order_by("pk"):
        work.run(each.pk)


def send(browser: Browser, content: str | bytes, name: str = "clients.csv", key: str = "", **headers: str) -> Any:
    """The answer to posting the file."""
    data = content.encode() if isinstance(content, str) else content
    return browser.post(
        reverse("imports:upload"), {"key": key, "file": SimpleUploadedFile(name, data)}, headers=headers or None
    )


def uploaded(browser: Browser, content: str | bytes, name: str = "clients.csv") -> Upload:
    """The upload after the worker has read it."""
    answer = send(browser, content, name)
    assert answer.status_code == 302, answer.text
    do_work()
    return Upload.objects.latest("pk")


def address(upload: Upload) -> str:
    return reverse("imports:upload_detail", args=[upload.pk])


def decide(browser: Browser, upload: Upload, do: str = "import", **answers: Any) -> Any:
    """Post the form of the upload's page as it is, with these answers, and let the worker do what follows."""
    data = filled(browser.get(address(upload)), do=do, **answers)
    answer = browser.post(address(upload), data)
    do_work()
    upload.refresh_from_db()
    return answer


def imported(browser: Browser, content: str | bytes, name: str = "clients.csv", **answers: Any) -> Import:
    """The import that came of the file."""
    upload = uploaded(browser, content, name)
    decide(browser, upload, **answers)
    assert upload.imported, (upload.state, upload.refusal)
    return upload.imported
