"""Small lists inside a form: one line each, told apart by what they say (a day, a person), not by ids.

A line without content, or ticked for removal, is no line. Works without JavaScript: "add a line" is a submit button.
"""

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clienthealth.base.forms import say_what_to_do, shown

MOST = 100


class RowForm(forms.Form):
    """One line."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_what_to_do(self)


class BaseRows(forms.BaseFormSet):
    """Lines told apart by `key_fields` (none: equal lines may stand beside each other). Empty ones are skipped."""

    key_fields: tuple[str, ...] = ()
    _errors: list[Any]
    _should_delete_form: Callable[[forms.BaseForm], bool]

    def initial_form_count(self) -> int:
        return 0 if self.is_bound else super().initial_form_count()

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if forms.formsets.DELETION_FIELD_NAME in form.fields:
            form.fields[forms.formsets.DELETION_FIELD_NAME].label = gettext_lazy("Remove")

    def rows(self) -> list[dict[str, Any]]:
        """The valid lines that stay."""
        return [
            {name: value for name, value in form.cleaned_data.items() if name != forms.formsets.DELETION_FIELD_NAME}
            for form in self.forms
            if form.has_changed() and not self._should_delete_form(form)
        ]

    def unjudged(self, autofocus: str = "") -> None:
        """Show what was typed without errors; the cursor goes to this field of the last line."""
        for form in self.forms:
            form._errors = forms.utils.ErrorDict()
        self._errors = []
        self._non_form_errors = self.error_class()
        if autofocus and self.forms:
            self.forms[-1].fields[autofocus].widget.attrs["autofocus"] = True

    def clean(self) -> None:
        seen = set()
        for form in self.forms:
            if not form.is_valid() or not form.has_changed() or self._should_delete_form(form):
                continue
            key = tuple(form.cleaned_data.get(name) for name in self.key_fields)
            if key and key in seen:
                form.add_error(self.key_fields[0], ValidationError(_("There is another line like this one."), "double"))
            seen.add(key)

    def in_words(self, rows: Iterable[Mapping[str, Any]]) -> str:
        """Lines as text, for comparing two versions."""
        fields = {n: f for n, f in self.empty_form.fields.items() if n != forms.formsets.DELETION_FIELD_NAME}
        lines = [" · ".join(shown(fields[name], row.get(name)) for name in fields) for row in rows]
        return "\n".join(sorted(lines)) or "–"


def rows_factory(form: type[RowForm], *key_fields: str) -> type[BaseRows]:
    """A formset class of such lines."""
    kept = type(f"{form.__name__}s", (BaseRows,), {"key_fields": key_fields})
    made = forms.formset_factory(form, formset=kept, extra=0, can_delete=True, max_num=MOST, absolute_max=MOST)
    return cast(type[BaseRows], made)


def with_line_added(data: QueryDict, prefix: str) -> QueryDict:
    """The posted data with one more empty line in the formset `prefix`."""
    more = data.copy()
    total = more.get(f"{prefix}-TOTAL_FORMS", "0")
    count = int(total) if total.isdecimal() and total.isascii() and len(total) < 6 else 0
    more[f"{prefix}-TOTAL_FORMS"] = str(min(count + 1, MOST))
    return more


def sync_rows(
    stored: models.QuerySet[Any], rows: Sequence[Mapping[str, Any]], keys: Sequence[str], **fixed: Any
) -> None:
    """Make the stored rows those given: the same key is changed in place, a missing one removed, a new one added.

    Equal keys are paired in order. `fixed` are the fields of new rows (their parent, their author). Rows that stay as
    they are are not touched.
    """
    wanted: dict[tuple[Any, ...], list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        wanted[tuple(row[name] for name in keys)].append(row)
    for each in stored:
        same = wanted[tuple(getattr(each, name) for name in keys)]
        if not same:
            each.delete()
            continue
        row = same.pop(0)
        if any(getattr(each, name) != value for name, value in row.items()):
            for name, value in row.items():
                setattr(each, name, value)
            each.version += 1
            each.save()
    for row in itertools.chain.from_iterable(wanted.values()):
        stored.model(**row, **fixed).save()
