"""The demo's nights, evaluated as an installation would have done that has run for three months.

Flags are judged only on the newest night of a run. Evaluating all nights at once would raise every flag yesterday, and
a client who recovered would never have had one.
"""

from datetime import date, datetime, timedelta

from clienthealth.base.models import Organisation
from clienthealth.health import nightly
from clienthealth.health.models import Night
from issues.models import Flag

JUDGED_DAYS_AGO = (84, 63, 42, 28, 14, 6, 0)
"""Nights on which flags are judged."""


def evaluate(of: Organisation, last: date) -> None:
    """All nights of the last 13 weeks. Where nights are stored already, only what is absent."""
    if Night.objects.exists():
        nightly.recompute(last)
        return
    oldest = JUDGED_DAYS_AGO[0]
    for days_ago in JUDGED_DAYS_AGO:
        backfill = nightly.BACKFILL_NIGHTS - oldest if days_ago == oldest else None
        nightly.recompute(last - timedelta(days=days_ago), backfill)
    date_flags(of)


def date_flags(of: Organisation) -> None:
    """A flag was raised or closed on the morning after its night, not now."""
    for flag in Flag.objects.all():
        flag.raised_at = morning_after(of, flag.raised_on)
        flag.closed_at = morning_after(of, flag.closed_on) if flag.closed_on else None
        flag.save(update_fields=["raised_at", "closed_at"])


def morning_after(of: Organisation, night: date) -> datetime:
    return datetime.combine(night + timedelta(days=1), of.night_at, of.zone_info)
