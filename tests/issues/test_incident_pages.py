"""Looking at incidents again and completing them."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from issues.models import Cause, Incident, IncidentMinutes
from tests.cast import make_person
from tests.posting import filled


def make_incident(client, reporter=None, **fields):
    at = datetime(2026, 3, 1, 9, 30, 25, tzinfo=UTC)
    plain = {"category": "delivery", "severity": "low", "occurred_at": at, "occurred_on": at.date()}
    return Incident.objects.create(client=client, reporter=reporter, **{**plain, **fields})


@pytest.fixture
def incident(acme, member):
    return make_incident(acme, member.person, what_happened="Late by two days")


def edit(incident):
    return reverse("issues:incident_edit", args=[incident.pk])


def save(browser, incident, **changes):
    return browser.post(edit(incident), filled(browser.get(edit(incident)), **changes))


READS = {"stranger": 302, "member": 200, "admin": 404, "other_manager": 404, "manager": 200, "director": 200}
EDITS = {**READS, "member": 403}


@pytest.mark.parametrize("who", READS)
def test_who_reads_and_who_completes(who, incident, request):
    browser = request.getfixturevalue(f"as_{who}")
    page = reverse("issues:incident", args=[incident.pk])
    assert browser.get(page).status_code == READS[who]
    assert browser.get(edit(incident)).status_code == EDITS[who]
    if EDITS[who] != 200:
        response = browser.post(edit(incident), {"category": "expectations", "severity": "high", "version": "1"})
        assert response.status_code == EDITS[who]
        incident.refresh_from_db()
        assert incident.category == "delivery"


def test_a_member_sees_own_reports_only(as_member, incident, acme, manager):
    others = make_incident(acme, manager.person, what_happened="Somebody else's words")
    page = as_member.get(reverse("issues:incident_mine")).text
    assert "Late by two days" in page
    assert "Somebody else" not in page
    assert as_member.get(reverse("issues:incident", args=[others.pk])).status_code == 404


def test_a_manager_who_lost_the_client_lost_its_incidents(as_manager, manager, zenith):
    own = make_incident(zenith, manager.person)
    assert as_manager.get(reverse("issues:incident", args=[own.pk])).status_code == 404
    assert "Zenith" not in as_manager.get(reverse("issues:incident_mine")).text


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 40])
def test_any_page_number_gives_a_page(as_member, incident, page):
    assert as_member.get(reverse("issues:incident_mine"), {"page": page}).status_code == 200


def test_completing_keeps_what_is_not_touched(as_manager, incident):
    before = Incident.objects.values().get()
    assert save(as_manager, incident).status_code == 302
    after = Incident.objects.values().get()
    assert {name for name in before if before[name] != after[name]} == {"version", "changed_at"}


def test_causes_views_and_minutes_are_completed(as_manager, incident):
    cause = Cause.objects.get(name="Long wait")
    person = make_person("Pat")
    response = save(
        as_manager,
        incident,
        causes=[cause.pk],
        side="shared",
        our_view="We did not answer.",
        **{
            "minutes-TOTAL_FORMS": "2",
            "minutes-0-person": "",
            "minutes-0-minutes": "30",
            "minutes-1-person": str(person.pk),
            "minutes-1-minutes": "15",
        },
    )
    assert response.status_code == 302
    incident.refresh_from_db()
    assert (incident.side, incident.our_view) == ("shared", "We did not answer.")
    assert list(incident.causes.all()) == [cause]
    assert list(incident.minutes.order_by("pk").values_list("person", "minutes")) == [(None, 30), (person.pk, 15)]
    page = as_manager.get(reverse("issues:incident", args=[incident.pk])).text
    assert "Pat: 15" in page
    save(as_manager, incident, causes=[], **{"minutes-0-DELETE": "on"})
    assert not incident.causes.exists()
    assert list(incident.minutes.values_list("minutes", flat=True)) == [15]


def test_two_equal_lines_of_minutes_stay_two(as_manager, incident):
    for _ in "ab":
        IncidentMinutes.objects.create(incident=incident, minutes=20)
    assert save(as_manager, incident).status_code == 302
    assert list(incident.minutes.values_list("minutes", "version")) == [(20, 1), (20, 1)]


@pytest.mark.parametrize(
    ("field", "value"),
    [("minutes-0-minutes", "0"), ("minutes-0-minutes", "100001"), ("minutes-0-person", "999999")],
)
def test_a_wrong_line_of_minutes_is_refused(as_manager, incident, field, value):
    data = {"minutes-TOTAL_FORMS": "1", "minutes-0-minutes": "5", "minutes-0-person": "", field: value}
    response = save(as_manager, incident, **data)
    assert response.status_code == 422
    assert not IncidentMinutes.objects.exists()


def test_the_client_of_an_incident_cannot_be_changed(as_manager, incident, acme, zenith):
    save(as_manager, incident, client=zenith.pk, client_name="Zenith")
    incident.refresh_from_db()
    assert incident.client == acme


def test_the_second_of_two_sees_both_versions(as_manager, as_director, incident):
    data = filled(as_manager.get(edit(incident)), severity="high")
    save(as_director, incident, severity="medium", **{"minutes-TOTAL_FORMS": "1", "minutes-0-minutes": "9"})
    late = as_manager.post(edit(incident), data)
    assert late.status_code == 409
    assert late.context["form"].conflict == [("Severity", "Medium", "High"), ("Minutes lost", "The reporter · 9", "–")]
    assert as_manager.post(edit(incident), filled(late)).status_code == 302
    incident.refresh_from_db()
    assert incident.severity == "high"


def test_adding_a_line_saves_nothing(as_manager, incident):
    data = filled(as_manager.get(edit(incident)), add="minutes", our_view="Half typed")
    response = as_manager.post(edit(incident), data, headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert 'name="minutes-0-minutes"' in response.text
    assert "Half typed" in response.text
    assert "<html" not in response.text
    incident.refresh_from_db()
    assert incident.our_view == ""
