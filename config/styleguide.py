"""The style guide: every token, every icon and every component in its states, drawn with the templates that pages use.

For staff only. Everything on it is made up here; it asks the database nothing.
"""

import datetime
import re
from typing import Any
from urllib.parse import quote

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from community.editing import MarkdownEditor
from community.forms import SearchForm
from community.listing import OfKinds
from events.colours import contrast
from photos.forms import PicturesField

from .tokens import colour, hues, themed, tokens

THEMES = ("light", "dark")
SPACES = re.compile(r"s\d+")
NAMES = {"text", "display", "mono"}


def drawn(width: int, height: int, hue: int) -> str:
    """Return the address of a picture that shows nothing but its shape: nobody's photo stands here."""
    svg = (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}'>"
        f"<rect width='100%' height='100%' fill='hsl({hue} 30% 60%)'/>"
        f"<circle cx='{width * 2 // 3}' cy='{height // 3}' r='{height // 7}' fill='hsl({hue} 60% 90%)'/>"
        f"<path d='M0 {height}L{width // 3} {height // 2}L{width} {height}Z' fill='hsl({hue} 40% 35%)'/></svg>"
    )
    return f"data:image/svg+xml,{quote(svg)}"


def picture(width: int, height: int, hue: int) -> SafeString:
    src = drawn(width, height, hue)
    return format_html('<img src="{}" alt="A photo" width="{}" height="{}">', src, width, height)


SHAPES = [("3-2", 480, 320), ("2-3", 240, 360), ("4-3", 400, 300), ("1-1", 320, 320), ("16-9", 480, 270)]
PHOTOS = {"slug": "photos", "section_label": "Photos"}
ROWS = {"slug": "rows", "section_label": "Photos in rows"}
PICTURES = [
    {"url": "#pictures", "shape": shape, "image": picture(width, height, 30 + 60 * number)}
    for number, (shape, width, height) in enumerate(SHAPES)
]


class Example(forms.Form):
    """A field of each sort; one of them filled in wrongly."""

    url = forms.URLField(label="Link", assume_scheme="https")
    title = forms.CharField(label="Title", help_text="Part of it is enough.", required=False)
    text = forms.CharField(label="Text", widget=MarkdownEditor({"rows": 4}), required=False)
    role = forms.ChoiceField(
        label="Who wrote it?",
        choices=[("own", "I wrote this"), ("found", "I found this")],
        widget=forms.RadioSelect,
        required=False,
    )
    day = forms.ChoiceField(label="Day", choices=[("", "Any"), ("wed", "Wed 20")], required=False)
    picture = forms.ChoiceField(
        label="One of these pictures",
        choices=[(one["shape"], one["image"]) for one in PICTURES[:3]],
        widget=forms.RadioSelect,
        required=False,
    )
    pictures = PicturesField(label="Photos", help_text="JPEG, PNG, WebP or HEIC.", required=False)
    agree = forms.BooleanField(label="Keep a copy", required=False)


def swatches() -> list[dict[str, Any]]:
    """Return each colour with its contrast to paper, by theme."""
    known = {theme: tokens(dark=theme == "dark") for theme in THEMES}
    found = []
    for name, value in known["light"].items():
        if value.startswith("oklch("):
            ratios = [
                contrast(
                    colour(known[theme][name], known[theme]), colour(known[theme]["paper"], known[theme])
                )
                for theme in THEMES
            ]
            found.append({"name": name, "light": f"{ratios[0]:.1f}", "dark": f"{ratios[1]:.1f}"})
    return found


def measures(*beginnings: str) -> list[tuple[str, str]]:
    """Return name and value of the tokens whose names begin so."""
    return [(name, value) for name, value in tokens(dark=False).items() if name.startswith(beginnings)]


def icons() -> list[str]:
    return re.findall(r'<symbol id="([a-z-]+)"', (settings.BASE_DIR / "static/img/icons.svg").read_text())


def person(name: str) -> dict[str, Any]:
    return {"person": {"name": name, "get_absolute_url": "#"}}


