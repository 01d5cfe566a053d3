"""The form of a recommendation."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from people.models import Guest

from .models import Favourite


class RecommendationForm(forms.Form):
    """Why to read or watch something; a visitor without account gives a name too."""

    reason = forms.CharField(
        label=_("Because …"),
        required=False,
        max_length=280,
        help_text=_("One line: what somebody would miss."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    guest_name = forms.CharField(label=_("Your name"), max_length=100)
    guest_email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        help_text=_("Never shown. We write to you when it is public."),
    )
    submission_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, user: Any, own: Favourite | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"reason": own.reason if own else "", "submission_key": uuid.uuid4()})
        kwargs.setdefault("auto_id", "recommend_%s")
        super().__init__(*args, **kwargs)
        if user.is_authenticated or getattr(user, "guest", None):
            del self.fields["guest_name"], self.fields["guest_email"], self.fields["submission_key"]

    def clean_reason(self) -> str:
        return " ".join(self.cleaned_data["reason"].split())

    def new_guest(self) -> Guest:
        """Return the guest that the name and the address on this form make."""
        return Guest.objects.create(
            name=self.cleaned_data["guest_name"],
            email=self.cleaned_data.get("guest_email") or "",
            language=get_language() or "",
        )
