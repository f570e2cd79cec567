"""What happens with a client: time, incidents, touchpoints."""

from datetime import date, timedelta

from .folder import BURST, NO_CONTRACT_NO_TIME, NO_EFFORT, NOTES, SPARSE, TOO_NEW, Folder, Row, contract_names, rows_of


def make_time(made: Folder) -> None:
    """Entries of very uneven clients, before, inside and after the window; some rows twice."""
    clients = [client["client"] for client in made.rows["clients"]]
    weights = [entry_weight(made, index % 12) for index in range(len(clients))]
    people = [person["email"] for person in made.rows["people"]] + ["freelance@elsewhere.example"]
    while len(made.rows["time"]) < made.entry_count:
        index = made.random.choices(range(len(clients)), weights)[0]
        client = clients[index]
        row = made.add(
            "time",
            email=made.typed(made.random.choice(people)),
            client="" if made.chance(0.04) else made.spelled(client),
            date=entry_day(made, index % 12).isoformat(),
            minutes=entry_minutes(made),
            billable=made.pick("yes", "yes", "no"),
            activity=made.pick("delivery", "rework", "communication", "management"),
            note=made.pick(*NOTES),
        )
        names = contract_names(made, client)
        if row["client"] and names and made.chance(0.5):
            row["contract"] = made.random.choice(names)
        if made.chance(0.02):
            made.rows["time"].append(dict(row))


def entry_weight(made: Folder, place: int) -> float:
    """How much of the time goes to the client in that place."""
    if place in (NO_CONTRACT_NO_TIME, NO_EFFORT):
        return 0.0
    return {SPARSE: 0.08, TOO_NEW: 0.5}.get(place, made.random.uniform(0.4, 2.0))


def entry_day(made: Folder, place: int) -> date:
    """Mostly the last half year; the burst client's days all lie in four weeks of the window."""
    if place == BURST:
        return made.day(45, -24)
    return made.day(*made.random.choice([(89, 0), (180, 15), (420, 0)]))


def entry_minutes(made: Folder) -> str:
    """Mostly quarters of an hour; a few with part of a minute."""
    if made.chance(0.03):
        return f"{made.random.randint(1, 300)}{made.pick('.5', '.25', '.75')}"
    if made.chance(0.2):
        return str(made.random.randint(1, 400))
    return str(15 * made.random.randint(1, 28))


# Incidents and touchpoints


def make_incidents(made: Folder, client: str) -> None:
    """Incidents with lost minutes, mostly on a day and by a person with time on that client."""
    entries = [row for row in rows_of(made, "time", client) if near(made, row["date"])]
    for number in range(made.random.randint(1, 10)):
        day, email = made.day(110, 5), made.pick("", "person1@agency.example")
        if entries and made.chance(0.75):
            entry = made.random.choice(entries[:12])
            day, email = date.fromisoformat(entry["date"]), entry["email"]
        incident = made.add(
            "incidents",
            client=made.spelled(client),
            occurred_at=occurred_at(made, day, number),
            category=made.pick("communication", "delivery", "expectations"),
            severity=made.pick("low", "medium", "high"),
            side=made.pick("ours", "client", "shared", "unknown"),
            email=made.typed(email),
            minutes_lost=made.random.choice(["", "0", *map(str, range(5, 400, 13))]),
            in_timesheet=made.pick("yes", "no", "unsure", ""),
            what_happened=made.pick(*NOTES),
            causes=made.pick("", "long wait", "long wait;vague brief"),
        )
        if made.chance(0.4):
            resolved = day + timedelta(days=made.random.randint(1, 10))
            confirmed = resolved.isoformat() if made.chance(0.5) else ""
            incident.update(resolved_at=resolved.isoformat(), client_confirmed=confirmed)
        make_incident_minutes(made, incident)


def near(made: Folder, day: str) -> bool:
    """Whether the day is in the window or a little around it."""
    return -95 <= (date.fromisoformat(day) - made.as_of).days <= 5


def occurred_at(made: Folder, day: date, number: int) -> str:
    """A moment of that client's own (its seconds differ), with or without an offset."""
    second = f"{number % 60:02d}"
    return made.random.choice(
        [
            f"{day}T{made.random.randint(8, 18):02d}:15:{second}",
            f"{day}T{made.random.randint(8, 18):02d}:30:{second}",
            f"{day}T23:40:{second}Z",
            f"{day}T23:40:{second}+00:00",
            f"{day}T00:20:{second}+03:00",
            f"{day}T21:50:{second}-05:00",
        ]
    )


def make_incident_minutes(made: Folder, incident: Row) -> None:
    """Others who lost time: further people, an empty cell (the reporter), the reporter by name."""
    if made.chance(0.65):
        return
    for email in made.random.sample(["person2@agency.example", "person5@agency.example", ""], 2):
        made.add(
            "incident_minutes",
            client=made.spelled(incident["client"].strip()),
            occurred_at=incident["occurred_at"],
            email=made.typed(email),
            minutes=str(made.random.randint(5, 180)),
        )


def make_touchpoints(made: Folder, client: str) -> None:
    """Contacts in and out; they move no figure of effort or revenue."""
    for number in range(made.random.randint(0, 15)):
        made.add(
            "touchpoints",
            client=made.spelled(client),
            at=occurred_at(made, made.day(180, 3), number),
            direction=made.pick("in", "out", "both"),
            channel=made.pick("email", "phone", "chat"),
            terse=made.pick("yes", "no"),
        )
