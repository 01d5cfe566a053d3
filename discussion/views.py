"""Recommending something, changing why, taking it back."""

import contextlib
import uuid

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.contributing import actor_of, too_often
from community.models import Contribution
from people.decisions import StateConflict
from people.guests import remember
from people.models import Guest

from .forms import RecommendationForm
from .models import Favourite


def recommendation(request: HttpRequest, pk: int) -> HttpResponse:
    """Recommend what is public, or change why."""
    item = get_object_or_404(Contribution.objects.public().select_related("event"), pk=pk)
    own = item.favourites.owned_by(request.user).first()
    data = request.POST if request.method == "POST" else None
    form = RecommendationForm(data, user=request.user, item=item, own=own)
    status = 422 if form.is_bound else 200
    if form.is_valid() and (sentence := too_often(request)):
        form.add_error(None, sentence)
        status = 429
    elif form.is_valid():
        favourite, guest = save(request, item, form, own)
        say(request, favourite)
        response = redirect(item.get_absolute_url() + "#recommendations")
        if guest is not None:
            remember(response, guest)
        return response
    return render(request, "discussion/recommendation.html", {"item": item, "form": form}, status=status)


def save(
    request: HttpRequest, item: Contribution, form: RecommendationForm, own: Favourite | None
) -> tuple[Favourite, Guest | None]:
    """Save the recommendation, once; return it, and the guest that it made."""
    key: uuid.UUID | None = form.cleaned_data.get("submission_key")
    if made := made_by(key, item):
        return made, made.guest
    if own is not None:
        own.reword(**form.words(), by=request.user)
        return own, None
    try:
        with transaction.atomic():
            by = actor_of(request, form)
            given = Favourite.give(item, by=by, **form.words(), submission_key=key)
    except IntegrityError:
        # The same form came twice at the same moment: the other request has saved it.
        if made := made_by(key, item):
            return made, made.guest
        raise
    return given, given.guest if by is not request.user else None


def made_by(key: uuid.UUID | None, item: Contribution) -> Favourite | None:
    """Return what the form with this key has made before, if anything."""
    if key is None:
        return None
    return (
        Favourite.objects.filter(submission_key=key, contribution_id=item.pk, user=None)
        .select_related("guest")
        .first()
    )


def say(request: HttpRequest, favourite: Favourite) -> None:
    if favourite.is_public:
        messages.success(request, _("Thank you! Everybody can see that you recommend this."))
    elif favourite.is_private:
        messages.success(request, _("Saved, just for you."))
    else:
        messages.success(request, _("Thank you! Only you can see it until a moderator has looked at it."))


@require_POST
def recommendation_withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own recommendation back."""
    item = get_object_or_404(Contribution.objects.visible_to(request.user), pk=pk)
    favourite = get_object_or_404(item.favourites.owned_by(request.user))
    # A second press of the same button: it is taken back already.
    with contextlib.suppress(StateConflict):
        favourite.withdraw(by=request.user)
    messages.success(request, _("You no longer recommend this."))
    return redirect(item.get_absolute_url() + "#recommendations")
