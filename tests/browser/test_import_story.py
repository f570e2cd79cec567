"""From an empty installation to the first flag by pages alone, with the worker beside it as it is shipped."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.services import LiveApp

pytestmark = pytest.mark.browser
PASSWORD = "a-long-test-password"
DIRECTOR = f"""
from accounts.models import User
User.objects.create_user("dana@agency.test", "{PASSWORD}", name="Dana Director", role="ops_director")
"""
HEADER = "Date,Client,Project,Task,Notes,Hours,Billable?,First Name,Last Name\n"
SECONDS = 60_000
CLIENT = re.compile(r"/clients/\d+/$")


def report(folder: Path) -> Path:
    """Ninety days of one client up to yesterday, of which two rows cannot be read, and a project without a client."""
    yesterday = date.today() - timedelta(days=1)  # noqa: DTZ011  the installation's zone is UTC
    days = [yesterday - timedelta(days=number) for number in range(90)]
    rows = [f"{day},Acme Ltd,Web,Design,,4,Yes,Ann,Able\n" for day in days]
    rows += [f"{day},,Other,Design,,1,Yes,Ann,Able\n" for day in days[:3]]
    rows += [f"{days[0]},Acme Ltd,Web,Design,,often,Yes,Ann,Able\n", f"{days[1]},Acme Ltd,Web,Design,,,Yes,Ann,Able\n"]
    path = folder / "harvest.csv"
    path.write_text(HEADER + "".join(rows))
    return path


def test_first_flag_by_pages_and_back(live_app: LiveApp, page: Page, tmp_path: Path) -> None:
    page.set_default_timeout(SECONDS)
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    live_app.manage("shell", "--verbosity", "0", "-c", DIRECTOR)
    live_app.start("web")
    live_app.start("worker")
    sign_in(page, live_app.url)
    add_client(page, live_app.url)

    page.get_by_role("link", name="Imports", exact=True).click()
    page.get_by_role("link", name="Upload a file").first.click()
    page.set_input_files("input[type=file]", report(tmp_path))
    page.get_by_role("button", name="Upload and look").click()
    expect(page.get_by_text("Nothing is imported yet. Look")).to_be_visible(timeout=SECONDS)
    expect(page.get_by_role("heading", name="2 rejected rows")).to_be_visible()
    page.get_by_text("Acme", exact=True).and_(page.locator(".tile span")).click()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Imported: 93 new")).to_be_visible(timeout=SECONDS)
    result = page.url

    page.get_by_role("link", name="Say whose they are").click()
    page.get_by_label("Client of Other").fill("Acme")
    page.get_by_role("button", name="Assign").click()
    expect(page.get_by_text("All hours have a client")).to_be_visible()
    add_rate_and_contract(page, result)

    page.goto(result)
    page.get_by_role("button", name="Compute the figures now").click()
    expect(page.get_by_text("1 flag raised")).to_be_visible(timeout=SECONDS)
    page.get_by_role("link", name="See the flags").click()
    expect(page.get_by_role("link", name="Acme").first).to_be_visible()

    page.goto(result)
    page.get_by_role("link", name="Undo…").click()
    page.get_by_role("button", name="Undo the import").click()
    expect(page.get_by_text("Time entries: 93")).to_be_visible(timeout=SECONDS)
    assert errors == []


def sign_in(page: Page, url: str) -> None:
    page.goto(f"{url}/accounts/login/")
    page.fill("input[name=login]", "dana@agency.test")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"{url}/")


def add_client(page: Page, url: str) -> None:
    page.goto(f"{url}/clients/new/")
    page.fill("input[name=name]", "Acme")
    page.locator("[data-main]").click()
    page.wait_for_url(CLIENT)


def add_rate_and_contract(page: Page, result: str) -> None:
    page.goto(result)
    page.get_by_role("link", name="Add a rate").click()
    page.locator("label.tile", has_text="Everybody").click()
    page.fill("input[name=effective_from]", "2020-01-01")
    page.fill("input[name=cents_per_hour]", "50")
    page.locator("[data-main]").click()
    page.wait_for_url("**/rates/")

    page.goto(result)
    page.locator("a[href*='/contracts/']", has_text="Acme").click()
    page.fill("input[name=name]", "Care")
    page.locator("label.tile", has_text="Retainer").click()
    page.fill("input[name=currency]", "EUR")
    page.fill("input[name=fee_cents]", "1000")
    page.select_option("select[name=period]", "month")
    page.fill("input[name=start_on]", "2025-01-01")
    page.locator("[data-main]").click()
    page.wait_for_url(CLIENT)
