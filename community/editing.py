"""The editor of long texts: a plain text area, with buttons and completion where there are scripts (`js/editor.js`).

Completion begins with @ (people), : (emoji), # (tags) or [[ (what took place at the event, such as its talks).
"""

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Q
from django.urls import reverse

from events.models import Event
from people.models.person import fold

from .kinds import kinds
from .models import Contribution, Tag
from .text import emoji
from .views.person import people_visible_to

MOST = 8


class MarkdownEditor(forms.Textarea):
    """A text area with the editor around it, once `at` has said for which event."""

    template_name = "community/editor.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {"rows": 14, "data-write": "", "class": "markdown", "maxlength": 50_000, **(attrs or {})}
        )
        self.event: Event | None = None

    def at(self, event: Event) -> None:
        self.event = event

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        if self.event:
            context["completions"] = reverse("community:completions", args=[self.event.slug])
            context["pictures"] = picture_address(self.event)
        return context


def picture_address(event: Event) -> str:
    """Return where pictures of `event` to put into a text are listed; empty where no kind has any."""
    routes = [kind.pictures_route for kind in kinds() if kind.pictures_route]
    return reverse(routes[0], args=[event.slug]) if routes else ""


class CompletionForm(forms.Form):
    """What is being typed, and by which sign it began."""

    key = forms.CharField(max_length=2)
    q = forms.CharField(max_length=80, required=False)

    def clean_key(self) -> str:
        key = self.cleaned_data["key"]
        if key not in FINDERS:
            raise forms.ValidationError("no such key")
        return key


def completions(key: str, text: str, event: Event, user: Any) -> list[dict[str, str]]:
    """Return at most MOST rows for what is being typed: `value` goes into the text, `label` and `hint` are shown."""
    typed = fold(text)
    return FINDERS[key](typed, event, user) if typed else []


def people(typed: str, event: Event, user: Any) -> list[dict[str, str]]:
    begins = (
        Q(handle__startswith=typed) | Q(folded_name__startswith=typed) | Q(folded_name__contains=f" {typed}")
    )
    found = people_visible_to(user).filter(begins).order_by("folded_name", "pk")[:MOST]
    return [{"value": f"@{one.handle}", "label": one.name, "hint": f"@{one.handle}"} for one in found]


def signs(typed: str, event: Event, user: Any) -> list[dict[str, str]]:
    known = emoji()
    found = sorted(
        (code for code in known if typed in code), key=lambda code: (not code.startswith(typed), len(code))
    )
    return [{"value": f":{code}:", "label": known[code], "hint": f":{code}:"} for code in found[:MOST]]


def tags(typed: str, event: Event, user: Any) -> list[dict[str, str]]:
    found = (
        Tag.objects.accepted().filter(folded__contains=typed).order_by("-contribution_count", "folded")[:MOST]
    )
    return [
        {"value": link_to(f"#{tag.name}", tag.get_absolute_url()), "label": f"#{tag.name}", "hint": ""}
        for tag in found
    ]


def stage(typed: str, event: Event, user: Any) -> list[dict[str, str]]:
    taking_place = [kind.KIND for kind in kinds() if kind.takes_place]
    found = Contribution.objects.public().filter(main_event=event.main_event_id, kind__in=taking_place)
    for word in typed.split()[:6]:
        found = found.filter(title__icontains=word)
    rows = found.select_related("event").order_by("title", "pk")[:MOST]
    return [
        {"value": link_to(item.title, item.get_absolute_url()), "label": item.title, "hint": item.event.name}
        for item in rows
    ]


def link_to(words: str, address: str) -> str:
    """Return a link in Markdown; what would end its words is escaped."""
    return f"[{re.sub(r'([][])', lambda sign: chr(92) + sign[1], words)}]({address})"


FINDERS: dict[str, Callable[[str, Event, Any], list[dict[str, str]]]] = {
    "@": people,
    ":": signs,
    "#": tags,
    "[[": stage,
}
