"""Form fields for what we store: clean text, money in cents, hours in seconds, shares in basis points, local dates."""

from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cache
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clienthealth.base.amounts import FX_SCALE, MONEY_MAX_CENTS, decimal_text, half_up
from clienthealth.base.constraints import DAYS, INSTANTS
from clienthealth.base.numbers import typed_decimal, typed_hours
from clienthealth.base.text import LINE, NOTE, clean, name_key


class CleanCharField(forms.CharField):
    """One line of text, through the text boundary."""

    multiline = False

    def __init__(self, *, max_length: int | None = LINE, **kwargs: Any) -> None:
        super().__init__(max_length=max_length or NOTE, **kwargs)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return clean(text, max_length=self.max_length or NOTE, multiline=self.multiline) if text else text


class CleanTextField(CleanCharField):
    """Text with line breaks, through the text boundary."""

    multiline = True
    widget = forms.Textarea

    def __init__(self, *, max_length: int | None = NOTE, **kwargs: Any) -> None:
        super().__init__(max_length=max_length or NOTE, **kwargs)
        self.widget.attrs.setdefault("rows", 3)


class NameField(CleanCharField):
    """A name that is looked up by `name_key`, which may be longer than the name itself or have nothing left of it."""

    def to_python(self, value: Any) -> Any:
        name = super().to_python(value)
        if name and not 0 < len(name_key(name)) <= LINE:
            raise ValidationError(_("Please choose a name with fewer unusual characters."), code="characters")
        return name


class CleanEmailField(forms.EmailField):
    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": _("Enter an e-mail address, such as ana@example.com.")
    }

    def to_python(self, value: Any) -> str:
        return clean(super().to_python(value) or "", max_length=254)


class ScaledField(forms.CharField):
    """A typed decimal kept as a whole number of small units; None where nothing is typed."""

    scale = 100
    places = 2
    lowest = 0
    highest = MONEY_MAX_CENTS
    default_error_messages: ClassVar[dict[str, Any]] = {
        "too_small": _("Enter %(limit)s or more."),
        "too_large": _("Enter %(limit)s or less."),
        "too_fine": _("Use at most %(places)d decimals."),
    }

    def __init__(self, *, lowest: int | None = None, highest: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lowest = self.lowest if lowest is None else lowest
        self.highest = self.highest if highest is None else highest
        self.widget.attrs.setdefault("inputmode", "decimal")
        self.widget.attrs.setdefault("autocomplete", "off")

    def to_python(self, value: Any) -> Any:
        if value is None or isinstance(value, int):
            return value
        text = str(value).strip()
        return self._within(self._whole(self._typed(text))) if text else None

    def prepare_value(self, value: Any) -> Any:
        return self.text_of(value) if isinstance(value, int) else value

    def text_of(self, whole: int) -> str:
        return decimal_text(whole, self.places)

    def _typed(self, text: str) -> Fraction:
        return typed_decimal(text)

    def _whole(self, value: Fraction) -> int:
        scaled = value * self.scale
        if scaled.denominator != 1:
            raise ValidationError(self.error_messages["too_fine"], code="too_fine", params={"places": self.places})
        return int(scaled)

    def _within(self, whole: int) -> int:
        for code, limit, wrong in (
            ("too_small", self.lowest, whole < self.lowest),
            ("too_large", self.highest, whole > self.highest),
        ):
            if wrong:
                raise ValidationError(self.error_messages[code], code=code, params={"limit": self.text_of(limit)})
        return whole


class MoneyField(ScaledField):
    """An amount in the main unit, kept in hundredths."""


class PercentField(ScaledField):
    """A share in per cent, kept in basis points."""

    highest = 10_000

    def text_of(self, whole: int) -> str:
        return decimal_text(whole, 2).rstrip("0").rstrip(".")

    def _typed(self, text: str) -> Fraction:
        return typed_decimal(text.removesuffix("%"), grouped=False)


class FxRateField(ScaledField):
    """Reporting currency per one unit, kept in ten-thousand-millionths."""

    scale = FX_SCALE
    places = 10
    lowest = 1
    highest = 10**7 * FX_SCALE

    def text_of(self, whole: int) -> str:
        return decimal_text(whole, self.places).rstrip("0").removesuffix(".")

    def _typed(self, text: str) -> Fraction:
        return typed_decimal(text, grouped=False)


class HoursField(ScaledField):
    """Hours as a decimal or by the clock, kept in whole seconds (rounded once)."""

    scale = 3600
    highest = 3600 * 1_000_000

    def text_of(self, whole: int) -> str:
        exact = Fraction(whole, 3600) * 10_000
        if exact.denominator == 1:
            return decimal_text(int(exact), 4).rstrip("0").removesuffix(".")
        seconds = f":{whole % 60:02d}" if whole % 60 else ""
        return f"{whole // 3600}:{whole // 60 % 60:02d}{seconds}"

    def _typed(self, text: str) -> Fraction:
        return typed_hours(text)

    def _whole(self, value: Fraction) -> int:
        return half_up(value, self.scale)


class CurrencyField(CleanCharField):
    """A three-letter currency code, in capitals."""

    default_validators = [RegexValidator(r"\A[A-Z]{3}\Z", _("Enter the three letters of a currency, such as EUR."))]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "max_length": 3})
        self.widget.attrs.update(autocapitalize="characters", spellcheck="false", size="4")

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text.upper() if text else text


