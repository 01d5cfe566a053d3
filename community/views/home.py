"""The first page, and the page about the site."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from community.forms import PageForm
from community.kinds import kinds
from community.models import Contribution
from community.shared import shared_site
from community.stream import card_page
from events.models import Event

LATEST_EVENTS = 6
NEWEST = 20


def home(request: HttpRequest) -> HttpResponse:
    """The latest events, and the newest across all kinds."""
    place = PageForm.place(request.GET)
    page = card_page(Contribution.objects.news(), size=NEWEST, **place)
    events = [] if page.newer_key else latest_events()
    is_first = not page.newer_key
    context = {"page": page, "events": events, "is_first": is_first}
    if is_first:
        words = _("Write-ups, talks worth watching and photos from the events of a community.")
        context["shared"] = shared_site(_("Hallway: what people brought home"), words, request.path)
    return render(request, "community/home.html", context)


def latest_events() -> list[tuple[Event, Any]]:
    """Return the latest events, each with its newest picture (None where it has none)."""
    events = Event.objects.public().main().order_by("-starts_on", "-pk")[:LATEST_EVENTS]
    ids = [event.pk for event in events]
    covers: dict[int, Any] = {}
    for model in kinds():
        covers |= model.covers(ids)
    return [(event, covers.get(event.pk)) for event in events]


def about(request: HttpRequest) -> HttpResponse:
    """What the site is, for whom, how review works, and what it keeps of its visitors."""
    return render(request, "community/about.html")
