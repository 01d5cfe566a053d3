"""What somebody types is kept as they type, before it is sent: in the browser, and here for members and guests.

A draft is of one form: the one of a new thing of a kind at an event, or the one that changes a thing. It goes when that
form is saved, in the same transaction. `js/draft.js` has the browser's half.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from events.models import Event

from .kinds import kinds_by_name
from .models import Contribution, Draft
from .models.draft import DraftOf, clean_fields
from .stream import rows_of

MOST_SHOWN = 50


def draft_of(
    model: type[Contribution], event: Event, item: Contribution | None, form: str = "new"
) -> DraftOf:
    return DraftOf(model.KIND, event, item, form)


def is_known(user: Any) -> bool:
    """Return whether a draft of `user` can be kept here: a member's, or a guest's whom the browser remembers."""
    return bool(user.is_authenticated or getattr(user, "guest", None))


def owner_key(user: Any) -> str:
    """Return by what a browser tells whose its own copies are, without knowing who that is; empty for a stranger."""
    if not is_known(user):
        return ""
    whose = f"member {user.pk}" if user.is_authenticated else f"guest {user.guest_id}"
    return salted_hmac("community.drafting", whose).hexdigest()[:16]


def drafts_of(user: Any) -> list[Draft]:
    """Return the drafts of a member or a guest, the newest first, as far as their forms are still there."""
    kept = Draft.objects.owned_by(user).select_related("event", "item")
    return list(kept.filter(event__in=Event.objects.public())[:MOST_SHOWN])


def keep_for_later(request: HttpRequest, form: Any) -> HttpResponse:
    """Keep what was typed into `form`, whatever it says, and go to where drafts stand."""
    fields = clean_fields(form.data.dict())
    if Draft.objects.keep(form.draft_of, fields, by=request.user):
        messages.success(request, _("Your draft is saved. Only you can see it."))
    return redirect("community:mine")


class DraftForm(forms.Form):
    """What a browser sends to have it kept: for which form, what, and on which revision it was typed."""

    draft = forms.RegexField(r"^[a-z]{1,20}-[a-z]{1,20}-[0-9]{1,18}$")
    typed = forms.JSONField()
    revision = forms.IntegerField(min_value=0, max_value=2**31 - 1)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_draft(self) -> DraftOf:
        """Turn the form's name into what it is of, as far as the person may send that form."""
        kind, form, number = self.cleaned_data["draft"].split("-")
        model = kinds_by_name().get(kind)
        if model is None or not model.keeps_drafts:
            raise forms.ValidationError(_("This form keeps no drafts."))
        if form == "change":
            item = rows_of(model, [number]).editable_by(self.user).select_related("event").first()
            event = item.event if item else None
        elif form == "new" or form in model.draft_forms:
            event = Event.objects.public().filter(pk=number).first()
            item = None
        else:
            raise forms.ValidationError(_("This form keeps no drafts."))
        if event is None:
            raise forms.ValidationError(_("It is no longer here."))
        return draft_of(model, event, item, "new" if item else form)

    def clean_typed(self) -> dict[str, str]:
        try:
            return clean_fields(self.cleaned_data["typed"])
        except ValueError as error:
            raise forms.ValidationError(_("This is too long to save.")) from error
