"""Which rows a person may read or change, and what the business words mean. Every page, file and mail starts here."""

from typing import Any, Self

from django.db import models

from accounts.rights import Right, may


class ClientQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """Clients whose pages and figures this user may read: an account manager's own by the current owner row."""
        if may(user, Right.SEE_ALL_CLIENTS):
            return self.all()
        if may(user, Right.SEE_OWN_CLIENTS):
            return self.filter(pk__in=_owned_by(user))
        return self.none()

    def changeable_by(self, user: Any) -> Self:
        """Clients whose records this user may edit."""
        return self.visible_to(user) if may(user, Right.EDIT_CLIENTS) else self.none()

    def nameable_by(self, user: Any) -> Self:
        """Clients whose name this user may see to log an incident: those visible, for a member all active ones."""
        if not may(user, Right.LOG_INCIDENTS):
            return self.none()
        if may(user, Right.SEE_ALL_CLIENTS) or may(user, Right.SEE_OWN_CLIENTS):
            return self.visible_to(user).running()
        return self.filter(status="active")

    def running(self) -> Self:
        """Clients we still work with or hope to: everything but parted ones."""
        return self.exclude(status="parted")

    def owned_by(self, person: Any) -> Self:
        """Clients whose account manager is this person now."""
        return self.filter(owners__person=person, owners__to_on__isnull=True)


def _owned_by(user: Any) -> models.QuerySet[Any]:
    from engagements.models import ClientOwner  # models are built on this module

    return ClientOwner.objects.filter(person=user.person_id, to_on__isnull=True).values("client")


class ClientPartQuerySet(models.QuerySet[Any]):
    """Rows that belong to a client through `client_path`; who may see the client may see them."""

    client_path = "client"

    def visible_to(self, user: Any) -> Self:
        from engagements.models import Client  # models are built on this module

        if may(user, Right.SEE_ALL_CLIENTS):
            return self.all()  # the same rows as below, without a sub-query over the whole portfolio
        return self.filter(**{f"{self.client_path}__in": Client.objects.visible_to(user)})

    def changeable_by(self, user: Any) -> Self:
        from engagements.models import Client  # models are built on this module

        return self.filter(**{f"{self.client_path}__in": Client.objects.changeable_by(user)})


class ContractPartQuerySet(ClientPartQuerySet):
    client_path = "contract__client"


class InvoicePartQuerySet(ClientPartQuerySet):
    client_path = "invoice__client"


class TimeEntryQuerySet(ClientPartQuerySet):
    def logged_by(self, user: Any) -> Self:
        """A user's own entries, whatever the client."""
        return self.filter(person=user.person_id)


class RateQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """Cost rates and exchange rates: only for those who see costs."""
        return self.all() if may(user, Right.SEE_COSTS) else self.none()

    def changeable_by(self, user: Any) -> Self:
        return self.all() if may(user, Right.EDIT_RATES) else self.none()
