"""Logging an incident: with three fields, from anywhere, once; and taking it back."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Role
from clienthealth.base.models import Organisation
from engagements.models import Client
from issues.models import Cause, Incident, IncidentMinutes
from tests.cast import browser_of, make_client, make_user
from tests.posting import filled

LOG = reverse("issues:incident_log")
HTMX = {"HX-Request": "true"}
NOON = datetime(2026, 3, 10, 12, 0, 30, tzinfo=UTC)


def log(browser, client, /, headers=None, **changes):
    """Open the form and post what its three required fields need, with some fields changed."""
    page = browser.get(LOG, headers=headers)
    data = {"client": client.pk, "category": "delivery", "severity": "medium", **changes}
    return browser.post(LOG, filled(page, **data), headers=headers)


@time_machine.travel(NOON, tick=False)
def test_three_fields_are_enough(as_manager, manager, acme):
    response = log(as_manager, acme)
    incident = Incident.objects.get()
    assert response["Location"] == reverse("issues:incident", args=[incident.pk])
    assert (incident.client, incident.category, incident.severity) == (acme, "delivery", "medium")
    assert (incident.side, incident.in_timesheet, incident.what_happened) == ("unknown", "unsure", "")
    assert (incident.occurred_at, incident.occurred_on) == (NOON, NOON.date())
    assert (incident.author, incident.reporter) == (manager, manager.person)
    assert not IncidentMinutes.objects.exists()


def test_everything_under_more_is_saved(as_manager, manager, acme):
    cause = Cause.objects.get(name="Missed deadline")
    log(
        as_manager,
        acme,
        side="ours",
        what_happened="Delivered two days late",
        occurred_at="2026-03-01T09:30",
        causes=[cause.pk],
        client_view="They waited.",
        our_view="We were ill.",
        minutes_lost="45",
        in_timesheet="no",
        resolution="Delivered.",
        resolved_on="2026-03-02",
        client_confirmed_on="2026-03-03",
        prevention="Say so earlier.",
    )
    incident = Incident.objects.get()
    assert incident.occurred_at == datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    assert list(incident.causes.all()) == [cause]
    assert incident.minutes.values_list("person", "minutes", "author").get() == (None, 45, manager.pk)
    assert (incident.client_view, incident.our_view, incident.in_timesheet) == ("They waited.", "We were ill.", "no")
    assert (str(incident.resolved_on), incident.prevention) == ("2026-03-02", "Say so earlier.")


@time_machine.travel(datetime(2026, 3, 10, 23, 30, tzinfo=UTC), tick=False)
def test_its_day_is_the_day_of_the_organisation(as_manager, acme):
    Organisation.objects.update(zone="Europe/Warsaw")
    assert 'value="2026-03-11T00:30"' in as_manager.get(LOG).text
    log(as_manager, acme)
    assert str(Incident.objects.get().occurred_on) == "2026-03-11"


@time_machine.travel(datetime(2026, 10, 25, 1, 30, 20, tzinfo=UTC), tick=False)
def test_now_is_now_also_in_the_hour_that_comes_twice(as_manager, acme):
    Organisation.objects.update(zone="Europe/Warsaw")
    log(as_manager, acme)
    assert Incident.objects.get().occurred_at == datetime(2026, 10, 25, 1, 30, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("client", ""),
        ("client", "999999"),
        ("client", "9" * 40),
        ("client", "x"),
        ("category", ""),
        ("category", "blame"),
        ("severity", ""),
        ("side", "nobody"),
        ("what_happened", "a\x00b"),
        ("what_happened", "x" * 4001),
        ("occurred_at", "2099-01-01T10:00"),
        ("occurred_at", "yesterday"),
        ("causes", ["999999"]),
        ("causes", ["9" * 40]),
        ("causes", ["x"]),
        ("minutes_lost", "-1"),
        ("minutes_lost", "100001"),
        ("client_view", "x" * 4001),
        ("resolved_on", "2001-01-01"),
        ("client_confirmed_on", "2026-01-01"),
    ],
)
@pytest.mark.parametrize("headers", [None, HTMX], ids=["page", "htmx"])
def test_a_wrong_value_is_refused_beside_its_field(as_manager, acme, field, value, headers):
    response = log(as_manager, acme, headers=headers, **{field: value})
    assert response.status_code == 422
    beside = "resolved_on" if field == "client_confirmed_on" else field
    assert list(response.context["form"].errors) == [beside]
    assert not Incident.objects.exists()


# --- whose clients ---


def test_a_foreign_client_is_no_choice_and_changes_nothing(as_manager, acme, zenith):
    response = log(as_manager, zenith)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["client"]
    assert not Incident.objects.exists()
    for address in (LOG, f"{LOG}?client={zenith.pk}", reverse("issues:incident_clients") + "?q=zen"):
        assert "Zenith" not in as_manager.get(address).text


def test_members_log_for_active_clients_only(as_member, acme, zenith):
    make_client("Dormant", status="parted")
    make_client("Hopeful", status="prospect")
    page = as_member.get(LOG).text
    assert "Acme" in page
    assert "Zenith" in page
    assert "Dormant" not in page
    assert "Hopeful" not in page
    assert log(as_member, Client.objects.get(name="Hopeful")).status_code == 422
    assert log(as_member, zenith).status_code == 302


@pytest.mark.parametrize("address", [LOG, reverse("issues:incident_clients"), reverse("issues:incident_mine")])
def test_only_those_who_log_open_the_form(as_admin, as_stranger, address):
    assert as_admin.get(address).status_code == 403
    assert as_stranger.get(address).status_code == 302
    assert as_stranger.get(address, headers=HTMX).headers["HX-Redirect"] == reverse("account_login")


@pytest.mark.parametrize("asked", ["x", "", "9" * 40, "-1", "1 or 1=1", "\x00"])
def test_an_unreadable_preset_is_no_preset(as_manager, acme, asked):
    response = as_manager.get(LOG, {"client": asked})
    assert response.status_code == 200
    assert response.context["form"]["client"].value() is None


def test_on_a_clients_page_the_client_is_preset_and_the_category_has_the_cursor(as_manager, acme):
    form = as_manager.get(LOG, {"client": acme.pk}, headers=HTMX).context["form"]
    assert form["client"].value() == acme.pk
    assert "autofocus" in str(form["category"])
    assert "autofocus" not in str(form["client"])
    assert "autofocus" in str(as_manager.get(LOG).context["form"]["client"])


def test_the_clients_somebody_had_to_do_with_come_first(as_director, director, acme, zenith):
    for name in ("Brio", "Colt"):
        make_client(name)
    log(as_director, zenith)
    groups = as_director.get(LOG).context["form"].fields["client"].widget.choices[1:]
    assert [(label, [name for _pk, name in found]) for label, found in groups] == [
        ("Recent", ["Zenith"]),
        ("All", ["Acme", "Brio", "Colt"]),
    ]


def test_a_long_list_of_clients_is_cut_and_the_exact_name_still_counts(as_director, db):
    Client.objects.bulk_create(Client(name=f"C{n:04}", name_key=f"c{n:04}") for n in range(250))
    page = as_director.get(LOG)
    assert "C0199" in page.text
    assert "C0240" not in page.text
    found = as_director.get(reverse("issues:incident_clients"), {"q": "c024"}).json()["clients"]
    assert [each["name"] for each in found] == [f"C024{n}" for n in range(10)]

    by_name = filled(page, client="", client_name=" c0240 ", category="delivery", severity="low")
    assert as_director.post(LOG, by_name).status_code == 302
    assert Incident.objects.get().client.name == "C0240"
    chosen = as_director.get(LOG, {"client": Client.objects.get(name="C0249").pk})
    assert "C0249" in chosen.text


# --- htmx, double posts, taking back ---


def test_the_dialog_is_a_fragment_and_closes_with_a_toast(as_manager, acme):
    form = as_manager.get(LOG, headers=HTMX)
    assert "<html" not in form.text
    assert "HX-Request" in form["Vary"]
    answer = log(as_manager, acme, headers=HTMX)
    assert answer.status_code == 200
    assert "<form" in answer.text
    assert "Incident logged for Acme." in answer.text
    assert 'id="messages" hx-swap-oob="beforeend"' in answer.text
    assert answer["HX-Trigger"] == "logged"


@pytest.mark.parametrize("headers", [None, HTMX], ids=["page", "htmx"])
def test_the_same_post_twice_logs_once(as_manager, acme, headers):
    data = filled(as_manager.get(LOG), client=acme.pk, category="delivery", severity="low")
    first, second = (as_manager.post(LOG, data, headers=headers) for _ in "ab")
    assert Incident.objects.count() == 1
    assert first.status_code == second.status_code
    assert first.get("Location") == second.get("Location")


def test_an_invalid_post_does_not_use_up_its_key(as_manager, acme):
    refused = log(as_manager, acme, severity="")
    data = filled(refused, severity="low")
    assert as_manager.post(LOG, data).status_code == 302
    assert Incident.objects.count() == 1


def test_the_same_key_of_two_people_logs_twice(as_manager, as_director, acme):
    data = filled(as_manager.get(LOG), client=acme.pk, category="delivery", severity="low")
    as_manager.post(LOG, data)
    as_director.post(LOG, data)
    assert Incident.objects.count() == 2


def test_logging_takes_few_queries(as_manager, acme, django_assert_max_num_queries):
    data = filled(as_manager.get(LOG), client=acme.pk, category="delivery", severity="low")
    as_manager.post(LOG, {**data, "key": "0" * 32, "severity": "high"})  # what is looked up once in a process
    # session, user, organisation; (savepoint); key in, key read; client; incident, its audit row; key; (savepoint)
    with django_assert_max_num_queries(11):
        assert as_manager.post(LOG, data, headers=HTMX).status_code == 200


def test_whoever_logged_it_takes_it_back_within_ten_minutes(as_member, as_manager, acme):
    log(as_member, acme)
    undo = reverse("issues:incident_undo", args=[Incident.objects.get().pk])
    assert as_member.get(undo).status_code == 405
    assert as_manager.post(undo).status_code == 403
    assert Incident.objects.exists()
    assert as_member.post(undo, headers=HTMX).status_code == 200
    assert not Incident.objects.exists()
    assert as_member.post(undo).status_code == 404


def test_after_ten_minutes_it_stays(as_member, acme):
    log(as_member, acme)
    Incident.objects.update(created_at=datetime.now(UTC) - timedelta(minutes=11))
    incident = Incident.objects.get()
    assert "Undo" not in as_member.get(reverse("issues:incident", args=[incident.pk])).text
    as_member.post(reverse("issues:incident_undo", args=[incident.pk]))
    assert Incident.objects.exists()


def test_a_post_that_comes_again_after_it_was_taken_back_logs_nothing(as_manager, acme):
    data = filled(as_manager.get(LOG), client=acme.pk, category="delivery", severity="low")
    as_manager.post(LOG, data)
    as_manager.post(reverse("issues:incident_undo", args=[Incident.objects.get().pk]))
    assert as_manager.post(LOG, data).status_code == 302
    assert "taken back since" in as_manager.post(LOG, data, headers=HTMX).text
    assert not Incident.objects.exists()


def test_someone_elses_undo_is_missing(as_other_manager, as_manager, acme):
    log(as_manager, acme)
    undo = reverse("issues:incident_undo", args=[Incident.objects.get().pk])
    assert as_other_manager.post(undo).status_code == 404
    assert browser_of(make_user("mo", Role.MEMBER)).post(undo).status_code == 404
    assert Incident.objects.exists()


@pytest.mark.parametrize("headers", [None, HTMX], ids=["page", "htmx"])
def test_a_name_nobody_has_is_said_and_shown_again(as_manager, acme, headers):
    response = log(as_manager, acme, headers=headers, client="", client_name="zzz <b>")
    assert response.status_code == 422
    assert response.context["form"].errors["client"] == ["No client of that name."]
    assert 'data-typed="zzz &lt;b&gt;"' in response.text


def test_a_name_typed_in_full_is_enough(as_manager, acme):
    assert log(as_manager, acme, client="", client_name=" acme ").status_code == 302
    assert Incident.objects.get().client == acme
