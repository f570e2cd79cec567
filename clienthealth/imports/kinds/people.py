"""People, their job titles, what they cost, and exchange rates."""

from functools import cached_property
from typing import Any

from django.contrib.auth.hashers import make_password

from accounts.models import JobTitle, Person, Role, User
from clienthealth.imports import cells
from clienthealth.imports.cells import Name, Who
from clienthealth.imports.kinds.base import Column, Kind, Row
from clienthealth.imports.problems import Bad, Reason
from clienthealth.imports.report import Outcome
from engagements.models import CostRate, FxRate


class People(Kind):
    """Who works here. A row with a role is somebody who may sign in, once a password was set by mail."""

    name = "people"
    columns = (
        Column("email", cells.email, ""),
        Column("name", cells.name),
        Column("role", cells.one_of(Role.values), ""),
        Column("job_title", cells.line, ""),
        Column("active", cells.yes_no, empty=True),
    )
    any_of = ("email", "name")

    def settle(self, row: Row) -> Outcome:
        email, name = row["email"], row["name"]
        if not (email or name):
            raise Bad(Reason.BAD_VALUE, "email" if "email" in self.given else "name")
        person = self._match(email, name)
        if row["role"] and not (email or (person and person.email)):
            raise Bad(Reason.BAD_VALUE, "email")
        if not self.book.sign_ins:
            self._check_sign_in(person, row)
        if person is None:
            who = Who(email, name) if name else cells.person(email, self.book.options)
            person = self.book.people.add(email or None, who.name, job_title=row["job_title"], is_active=row["active"])
            self._user(person, row, was_active=True)
            return Outcome.NEW
        was_active = person.is_active
        changed = [self._update(person, row), self._user(person, row, was_active=was_active)]
        return Outcome.UPDATED if any(changed) else Outcome.DUPLICATE

    def _check_sign_in(self, person: Person | None, row: Row) -> None:
        """Raise Bad where the row would make a user or change one."""
        email = row["email"] or (person.email if person else None) or ""
        user = self.book.user(person, email) if person else self.book.users.get(email)
        if row["role"] and (user is None or user.role != row["role"]):
            raise Bad(Reason.BAD_VALUE, "role")
        if user and person and "active" in self.given and row["active"] != person.is_active:
            raise Bad(Reason.BAD_VALUE, "active")

    def _match(self, email: str, name: Name | None) -> Person | None:
        """By e-mail; by name, where the row or the person has no e-mail."""
        people = self.book.people
        if email and email in people.by_email:
            return people.by_email[email]
        if name is None:
            return None
        if not email:
            return people.find(Who("", name), "name")
        without = [person for person in people.by_name.get(name.key, ()) if not person.email]
        if len(without) > 1:
            raise Bad(Reason.AMBIGUOUS_PERSON, "name")
        return without[0] if without else None

    def _update(self, person: Person, row: Row) -> bool:
        values = self.fields(row, {"job_title": "job_title", "active": "is_active"}, everything=False)
        if row["email"] and not person.email:
            values["email"] = row["email"]
            self.book.people.by_email[row["email"]] = person
        if person.pk and values.get("job_title", person.job_title) != person.job_title:
            self.plan.reprice_people.add(person.pk)
        renamed = row["name"] is not None and self.book.people.rename(person, row["name"])
        return self.plan.change(person, values) or renamed

    def _user(self, person: Person, row: Row, *, was_active: bool) -> bool:
        """Make or change the user of this person. An empty role takes no right away; being inactive does."""
        email = row["email"] or person.email or ""
        user = self.book.user(person, email)
        if user is None and not row["role"]:
            return False
        if user is None:
            user = User(email=email, person=person, role=row["role"], password=make_password(None))
            user.is_active = person.is_active
            self.book.users[email] = self.plan.add(user)
            return True
        values: dict[str, Any] = {"role": row["role"]} if row["role"] else {}
        if not person.is_active:
            values["is_active"] = False
        elif not was_active:
            # Only a return does: sign-in that was withdrawn from somebody who works here stays so.
            values["is_active"] = True
        return self.plan.change(user, values)


class Roles(Kind):
    """Job titles from a day on."""

    name = "roles"
    columns = (
        Column("email", cells.person, required=Reason.UNKNOWN_PERSON),
        Column("job_title", cells.line, required=Reason.BAD_VALUE),
        Column("effective_from", cells.day, required=Reason.BAD_DATE),
    )

    @cached_property
    def stored(self) -> dict[tuple[int, Any], JobTitle]:
        people = self.book.people.by_id
        rows = (row for row in JobTitle.objects.all() if row.person_id in people)
        return {(id(people[row.person_id]), row.effective_from): row for row in rows}

    def settle(self, row: Row) -> Outcome:
        person = self.book.people.get(row["email"], "email")
        key = (id(person), row["effective_from"])
        stored, outcome = self.put(
            self.stored.get(key),
            JobTitle,
            {"job_title": row["job_title"]},
            person=person,
            effective_from=row["effective_from"],
        )
        self.stored[key] = stored
        if person.pk and outcome != Outcome.DUPLICATE:
            self.plan.reprice_people.add(person.pk)
        return outcome


class Rates(Kind):
    """What an hour costs: of one person, of a job title, or (neither named) of everybody."""

    name = "rates"
    columns = (
        Column("email", cells.person),
        Column("job_title", cells.name),
        Column("effective_from", cells.day, required=Reason.BAD_DATE),
        Column("cost_per_hour", cells.rate, required=Reason.MISSING_AMOUNT),
    )
    any_of = ("email", "job_title")

    @cached_property
    def stored(self) -> dict[tuple[int | None, str, Any], CostRate]:
        people = self.book.people.by_id
        rows = {}
        for row in CostRate.objects.all():
            person = people.get(row.person_id) if row.person_id else None
            row.person = person
            rows[id(person) if person else None, row.job_title_key, row.effective_from] = row
        return rows

    def settle(self, row: Row) -> Outcome:
        title: Name | None = row["job_title"]
        if row["email"] and title:
            raise Bad(Reason.BAD_VALUE, "job_title")
        person = self.book.people.get(row["email"], "email") if row["email"] else None
        key = (id(person) if person else None, title.key if title else "", row["effective_from"])
        stored, outcome = self.put(
            self.stored.get(key),
            CostRate,
            {"cents_per_hour": row["cost_per_hour"]},
            person=person,
            job_title=title.text if title else "",
            job_title_key=title.key if title else "",
            effective_from=row["effective_from"],
        )
        self.stored[key] = stored
        if outcome != Outcome.DUPLICATE:
            self._reprice(person)
        return outcome

    def _reprice(self, person: Person | None) -> None:
        if person is None:
            self.plan.reprice_everything = True
        elif person.pk:
            self.plan.reprice_people.add(person.pk)


class Fx(Kind):
    """Exchange rates: reporting currency per unit, from a day on."""

    name = "fx"
    columns = (
        Column("currency", cells.currency, required=Reason.BAD_VALUE),
        Column("effective_from", cells.day, required=Reason.BAD_DATE),
        Column("rate", cells.fx_rate, required=Reason.BAD_VALUE),
    )

    @cached_property
    def stored(self) -> dict[tuple[str, Any], FxRate]:
        return {(row.currency, row.effective_from): row for row in FxRate.objects.all()}

    def settle(self, row: Row) -> Outcome:
        key = (row["currency"], row["effective_from"])
        stored, outcome = self.put(
            self.stored.get(key), FxRate, {"rate_e10": row["rate"]}, currency=key[0], effective_from=key[1]
        )
        self.stored[key] = stored
        return outcome
