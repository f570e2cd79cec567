"""Cost rates and exchange rates, and what they do to hours already logged."""

from datetime import date

import pytest
from django.urls import reverse

from engagements.models import CostRate, FxRate, TimeEntry
from tests.cast import make_person
from tests.posting import filled

RATES = reverse("engagements:rates")
NEW = reverse("engagements:rate_create")
NEW_FX = reverse("engagements:fx_create")


def add(browser, address=NEW, **changes):
    return browser.post(address, filled(browser.get(address), **changes))


def default(cents=4000, day=date(2025, 1, 1)):
    return CostRate.objects.create(effective_from=day, cents_per_hour=cents)


def entry(person, day=date(2025, 6, 1)):
    return TimeEntry.objects.create(person=person, work_on=day, minutes=60, seconds=3600)


def test_a_rate_is_for_everybody_a_title_or_a_person(as_director, director):
    person = make_person("Pat")
    base = {"effective_from": "2025-01-01", "cents_per_hour": "42,50"}
    add(as_director, subject="everybody", **base)
    add(as_director, subject="title", job_title="Designer", person=person.pk, **base)
    add(as_director, subject="person", person=person.pk, job_title="Designer", **base)
    assert set(CostRate.objects.values_list("person", "job_title", "cents_per_hour", "author")) == {
        (None, "", 4250, director.pk),
        (None, "Designer", 4250, director.pk),
        (person.pk, "", 4250, director.pk),
    }
    page = as_director.get(RATES).text
    assert "Designer" in page
    assert "42.50" in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"subject": "person"}, "person"),
        ({"subject": "title"}, "job_title"),
        ({"subject": "x"}, "subject"),
        ({"subject": "person", "person": "999999"}, "person"),
        ({"cents_per_hour": ""}, "cents_per_hour"),
        ({"cents_per_hour": "1000000.01"}, "cents_per_hour"),
        ({"effective_from": "1999-01-01"}, "effective_from"),
        ({"effective_from": "2025-01-01"}, "effective_from"),  # taken
    ],
)
def test_a_wrong_rate_is_refused_beside_its_field(as_director, changes, field):
    default()
    good = {"subject": "everybody", "effective_from": "2026-01-01", "cents_per_hour": "40"}
    response = add(as_director, **{**good, **changes})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert CostRate.objects.count() == 1


def test_titles_are_compared_without_case(as_director):
    base = {"subject": "title", "effective_from": "2025-01-01", "cents_per_hour": "40"}
    add(as_director, job_title="Designer", **base)
    assert list(add(as_director, job_title=" designer ", **base).context["form"].errors) == ["effective_from"]


def test_the_same_post_twice_makes_one_rate(as_director):
    data = filled(as_director.get(NEW), subject="everybody", effective_from="2025-01-01", cents_per_hour="40")
    assert [as_director.post(NEW, data).status_code for _ in "ab"] == [302, 302]
    assert CostRate.objects.count() == 1


def test_hours_are_valued_anew_when_rates_come_change_and_go(as_director):
    person = make_person("Pat", job_title="Designer")
    hours = entry(person)

    def cost():
        hours.refresh_from_db()
        return hours.cost_cents_per_hour

    add(as_director, subject="everybody", effective_from="2025-01-01", cents_per_hour="40")
    assert cost() == 4000
    add(as_director, subject="title", job_title="Designer", effective_from="2025-01-01", cents_per_hour="45")
    assert cost() == 4500
    add(as_director, subject="person", person=person.pk, effective_from="2025-01-01", cents_per_hour="50")
    assert cost() == 5000
    own = CostRate.objects.get(person=person)
    edit = reverse("engagements:rate_edit", args=[own.pk])
    as_director.post(edit, filled(as_director.get(edit), cents_per_hour="55"))
    assert cost() == 5500
    as_director.post(reverse("engagements:rate_delete", args=[own.pk]))
    assert cost() == 4500


