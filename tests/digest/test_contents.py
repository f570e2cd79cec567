"""What a digest says: to whom, in which order, with which links, and when it says nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from clienthealth.base.models import Mail, Work
from clienthealth.digest.weeks import Week
from clienthealth.health.models import Night, Snapshot
from engagements.models import Client
from engagements.ownership import hand_over
from tests.cast import make_client
from tests.digest.week import SUNDAY, at, before, contact, flagged, incident, moved, report, titles

pytestmark = pytest.mark.django_db
HOST = "http://127.0.0.1:8000"


def test_manager_reads_of_a_flag_what_how_much_since_when_and_a_step(manager: User, acme: Client) -> None:
    at(acme, "consider", 12_340)
    raised = flagged(acme)
    (item,) = report(manager).items
    assert item.title == "Acme: consider parting ways"
    assert item.text == "The flag was raised on 27 Mar 2026. Ratio 1.23, margin −23.4 % over 90 days."
    assert item.href == f"{HOST}/flags/{raised.pk}/"
    assert item.step == "Weigh the options. Repairing together comes first."
    assert report(manager).subject == "1 client needs you: Acme at Consider parting ways"


def test_flag_and_its_level_change_are_one_item(manager: User, acme: Client) -> None:
    at(acme, "consider", 12_340)
    flagged(acme)
    moved(acme, "repair", "consider")
    assert titles(manager) == ["Acme: consider parting ways"]


def test_managers_week_is_ordered_by_what_matters(manager: User) -> None:
    clients = {name: make_client(name, manager) for name in ("Flag", "Watch", "Repair", "Better", "Gone", "Log")}
    for client in clients.values():
        at(client, "healthy")
    flagged(clients["Flag"])
    moved(clients["Watch"], "healthy", "watch")
    moved(clients["Repair"], "healthy", "repair")
    moved(clients["Better"], "repair", "watch")
    moved(clients["Gone"], "watch", None, nights_without_data=30)
    incident(clients["Log"])
    assert titles(manager) == [
        "Flag: consider parting ways",
        "Repair: repair",
        "Watch: watch",
        "1 incident to complete",
        "Gone has no level any more",
        "Better is better: watch",
    ]
    assert report(manager).subject == "3 clients need you: Flag at Consider parting ways"


def test_level_change_says_from_where_to_where_when_and_why(manager: User, acme: Client) -> None:
    moved(acme, "watch", "repair", days=2)
    (item,) = report(manager).items
    assert item.text == "From Watch to Repair on 28 Mar 2026. Ratio 0.76 to 0.78 on 3 nights in a row."
    assert item.step == "Agree a joint plan with the client within seven days."
    assert item.href == f"{HOST}/clients/{acme.pk}/"


@pytest.mark.parametrize("days", [8, -8])
def test_changes_of_other_weeks_are_not_told(manager: User, acme: Client, days: int) -> None:
    at(acme, "consider", 12_000)
    moved(acme, "watch", "repair", days=days)
    flagged(acme, days=days)
    incident(acme, days=days)
    assert titles(manager) == []


@pytest.mark.parametrize("days", [7, 1])
def test_first_and_last_day_of_the_week_are_told(manager: User, acme: Client, days: int) -> None:
    moved(acme, "watch", "repair", days=days)
    assert titles(manager) == ["Acme: repair"]


@pytest.mark.parametrize(("state", "told"), [("sent", []), ("uncertain", []), ("refused", ["Acme: watch"])])
def test_change_that_a_late_digest_told_is_not_told_again(
    manager: User, acme: Client, state: str, told: list[str]
) -> None:
    at(acme, "watch")
    moved(acme, "healthy", "watch", days=5)
    Mail.objects.create(
        kind="digest",
        key="2026-W13",
        recipient=manager,
        due_at=timezone.now(),
        message_id="<late@agency.test>",
        state=state,
        details={"items": 1, "covered_to": before(4).isoformat()},
    )
    assert titles(manager) == told


def test_level_that_came_back_within_the_week_is_no_change(manager: User, acme: Client) -> None:
    moved(acme, "watch", "repair", days=6)
    moved(acme, "repair", "watch", days=2)
    assert titles(manager) == []


def test_first_healthy_level_is_no_news(manager: User, acme: Client) -> None:
    moved(acme, None, "healthy")
    assert titles(manager) == []


def test_incidents_to_complete_name_the_newest_and_count_the_older(manager: User, acme: Client) -> None:
    for days in (2, 3, 4, 5):
        incident(acme, days=days)
    incident(acme, days=30)
    incident(acme, days=3, side="ours", causes=["quality defect"])
    (item,) = report(manager).items
    assert (item.title, len(item.lines), item.others) == ("4 incidents to complete", 3, 1)
    assert item.text.endswith("1 older one waits too.")
    assert item.lines[0].note == "28 Mar 2026"
    assert report(manager).subject == "4 incidents to complete"


def test_incident_of_before_that_was_typed_last_week_is_told(manager: User, acme: Client) -> None:
    typed = incident(acme, days=20)
    type(typed).objects.filter(pk=typed.pk).update(import_id=None, created_at=datetime(2026, 3, 25, tzinfo=UTC))
    assert titles(manager) == ["1 incident to complete"]


def test_nothing_to_tell_is_said_with_the_age_of_the_figures(manager: User, acme: Client) -> None:
    at(acme, "healthy")
    found = report(manager)
    assert (found.items, found.late, found.subject) == ([], "", "Nothing needs you this week")


def test_old_figures_are_said_first_and_never_called_nothing(manager: User, acme: Client) -> None:
    at(acme, "healthy")
    Night.objects.update(day=SUNDAY - timedelta(days=3))
    assert report(manager).subject == "Figures are old: no night since 26 Mar 2026"
    Night.objects.all().delete()
    assert report(manager).subject == "No night has been computed yet"


def test_good_news_alone_needs_nobody(manager: User, acme: Client) -> None:
    at(acme, "watch")
    moved(acme, "repair", "watch")
    assert report(manager).subject == "Nothing needs you this week: Acme back at Watch"


def test_seven_items_at_most_and_the_rest_is_counted(manager: User) -> None:
    for number in range(9):
        client = make_client(f"Client {number}", manager)
        moved(client, "healthy", "watch")
    found = report(manager)
    assert (len(found.items), found.left_out) == (7, 2)


def test_director_reads_flags_waiting_clients_causes_ratio_and_gaps(director: User) -> None:
    new, old, better, slow, quiet = (make_client(name) for name in ("New", "Old", "Better", "Slow", "Quiet"))
    for client, level, ratio in ((new, "consider", 12_000), (old, "consider", 11_000), (better, "repair", 8000)):
        at(client, level, ratio, since=3)
    at(slow, "repair", 7800, since=9)
    at(quiet, "watch", 6200, since=40)
    for client in (new, old, better, slow):
        contact(client, days=2)
    flagged(new)
    flagged(old, days=50)
    flagged(better, days=30, closed_on=before(2), outcome="recovered")
    incident(slow, side="ours", causes=["quality defect"])
    Snapshot.objects.create(client=new, day=before(8), effort_cents=400_000, revenue_cents=1_000_000, status="ok")
    found = report(director)
    assert [item.title for item in found.items] == [
        "New: consider parting ways",
        "1 flag is still open",
        "1 client at Repair for more than a week",
        "Nobody has acted on 1 client for 14 days",
        "1 flag recovered",
        "The portfolio ratio rose to 0.90",
        "What went wrong on our side",
    ]
    assert found.left_out == 1, "the clients without a manager"
    assert found.subject == "4 clients need you: New at Consider parting ways"
    assert found.items[1].text == "Old has been open longest: since 8 Feb 2026, 50 nights."
    assert all(item.step and item.href.startswith(HOST) for item in found.items)


def test_many_flags_stand_together(director: User) -> None:
    for number in range(5):
        client = make_client(f"Client {number}")
        at(client, "consider", 12_000, since=2)
        contact(client, days=1)
        flagged(client)
    found = report(director)
    assert found.items[0].title == "5 flags raised: consider parting ways"
    assert (len(found.items[0].lines), found.items[0].others) == (3, 2)
    assert found.subject.startswith("5 clients need you: Client 0 at")


@pytest.mark.parametrize(("since", "told"), [(7, False), (8, True)])
def test_repair_for_more_than_seven_days_asks_for_a_plan(director: User, acme: Client, since: int, told: bool) -> None:
    at(acme, "repair", 8000, since=since)
    contact(acme, days=1)
    assert ("1 client at Repair for more than a week" in titles(director)) is told


@pytest.mark.parametrize(
    ("since", "incident_days", "contact_days", "told"),
    [
        (14, None, None, True),
        (13, None, None, False),
        (60, 15, None, True),
        (60, 14, None, False),
        (60, None, 15, True),
        (60, None, 14, False),
        (60, None, 0, False),
    ],
)
def test_nobody_acted_for_fourteen_days(
    director: User, acme: Client, since: int, incident_days: int | None, contact_days: int | None, told: bool
) -> None:
    at(acme, "watch", 6200, since=since)
    if incident_days is not None:
        incident(acme, days=incident_days, side="client", causes=["vague brief"])
    if contact_days is not None:
        contact(acme, days=contact_days)
    assert ("Nobody has acted on 1 client for 14 days" in titles(director)) is told


def test_days_at_watch_or_worse_count_across_levels(director: User, acme: Client) -> None:
    at(acme, "repair", 8000, since=3)
    moved(acme, "healthy", "watch", days=40)
    moved(acme, "watch", "repair", days=3)
    assert "Nobody has acted on 1 client for 14 days" in titles(director)


def test_own_causes_count_shared_ones_half_and_others_not(director: User, acme: Client) -> None:
    at(acme, "healthy")
    incident(acme, side="ours", causes=["quality defect"])
    incident(acme, side="shared", causes=["quality defect", "long wait"])
    incident(acme, side="client", causes=["late payment"])
    newest = incident(acme, days=1, side="shared", causes=["quality defect"])
    incident(acme, days=100, side="ours", causes=["quality defect"])
    (item,) = report(director).items
    told = [(line.name, line.note, line.bar) for line in item.lines]
    assert told == [("Quality defect", "2, before that 1", 100), ("Long wait", "0.5, before that 0", 25)]
    assert item.href == f"{HOST}/incidents/{newest.pk}/"


def test_own_causes_that_did_not_change_are_no_news(director: User, acme: Client) -> None:
    at(acme, "healthy")
    for days in (20, 110):
        incident(acme, days=days, side="ours", causes=["quality defect"])
    assert titles(director) == []


def test_gaps_are_told_when_they_are_new(director: User, acme: Client) -> None:
    silent = {"parts": {"notes": {}}}
    at(acme, "healthy", **silent)
    assert titles(director) == ["Gaps in the data"]
    Snapshot.objects.create(client=acme, day=before(8), minutes=60, status="ok", parts={"notes": {}})
    assert titles(director) == []


def test_member_reads_of_own_reports_only(member: User, acme: Client, zenith: Client) -> None:
    own = incident(acme, reporter=member)
    incident(zenith)
    (item,) = report(member).items
    assert [line.href for line in item.lines] == [f"{HOST}/incidents/{own.pk}/"]


def test_admin_reads_of_the_installation_and_of_no_client(admin_user: User, acme: Client, manager: User) -> None:
    at(acme, "consider", 12_000)
    flagged(acme)
    now = datetime(2026, 3, 28, tzinfo=UTC)
    Work.objects.create(job="night", key="2026-03-27", due_at=now, troubled=True)
    plain: dict[str, Any] = {"kind": "digest", "recipient": manager, "due_at": now, "ended_at": now}
    Mail.objects.create(key="a", message_id="<a@x>", state="refused", **plain)
    Mail.objects.create(key="b", message_id="<b@x>", state="uncertain", **plain)
    Mail.objects.create(key="c", message_id="<c@x>", state="sent", **plain)
    found = report(admin_user)
    assert [item.title for item in found.items] == ["1 piece of work in trouble", "2 mails may not have arrived"]
    assert found.items[1].href == f"{HOST}/system/#mails"
    assert "Acme" not in repr(found)


def test_ownership_of_the_morning_counts(manager: User, other_manager: User, acme: Client) -> None:
    moved(acme, "healthy", "repair")
    assert (titles(manager), titles(other_manager)) == (["Acme: repair"], [])
    hand_over(acme, other_manager.person, SUNDAY + timedelta(days=1))
    assert (titles(manager), titles(other_manager)) == ([], ["Acme: repair"])


def test_week_of_long_ago_tells_that_week(manager: User, acme: Client) -> None:
    moved(acme, "healthy", "watch", days=20)
    assert [item.title for item in report(manager, Week.parse("2026-W12")).items] == ["Acme: watch"]
