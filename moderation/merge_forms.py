"""Which other one is meant; and why a name is taken away."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import PersonRemoval


class OtherForm(forms.Form):
    """What somebody types to find the other one, and the one that they chose (an id)."""

    q = forms.CharField(
        label=_("Its address, or words from it"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    other = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    @classmethod
    def read(cls, data: Any) -> tuple[str, int | None]:
        """Return the words and the id of an address; what is mangled is as if it were not given."""
        form = cls(data)
        form.is_valid()
        return form.cleaned_data.get("q") or "", form.cleaned_data.get("other")


class RemovalForm(forms.Form):
    """Why somebody's name is taken off everything. A choice and no words: the log must not hold the name."""

    reason = forms.ChoiceField(label=_("Reason"), choices=PersonRemoval.Reason, widget=forms.RadioSelect)
