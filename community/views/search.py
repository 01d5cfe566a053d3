"""Search."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from community import search as index
from community.forms import SearchForm
from community.listing import OfKinds
from community.models import Contribution
from community.stream import PAGE_SIZE, cards
from events.models import Event

EVENTS_SHOWN = 6


def search(request: HttpRequest) -> HttpResponse:
    """What is public and has the words, best first, with the events of that name above."""
    form = SearchForm(request.GET or None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        words = form.cleaned_data["words"]
        found = index.find(words, kind=form.cleaned_data["kind"])
        number = min(form.cleaned_data["page"] or 1, max(1, -(-len(found) // PAGE_SIZE)))
        ids = found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        entries = {entry.pk: entry for entry in cards(Contribution.objects.public().filter(pk__in=ids))}
        pieces = index.snippets({pk: entry.html for pk, entry in entries.items()}, words)
        events = (
            Event.objects.public().matching(form.cleaned_data["q"]) if number == 1 else Event.objects.none()
        )
        context |= {
            "narrowed": OfKinds(request.path, form, form.chosen()),
            "hits": [(entries[pk], pieces.get(pk)) for pk in ids if pk in entries],
            "count": len(found),
            "is_cut": len(found) >= index.MOST_HITS,
            "events": list(events.order_by("-starts_on", "-pk")[:EVENTS_SHOWN]),
            "page": form.pages(number, has_older=len(found) > number * PAGE_SIZE),
        }
    return render(request, "community/search.html", context)
