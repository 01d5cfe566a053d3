"""The form of a request for removal."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .takedowns import Takedown


class TakedownForm(forms.Form):
    """Why something is to be removed, and where to answer; only the first is needed."""

    reason = forms.ChoiceField(
        label=_("Why?"),
        help_text=_("The first two hide it at once. With the others, a moderator looks first."),
        choices=Takedown.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what fits best: it decides what happens next.")},
    )
    note = forms.CharField(
        label=_("Anything a moderator should know"),
        required=False,
        max_length=500,
        help_text=_("For example who you are in it, or whose work it is. Only moderators read this."),
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 500}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        help_text=_("If you want an answer. We use it only for that, and delete it 30 days later."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    submission_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, user: Any, pausing: bool = False, **kwargs: Any) -> None:
        kwargs["initial"] = {"submission_key": uuid.uuid4(), "email": getattr(user, "email", "")}
        super().__init__(*args, **kwargs)
        if pausing:
            self.promise_nothing()

    def promise_nothing(self) -> None:
        """Do not say what hides at once, as nothing does."""
        self.fields["reason"].help_text = ""

    def clean_note(self) -> str:
        return self.cleaned_data["note"].strip()

    @property
    def key(self) -> uuid.UUID | None:
        """The form's own key, by which a second press finds what the first one made."""
        return self.cleaned_data.get("submission_key")
