"""The night as scheduled work: due once per local day, from the organisation's hour on, once nights may begin."""

from datetime import datetime, timedelta
from typing import Any

from clienthealth.base.models import Organisation, Work
from clienthealth.base.work import job
from clienthealth.health import nightly
from clienthealth.health.beginning import has_begun, may_begin


def night_due(local: datetime, of: Organisation) -> str | None:
    """The night that is due by now, as an ISO date: yesterday's, once the local time of the run has passed."""
    if local.time() < of.night_at or not (has_begun() or may_begin()):
        return None
    return (local.date() - timedelta(days=1)).isoformat()


@job("night", period=night_due)
def run_night(work: Work) -> dict[str, Any]:
    """Evaluate the slot's night; a later run that already did so leaves nothing to do."""
    return nightly.recompute().as_json()


FIGURES = "figures"


@job(FIGURES)
def run_figures(work: Work) -> dict[str, Any]:
    """The same, asked for by somebody who does not want to wait for the night."""
    return nightly.recompute().as_json()
