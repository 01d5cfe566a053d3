"""Taking what somebody shares with the site from their phone: first where it belongs, then the ordinary form."""

import re
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from community.forms import one_line
from community.kinds import kinds
from community.models import Contribution
from events.models import Event

SHOWN = 12
# Servers read about 4,000 bytes of a request's first line; a sign of some scripts is nine there.
LONGEST_QUERY = 3500
# Phones put the address wherever they like, more often than not at the end of the text.
ADDRESS = re.compile(r"https?://[^\s<>\"]{1,2000}", re.IGNORECASE)


class SharedForm(forms.Form):
    """What a phone tells of a page or a text that somebody shares: any of it, or nothing."""

    title = forms.CharField(required=False, max_length=10_000)
    text = forms.CharField(required=False, max_length=100_000)
    url = forms.CharField(required=False, max_length=10_000)

    @classmethod
    def told(cls, data: Any) -> dict[str, str]:
        """Return the title and the address in what was shared, each as far as there is one."""
        form = cls({name: data.get(name, "")[: field.max_length] for name, field in cls.base_fields.items()})  # type: ignore[attr-defined]
        form.is_valid()
        clean = {name: one_line(form.cleaned_data.get(name) or "") for name in cls.base_fields}
        found = (
            ADDRESS.search(clean["url"]) or ADDRESS.search(clean["text"]) or ADDRESS.search(clean["title"])
        )
        address = found[0].rstrip(".,;:!?)»”") if found else ""
        title = clean["title"] or clean["text"]
        if address:
            title = title.replace(address, "").strip(" -–·:")
        return {"title": title[:200], "url": address}

    @classmethod
    def query(cls, data: Any) -> str:
        """Return the same as it stands in an address; without what would make that longer than servers read."""
        told = {name: text for name, text in cls.told(data).items() if text}
        for name in ("title", "url"):
            if len(urlencode(told)) > LONGEST_QUERY:
                told.pop(name, None)
        return urlencode(told)


class SearchForm(forms.Form):
    """Which events to choose from: words of the name, the place or the year."""

    q = forms.CharField(required=False, max_length=100)


@require_safe
def link(request: HttpRequest) -> HttpResponse:
    """Ask where a shared page belongs, and what it is; each answer leads to the form of one kind, filled in."""
    told = SharedForm.told(request.GET)
    taking = [
        (kind, {name: text for name, text in query.items() if text})
        for kind in kinds()
        if (query := kind.begun_with(**told))
    ]
    events = [
        (
            event,
            [
                (kind, f"{reverse(kind.add_route, args=[event.slug])}?{urlencode(query)}")
                for kind, query in taking
            ],
        )
        for event in events_for(request)
    ]
    context = {"told": told, "events": events, "query": searched(request)}
    return render(request, "sharing/link.html", context)


def searched(request: HttpRequest) -> str:
    form = SearchForm(request.GET)
    return form.cleaned_data["q"].replace("\0", "") if form.is_valid() else ""


def events_for(request: HttpRequest) -> list[Event]:
    """Return the events that somebody may mean: what they search for; else those they added something to last, then
    those that were or are last.
    """
    public = Event.objects.public()
    if query := searched(request):
        return list(public.matching(query).order_by("-starts_on", "-pk")[:SHOWN])
    own = (
        Contribution.objects.owned_by(request.user)
        .order_by("-submitted_at", "-pk")
        .values_list("event", flat=True)
    )
    known = list(dict.fromkeys(own[:100]))[:SHOWN]
    begun = public.main().filter(starts_on__lte=timezone.now().date()).order_by("-starts_on", "-pk")
    ids = [*known, *begun.values_list("pk", flat=True)[:SHOWN]]
    found = public.in_bulk(list(dict.fromkeys(ids))[:SHOWN])
    return [found[pk] for pk in dict.fromkeys(ids) if pk in found][:SHOWN]
