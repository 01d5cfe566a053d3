"""Asking for a removal, and seeing how that stands: for everybody, without account."""

from django.conf import settings
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from community.models import Contribution
from community.stream import load
from people import rates

from .takedown_forms import TakedownForm
from .takedowns import Takedown, about, ask, is_pausing, was_let_stay


@never_cache
@require_http_methods(["GET", "POST"])
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the removal of something public. What hides at once is hidden when the answer comes."""
    data, pausing = request.POST if request.method == "POST" else None, is_pausing()
    form = TakedownForm(data, user=request.user, pausing=pausing)
    if form.is_valid() and (made := made_by(form)):
        return redirect(made.status_address)
    get_object_or_404(Contribution.objects.public().filter(about()), pk=pk)
    item = load([pk])[0]
    own = item.is_owned_by(request.user)
    stays = was_let_stay(item)
    if stays:
        form.promise_nothing()
    status = 422 if request.method == "POST" else 200
    if form.is_valid() and not own:
        if rates.hit("takedowns", rates.address_of(request)) <= settings.TAKEDOWNS_PER_HOUR:
            return redirect(asked(item, form).status_address)
        form.add_error(None, too_many())
        status = 429
    context = {
        "form": form,
        "item": item,
        "event": item.event,
        "own": own,
        "pausing": pausing,
        "stays": stays,
    }
    return render(request, "moderation/takedown_form.html", context, status=status)


def asked(item: Contribution, form: TakedownForm) -> Takedown:
    """Return the request that the form makes; of two presses at the same moment, the one of the first."""
    words = {name: form.cleaned_data[name] for name in ("reason", "note", "email")}
    try:
        return ask(item, key=form.key, language=get_language() or "", **words)
    except IntegrityError:
        if made := made_by(form):
            return made
        raise


def made_by(form: TakedownForm) -> Takedown | None:
    """Return what the form with this key has made before, if anything."""
    return Takedown.objects.filter(submission_key=form.key).first() if form.key else None


def too_many() -> str:
    return _(
        "That is more than %(number)s requests in an hour from your address (people on one Wi-Fi "
        "share it). What you typed is still here: send it again in an hour."
    ) % {"number": settings.TAKEDOWNS_PER_HOUR}


@never_cache
@require_safe
def takedown(request: HttpRequest, token: str) -> HttpResponse:
    """How a request for removal stands, for whoever has its link."""
    asked = get_object_or_404(
        Takedown.objects.by_token(token).select_related("contribution__event", "contribution__main_event")
    )
    item = asked.contribution
    context = {
        "takedown": asked,
        "event": item.event,
        "kind_label": item.kind_label,
        "outcome": outcome_of(asked),
        "item": load([item.pk])[0] if item.is_public else None,
        "address": settings.SITE_URL + asked.status_address,
    }
    return render(request, "moderation/takedown.html", context)


def outcome_of(asked: Takedown) -> str:
    """Return in a word how it stands, as the page says it."""
    states = Contribution.State
    gone = {states.ERASED: "deleted", states.WITHDRAWN: "withdrawn"}.get(states(asked.contribution.state))
    if gone and asked.state != Takedown.State.CONFIRMED:
        return gone
    if asked.state == Takedown.State.WAITING:
        return "waits" if asked.contribution.is_public else "hidden"
    return asked.state
