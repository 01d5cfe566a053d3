"""The vocabulary, the page of one tag, and suggestions while typing."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render

from community.forms import PageForm, TagFilterForm, TagSearchForm
from community.kinds import kinds
from community.listing import UnderTag
from community.models import Tag
from community.shared import shared_tag
from community.vocabulary import around, suggestions, tag_page, with_events
from events.models import Event

POPULAR = 30
A_PAGE = 300
EVENTS_SHOWN = 12


def tags(request: HttpRequest) -> HttpResponse:
    """All accepted words: the popular ones, and from A to Z."""
    asked = TagSearchForm.asked(request.GET)
    accepted = Tag.objects.accepted()
    listed = accepted.filter(folded__contains=asked["q"]) if asked["q"] else accepted
    # From A to Z the word itself is the key of a page.
    words = list(listed.filter(folded__gte=asked["from"]).order_by("folded")[: A_PAGE + 1])
    popular = accepted.filter(contribution_count__gt=0).order_by("-contribution_count", "folded")[:POPULAR]
    context = {
        "form": TagSearchForm(initial=asked),
        "words": with_events(words[:A_PAGE]),
        "next_word": words[A_PAGE].folded if len(words) > A_PAGE else "",
        "popular": [] if asked["q"] or asked["from"] else popular,
        "asked": asked,
    }
    return render(request, "community/tags.html", context)


def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything under one word, of all kinds, newest first."""
    if "\0" in slug:
        raise Http404  # PostgreSQL refuses to be asked for it
    shown = get_object_or_404(Tag.objects.visible_to(request.user).select_related("canonical"), slug=slug)
    if shown.canonical:
        if shown.canonical.state != Tag.State.ACCEPTED:
            raise Http404
        return redirect(shown.canonical, permanent=True)
    beside = around(shown)
    form = TagFilterForm(request.GET, around=beside)
    narrowed = UnderTag(shown.get_absolute_url(), form, form.chosen())
    place: dict[str, Any] = {**narrowed.chosen, **PageForm.place(request.GET)}
    page = tag_page(shown, **place).among(narrowed.query())
    events = (
        Event.objects.public().filter(tagged_items__tag=shown).order_by("-starts_on", "-pk")[:EVENTS_SHOWN]
    )
    context = {
        "tag": shown,
        "page": page,
        "around": beside,
        "narrowed": narrowed,
        "events": events,
        # A part of the list, or a later page of it, is no page to show to others.
        "shared": None if request.GET else shared_tag(shown, request.path),
        "noindex": shown.state != Tag.State.ACCEPTED,
        "tag_links": tag_links(shown, beside.kinds),
    }
    return render(request, "community/tag.html", context)


def tag_links(shown: Tag, found: set[str]) -> list[tuple[str, Any]]:
    """Return (address, words) of what the kinds that were found under an accepted tag offer besides their list."""
    offering = [model for model in kinds() if model.KIND in found and shown.state == Tag.State.ACCEPTED]
    return [link for model in offering for link in model.tag_links(shown)]


def tag_suggestions(request: HttpRequest) -> JsonResponse:
    """Words for what is being typed, as JSON: {"suggestions": ["kubernetes", …]}."""
    response = JsonResponse({"suggestions": suggestions(TagSearchForm.asked(request.GET)["q"])})
    response["Cache-Control"] = "max-age=60"
    return response