TAGS = [{"name": name, "get_absolute_url": "#"} for name in ("ebpf", "observability", "platform engineering")]
REASON = mark_safe("Because it finally shows where the time goes, and says ‘maybe’ where nobody knows.")
TALK = {
    "title": "How eBPF actually works",
    "get_absolute_url": "/styleguide/",
    "reason": REASON,
    "voices": 14,
    "shown_video": "#",
    "host": "youtube.com",
    "shown_credits": [person("A speaker")],
    "room": "Hall 4",
    "shown_tags": TAGS,
}
RECAP = {
    "title": "An attendee’s week, day by day",
    "get_absolute_url": "/styleguide/",
    "reading_minutes": 8,
    "shown_credits": [person("An author")],
    "summary": "What I came for was the keynotes; what I took home was said at the coffee machine.",
    "shown_tags": TAGS[:1],
}
# A talk of which only the title is known.
BARE = {
    "title": "A talk known by its title alone",
    "get_absolute_url": "/styleguide/",
    "video_label": "not published yet",
}
NOTICES = [
    (messages.INFO, "Somebody else has edited this meanwhile."),
    (messages.SUCCESS, "Thank you. It is public."),
    (messages.WARNING, "It waits for review."),
    (messages.ERROR, "That did not work. Nothing is lost."),
]
EVENT = {
    "name": "A conference",
    "get_absolute_url": "#tiles",
    "city": "Paris",
    "place": "Paris, France",
    "dates": "19–22 March 2024",
    "starts_on": datetime.date(2024, 3, 19),
    "is_public": True,
    "contribution_count": 0,
    "description": "What it is, in the organisers’ words.",
}
PHOTO = {"get_absolute_url": drawn(640, 427, 260), "width": 640, "height": 427}
HOLDING = {
    "counts": [("#tiles", "5 recaps"), ("#tiles", "6 talks"), ("#tiles", "9 photos")],
    "cover": {
        "src": drawn(640, 320, 200),
        "srcset": f"{drawn(640, 320, 200)} 640w",
        "width": 640,
        "height": 320,
    },
}
DAYS = [
    {"iso": "2024-03-19", "label": "Tue 19", "theme": "Co-located events"},
    {"iso": "2024-03-20", "label": "Wed 20", "theme": "AI"},
    {"iso": "2024-03-21", "label": "Thu 21", "theme": ""},
]
MOMENTS = [
    {"url": "#video", "label": "12:30", "count": 3, "reason": "Here it clicks."},
    {"url": "", "label": "31:04", "count": 1, "reason": ""},
]
QUOTE = {"mark": "example", "reason": True, "reason_html": REASON, "name": "A listener", "has_page": False}


def worth() -> dict[str, Any]:
    """Return a section of an event's page with what few have found."""
    card = render_to_string("talks/_card.html", {"item": TALK})
    model = {"slug": "talks", "section_label": "Worth watching", "plural_label": "Talks"}
    section = {"model": model, "url": "#section-talks", "how_many": "All 23 talks"}
    return {**section, "entries": [TALK], "cards": card, "gem_entries": [TALK], "gems": card}


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    if not request.user.is_staff:
        raise Http404
    theme = request.GET.get("theme", "")
    shown = {
        "theme": theme if theme in THEMES else "",
        "swatches": swatches(),
        "hues": hues(),
        "sizes": measures("t-"),
        "spaces": [pair for pair in measures("s") if SPACES.fullmatch(pair[0])],
        "radii": measures("radius"),
        "motion": measures("quick", "calm", "ease"),
        "names": icons(),
        "form": Example({"title": "KubeCon", "url": ""}),
        "talk": TALK,
        "recap": RECAP,
        "bare": BARE,
        "quote": QUOTE,
        "tags": TAGS,
        "mosaic": {"model": PHOTOS, "items": PICTURES, "url": "#pictures", "in_words": "212 photos"},
        "strip": {"name": "strip", "label": "Photos of it", "url": "#pictures", "items": PICTURES},
        "rows": {"model": ROWS, "items": PICTURES, "url": "#pictures", "time": "2 min"},
        "photo": {"pk": 0, "alt": "A photo", "middle": PHOTO},
        "event": EVENT,
        "holding": HOLDING,
        "event_row": {"event": EVENT, "holding": HOLDING},
        "days": DAYS,
        "moments": MOMENTS,
        "video": {"provider": "YouTube"},
        "contents": [("cards", "Cards"), ("form", "Form rows")],
        "worth": worth(),
        "narrowed": OfKinds("/styleguide/", SearchForm(), {}),
        "notices": [Message(level, words) for level, words in NOTICES],
        "pages": {"newer_url": "#", "older_url": "#"},
    }
    return render(request, "styleguide/page.html", shown)


@require_safe
def theme_sheet(request: HttpRequest, theme: str) -> HttpResponse:
    """Answer the tokens of one theme, for whoever looks at the page in the other one than their system's."""
    if not request.user.is_staff or theme not in THEMES:
        raise Http404
    return HttpResponse(themed(theme), content_type="text/css; charset=utf-8")
