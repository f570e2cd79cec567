"""Sending a file, and saying whom a name in files stands for."""

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from clienthealth.base.fields import CleanCharField
from clienthealth.base.forms import say_what_to_do
from clienthealth.base.text import LINE, clean, name_key
from clienthealth.imports.models import NameAlias
from clienthealth.imports.sniffing import LOOKED_AT, why_no_table
from engagements.models import Client

OTHER = "other"
AS_FOUND = ("", gettext_lazy("as the file says"))


def too_large(size: int) -> str:
    """Why a file of so many bytes is refused, in words; "" where it is not."""
    if size <= settings.UPLOAD_MAX_MB * 1024 * 1024:
        return ""
    return _("The file has %(size)s; at most %(cap)s MB can be uploaded. Split it and upload the parts.") % {
        "size": filesizeformat(size).replace("\xa0", " "),
        "cap": settings.UPLOAD_MAX_MB,
    }


class UploadForm(forms.Form):
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv"}),
        allow_empty_file=True,
        error_messages={"required": gettext_lazy("Choose a file, or drop one here.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid.uuid4().hex)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        start = file.read(LOOKED_AT)
        file.seek(0)
        if reason := too_large(file.size) or why_no_table(start):
            raise ValidationError(reason)
        return file

    def name(self) -> str:
        """The file's own name as it may be stored and shown."""
        try:
            return clean(self.cleaned_data["file"].name or "", max_length=LINE) or "file.csv"
        except ValidationError:
            return "file.csv"


class ProjectForm(forms.Form):
    """Which client the entries of a project belong to, named as people know it."""

    project = forms.CharField(widget=forms.HiddenInput, max_length=LINE, strip=False)
    client = CleanCharField(label=gettext_lazy("Client"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client"].widget.attrs.update(list="known", autocomplete="off")
        say_what_to_do(self)

    def clean_client(self) -> Client:
        found = named(Client, self.cleaned_data["client"])
        if found is None:
            raise ValidationError(_("No client has this name."))
        return Client.objects.get(pk=found)


class AliasForm(forms.Form):
    """Whom a name stands for. `seen` is whom it stood for when the page was read: the guard against lost updates."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    target = CleanCharField(label=gettext_lazy("Stands for"))

    def __init__(self, *args: Any, alias: NameAlias, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.alias = alias
        self.is_outdated = False
        self.initial.update(target=str(alias.target), seen=alias.target_id)
        self.fields["target"].widget.attrs.update(list="known", autocomplete="off")
        say_what_to_do(self)

    def clean_target(self) -> int:
        found = named(Client if self.alias.kind == NameAlias.Kind.CLIENT else Person, self.cleaned_data["target"])
        if found is None:
            raise ValidationError(_("Nobody, or more than one, has this name."))
        return found

    def save_by(self, user: Any) -> bool:
        """Save unless somebody was quicker; then the form says so, and the next save answers what is stored now."""
        with transaction.atomic():
            stored = NameAlias.objects.select_for_update().get(pk=self.alias.pk)
            if stored.target_id == self.cleaned_data["seen"]:
                setattr(stored, f"{stored.kind}_id", self.cleaned_data["target"])
                stored.author = user
                stored.save()
                return True
        self.is_outdated = True
        said = _("Somebody changed this meanwhile: it stands for %(name)s now. Save again if you still want to.")
        self.add_error(None, said % {"name": stored.target})
        self.data = {**dict(self.data.items()), "seen": str(stored.target_id)}
        return False


def named(model: type[Client] | type[Person], typed: str) -> int | None:
    """The only client or person of this name, a person by e-mail too."""
    rows: Any = model._default_manager.filter(name_key=name_key(typed))
    if not rows and model is Person and "@" in typed:
        rows = Person.objects.filter(email=typed.strip().lower())
    keys = list(rows.values_list("pk", flat=True)[:2])
    return keys[0] if len(keys) == 1 else None
