"""Fields and rules that every form shares."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.forms import CharField, ModelForm
from django.urls import get_resolver
from django.utils import timezone as django_timezone

from clienthealth.base import fields
from clienthealth.base.forms import CleanModelForm
from clienthealth.base.numbers import typed_decimal


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("1234.56", 123456),
        ("1234,56", 123456),
        ("1 234,56", 123456),
        ("1\u202f234,56", 123456),
        ("1,234.56", 123456),
        ("1.234,56", 123456),
        ("1'234.56", 123456),
        ("1,234", 123400),
        ("1.234.567", 123456700),
        ("12,5", 1250),
        ("0,500", 50),  # no group of thousands begins with 0
        ("7", 700),
        ("0", 0),
        ("", None),
        ("   ", None),
    ],
)
def test_money_reads_what_people_type(typed, cents):
    assert fields.MoneyField(required=False).clean(typed) == cents


@pytest.mark.parametrize(
    "typed",
    ["1.234", "12.345", "abc", "1,2,3", "1.2.3", "--1", "-1", "1e5", "NaN", "١٢", "9" * 50, "0.001", "1,234,56"],
)
def test_money_refuses_what_is_doubtful(typed):
    with pytest.raises(ValidationError):
        fields.MoneyField().clean(typed)


def test_money_says_the_limit_in_the_unit_people_type():
    with pytest.raises(ValidationError, match=r"Enter 100.00 or less"):
        fields.MoneyField(highest=10_000).clean("100.01")


def test_money_shows_what_it_read():
    assert fields.MoneyField().prepare_value(123456) == "1234.56"
    assert fields.MoneyField().prepare_value("1.2x") == "1.2x"


@pytest.mark.parametrize(
    ("typed", "seconds", "shown"),
    [
        ("40", 144000, "40"),
        ("37,5", 135000, "37.5"),
        ("37:30", 135000, "37.5"),
        ("0.3333", 1200, "0:20"),
        ("0:20", 1200, "0:20"),
        ("0:00:07", 7, "0:00:07"),
        ("1.250", 4500, "1.25"),
    ],
)
def test_hours_are_whole_seconds_and_come_back_exactly(typed, seconds, shown):
    field = fields.HoursField()
    assert field.clean(typed) == seconds
    assert field.prepare_value(seconds) == shown
    assert field.clean(shown) == seconds


def test_percent_and_exchange_rate_have_their_scales():
    assert fields.PercentField().clean("12,5 %") == 1250
    assert fields.PercentField().prepare_value(1250) == "12.5"
    assert fields.PercentField().prepare_value(10_000) == "100"
    assert fields.FxRateField().clean("0,92") == 9_200_000_000
    assert fields.FxRateField().prepare_value(9_200_000_000) == "0.92"
    assert fields.FxRateField().prepare_value(10**10) == "1"
    with pytest.raises(ValidationError):
        fields.FxRateField().clean("0")


def test_currency_is_three_capitals():
    assert fields.CurrencyField().clean(" usd ") == "USD"
    for wrong in ("US", "EURO", "E1R", "ÄÖÜ"):
        with pytest.raises(ValidationError):
            fields.CurrencyField().clean(wrong)


@pytest.mark.parametrize("text", ["a\x00b", "a\x07b", "a\u202eb", "\u200b\u200b", "x" * 201])
def test_lines_refuse_what_cannot_be_stored(text):
    with pytest.raises(ValidationError):
        fields.CleanCharField().clean(text)


def test_a_name_whose_key_would_be_too_long_is_refused():
    # One character of this ligature becomes eighteen in the form names are compared by.
    with pytest.raises(ValidationError):
        fields.NameField().clean("\ufdfa" * 20)
    assert fields.NameField().clean(" Müller & Söhne ") == "Müller & Söhne"


@pytest.mark.parametrize(
    ("typed", "utc"),
    [
        ("2026-07-01T14:05", "2026-07-01T12:05"),
        ("2026-10-25T02:30", "2026-10-25T00:30"),  # comes twice: the first
        ("2026-03-29T02:30", "2026-03-29T01:30"),  # does not come: as much after the gap
    ],
)
def test_local_minutes_become_instants_also_where_clocks_change(typed, utc):
    with django_timezone.override(ZoneInfo("Europe/Warsaw")):
        assert fields.LocalDateTimeField().clean(typed) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize("typed", ["0001-01-01T00:00", "9999-12-31T23:59", "1999-12-31T10:00", "2026-02-30T10:00", "x"])
def test_local_minutes_outside_our_days_are_refused(typed):
    with django_timezone.override(ZoneInfo("Pacific/Auckland")), pytest.raises(ValidationError):
        fields.LocalDateTimeField().clean(typed)


@pytest.mark.parametrize("typed", ["1999-12-31", "2101-01-01", "0001-01-01", "2026-13-01", "31/12/2026"])
def test_dates_outside_our_days_are_refused(typed):
    with pytest.raises(ValidationError):
        fields.LocalDateField().clean(typed)


def test_zone_knows_the_zones():
    assert fields.ZoneField(required=False).clean("Europe/Warsaw") == "Europe/Warsaw"
    for wrong in ("Mars/Olympus", "../etc/passwd", "Europe"):
        with pytest.raises(ValidationError):
            fields.ZoneField().clean(wrong)


def test_every_text_field_of_every_model_form_goes_through_the_text_boundary():
    _ = get_resolver().url_patterns  # loads every view, and with it every form
    ours = [form for form in _below(ModelForm) if form.__module__.split(".")[0] in _our_packages() and form._meta.model]
    assert len(ours) >= 6
    assert [form for form in ours if not issubclass(form, CleanModelForm)] == []
    raw = [
        f"{form.__name__}.{name}"
        for form in ours
        for name, field in form.base_fields.items()
        if isinstance(field, CharField)
        and not field.widget.is_hidden
        and not isinstance(field, fields.CleanCharField | fields.CleanEmailField | fields.ScaledField)
    ]
    assert raw == []


def _below(form: type) -> set[type]:
    return {form, *(each for sub in form.__subclasses__() for each in _below(sub))} - {ModelForm}


def _our_packages() -> set[str]:
    return {config.module.__name__.split(".")[0] for config in apps.get_app_configs()} & {
        "accounts",
        "engagements",
        "issues",
        "clienthealth",
    }


def test_typed_decimal_is_exact():
    assert typed_decimal("0.1") * 10 == 1
