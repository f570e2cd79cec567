"""The first night, and with it the first digest, waits until it can say something."""

from datetime import UTC, date, datetime

import pytest

from clienthealth.base.models import Organisation
from clienthealth.digest.tasks import digest_due
from clienthealth.health.models import Night
from clienthealth.health.tasks import night_due
from engagements.models import Contract, CostRate
from tests.cast import make_client, make_contract

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 30, 9, tzinfo=UTC)


def test_first_night_waits_for_a_contract_and_a_rate() -> None:
    of = Organisation.objects.ensure()
    assert night_due(MONDAY, of) is None
    make_contract(make_client("Acme"))
    assert night_due(MONDAY, of) is None
    CostRate.objects.create(effective_from=date(2026, 1, 1), cents_per_hour=4500)
    assert night_due(MONDAY, of) == "2026-03-29"
    Contract.objects.all().delete()
    Night.objects.create(day=date(2026, 3, 28), computed_at=MONDAY)
    assert night_due(MONDAY, of) == "2026-03-29", "nights that have begun go on"


def test_first_digest_waits_for_the_first_night_where_there_are_clients() -> None:
    of = Organisation.objects.ensure()
    assert digest_due(MONDAY, of) == "2026-W14"
    make_client("Acme")
    assert digest_due(MONDAY, of) is None
    Night.objects.create(day=date(2026, 3, 29), computed_at=MONDAY)
    assert digest_due(MONDAY, of) == "2026-W14"
