"""The form that replaces the addresses of a site that has moved."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from links.fields import AddressField
from links.models import Replacement


class ReplacementForm(forms.Form):
    """What addresses begin with, and what they are to begin with instead."""

    old = AddressField(
        label=_("Addresses that begin with"),
        help_text=_(
            "For example https://old.example.org/talks/ – http:// and https:// count as the same here."
        ),
    )
    new = AddressField(label=_("Begin with this instead"))

    def clean_old(self) -> str:
        return self._short("old")

    def clean_new(self) -> str:
        return self._short("new")

    def _short(self, name: str) -> str:
        start = self.cleaned_data[name]
        if len(start) > 500:
            raise forms.ValidationError(_("Use at most 500 characters."))
        return start

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        old, new = (str(data.get(name, "")).partition("://")[2] for name in ("old", "new"))
        if old and new.startswith(old):
            # Done twice, it would be done to what is done already.
            self.add_error("new", _("This begins with what is to be replaced, so it would never end."))
        return data

    def save(self, *, by: Any) -> Replacement:
        """Return the record of this replacement; one that was asked for a moment ago, by a double click, again."""
        asked = {"old": self.cleaned_data["old"], "new": self.cleaned_data["new"], "by": by}
        waiting = Replacement.objects.filter(**asked, count=0).first()
        return waiting or Replacement.objects.create(**asked)
