"""The first page, and the page about the site."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from community.forms import PageForm
from community.models import Contribution
from community.stream import card_page
from events.models import Event

LATEST_EVENTS = 6


def home(request: HttpRequest) -> HttpResponse:
    """The latest events, and the newest across all kinds."""
    place = PageForm.place(request.GET)
    page = card_page(Contribution.objects.public(), **place)
    events = Event.objects.public().main().order_by("-starts_on", "-pk")[:LATEST_EVENTS]
    return render(
        request, "community/home.html", {"page": page, "events": events, "is_first": not page.newer_key}
    )


def about(request: HttpRequest) -> HttpResponse:
    """What the site is, for whom, how review works, and what it keeps of its visitors."""
    return render(request, "community/about.html")
