"""What is known while a folder is read: what the database holds, and what the files before have added."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from accounts.models import Person, User
from clienthealth.imports.cells import Name, Options, Who
from clienthealth.imports.names import NOTHING_CHOSEN, NameMap
from clienthealth.imports.plan import Plan
from clienthealth.imports.problems import Bad, Reason
from engagements.models import Client, ClientOwner, Contract, ContractTerm, Invoice


class People:
    """Everybody, by e-mail and by full name."""

    def __init__(self, plan: Plan, chosen: Mapping[str, int]) -> None:
        self.plan = plan
        self.chosen = chosen
        """Whom a person chose for a name or an e-mail."""
        self.by_email: dict[str, Person] = {}
        self.by_name: dict[str, list[Person]] = defaultdict(list)
        self.by_id: dict[int, Person] = {}
        for person in Person.objects.order_by("pk"):
            self.by_id[person.pk] = person
            self.know(person)

    def know(self, person: Person) -> None:
        if person.email:
            self.by_email[person.email] = person
        self.by_name[person.name_key].append(person)

    def find(self, who: Who, column: str) -> Person | None:
        """The person a cell names, None if nobody yet; Bad where two have that name."""
        if who.email:
            return self.match(who.email, None, column)
        return self.match("", who.name, column)

    def match(self, email: str, name: Name | None, column: str) -> Person | None:
        """By e-mail, else by name, else whom somebody chose; None if nobody yet; Bad where two have that name."""
        if email in self.by_email:
            return self.by_email[email]
        alike = self.by_name.get(name.key, []) if name else []
        if len(alike) == 1:
            return alike[0]
        chosen = self.chosen.get(email) or self.chosen.get(name.key if name else "")
        if chosen in self.by_id:
            return self.by_id[chosen]
        if alike:
            raise Bad(Reason.AMBIGUOUS_PERSON, column)
        return None

    def get(self, who: Who, column: str) -> Person:
        """The same, but somebody not known yet becomes a person who cannot sign in. Call it when all else is right."""
        return self.find(who, column) or self.add(who.email or None, who.name)

    def add(self, email: str | None, name: Name, **fields: Any) -> Person:
        person = self.plan.add(Person(email=email, name=name.text, name_key=name.key, **fields))
        self.know(person)
        return person

    def rename(self, person: Person, name: Name) -> bool:
        """Give a person another name; whether it was another."""
        before = person.name_key
        changed = self.plan.change(person, {"name": name.text, "name_key": name.key})
        if before != name.key:
            self.by_name[before] = [each for each in self.by_name[before] if each is not person]
            self.by_name[name.key].append(person)
        return changed


class Book:
    """Look-ups by name for all kinds of file. Tables are read once, when the first file needs them.

    They are read one after the other, so a row may refer to one that was stored in between: such a row is passed over,
    because the import then starts anew before it writes (see `write`).
    """

    def __init__(
        self,
        plan: Plan,
        options: Options,
        today: date,
        new_terms: Callable[[], Iterable[Any]],
        names: NameMap = NOTHING_CHOSEN,
    ) -> None:
        self.plan = plan
        self.options = options
        self.names = names
        self.today = today
        self.new_terms = new_terms
        """Reads the rows of contract terms that come after the contracts."""
        self.sign_ins = True
        """Whether users may be made and changed."""
        self.invoices: dict[str, Invoice] = {}
        self.incidents: dict[tuple[str, Any], Any] = {}
        """The first incident of a client at an instant, by the client's key."""

    @cached_property
    def people(self) -> People:
        return People(self.plan, self.names.people)

    @cached_property
    def users(self) -> dict[str, User]:
        """By e-mail."""
        return {user.email: user for user in User.objects.all()}

    @cached_property
    def users_by_person(self) -> dict[int, User]:
        return {user.person_id: user for user in self.users.values() if user.pk}

    def user(self, person: Person, email: str) -> User | None:
        """The user of a person, also where they sign in by another e-mail than the one the person is known by."""
        return self.users.get(email) or (self.users_by_person.get(person.pk) if person.pk else None)

    @cached_property
    def clients(self) -> dict[str, Client]:
        return {client.name_key: client for client in Client.objects.all()}

    @cached_property
    def clients_by_id(self) -> dict[int, Client]:
        return {client.pk: client for client in self.clients.values() if client.pk}

    @cached_property
    def owners(self) -> dict[str, ClientOwner]:
        """Current owner rows by the client's key."""
        rows = {}
        for row in ClientOwner.objects.filter(to_on=None):
            if row.client_id in self.clients_by_id and row.person_id in self.people.by_id:
                row.client, row.person = self.clients_by_id[row.client_id], self.people.by_id[row.person_id]
                rows[row.client.name_key] = row
        return rows

    @cached_property
    def contracts(self) -> dict[tuple[str, str], Contract]:
        """By client and name, both as compared."""
        rows = {}
        for row in Contract.objects.all():
            if row.client_id in self.clients_by_id:
                row.client = self.clients_by_id[row.client_id]
                rows[row.client.name_key, row.name_key] = row
        return rows

    @cached_property
    def contracts_by_id(self) -> dict[int | None, Contract]:
        return {contract.pk: contract for contract in self.contracts.values() if contract.pk}

    @cached_property
    def amounts_by_terms(self) -> set[tuple[str, str, str]]:
        """What terms give, stored ones or those of this import: client and contract as compared, and the column."""
        rows = [(row["client"].key, row["contract"].key, row["fee"], row["bill_rate"]) for row in self.new_terms()]
        stored = ContractTerm.objects.values_list(
            "contract__client__name_key", "contract__name_key", "fee_cents", "bill_rate_cents"
        )
        given: set[tuple[str, str, str]] = set()
        for client, contract, fee, rate in [*rows, *stored]:
            amounts = {"fee": fee, "bill_rate": rate}
            given.update((client, contract, column) for column, amount in amounts.items() if amount is not None)
        return given

    def find_client(self, name: Name) -> Client | None:
        """The client of that name, else the one somebody chose for it."""
        client = self.clients.get(name.key)
        return client or self.clients_by_id.get(self.names.clients.get(name.key, 0))

    def client(self, name: Name | None) -> Client:
        client = self.find_client(name) if name else None
        if client is None:
            raise Bad(Reason.UNKNOWN_CLIENT, "client")
        return client

    def add_client(self, name: Name) -> Client:
        """A new client that we work for now."""
        client: Client = self.plan.add(Client(name=name.text, name_key=name.key, status=Client.Status.ACTIVE))
        self.clients[name.key] = client
        return client

    def find_contract(self, client: Client, name: Name) -> Contract | None:
        return self.contracts.get((client.name_key, name.key))

    def contract(self, client: Client, name: Name | None) -> Contract:
        contract = self.find_contract(client, name) if name else None
        if contract is None:
            raise Bad(Reason.UNKNOWN_CONTRACT, "contract")
        return contract

    def load_invoices(self, numbers: Iterable[str]) -> None:
        """Make the stored invoices of these numbers known."""
        wanted = [number for number in set(numbers) if number not in self.invoices]
        for invoice in Invoice.objects.filter(number__in=wanted):
            if invoice.client_id in self.clients_by_id:
                invoice.client = self.clients_by_id[invoice.client_id]
                self.invoices[invoice.number] = invoice

    def invoice(self, number: str) -> Invoice:
        if number not in self.invoices:
            raise Bad(Reason.UNKNOWN_INVOICE, "number")
        return self.invoices[number]
