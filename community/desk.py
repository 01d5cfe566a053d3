"""What those who look after an event may do there, on one page; kinds and modules above them bring their part."""

from typing import Any, NamedTuple

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from events.models import Event

from .kinds import kinds


class Part(models.TextChoices):
    """What the way is for, in the order of the page."""

    ADDED = "added", _("What people add")
    SHOW = "show", _("Show it around")
    BRING = "bring", _("Bring things in")
    PAGE = "page", _("Its page")


class Way(NamedTuple):
    """One thing to do: where, what it is called, and in a sentence what comes of it."""

    part: Part
    address: str
    words: Any
    about: Any


def ways(event: Event) -> list[tuple[Any, list[Way]]]:
    """Return the parts that have something to do at `event`, each as (its words, its ways). No queries."""
    offered = [*_page_of(event), *(_of_public(event) if event.is_public else [])]
    parts = [(part.label, [way for way in offered if way.part == part]) for part in Part]
    return [(words, found) for words, found in parts if found]


def _page_of(event: Event) -> list[Way]:
    found = [
        (reverse("events:edit", args=[event.slug]), _("Facts"), _("Name, dates, place, colour, website.")),
        (reverse("events:days", args=[event.slug]), _("Days"), _("What each day was about, in a few words.")),
        (
            reverse("community:edit_event_tags", args=[event.slug]),
            _("Tags"),
            _("The words by which people find it."),
        ),
    ]
    if not event.parent_id:
        found.append(
            (
                f"{reverse('events:new')}?parent={event.slug}",
                _("Add a co-located event"),
                _("What is added to it shows here, too."),
            )
        )
    if event.is_public:
        found.append(
            (
                reverse("events:organisers", args=[event.slug]),
                _("Organisers"),
                _("Who looks after it; ask somebody to help."),
            )
        )
    return [Way(Part.PAGE, *way) for way in found]


def _of_public(event: Event) -> list[Way]:
    offers = [*(model.desk_links for model in kinds()), *map(import_string, settings.DESK_LINKS)]
    here = [
        Way(
            Part.ADDED,
            reverse("community:missing", args=[event.slug]),
            _("What is missing"),
            _("Videos, descriptions, links: a few seconds each."),
        ),
        Way(
            Part.SHOW,
            reverse("community:embed", args=[event.slug]),
            _("For your own site"),
            _("Two lines to copy, and the best of it shows there."),
        ),
    ]
    return [*(way for offer in offers for way in offer(event)), *here]
