"""Today, yesterday and local dates in the organisation's zone. Only outermost callers ask; the rest take `as_of`."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from clienthealth.base.models import Organisation


def organisation() -> Organisation:
    """The one organisation of this installation."""
    return Organisation.objects.filter(pk=1).first() or Organisation.objects.ensure()


def local_date(instant: datetime, of: Organisation) -> date:
    """The calendar date of an aware instant in the organisation's zone."""
    return instant.astimezone(of.zone_info).date()


def today(of: Organisation | None = None) -> date:
    return local_date(timezone.now(), of or organisation())


def yesterday(of: Organisation | None = None) -> date:
    return today(of) - timedelta(days=1)
