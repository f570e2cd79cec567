"""How forms read a model's fields and how they save: clean text, one effect per key, no lost update."""

import uuid
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.db import IntegrityError, models, transaction
from django.forms.models import ModelChoiceIterator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clienthealth.base import fields
from clienthealth.base.amounts import RATE_MAX_CENTS
from clienthealth.base.idempotency import once
from clienthealth.base.models import Fact

REQUIRED = gettext_lazy("Please fill this in.")
REQUIRED_CHOICE = gettext_lazy("Please choose one.")


def clean_formfield(db_field: "models.Field[Any, Any]", **kwargs: Any) -> forms.Field | None:
    """The form field of a model field: every text through the text boundary, units as people type them."""
    if db_field.choices or db_field.remote_field:
        return db_field.formfield(**kwargs)
    if scaled := _scaled(db_field.name):
        label = kwargs.get("label") or capfirst(str(db_field.verbose_name))
        help_text = kwargs.get("help_text", db_field.help_text)
        return scaled(label=label, required=not db_field.blank, help_text=help_text)
    for kind, form_class in (
        (models.EmailField, fields.CleanEmailField),
        (models.TextField, fields.CleanTextField),
        (models.CharField, _line_of(db_field)),
        (models.DateTimeField, fields.LocalDateTimeField),
        (models.DateField, fields.LocalDateField),
    ):
        if isinstance(db_field, kind):
            return db_field.formfield(form_class=form_class, **{**kwargs, "widget": form_class.widget})
    return db_field.formfield(**kwargs)


def _line_of(db_field: "models.Field[Any, Any]") -> type[fields.CleanCharField]:
    if db_field.name == "currency":
        return fields.CurrencyField
    if db_field.name == "zone":
        return fields.ZoneField
    has_key = any(each.name == f"{db_field.name}_key" for each in db_field.model._meta.fields)
    return fields.NameField if has_key else fields.CleanCharField


def _scaled(name: str) -> Callable[..., forms.Field] | None:
    if name.endswith(("rate_cents", "_per_hour")):
        return lambda **kwargs: fields.MoneyField(highest=RATE_MAX_CENTS, **kwargs)
    for ending, form_class in (
        ("_cents", fields.MoneyField),
        ("_seconds", fields.HoursField),
        ("_basis_points", fields.PercentField),
        ("_e10", fields.FxRateField),
    ):
        if name.endswith(ending):
            return form_class
    return None


def say_what_to_do(form: forms.BaseForm) -> None:
    """Replace Django's "This field is required." by what to do."""
    for field in form.fields.values():
        is_choice = isinstance(field, forms.ChoiceField)
        field.error_messages["required"] = REQUIRED_CHOICE if is_choice else REQUIRED


class CleanModelForm(forms.ModelForm):
    """A model form whose text fields are clean, whoever writes it and whatever is added to the model later."""

    fields: dict[str, Any]
    data: Any
    Meta: ClassVar[type]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "Meta" in cls.__dict__:
            cls.Meta.formfield_callback = staticmethod(clean_formfield)  # type: ignore[attr-defined]  # Django's option

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_what_to_do(self)


class FactForm(CleanModelForm):
    """A form for a fact: a new one carries a key against double posts, a stored one the version it was read at.

    After a lost race `conflict` lists what differs between the stored fact and what was typed.
    """

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflict: list[tuple[str, str, str]] | None = None
        if self.instance.pk:
            del self.fields["key"]
            self.initial["version"] = self.instance.version
        else:
            del self.fields["version"]
            self.initial.setdefault("key", uuid.uuid4().hex)

    def save_by(self, user: Any) -> Any:
        """Save; a new fact is this user's."""
        if self.instance._state.adding:
            self.instance.author = user
        return self.save()

    def unjudged(self) -> None:
        """Show what was typed without errors: the person is not done yet."""
        self._errors = forms.utils.ErrorDict()

    def show_conflict(self, others: Iterable[tuple[str, str, str]] = ()) -> None:
        """Put the stored fact beside what was typed, and let the next save answer the version now stored."""
        stored = type(self.instance)._default_manager.get(pk=self.instance.pk)
        theirs = self.form_of(stored)
        rows = []
        for name, field in self.fields.items():
            if field.widget.is_hidden:
                continue
            now = shown(field, theirs.get_initial_for_field(theirs.fields[name], name))
            typed = shown(field, self.cleaned_data.get(name))
            if now != typed:
                rows.append((str(self[name].label), now, typed))
        self.conflict = [*rows, *others]
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = str(stored.version)

    def form_of(self, stored: Fact) -> "FactForm":
        """The same form filled from the stored fact; overridden where the form takes more arguments."""
        return type(self)(instance=stored)


