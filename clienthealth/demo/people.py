"""Who works at the demo agency, what their hours cost, and when they are away."""

from dataclasses import dataclass
from datetime import date

DOMAIN = "northlight.example"


@dataclass(frozen=True)
class Colleague:
    """Somebody of the agency. `role` empty: cannot sign in. `away`: ISO weeks of the year they are on holiday."""

    name: str
    job_title: str
    role: str = ""
    away: tuple[int, ...] = ()

    @property
    def email(self) -> str:
        return f"{self.name.lower().split(' ')[0]}@{DOMAIN}"


PEOPLE = [
    Colleague("Olga Brandt", "Operations director", "ops_director", (29, 30)),
    Colleague("Henrik Falk", "Managing director", "ops_director", (31, 32)),
    Colleague("Anna Nowak", "Account manager", "account_manager", (28, 29)),
    Colleague("Marek Lis", "Account manager", "account_manager", (32, 33)),
    Colleague("Lena Weber", "Senior account manager", "account_manager", (30, 31)),
    Colleague("Dora Kiss", "Designer", "member", (27, 28, 8)),
    Colleague("Sara Lind", "Art director", "member", (30, 31)),
    Colleague("Ivo Petrov", "Developer", "member", (33, 34)),
    Colleague("Petra Novak", "Project manager", "member", (29, 30)),
    Colleague("Mia Berg", "Developer", "", (31, 32)),
    Colleague("Jonas Vogel", "Senior developer", "", (28, 29, 7)),
    Colleague("Tom Ferris", "Copywriter", "", (34, 35)),
    Colleague("Clara Moreau", "Strategist", "", (33, 34)),
    Colleague("Adam Reiter", "Systems administrator", "admin", (26, 27)),
]
BY_FIRST_NAME = {each.name.split(" ")[0].lower(): each for each in PEOPLE}

TITLE_RATES = {
    "Account manager": 45,
    "Senior account manager": 50,
    "Designer": 40,
    "Art director": 48,
    "Developer": 49,
    "Senior developer": 56,
    "Copywriter": 38,
    "Strategist": 52,
    "Project manager": 43,
}
"""Cost of an hour in whole units of the reporting currency, before the yearly rise."""
RISE = {"Account manager": 1, "Developer": 2, "Senior developer": 2, "Designer": 1, "Copywriter": 1}
DEFAULT_RATE = 44
OWN_RATE = ("jonas", 58)
"""One person's own rate from the rise on: it goes before that of the title."""
PROMOTED = ("sara", "Designer", "Art director")
FOREIGN_RATES = ((540, "0.9210"), (330, "0.9340"), (190, "0.9180"), (75, "0.9080"))
"""(days ago, reporting currency per unit) of the one foreign currency."""


def email(first_name: str) -> str:
    return BY_FIRST_NAME[first_name].email


def is_away(first_name: str, day: date) -> bool:
    return day.isocalendar().week in BY_FIRST_NAME[first_name].away
