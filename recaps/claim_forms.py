"""“I wrote this text”: what its author wants, and how that can be shown."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import User

from .models import Recap, TextClaim


class TextClaimForm(forms.Form):
    """The wish, and the way to show that one may have it."""

    wish = forms.ChoiceField(
        label=_("What do you want?"),
        choices=TextClaim.Wish,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of these.")},
    )
    whole_site = forms.BooleanField(
        label=_("Everything on that site, not only this text (a moderator decides)"), required=False
    )
    way = forms.ChoiceField(
        label=_("How can we be sure?"),
        choices=TextClaim.Way,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of these.")},
    )
    note = forms.CharField(
        label=_("What a moderator should know"),
        required=False,
        max_length=1000,
        help_text=_("For example where we can see that it is you. Only moderators read this."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, user: User, opened: TextClaim | None, **kwargs: Any) -> None:
        # What was asked already stands there: sent again by a press alone, it stays what it was.
        kwargs["initial"] = (
            {name: getattr(opened, name) for name in ("wish", "whole_site", "way", "note")}
            if opened
            else {"wish": TextClaim.Wish.CREDIT, "way": TextClaim.Way.PAGE}
        )
        super().__init__(*args, **kwargs)
        self.user = user
        if user.is_moderator:
            # A moderator's wish that a text goes is a decision; whether they wrote it, the page says.
            self.fields["way"].required = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        goes = data.get("wish") == TextClaim.Wish.OPT_OUT
        data["whole_site"] = bool(goes and data.get("whole_site"))
        data["way"] = data.get("way") or TextClaim.Way.PAGE
        if self.user.is_moderator and goes:
            return data
        if data["whole_site"] and data["way"] != TextClaim.Way.MODERATOR:
            self.add_error("way", _("For a whole site, let a moderator decide."))
        if data.get("way") == TextClaim.Way.MODERATOR and not data.get("note", "").strip():
            self.add_error("note", _("Say in a sentence how we can be sure."))
        return data

    def ask(self, recap: Recap) -> TextClaim:
        """Make the claim, or say anew what the open one wants; return it."""
        return TextClaim.ask(recap, self.user, **self.cleaned_data)
