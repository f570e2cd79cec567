"""Writes the demo agency as a folder of native files, so that it comes in by the same door as real data."""

from datetime import date
from pathlib import Path

from clienthealth.demo import people
from clienthealth.demo.billing import add_bills, add_costs
from clienthealth.demo.effort import add_time
from clienthealth.demo.friction import add_frictions, add_touchpoints
from clienthealth.demo.stories import STORIES
from clienthealth.demo.story import HISTORY_DAYS, Contract, Story
from clienthealth.demo.writer import Writer, money


def write_folder(folder: Path, last: date, seed: int = 1, home: str = "EUR") -> None:
    """The whole agency, with the last day of its data and the reporting currency. The same seed, the same files."""
    writer = Writer(last, seed, home)
    add_people(writer)
    add_rates(writer)
    for story in STORIES:
        add_client(writer, story)
    add_bills(writer, STORIES)
    writer.write(folder)


def add_people(writer: Writer) -> None:
    for each in people.PEOPLE:
        title = each.job_title
        writer.add("people", email=each.email, name=each.name, role=each.role, job_title=title, active="yes")
    first_name, before, after = people.PROMOTED
    promoted = people.email(first_name)
    writer.add("roles", email=promoted, job_title=before, effective_from=writer.day(HISTORY_DAYS))
    writer.add("roles", email=promoted, job_title=after, effective_from=writer.day(300).replace(day=1))


def add_rates(writer: Writer) -> None:
    """Costs an hour by job title, with a rise of pay half a year ago; one person has a rate of their own."""
    start, rise = writer.day(HISTORY_DAYS), writer.day(190).replace(day=1)
    default = money(people.DEFAULT_RATE)
    writer.add("rates", email="", job_title="", effective_from=start, cost_per_hour=default)
    for title, rate in people.TITLE_RATES.items():
        writer.add("rates", email="", job_title=title, effective_from=start, cost_per_hour=money(rate))
        if title in people.RISE:
            raised = money(rate + people.RISE[title])
            writer.add("rates", email="", job_title=title, effective_from=rise, cost_per_hour=raised)
    first_name, own = people.OWN_RATE
    writer.add("rates", email=people.email(first_name), job_title="", effective_from=rise, cost_per_hour=money(own))
    for days_ago, rate_then in people.FOREIGN_RATES:
        writer.add("fx", currency=writer.foreign, effective_from=writer.day(days_ago), rate=rate_then)


def add_client(writer: Writer, story: Story) -> None:
    writer.add(
        "clients",
        client=story.client,
        owner_email=people.email(story.owner),
        status=story.status,
        started_on=min((writer.start_of(each) for each in story.contracts), default=""),
        contact_every_days=story.contact_every or "",
        exempt="yes" if story.exempt else "no",
    )
    if story.contact_hours:
        since, until = story.contact_hours
        writer.add("contact_hours", client=story.client, weekdays="12345", **{"from": since, "to": until}, zone="")
    for contract in story.contracts:
        add_contract(writer, story, contract)
    add_time(writer, story)
    add_costs(writer, story)
    add_frictions(writer, story)
    add_touchpoints(writer, story)


def add_contract(writer: Writer, story: Story, contract: Contract) -> None:
    writer.add(
        "contracts",
        client=story.client,
        contract=contract.name,
        kind=contract.kind,
        currency=writer.currency(contract.currency),
        fee="" if contract.fee is None else money(contract.fee),
        period=contract.period if contract.kind == "retainer" else "",
        start=writer.start_of(contract),
        end="" if contract.ends is None else writer.day(contract.ends),
        bill_rate="" if contract.bill_rate is None else money(contract.bill_rate),
        cap="" if contract.cap is None else money(contract.cap),
        included_hours=contract.included_hours or "",
        estimated_hours=contract.estimated_hours or "",
        payment_terms_days=contract.terms_days,
        notice_days=30,
    )
    if contract.paused:
        since, until = (writer.day(days_ago) for days_ago in contract.paused)
        writer.add("pauses", client=story.client, contract=contract.name, **{"from": since, "to": until})
