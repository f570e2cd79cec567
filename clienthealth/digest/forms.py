"""The one choice about mails."""

from typing import cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from clienthealth.base.forms import say_what_to_do
from clienthealth.digest.choice import choose


class ChoiceForm(forms.Form):
    """Weekly or never, for the user's own mails. `seen` is the choice the form was made from."""

    digest = forms.ChoiceField(choices=User.Digest.choices, widget=forms.RadioSelect)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=6)

    def __init__(self, data: QueryDict | None, *, user: User) -> None:
        super().__init__(data, initial={"digest": user.digest, "seen": user.digest})
        self.user = user
        self.fields["digest"].label = _("Weekly digest")
        self.fields["digest"].help_text = _("Monday at eight: what changed for you in seven days, or that nothing did.")
        say_what_to_do(self)

    def save_if_unchanged(self) -> bool:
        """Save; False, with an error on the form, where the choice was changed elsewhere since the form was shown."""
        if self.user.digest in (self.cleaned_data["seen"], self.cleaned_data["digest"]):
            choose(self.user, self.cleaned_data["digest"])
            return True
        data = cast(QueryDict, self.data).copy()
        data["seen"] = self.user.digest
        self.data = data
        text = _("It was changed to “%(choice)s” since you opened this page. Save again to use yours.")
        self.add_error(None, text % {"choice": self.user.get_digest_display()})
        return False
