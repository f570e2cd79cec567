"""The agency itself: its people, what an hour of theirs costs, the exchange rates."""

from .folder import JOB_TITLES, Folder


def make_people(made: Folder) -> None:
    """Two account managers, an ops director, members; one title changes, one person has none."""
    roles = ["account_manager", "account_manager", "ops_director", *["member"] * 6]
    for number, role in enumerate(roles):
        title = "" if number == 8 else JOB_TITLES[number % 4]
        made.add(
            "people",
            email=f"person{number}@agency.example",
            name=f"Person Número {number}",
            role=role,
            job_title=title,
            active="no" if number == 7 else "yes",
        )
    for number in (3, 4, 5):
        for since in sorted({made.day(200, 0), made.day(80, 10)}):
            made.add(
                "roles",
                email=made.typed(f"person{number}@agency.example"),
                job_title=made.pick(*JOB_TITLES),
                effective_from=since.isoformat(),
            )


def make_rates(made: Folder) -> None:
    """Personal rates for some, role rates for three titles, the default from inside the history."""
    subjects = [("person1@agency.example", ""), ("person3@agency.example", "")]
    subjects += [("person6@agency.example", ""), ("freelance@elsewhere.example", "")]
    subjects += [("", title) for title in JOB_TITLES[:3]]
    if made.seed % 5 != 2:
        subjects.append(("", ""))
    for email, title in subjects:
        for since in sorted({made.day(400, 30), made.day(120, 0), made.day(60, 5)}):
            made.add(
                "rates",
                email=email,
                job_title=title,
                effective_from=since.isoformat(),
                cost_per_hour=made.money(20, 75),
            )


def make_fx(made: Folder) -> None:
    """Two currencies known throughout, one from inside the window on, one perhaps not at all."""
    known_since = [made.day(900, -800), made.day(900, -800), made.day(85, -20), made.day(300, -10)]
    for number, (currency, first) in enumerate(zip(made.foreign, known_since, strict=True)):
        if number == 3 and made.seed % 3 == 0:
            continue
        for since in sorted({first, *(made.day(110, 10) for _ in range(4))}):
            if since >= first:
                made.add(
                    "fx",
                    currency=currency,
                    effective_from=since.isoformat(),
                    rate=f"{made.random.randint(1500, 13000) / 10000:.4f}",
                )
