"""What an upload leaves open, as a form: how to read it, and whom its names stand for."""

from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from clienthealth.base.fields import CleanCharField, CurrencyField
from clienthealth.base.forms import say_what_to_do
from clienthealth.imports.dates import parts
from clienthealth.imports.forms import named
from clienthealth.imports.models import Upload
from clienthealth.imports.presets import PRESETS
from clienthealth.imports.previewing import MAPPED
from clienthealth.imports.wording import DATE_ORDERS, ENCODINGS, KINDS
from engagements.models import Client

OTHER = "other"
AS_FOUND = ("", gettext_lazy("as the file says"))
OFFERED = 500
"""So many known names are offered while typing."""
OPTIONS = ("what", "encoding", "date_order", "currency")


class AnswersForm(forms.Form):
    """How to read an upload, and whom its names stand for: what the person settles before it is imported."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    what = forms.ChoiceField(label=gettext_lazy("What the file is"), required=False)
    encoding = forms.ChoiceField(label=gettext_lazy("Letters"), required=False, choices=[AS_FOUND, *ENCODINGS.items()])
    date_order = forms.ChoiceField(
        label=gettext_lazy("Order of dates"), required=False, choices=[AS_FOUND, *DATE_ORDERS.items()]
    )
    currency = CurrencyField(label=gettext_lazy("Currency where none is named"), required=False)

    def __init__(self, *args: Any, upload: Upload, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.upload = upload
        self.asked = ""
        presets = [(f"preset:{preset.name}", preset.title) for preset in PRESETS.values()]
        kinds = [(f"kind:{name}", word) for name, word in KINDS.items()]
        self.fields["what"].choices = [AS_FOUND, *presets, *kinds]  # type: ignore[attr-defined]  # a choice field
        self.initial.update(upload.answers, version=upload.version, what=what_of(upload.answers))
        self.lists = [Names(self, "clients"), Names(self, "people")]
        self._ask()
        say_what_to_do(self)

    def _ask(self) -> None:
        """The open question comes as a choice that has to be made."""
        question = self.upload.question
        option = {"kind": "what", "preset": "what"}.get(question.get("option", ""), question.get("option", ""))
        if option not in self.fields:
            return
        if option == "what":
            keys = [f"{question['option']}:{name}" for name in question["choices"]]
            words = dict(self.fields["what"].choices)  # type: ignore[attr-defined]  # a choice field
            choices = [(key, words[key]) for key in keys]
        elif option == "encoding":
            choices = [(name, ENCODINGS[name]) for name in question["choices"]]
        else:
            readings = {order: _reading(order, question["example"]) for order in question["choices"]}
            choices = [(order, words) for order, words in readings.items() if words] or list(DATE_ORDERS.items())
        label = self.fields[option].label
        self.fields[option] = forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)
        self.asked = option

    def options(self) -> list[forms.BoundField]:
        """The fields that say how to read the file, but for the one asked for."""
        return [self[name] for name in OPTIONS if name != self.asked]

    def question(self) -> forms.BoundField | None:
        return self[self.asked] if self.asked else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for names in self.lists:
            names.check(data)
        return data

    def answers(self) -> dict[str, Any]:
        """What was settled, as the upload keeps it."""
        data = self.cleaned_data
        option, _colon, what = data["what"].partition(":")
        plain = {name: data[name] for name in ("encoding", "date_order", "currency") if data[name]}
        names = {each.whom: each.chosen for each in self.lists if each.chosen}
        return {**plain, **({option: what} if what else {}), **names}

    def reads_otherwise(self) -> bool:
        """Whether the file would be read in another way than it was for the preview."""
        names = {each.whom for each in self.lists}
        before = {name: value for name, value in self.upload.answers.items() if name not in names}
        return before != {name: value for name, value in self.answers().items() if name not in names}


class Names:
    """The names of one kind that match nobody: what each stands for. The rows come from the preview, not the post."""

    def __init__(self, form: AnswersForm, whom: str) -> None:
        self.form = form
        self.whom = whom
        self.model: type[Client] | type[Person] = Client if whom == "clients" else Person
        found = form.upload.preview.get("names", {}).get(whom, {"rows": [], "count": 0, "is_anybody_known": False})
        self.count = found["count"]
        self.rows = [*self._mapped(), *(found["rows"] if found["is_anybody_known"] else [])][:MAPPED]
        self.others = [] if self.rows else [row["name"] for row in found["rows"]]
        """New names where there is nobody they could stand for."""
        self.emails = self._emails()
        """Two people of one name are told apart by them."""
        self.chosen: dict[str, int] = {}
        for number, row in enumerate(self.rows):
            self._add(f"{whom}-{number}", row)

    def _mapped(self) -> list[dict[str, Any]]:
        """Names that were mapped in an earlier round; the preview knows them no longer."""
        mapped = self.form.upload.answers.get(self.whom, {})
        names = dict(self.model.objects.filter(pk__in=mapped.values()).values_list("pk", "name"))
        return [
            {"key": key, "name": key, "is_new": True, "like": [[pk, names[pk]]], "is": pk}
            for key, pk in mapped.items()
            if pk in names
        ]

    def _emails(self) -> dict[int, str | None]:
        offered = {pk for row in self.rows for pk, _name in row["like"]}
        if self.whom != "people" or not offered:
            return {}
        return dict(Person.objects.filter(pk__in=offered).values_list("pk", "email"))

    def _add(self, field: str, row: dict[str, Any]) -> None:
        nobody = _("create new") if row["is_new"] else _("leave these rows out")
        like = [(str(pk), f"{name} · {self.emails[pk]}" if self.emails.get(pk) else name) for pk, name in row["like"]]
        choices = [("", nobody), *like, (OTHER, _("another:"))]
        radio = forms.ChoiceField(label=row["name"], required=False, choices=choices, widget=forms.RadioSelect)
        radio.initial = str(row.get("is", ""))
        self.form.fields[field] = radio
        typed = CleanCharField(label=_("Name"), required=False)
        typed.widget.attrs.update({"list": f"known-{self.whom}", "autocomplete": "off"})
        typed.widget.attrs["aria-label"] = _("Whom %(name)s stands for") % {"name": row["name"]}
        self.form.fields[f"{field}-{OTHER}"] = typed

    def lines(self) -> list[tuple[dict[str, Any], forms.BoundField, forms.BoundField]]:
        """For the page: each name with its choice and the field for another one."""
        fields = [f"{self.whom}-{number}" for number in range(len(self.rows))]
        return [
            (row, self.form[field], self.form[f"{field}-{OTHER}"]) for row, field in zip(self.rows, fields, strict=True)
        ]

    def known(self) -> list[str]:
        """The first of those a name may stand for; others are found by their exact name."""
        return list(self.model._default_manager.order_by("name_key").values_list("name", flat=True)[:OFFERED])

    def check(self, data: dict[str, Any]) -> None:
        """Find out whom each name stands for."""
        for number, row in enumerate(self.rows):
            field = f"{self.whom}-{number}"
            choice, typed = data.get(field, ""), data.get(f"{field}-{OTHER}", "")
            if choice == OTHER or (typed and not choice):
                target = named(self.model, typed or "")
                if target is None:
                    self.form.add_error(f"{field}-{OTHER}", _("Nobody has this name."))
                else:
                    self.chosen[row["key"]] = target
            elif choice:
                self.chosen[row["key"]] = int(choice)


def what_of(answers: dict[str, Any]) -> str:
    """The choice that says what the file is."""
    return next((f"{option}:{answers[option]}" for option in ("kind", "preset") if answers.get(option)), "")


def _reading(order: str, example: str) -> str:
    """How the example reads in this order; "" where it cannot be read so."""
    numbers = parts(example)
    try:
        by_part = dict(zip(order, map(int, numbers or ()), strict=True))
        year = by_part["y"] + (2000 if by_part["y"] < 100 else 0)
        day = date(year, by_part["m"], by_part["d"])
    except ValueError:
        return ""
    return f"{date_format(day, 'j F Y')} ({DATE_ORDERS[order]})"