def shown(field: forms.Field, value: Any) -> str:
    """A field's value in words, for comparing two versions."""
    if value is None or value == "" or value == []:
        return str(getattr(field, "empty_label", None) or "–")
    if isinstance(field, forms.BooleanField):
        return _("yes") if value else _("no")
    if isinstance(field, forms.ModelChoiceField):
        many = isinstance(field, forms.ModelMultipleChoiceField)
        return ", ".join(sorted(_labels(field, list(value) if many else [value]))) or "–"
    if isinstance(field, forms.ChoiceField):
        words = {str(key): str(word) for key, word in _flat(field.choices)}
        many = isinstance(field, forms.MultipleChoiceField)
        values = list(value) if many else [value]
        return ", ".join(words.get(str(each), str(each)) for each in values)
    if isinstance(field, fields.LocalDateTimeField):
        return f"{forms.utils.to_current_timezone(value):%Y-%m-%d %H:%M}"
    return str(field.widget.format_value(field.prepare_value(value)))


def _labels(field: forms.ModelChoiceField, values: list[Any]) -> list[str]:
    known = [each for each in values if isinstance(each, models.Model)]
    keys = [each for each in values if not isinstance(each, models.Model)]
    found = field.queryset.filter(pk__in=keys) if keys and field.queryset is not None else ()
    return [field.label_from_instance(each) for each in [*known, *found]]


def _flat(choices: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(choices, ModelChoiceIterator):
        return
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield value, label


class _InvalidForm(Exception):
    """The form does not hold: the transaction around its key goes back."""


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: the posted data, or nothing where the page is only looked at."""
    return request.POST if request.method == "POST" else None


def posted_key(data: Any) -> str:
    """The idempotency key of a posted form; "" (no protection) where somebody sent no UUID."""
    try:
        return uuid.UUID(str(data.get("key", ""))).hex
    except ValueError:
        return ""


Save = Callable[[], str]
"""Saves a valid form and returns the address of the page to go to."""
Check = Callable[[], bool]


def form_page(
    request: HttpRequest,
    form: FactForm,
    save: Save,
    template: str,
    message: str,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """A page with one form: shown, shown again with what is wrong (422) or out of date (409), or saved and left."""
    if request.method == "POST":
        if target := save_form(request, form, save):
            messages.success(request, message)
            return redirect(target)
        return render(request, template, {"form": form, **(context or {})}, status=refusal(form))
    return render(request, template, {"form": form, **(context or {})})


def refusal(form: FactForm) -> int:
    """The HTTP status of a form that was posted and not saved."""
    return 422 if form.conflict is None else 409


def save_form(request: HttpRequest, form: FactForm, save: Save, is_valid: Check | None = None) -> str | None:
    """Save a posted form, new or stored; None where it is invalid or somebody was quicker (then it says so)."""
    act = change if form.instance.pk else create_once
    try:
        return act(request, form, save, is_valid or form.is_valid)
    except IntegrityError:
        # Somebody took the same name or day at the same instant: looked at again it is an error like any other.
        if "key" in form.fields:
            form.instance.pk = None
            form.instance._state.adding = True
        form.full_clean()
        if form.is_valid():
            form.add_error(None, _("Somebody saved the same at this moment. Look at what is there and try again."))
        return None


def create_once(request: HttpRequest, form: FactForm, save: Save, is_valid: Check) -> str | None:
    """Validate and save a new object once per key of the form; returns the first post's address every time.

    Validation runs under the key, so the second of two equal posts gets the first's result, not "exists already".
    """

    def effect() -> str:
        if not is_valid():
            raise _InvalidForm
        return save()

    try:
        return once(f"user:{request.user.pk}", posted_key(request.POST), effect)[0]
    except _InvalidForm:
        return None


def change(_request: HttpRequest, form: FactForm, save: Save, is_valid: Check) -> str | None:
    """Save a stored fact if it is valid and nobody changed it since it was read."""
    if not is_valid():
        return None
    with transaction.atomic():
        if form.instance.claim_version(form.cleaned_data["version"]):
            return save()
    form.show_conflict()
    return None