class LocalDateField(forms.DateField):
    """A calendar date between 2000 and 2100, typed in the browser's own date field."""

    default_validators = [MinValueValidator(DAYS[0]), MaxValueValidator(DAYS[1])]
    default_error_messages: ClassVar[dict[str, Any]] = {"invalid": _("Enter a date, such as 2026-03-31.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs["widget"] = forms.DateInput(
            format="%Y-%m-%d", attrs={"type": "date", "min": DAYS[0].isoformat(), "max": DAYS[1].isoformat()}
        )
        super().__init__(**{**kwargs, "input_formats": ["%Y-%m-%d", "%d.%m.%Y"]})

    def prepare_value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value


class LocalDateTimeField(forms.DateTimeField):
    """A minute in the organisation's zone; gives an aware instant.

    A minute that comes twice in autumn means its first; one that a spring night skips means as much after the gap.
    """

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": _("Enter a date and time, such as 2026-03-31 14:05.")
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs["widget"] = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
        super().__init__(**{**kwargs, "input_formats": ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]})

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if isinstance(value, datetime):
            return value
        naive = self._naive(str(value).strip())
        instant = naive.replace(tzinfo=timezone.get_current_timezone(), fold=0)
        if not INSTANTS[0] <= instant <= INSTANTS[1]:
            raise ValidationError(_("Enter a date between 2000 and 2100."), code="invalid")
        return instant.astimezone(ZoneInfo("UTC"))

    def _naive(self, text: str) -> datetime:
        for form in self.input_formats or ():
            try:
                naive = datetime.strptime(text, form)  # noqa: DTZ007  the zone is added by the caller
            except ValueError:
                continue
            if DAYS[0] - timedelta(days=2) <= naive.date() <= DAYS[1] + timedelta(days=2):
                return naive
        raise ValidationError(self.error_messages["invalid"], code="invalid")


@cache
def zone_names() -> list[str]:
    """The zones of places, as offered while typing; others are understood too."""
    places = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    return sorted(name for name in available_timezones() if name.startswith(places) or name == "UTC")


class ZoneField(CleanCharField):
    """The name of an IANA time zone."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "max_length": 64})
        self.widget.attrs.update(list="zones", autocomplete="off", spellcheck="false")

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and value not in available_timezones():
            raise ValidationError(_("Enter a time zone by its name, such as Europe/Warsaw."), code="invalid")


class KeyedRadio(forms.RadioSelect):
    """Radio tiles, each with the single key that chooses it."""

    def __init__(self, keys: dict[str, str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.keys = keys

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if key := self.keys.get(str(value)):
            option["key"] = key
            option["attrs"]["data-key"] = key
        if option["index"] != "0":
            option["attrs"].pop("autofocus", None)
        return option


def whole(label: Any, lowest: int, highest: int, **kwargs: Any) -> forms.IntegerField:
    """A whole number in a range; empty unless `required`."""
    return forms.IntegerField(label=label, min_value=lowest, max_value=highest, **{"required": False, **kwargs})
