"""Days, and the bounds of money and rates that every table of this room shares."""

from collections.abc import Callable
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from clienthealth.base.amounts import MONEY_MAX_CENTS, RATE_MAX_CENTS
from clienthealth.base.constraints import DAYS

MONEY = (0, MONEY_MAX_CENTS)
RATE = (0, RATE_MAX_CENTS)
AGREED_SECONDS = (0, 3600 * 1_000_000)
DAY_VALIDATORS: list[Callable[[Any], None]] = [MinValueValidator(DAYS[0]), MaxValueValidator(DAYS[1])]


class Day(models.DateField):
    """A local calendar date between 2000 and 2100."""

    default_validators = DAY_VALIDATORS
