"""The folder while it is made up: its files and columns, its dice, and what its rows are looked up by."""

import random
from datetime import date, timedelta

HEADERS = {
    "people": "email,name,role,job_title,active",
    "roles": "email,job_title,effective_from",
    "rates": "email,job_title,effective_from,cost_per_hour",
    "fx": "currency,effective_from,rate",
    "clients": "client,owner_email,status,started_on,contact_every_days,exempt",
    "contracts": "client,contract,kind,currency,fee,period,start,end,anchor_day,bill_rate,cap,"
    "included_hours,estimated_hours,pause_fee_percent,payment_terms_days,notice_days,recognition,"
    "delivered_on",
    "contract_terms": "client,contract,effective_from,fee,bill_rate,included_hours",
    "milestones": "client,contract,date,amount",
    "pauses": "client,contract,from,to",
    "contact_hours": "client,weekdays,from,to,zone",
    "time": "email,client,contract,date,minutes,billable,activity,note",
    "costs": "client,date,amount,currency,pass_through,note",
    "invoices": "number,client,contract,kind,line,issue_date,due_date,currency,amount_net,"
    "service_from,service_to,status",
    "payments": "number,date,amount",
    "disputes": "number,from,to",
    "incidents": "client,occurred_at,category,severity,side,email,minutes_lost,in_timesheet,"
    "what_happened,causes,resolved_at,client_confirmed",
    "incident_minutes": "client,occurred_at,email,minutes",
    "touchpoints": "client,at,direction,channel,terse",
}

JOB_TITLES = ["Designer", "Developer", "Project manager", "Copywriter"]
NOTES = [
    "",
    "weekly call",
    "copy, layout, print",
    'they said "soon"',
    "first line\nsecond line",
    "правки, второй круг",
    "żółta wersja",
]
# What a client is made for, by its place in the folder; the others are ordinary.
NO_CONTRACT_NO_TIME, NO_CONTRACT, TOO_NEW, ALL_PAUSED, SPARSE, BURST, EXEMPT = range(7)
PROSPECT, PARTED, OFFBOARDING, NO_EFFORT = range(7, 11)

Row = dict[str, str]


class Folder:
    """The rows of one folder while they are made up."""

    def __init__(self, seed: int, clients: int, entries: int, as_of: date, reporting: str) -> None:
        self.random = random.Random(seed)
        self.seed = seed
        self.as_of = as_of
        self.reporting = reporting
        self.client_count = clients
        self.entry_count = entries
        self.foreign = [c for c in ("USD", "PLN", "GBP", "CHF", "EUR") if c != reporting][:4]
        self.rows: dict[str, list[Row]] = {name: [] for name in HEADERS}

    def add(self, file: str, **cells: str) -> Row:
        """Append a row; trailing underscores let a cell be called `from_`."""
        row = {name.rstrip("_"): value for name, value in cells.items()}
        self.rows[file].append(row)
        return row

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def pick(self, *choices: str) -> str:
        return self.random.choice(choices)

    def money(self, low: int, high: int) -> str:
        """An amount from low to high with 0, 1 or 2 decimals."""
        cents = self.random.randint(low * 100, high * 100)
        return self.random.choice([str(cents // 100), f"{cents // 10 / 10:.1f}", f"{cents // 100}.{cents % 100:02d}"])

    def day(self, before: int, after: int) -> date:
        """A day from `before` days before the night to `after` days after it."""
        return self.as_of + timedelta(days=self.random.randint(-before, after))

    def currency(self) -> str:
        """Mostly the reporting currency; the rarer ones are the ones that may lack a rate."""
        return self.random.choices([self.reporting, *self.foreign], [62, 16, 12, 7, 3])[0]

    def spelled(self, name: str) -> str:
        """The same name as a person might type it: other case, odd spaces."""
        if self.chance(0.8):
            return name
        return self.random.choice(
            [
                name.upper(),
                name.lower(),
                f"  {name} ",
                name.replace(" ", "  "),
                name.replace(" ", "\u00a0"),
            ]
        )

    def typed(self, email: str) -> str:
        return email.upper() if self.chance(0.05) else email


def contract_names(made: Folder, client: str) -> list[str]:
    """The client's contracts, whatever the spelling of the client in them."""
    return [row["contract"] for row in rows_of(made, "contracts", client)]


def rows_of(made: Folder, file: str, client: str) -> list[Row]:
    wanted = plain(client)
    return [row for row in made.rows[file] if plain(row["client"]) == wanted]


def plain(name: str) -> str:
    return " ".join(name.split()).casefold()
