"""Private words to the speakers of a talk who want such words (models.Suggestion)."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.contributing import actor_of, too_often
from community.forms import TextField
from people import rates
from people.decisions import StateConflict
from people.guests import remember
from people.models import Guest

from .models import Suggestion, Talk
from .models.suggestion import speakers_of

# By one member or guest.
WORDS_PER_HOUR = 10
SHOWN_AT_MOST = 50


class PrivateWordForm(forms.Form):
    """What to say to a speaker; a visitor without account gives a name, which only moderators see."""

    text = TextField(
        label=gettext_lazy("Your suggestion"),
        max_length=1000,
        help_text=gettext_lazy(
            "The speaker reads it, without your name. Nobody else does, unless they report it."
        ),
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 1000}),
        error_messages={"required": gettext_lazy("Write something first.")},
    )
    guest_name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=100,
        error_messages={"required": gettext_lazy("Type a name. Any will do.")},
    )
    submission_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"submission_key": uuid.uuid4()})
        kwargs.setdefault("auto_id", "word_%s")
        super().__init__(*args, **kwargs)
        if user.is_authenticated or getattr(user, "guest", None):
            del self.fields["guest_name"]

    def new_guest(self) -> Guest:
        return Guest.objects.create(name=self.cleaned_data["guest_name"], language=get_language() or "")


def context(talk: Any, user: Any) -> dict[str, Any]:
    """Return what a talk's page shows of this: the form where a speaker takes suggestions, and to a speaker what came.

    No query where nobody who is credited takes any.
    """
    people = [credit.person for credit in talk.shown_credits]
    is_speaker = user.is_authenticated and any(person.pk == user.person_id for person in people)
    is_taken = talk.is_public and any(person.takes_suggestions for person in people)
    return {
        "private_words": list(talk.suggestions.read_by(user)[:SHOWN_AT_MOST]) if is_speaker else [],
        "private_word_form": PrivateWordForm(user=user)
        if is_taken and not is_speaker and speakers_of(talk).exists()
        else None,
    }


def private_word(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the speakers of a talk a word."""
    talk = get_object_or_404(Talk.objects.public().select_related("event"), pk=pk)
    if not speakers_of(talk).exists():
        messages.info(request, _("The speakers take no suggestions."))
        return redirect(talk)
    form = PrivateWordForm(request.POST if request.method == "POST" else None, user=request.user)
    status = 422 if form.is_bound else 200
    if form.is_valid() and was_sent(form):
        return thanks(request, talk)
    if form.is_valid() and (sentence := too_many(request)):
        form.add_error(None, sentence)
        status = 429
    elif form.is_valid():
        try:
            return send(request, talk, form)
        except StateConflict as conflict:
            form.add_error(None, str(conflict))
        except IntegrityError:
            # The same form came twice at the same moment: the other request has sent it.
            if was_sent(form):
                return thanks(request, talk)
            raise
    return render(request, "talks/private_word.html", {"item": talk, "form": form}, status=status)


def was_sent(form: PrivateWordForm) -> bool:
    key = form.cleaned_data.get("submission_key")
    return key is not None and Suggestion.objects.filter(submission_key=key).exists()


def too_many(request: HttpRequest) -> str:
    """Count one more; return what to say once it was too many within the hour."""
    if sentence := too_often(request):
        return sentence
    user: Any = request.user
    whose = (
        f"member {user.pk}"
        if user.is_authenticated
        else str(getattr(user, "guest_id", rates.address_of(request)))
    )
    if rates.hit("private words", whose) <= WORDS_PER_HOUR:
        return ""
    return _("That was a lot within an hour, so this is not sent yet. What you typed is still here.")


def send(request: HttpRequest, talk: Talk, form: PrivateWordForm) -> HttpResponse:
    with transaction.atomic():
        by = actor_of(request, form)
        given = form.cleaned_data
        Suggestion.send(talk, given["text"], by=by, submission_key=given.get("submission_key"))
    response = thanks(request, talk)
    if not by.is_authenticated:
        remember(response, by.guest)
    return response


def thanks(request: HttpRequest, talk: Talk) -> HttpResponse:
    messages.success(request, _("Sent. Only the speaker reads it."))
    return redirect(talk)


@require_POST
@login_required
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask moderators to look at a word that was sent to me."""
    word = get_object_or_404(Suggestion.objects.read_by(request.user).select_related("talk"), pk=pk)
    word.report()
    messages.success(request, _("Moderators will look at it now, and see who sent it."))
    return redirect(f"{word.talk.get_absolute_url()}#private-words")


@require_POST
@login_required
def dismissal(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away a word that was sent to me."""
    word = get_object_or_404(Suggestion.objects.read_by(request.user).select_related("talk"), pk=pk)
    word.dismiss()
    messages.success(request, _("It is gone."))
    return redirect(f"{word.talk.get_absolute_url()}#private-words")
