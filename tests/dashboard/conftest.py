"""The standing cast, and a clock that stands still on the morning after the night every figure here is of."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.cache import cache

from tests.cast import *  # noqa: F403  fixtures of these tests


@pytest.fixture(autouse=True)
def nothing_shared() -> None:
    """Figures of another test's night are not this one's."""
    cache.clear()


@pytest.fixture(autouse=True)
def april() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 4, 1, 9, 0, tzinfo=UTC), tick=False):
        yield
