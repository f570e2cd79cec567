"""What each story of the demo has to come to, whatever the seed and the day it is told on."""

from datetime import date, timedelta

from django.db.models import QuerySet

from clienthealth.health.models import LatestFigures, LevelChange
from issues.models import Flag

STORIES: dict[str, tuple[str, str | None]] = {
    "Atlas Language School": ("ok", "healthy"),
    "Birchwood Hotels": ("ok", "healthy"),
    "Brightwater Utilities": ("ok", "watch"),
    "Cobalt Coffee": ("ok", "healthy"),
    "Ferro Tools": ("ok", "healthy"),
    "Greenline Transit": ("ok", None),
    "Harbor Legal": ("ok", "healthy"),
    "Kestrel Outdoor": ("ok", "watch"),
    "Linden & Ross Architects": ("ok", "healthy"),
    "Meadow Foods": ("ok", "watch"),
    "Nordhafen Logistics": ("ok", "healthy"),
    "Novak Dental Group": ("ok", "repair"),
    "Old Mill Brewery": ("inactive", None),
    "Orbit Robotics": ("ok", "healthy"),
    "Papaya Travel": ("ok", "healthy"),
    "Pinnacle Events": ("ok", "consider"),
    "Quarry Stone Works": ("insufficient", None),
    "Riverside Museum": ("undefined", "consider"),
    "Second Chance Shelter": ("ok", None),
    "Solaris Fitness": ("ok", "consider"),
    "Tandem Bikes": ("inactive", None),
    "Umbra Lighting": ("ok", "healthy"),
    "Vela Insurance": ("inactive", None),
    "Velvet Records": ("ok", "repair"),
}
"""By client: status and level."""
OPEN_FLAGS = ["Pinnacle Events", "Riverside Museum", "Solaris Fitness"]
RECOVERED = ["Meadow Foods"]
MOVED_THIS_WEEK = {("Brightwater Utilities", "healthy", "watch"), ("Pinnacle Events", "repair", "consider")}


def assert_stories(last: date) -> None:
    found = LatestFigures.objects.values_list("client__name", "status", "level")
    assert {client: (status, level) for client, status, level in found} == STORIES
    assert names(Flag.objects.open()) == OPEN_FLAGS
    assert names(Flag.objects.filter(outcome=Flag.Outcome.RECOVERED)) == RECOVERED
    assert Flag.objects.count() == len(OPEN_FLAGS) + len(RECOVERED)
    week_ago = last - timedelta(days=6)
    assert Flag.objects.get(client__name="Pinnacle Events").raised_on == week_ago
    assert Flag.objects.get(client__name="Meadow Foods").raised_on < week_ago
    moves = LevelChange.objects.filter(day=week_ago).values_list("client__name", "from_level", "to_level")
    assert set(moves) >= MOVED_THIS_WEEK


def names(flags: QuerySet[Flag]) -> list[str]:
    return sorted(flags.values_list("client__name", flat=True))