def test_a_rate_that_moves_to_somebody_else_values_both_anew(as_director):
    default()
    pat, kim = make_person("Pat"), make_person("Kim")
    hours = [entry(pat), entry(kim)]
    add(as_director, subject="person", person=pat.pk, effective_from="2025-01-01", cents_per_hour="50")
    edit = reverse("engagements:rate_edit", args=[CostRate.objects.get(person=pat).pk])
    as_director.post(edit, filled(as_director.get(edit), person=kim.pk))
    for each in hours:
        each.refresh_from_db()
    assert [each.cost_cents_per_hour for each in hours] == [4000, 5000]


def test_the_last_rate_for_everybody_stays(as_director):
    rate = default()
    delete = reverse("engagements:rate_delete", args=[rate.pk])
    assert as_director.get(delete).status_code == 200
    assert as_director.post(delete).status_code == 422
    assert CostRate.objects.exists()
    default(4500, date(2026, 1, 1))
    assert as_director.post(delete).status_code == 302


def test_two_people_changing_one_rate(as_director, director):
    rate = default()
    edit = reverse("engagements:rate_edit", args=[rate.pk])
    data = filled(as_director.get(edit), cents_per_hour="41")
    as_director.post(edit, filled(as_director.get(edit), cents_per_hour="42"))
    late = as_director.post(edit, data)
    assert late.status_code == 409
    assert late.context["form"].conflict == [("Cost per hour", "42.00", "41.00")]


def test_a_new_rate_can_be_preset(as_director):
    person = make_person("Pat")
    assert as_director.get(f"{NEW}?person={person.pk}").context["form"]["person"].value() == str(person.pk)
    assert as_director.get(f"{NEW}?title=Designer").context["form"]["job_title"].value() == "Designer"
    assert as_director.get(f"{NEW}?person=x&title=%00").status_code == 200


def test_an_exchange_rate_is_added_changed_and_removed(as_director):
    good = {"currency": "usd", "effective_from": "2025-01-01", "rate_e10": "0,92"}
    data = filled(as_director.get(NEW_FX), **good)
    assert [as_director.post(NEW_FX, data).status_code for _ in "ab"] == [302, 302]
    rate = FxRate.objects.get()
    assert (rate.currency, rate.rate_e10) == ("USD", 9_200_000_000)
    edit = reverse("engagements:fx_edit", args=[rate.pk])
    as_director.post(edit, filled(as_director.get(edit), rate_e10="0.95"))
    rate.refresh_from_db()
    assert rate.rate_e10 == 9_500_000_000
    assert "0.95" in as_director.get(reverse("engagements:fx")).text
    as_director.post(reverse("engagements:fx_delete", args=[rate.pk]))
    assert not FxRate.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"currency": "EUR"}, "currency"),
        ({"currency": "dollars"}, "currency"),
        ({"rate_e10": "0"}, "rate_e10"),
        ({"rate_e10": "0.00000000001"}, "rate_e10"),
        ({"effective_from": "2025-01-01"}, "effective_from"),
    ],
)
def test_a_wrong_exchange_rate_is_refused_beside_its_field(as_director, changes, field):
    FxRate.objects.create(currency="USD", effective_from=date(2025, 1, 1), rate_e10=9 * 10**9)
    good = {"currency": "USD", "effective_from": "2025-02-01", "rate_e10": "0.9"}
    response = add(as_director, NEW_FX, **{**good, **changes})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


def test_a_day_that_is_taken_links_to_its_rate(as_director):
    own = default()
    fx = FxRate.objects.create(currency="USD", effective_from=date(2025, 1, 1), rate_e10=9 * 10**9)
    day = {"effective_from": "2025-01-01"}
    refused = add(as_director, subject="everybody", cents_per_hour="40", **day)
    assert f'<a href="{reverse("engagements:rate_edit", args=[own.pk])}">change that one</a>.' in refused.text
    refused = add(as_director, NEW_FX, currency="USD", rate_e10="0.9", **day)
    assert f'<a href="{reverse("engagements:fx_edit", args=[fx.pk])}">change that one</a>.' in refused.text
