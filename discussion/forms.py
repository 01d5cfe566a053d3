"""The form of a recommendation."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from community.models import Contribution
from people.models import Guest

from .models import Favourite
from .starts import read_start, write_start


class StartField(forms.CharField):
    """Where in a recording to begin, in seconds, typed as 12:30; None where nothing is typed."""

    default_error_messages = {"invalid": _("Type it as 12:30, or 1:02:03 with hours.")}

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return read_start(text) if text else None
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error

    def prepare_value(self, value: Any) -> Any:
        return write_start(value) if isinstance(value, int) else value


class RecommendationForm(forms.Form):
    """Why to read or watch something; a visitor without account gives a name too."""

    reason = forms.CharField(
        label=_("Because …"),
        required=False,
        max_length=280,
        help_text=_("One line: what somebody would miss."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    start = StartField(
        label=_("Start at"),
        required=False,
        max_length=12,
        help_text=_("Where the best part begins, such as 12:30."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": 8}),
    )
    private = forms.BooleanField(label=_("Only for me: nobody else sees or counts it"), required=False)
    guest_name = forms.CharField(label=_("Your name"), max_length=100)
    guest_email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        help_text=_("Never shown. We write to you when it is public."),
    )
    submission_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, user: Any, item: Contribution, own: Favourite | None = None, **kwargs: Any
    ) -> None:
        was = {"reason": own.reason, "start": own.start, "private": own.is_private} if own else {}
        kwargs.setdefault("initial", {**was, "submission_key": uuid.uuid4()})
        kwargs.setdefault("auto_id", "recommend_%s")
        super().__init__(*args, **kwargs)
        if not item.model.can_start_at:
            del self.fields["start"]
        # Whoever is known recommends with one press of a button.
        self.knows_sender = bool(user.is_authenticated or getattr(user, "guest", None))
        if self.knows_sender:
            del self.fields["guest_name"], self.fields["guest_email"], self.fields["submission_key"]
        else:
            # Whoever is not known yet could never find it again.
            del self.fields["private"]

    def clean_reason(self) -> str:
        return " ".join(self.cleaned_data["reason"].split())

    def words(self) -> dict[str, Any]:
        """Return what this says, as `Favourite.give` and `reword` take it."""
        given = self.cleaned_data
        return {
            "reason": given["reason"],
            "start": given.get("start"),
            "private": given.get("private", False),
        }

    def new_guest(self) -> Guest:
        """Return the guest that the name and the address on this form make."""
        return Guest.objects.create(
            name=self.cleaned_data["guest_name"],
            email=self.cleaned_data.get("guest_email") or "",
            language=get_language() or "",
        )
