"""A contact with a client: when, which way, by what."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from issues.forms.incidents import ClientFact
from issues.models import Touchpoint


class TouchpointForm(ClientFact):
    moment = "at"
    first = "direction"
    names_at = "issues:touchpoint_clients"

    class Meta:
        model = Touchpoint
        fields = ["client", "direction", "channel", "at", "is_terse", "note"]
        widgets = {"direction": forms.RadioSelect}
        labels = {"at": gettext_lazy("When"), "is_terse": gettext_lazy("The client was terse")}
        help_texts = {"is_terse": gettext_lazy("Shorter and cooler than usual; two of them are an early signal.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = self.fields["channel"].label
        known = [*Touchpoint.Channel.choices]
        if self.instance.channel and self.instance.channel not in Touchpoint.Channel.values:
            known.append((self.instance.channel, self.instance.channel))
        self.fields["channel"] = forms.ChoiceField(choices=known, label=label, required=False, widget=forms.RadioSelect)
        self.fields["at"].required = False

    def clean_at(self) -> datetime:
        return self.clean_moment()


class TouchpointEditForm(TouchpointForm):
    """All of a touchpoint but its client."""

    def _choose_client(self) -> None:
        for name in ("client", "client_name"):
            self.fields.pop(name, None)

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["client"] = self.instance.client
        return super().clean()

    def form_of(self, stored: Any) -> "TouchpointEditForm":
        return TouchpointEditForm(instance=stored, allowed=self.allowed, user=self.user, of=self.of)
