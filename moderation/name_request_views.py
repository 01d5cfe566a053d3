"""Asking that a name be taken off everything: for everybody, without account."""

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from community.views.person import people_visible_to
from people import rates
from people.models import Person

from .name_requests import NameRequest
from .takedown_views import too_many


class NameRequestForm(forms.Form):
    """What a moderator should know, and where to answer; nothing of it is needed."""

    note = forms.CharField(
        label=gettext_lazy("How can we be sure that you are this person, or speak for them?"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Only moderators read this. It is deleted once we have answered."),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        required=False,
        help_text=gettext_lazy("If you want an answer. It is deleted once we have answered."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    submission_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"submission_key": uuid.uuid4(), "email": getattr(user, "email", "")}
        super().__init__(*args, **kwargs)

    def save(self, person: Person) -> NameRequest:
        """Return the request that this makes; of two presses at the same moment, the one of the first."""
        key = self.cleaned_data["submission_key"]
        words = {name: self.cleaned_data[name] for name in ("note", "email")}
        try:
            with transaction.atomic():
                return NameRequest.objects.create(
                    person=person, submission_key=key, language=get_language() or "", **words
                )
        except IntegrityError:
            return NameRequest.objects.get(submission_key=key)


@never_cache
@require_http_methods(["GET", "POST"])
def name_request(request: HttpRequest, handle: str) -> HttpResponse:
    """Ask for the name of somebody without account to be removed; a moderator answers."""
    people = people_visible_to(request.user).filter(account=None)
    person = get_object_or_404(people, handle=handle)
    form = NameRequestForm(request.POST if request.method == "POST" else None, user=request.user)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        if rates.hit("takedowns", rates.address_of(request)) <= settings.TAKEDOWNS_PER_HOUR:
            form.save(person)
            messages.success(request, _("Thank you. A moderator will look at it; until then the name stays."))
            return redirect(person)
        form.add_error(None, too_many())
        status = 429
    return render(request, "moderation/name_request.html", {"person": person, "form": form}, status=status)
