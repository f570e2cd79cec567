"""The list of clients: its filters and its order, both spelled in the address."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.forms.utils import flatatt
from django.http import HttpRequest, QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.rights import Right, may
from clienthealth.base.organisation import yesterday
from clienthealth.base.text import name_key
from clienthealth.dashboard.rows import ratio_order
from clienthealth.health.levels import Level
from clienthealth.health.models import Thresholds
from clienthealth.health.wording import LEVEL_WORDS
from engagements.models import Client, ClientOwner
from issues.models import Incident

NO_LEVEL = "none"
EVERY = "all"
LEVEL_CHOICES = [(level.value, LEVEL_WORDS[level.value]) for level in reversed(Level)] + [(NO_LEVEL, _("No level"))]
SELECTED = mark_safe(" selected")
STATUS_CHOICES = [*Client.Status.choices, (EVERY, _("All, with parted"))]


def owners_visible(request: HttpRequest | None) -> QuerySet[Person]:
    """Account managers of the clients this reader sees; nobody else's name."""
    if request is None:
        return Person.objects.none()
    visible = Client.objects.visible_to(request.user)
    return Person.objects.filter(pk__in=ClientOwner.objects.filter(to_on=None, client__in=visible).values("person"))


class PlainSelect(forms.Select):
    """A select written in one go: Django renders every option from a template, which takes longer than the table."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = {str(each) for each in self.format_value(value)} or {""}
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, SELECTED if str(key) in chosen else "", label) for key, label in self.choices),
        )
        return format_html("<select{}>{}</select>", flatatt({"name": name, **(attrs or {})}), options)


class PortfolioFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="named", label=_("Client"), max_length=200)
    owner = django_filters.ModelChoiceFilter(
        queryset=owners_visible, method="owned", label=_("Account manager"), empty_label=_("Anyone"), widget=PlainSelect
    )
    level = django_filters.ChoiceFilter(
        choices=LEVEL_CHOICES, method="at_level", label=_("Level"), empty_label=_("Any level"), widget=PlainSelect
    )
    status = django_filters.ChoiceFilter(
        choices=STATUS_CHOICES,
        method="of_status",
        label=_("Status"),
        empty_label=_("All but parted"),
        widget=PlainSelect,
    )
    category = django_filters.ChoiceFilter(
        choices=Incident.Category.choices,
        method="with_incident",
        label=_("Incident in the window"),
        empty_label=_("Any or none"),
        widget=PlainSelect,
    )

    class Meta:
        model = Client
        fields: list[str] = []

    def named(self, clients: QuerySet[Client], _name: str, text: str) -> QuerySet[Client]:
        return clients.filter(name_key__contains=name_key(text))

    def owned(self, clients: QuerySet[Client], _name: str, person: Person) -> QuerySet[Client]:
        return clients.filter(pk__in=ClientOwner.objects.filter(to_on=None, person=person).values("client"))

    def at_level(self, clients: QuerySet[Client], _name: str, level: str) -> QuerySet[Client]:
        return clients.filter(latest__level=None) if level == NO_LEVEL else clients.filter(latest__level=level)

    def of_status(self, clients: QuerySet[Client], _name: str, status: str) -> QuerySet[Client]:
        return clients if status == EVERY else clients.filter(status=status)

    def with_incident(self, clients: QuerySet[Client], _name: str, category: str) -> QuerySet[Client]:
        last = yesterday(self.request.organisation)
        first = last - timedelta(days=Thresholds.objects.current().window_days - 1)
        theirs = Incident.objects.filter(client=OuterRef("pk"), category=category, occurred_on__range=(first, last))
        return clients.filter(Exists(theirs))

    @property
    def qs(self) -> QuerySet[Client]:
        """Parted clients are left out unless asked for."""
        found: QuerySet[Client] = super().qs
        return found if self.form.cleaned_data.get("status") else found.exclude(status=Client.Status.PARTED)


Order = Callable[[bool], list[Any]]
"""From "descending?" to what to order by. What is unknown comes last either way."""


def _by(field: str) -> Order:
    def order(down: bool) -> list[Any]:
        return [F(field).desc(nulls_last=True) if down else F(field).asc(nulls_last=True)]

    return order


def _by_owner(down: bool) -> list[Any]:
    name = ClientOwner.objects.filter(client=OuterRef("pk"), to_on=None).values("person__name_key")[:1]
    return [Subquery(name).desc(nulls_last=True) if down else Subquery(name).asc(nulls_last=True)]


def _by_incident(down: bool) -> list[Any]:
    day = Incident.objects.filter(client=OuterRef("pk")).order_by("-occurred_on").values("occurred_on")[:1]
    return [Subquery(day).desc(nulls_last=True) if down else Subquery(day).asc(nulls_last=True)]


@dataclass(frozen=True)
class Column:
    """A column people may sort by. `down` says whether the first click sorts descending."""

    key: str
    label: Any
    order: Order
    down: bool = False
    is_number: bool = False
    needs_costs: bool = False


COLUMNS = [
    Column("name", _("Client"), _by("name_key")),
    Column(
        "level", _("Level"), lambda down: [*_by("latest__level_rank")(down), *ratio_order(worst_first=down)], down=True
    ),
    Column("since", _("Since"), _by("latest__level_since")),
    Column("ratio", _("Ratio"), lambda down: ratio_order(worst_first=down), down=True, is_number=True),
    Column("margin", _("Margin"), lambda down: ratio_order(worst_first=not down), is_number=True),
    Column("hours", _("Hours"), _by("latest__minutes"), down=True, is_number=True),
    Column("revenue", _("Revenue"), _by("latest__revenue_cents"), down=True, is_number=True),
    Column("effort", _("Effort cost"), _by("latest__effort_cents"), down=True, is_number=True, needs_costs=True),
    Column("owner", _("Manager"), _by_owner),
    Column("incident", _("Last incident"), _by_incident, down=True),
]
DEFAULT_SORT = "-level"


@dataclass(frozen=True)
class Heading:
    """A column's head: where its link leads and how the list is sorted by it now ("", "ascending", "descending")."""

    key: str
    label: Any
    query: str
    sorted: str
    is_number: bool

    @property
    def mark(self) -> str:
        return {"descending": " ▾", "ascending": " ▴"}.get(self.sorted, "")


def columns_for(user: Any) -> list[Column]:
    """A reader without costs cannot sort by them either: the order would tell."""
    return [column for column in COLUMNS if not column.needs_costs or may(user, Right.SEE_COSTS)]


def sorting(text: str, user: Any) -> tuple[Column, bool]:
    """The column and whether descending; anything unknown is worst first."""
    by_key = {column.key: column for column in columns_for(user)}
    for candidate in (text, DEFAULT_SORT):
        if column := by_key.get(candidate.removeprefix("-")):
            return column, candidate.startswith("-")
    raise AssertionError("the default order is a column of everybody's")


def headings(user: Any, params: QueryDict, column: Column, down: bool) -> list[Heading]:
    """Every head links to its own order, with the filters kept and the page forgotten."""
    heads = []
    for each in columns_for(user):
        is_current = each.key == column.key
        next_down = not down if is_current else each.down
        query = params.copy()
        query.pop("page", None)
        query["sort"] = f"{'-' if next_down else ''}{each.key}"
        state = ("descending" if down else "ascending") if is_current else ""
        heads.append(Heading(each.key, each.label, query.urlencode(), state, each.is_number))
    return heads
