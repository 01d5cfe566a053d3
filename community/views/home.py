"""The first page, and the page about the site."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from community.forms import PageForm
from community.holdings import latest
from community.kinds import kinds, kinds_by_name
from community.models import Contribution
from community.prepared import Prepared
from community.shared import shared_site
from community.stream import CARD_COLUMNS, Page, card_page, entries_of, together, write_key

NEWEST = 16
# How many of the newest that say why stand large.
SAID = 4
PICTURES = 12


def home(request: HttpRequest) -> HttpResponse:
    """What people brought home lately: pictures, what they say, the latest events, and the newest across all kinds."""
    place = PageForm.place(request.GET)
    if place["before"] or place["after"]:
        page = card_page(Contribution.objects.news(), size=NEWEST, **place)
        if page.newer_key:
            return render(request, "community/home_older.html", {"page": page})
    page = first_page()
    said = [entry for entry in page.entries if entry.says_why][:SAID]
    words = _("Recaps, talks worth watching and photos from the events of a community.")
    context = {
        "page": page,
        "said": together(said),
        "newest": together([entry for entry in page.entries if entry not in said]),
        "pictures": [picture for model in kinds() for picture in model.latest_pictures(PICTURES)],
        "events": latest(),
        "shared": shared_site(_("Hallway: what people brought home"), words, request.path),
    }
    return render(request, "community/home.html", context)


def first_page() -> Page:
    """Return the newest, without those that the strip of pictures shows."""
    rows, by_name = newest_news(language=get_language()), kinds_by_name()
    older = write_key(*rows[NEWEST - 1][:2]) if len(rows) > NEWEST else None
    return Page(entries_of([row[3:] for row in rows[:NEWEST] if not by_name[row[2]].lists_items]), older)


def rows_of_news(language: str) -> Any:
    """The newest across all kinds, and one more by which it is seen whether others are older."""
    rows = Contribution.objects.news().with_card(language).order_by("-published_at", "-pk")
    return rows.values_list("published_at", "pk", "kind", *CARD_COLUMNS)[: NEWEST + 1]


newest_news = Prepared(rows_of_news, language=str)


def about(request: HttpRequest) -> HttpResponse:
    """What the site is, for whom, how review works, and what it keeps of its visitors."""
    return render(request, "community/about.html")
