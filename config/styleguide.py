"""The style guide: every token, every icon and every component in its states, drawn with the templates that pages use.

For staff only. Everything on it is made up here; it asks the database nothing.
"""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from events.colours import contrast

from .tokens import colour, hues, themed, tokens

THEMES = ("light", "dark")
SPACES = re.compile(r"s\d+")
NAMES = {"text", "display", "mono"}


class Example(forms.Form):
    """A field of each sort; one of them filled in wrongly."""

    url = forms.URLField(label="Link", assume_scheme="https")
    title = forms.CharField(label="Title", help_text="Part of it is enough.", required=False)
    text = forms.CharField(label="Text", widget=forms.Textarea, required=False)
    role = forms.ChoiceField(
        label="Who wrote it?",
        choices=[("own", "I wrote this"), ("found", "I found this")],
        widget=forms.RadioSelect,
        required=False,
    )
    day = forms.ChoiceField(label="Day", choices=[("", "Any"), ("wed", "Wed 20")], required=False)
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
QUOTE = {"mark": "example", "reason": True, "reason_html": REASON, "name": "A listener", "has_page": False}


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
