"""The first page, and the page about the site."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from community.forms import PageForm
from community.holdings import latest
from community.kinds import kinds, kinds_by_name
from community.models import Contribution
from community.shared import shared_site
from community.stream import CARD_COLUMNS, Entry, Page, card_page, cut, entries_of, together

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
    rows, older, _newer = cut(
        Contribution.objects.news().with_card(), size=NEWEST, columns=("kind", *CARD_COLUMNS)
    )
    by_name = kinds_by_name()
    entries: list[Entry] = entries_of([row[3:] for row in rows if not by_name[row[2]].lists_items])
    return Page(entries, older)


def about(request: HttpRequest) -> HttpResponse:
    """What the site is, for whom, how review works, and what it keeps of its visitors."""
    return render(request, "community/about.html")
