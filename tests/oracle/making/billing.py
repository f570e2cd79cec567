"""Money beside the contracts: direct costs, invoices, corrections, payments."""

from datetime import date, timedelta

from .folder import NOTES, Folder, Row, contract_names, rows_of


def make_costs(made: Folder, client: str) -> None:
    """Direct costs, some passed through, some equal rows, some of nothing in a rare currency."""
    for _ in range(made.random.randint(0, 5)):
        row = made.add(
            "costs",
            client=made.spelled(client),
            date=made.day(140, 8).isoformat(),
            amount=made.money(10, 900),
            currency=made.currency(),
            pass_through=made.pick("no", "no", "yes"),
            note=made.pick(*NOTES),
        )
        if made.chance(0.05):
            row.update(amount="0", currency=made.foreign[3])
        if made.chance(0.1):
            made.rows["costs"].append(dict(row))


def invoice_line(made: Folder, client: str, number: str, kind: str, line: str) -> Row:
    """One line; with a contract's name in most cases where the client has one."""
    issued = made.day(150, 12)
    names = contract_names(made, client)
    return made.add(
        "invoices",
        number=number,
        client=made.spelled(client),
        contract=made.random.choice(names) if names and made.chance(0.8) else "",
        kind=kind,
        line=line,
        issue_date=issued.isoformat(),
        due_date=(issued + timedelta(days=30)).isoformat() if kind == "invoice" else "",
        currency=made.currency(),
        amount_net=made.money(50, 4000),
        status=made.pick("", "", "sent", "sent", "paid", "draft", "voided"),
    )


def make_invoices(made: Folder, client: str) -> None:
    """Invoices of one to three lines; extra lines with or without the days of the service."""
    for _ in range(made.random.randint(1, 7)):
        number = f"INV-{len(made.rows['invoices']) + 1:05d}"
        first: Row = {}
        for line in made.random.choices(["contract", "extra", "pass_through"], [5, 4, 1], k=3):
            row = invoice_line(made, client, number, "invoice", line)
            if first:
                row.update({k: first[k] for k in ("issue_date", "due_date", "currency", "status")})
            first = first or row
            if line == "extra" and made.chance(0.6):
                begins = made.day(150, 20)
                ends = begins + timedelta(days=made.random.randint(0, 60))
                row.update(service_from=begins.isoformat(), service_to=ends.isoformat())
                if made.chance(0.1):
                    row["service_to"] = ""
            if made.chance(0.5):
                break


def make_corrections(made: Folder, client: str) -> None:
    """Credit notes, write-offs and recoveries, alone or with the number of an invoice."""
    used: set[tuple[str, str]] = set()
    invoices = [row["number"] for row in rows_of(made, "invoices", client)]
    for _ in range(made.random.randint(0, 4)):
        kind = made.pick("credit_note", "credit_note", "write_off", "recovery")
        number = made.random.choice(invoices)
        if made.chance(0.4) or (number, kind) in used:
            number = f"COR-{len(made.rows['invoices']) + 1:05d}"
        used.add((number, kind))
        line = made.pick("contract", "contract", "extra", "pass_through")
        row = invoice_line(made, client, number, kind, line)
        row["amount_net"] = made.money(10, 1500)


def make_payments(made: Folder) -> None:
    """Payments and disputes of invoices; neither moves a figure."""
    numbers = {row["number"]: row for row in made.rows["invoices"] if row["kind"] == "invoice"}
    for number, row in numbers.items():
        if row["status"] in ("draft", "voided"):
            continue
        if made.chance(0.6):
            issued = date.fromisoformat(row["issue_date"])
            paid = issued + timedelta(days=made.random.randint(3, 60))
            amount = made.money(10, 2000)
            made.add("payments", number=number, date=paid.isoformat(), amount=amount)
        if made.chance(0.1):
            begins = made.day(60, 0)
            ends = begins + timedelta(days=made.random.randint(0, 20))
            made.add("disputes", number=number, from_=begins.isoformat(), to=ends.isoformat())
