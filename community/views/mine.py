"""What one added, and making what one added as a guest one's own."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from community.drafting import drafts_of
from community.forms import PageForm
from community.item import TURNED_DOWN, chip_of
from community.kinds import kinds
from community.models import Contribution, Decision
from community.stream import item_page
from community.taking_over import count_of
from community.taking_over import take_over as take_over_from
from community.withdrawing import events_of
from events.models import Event
from people.guests import COOKIE, COOKIE_SALT, GuestVisitor, read

MOST_PROPOSALS = 20


def mine(request: HttpRequest) -> HttpResponse:
    """Everything that a member or a guest added, in every state, newest first."""
    page = item_page(
        Contribution.objects.owned_by(request.user), time="submitted_at", **PageForm.place(request.GET)
    )
    reviews = last_reviews(page.entries)
    proposals = Event.objects.unpublished_of(request.user).prefetch_related("decisions")[:MOST_PROPOSALS]
    guest = guest_of_browser(request)
    context = {
        "page": page,
        "rows": [(item, chip_of(item), reviews.get(item.pk)) for item in page.entries],
        "proposals": [] if page.newer_key else list(proposals),
        "events": [] if page.newer_key else events_of(request.user),
        "drafts": [] if page.newer_key else drafts_of(request.user),
        "own_links": own_links(request),
        "guest_count": count_of(guest, request.user) if guest else 0,
    }
    return render(request, "community/mine.html", context)


def own_links(request: HttpRequest) -> list[tuple[str, Any]]:
    """Return (address, words) of what kinds have for the signed-in member."""
    if not request.user.is_authenticated:
        return []
    return [link for model in kinds() for link in model.own_links()]


def last_reviews(items: list[Any]) -> dict[int, Decision]:
    """Return by item the decision that turned it down or hid it, for those that are so."""
    down = [item.pk for item in items if item.state in (item.State.REJECTED, item.State.HIDDEN)]
    if not down:
        return {}
    found = Decision.objects.filter(contribution__in=down, verb__in=TURNED_DOWN).order_by("pk")
    return {decision.contribution_id: decision for decision in found}


def guest_of_browser(request: HttpRequest) -> GuestVisitor | None:
    """Return the guest that a signed-in member's browser still is, or None."""
    if not request.user.is_authenticated or COOKIE not in request.COOKIES:
        return None
    guest_id = read(request.COOKIES[COOKIE], COOKIE_SALT, settings.GUEST_COOKIE_AGE)
    return GuestVisitor(guest_id) if guest_id else None


@require_POST
@login_required
def take_over(request: HttpRequest) -> HttpResponse:
    """Make what this browser added as a guest the member's own, and forget the guest."""
    guest = guest_of_browser(request)
    count = take_over_from(guest, request.user) if guest else 0
    words = ngettext("%(count)s thing is yours now.", "%(count)s things are yours now.", count) % {
        "count": count
    }
    messages.success(request, words)
    response = redirect("community:mine")
    response.delete_cookie(COOKIE)
    return response
