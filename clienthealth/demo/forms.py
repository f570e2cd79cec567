"""The form that ends a demo: who comes in first afterwards, and the word where real clients would go too."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person, Role, User
from clienthealth.base.fields import CleanEmailField, NameField
from clienthealth.base.forms import say_what_to_do
from clienthealth.base.models import Organisation

PERSON_NAME = 200


class RemovalForm(forms.Form):
    """`keeper` is somebody of the agency itself: they keep their account. Otherwise the form makes the first one."""

    name = NameField(label=gettext_lazy("Your name"), max_length=PERSON_NAME)
    email = CleanEmailField(label=gettext_lazy("Your e-mail"), help_text=gettext_lazy("You sign in with it."))
    password = forms.CharField(
        label=gettext_lazy("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least 12 characters, not one of the demo's."),
    )
    word = forms.CharField(label=gettext_lazy("Type “remove everything” to confirm"), max_length=40)

    fields: dict[str, Any]

    def __init__(self, *args: Any, keeper: User | None, mixed: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keeper = keeper
        if keeper is not None:
            for name in ("name", "email", "password"):
                del self.fields[name]
        if not mixed:
            del self.fields["word"]
        say_what_to_do(self)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email=email).exists() or Person.objects.filter(email=email).exists():
            raise ValidationError(_("Somebody of this demo has that address. Use your own."))
        return email

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password

    def clean_word(self) -> str:
        if self.cleaned_data["word"].strip().casefold() != _("remove everything"):
            raise ValidationError(_("Type the two words as they stand above."))
        return str(self.cleaned_data["word"])

    @transaction.atomic
    def first_user(self) -> User | None:
        """The one who keeps or gets access; None where somebody else has just removed the demo."""
        if not Organisation.objects.select_for_update().filter(pk=1, is_demo=True).exists():
            return None
        if self.keeper is not None:
            return self.keeper
        said = self.cleaned_data
        return User.objects.create_user(said["email"], said["password"], name=said["name"], role=Role.OPS_DIRECTOR)
