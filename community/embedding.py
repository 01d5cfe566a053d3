"""An event on other sites: a page so small that it fits into one of theirs, and the lines that put it there.

Nothing else here may be framed. The widget sets no cookie, runs no script and knows no visitor, so that it is the same
for everybody: whoever looks after the other site chooses its language and its theme, in its address.
"""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.models import Event

from .kinds import kinds

# Of the frame, in pixels.
WIDTH, HEIGHT = 480, 760
# With less than that nothing of it could be read.
SMALLEST = 200
POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'self'"],
    "img-src": ["'self'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["*"],
    "base-uri": ["'none'"],
}
# As photos: a minute is how long a cache may still show what has just been hidden.
CACHED = "public, max-age=60"


class WidgetForm(forms.Form):
    """How the widget looks, as addresses carry it: ?theme=dark&language=fr."""

    theme = forms.ChoiceField(
        label=gettext_lazy("Colours"),
        required=False,
        choices=[
            ("", gettext_lazy("as the reader’s device")),
            ("light", gettext_lazy("light")),
            ("dark", gettext_lazy("dark")),
        ],
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False, choices=settings.LANGUAGES)

    @classmethod
    def chosen(cls, data: Any) -> dict[str, str]:
        """Return theme and language; what is mangled is as if it were not."""
        form = cls(data)
        form.full_clean()
        said = form.cleaned_data
        return {
            "theme": said.get("theme", ""),
            "language": said.get("language") or settings.LANGUAGE_CODE,
        }


def widget_answer(event: Event, *, theme: str, language: str) -> HttpResponse:
    """Return the page that stands in a frame on another site. Queries: a fixed number a kind."""
    with translation.override(language):
        parts = [(kind, kind.for_widget(event)) for kind in kinds() if kind.widget_template]
        context = {
            "event": event,
            "theme": theme,
            "language": language,
            "is_rtl": translation.get_language_bidi(),
            "parts": [part for part in parts if part[1]],
        }
        # Without the request: nothing on it may depend on who looks.
        response = HttpResponse(render_to_string("community/widget.html", context))
    response["Content-Language"] = language
    response["Cache-Control"] = CACHED
    response._csp_config = POLICY  # type: ignore[attr-defined]
    return response


def widget_address(event: Event, *, theme: str, language: str) -> str:
    """Return the path of the widget, with what of these differs from the usual."""
    said = {"theme": theme, "language": "" if language == settings.LANGUAGE_CODE else language}
    query = urlencode({name: value for name, value in said.items() if value})
    path = reverse("community:widget", args=[event.slug])
    return f"{path}?{query}" if query else path


def frame(event: Event, *, theme: str, language: str, width: int = WIDTH, height: int = HEIGHT) -> SafeString:
    """Return the HTML of the frame that shows the widget on another site."""
    return format_html(
        '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy" referrerpolicy="no-referrer"'
        ' style="max-width: 100%; border: 0"></iframe>',
        settings.SITE_URL + widget_address(event, theme=theme, language=language),
        title_of(event, language),
        width,
        height,
    )


def title_of(event: Event, language: str) -> str:
    with translation.override(language):
        return _("What people brought home from %(name)s") % {"name": event.name}


def snippet(event: Event, *, theme: str, language: str) -> SafeString:
    """Return the lines of HTML that show the widget on another site; below it a link, which needs no frame."""
    return format_html(
        '{}\n<p><a href="{}">{}</a></p>',
        frame(event, theme=theme, language=language),
        settings.SITE_URL + event.get_absolute_url(),
        title_of(event, language),
    )


def embedded(event: Event, width: int, height: int) -> dict[str, Any]:
    """Return what oEmbed says of a public event beside its title: the widget, no larger than that; a link where that
    leaves it no room.
    """
    if width < SMALLEST or height < SMALLEST:
        return {"type": "link"}
    width, height = min(width, WIDTH), min(height, HEIGHT)
    html = frame(event, theme="", language=settings.LANGUAGE_CODE, width=width, height=height)
    return {"type": "rich", "html": html, "width": width, "height": height}


def frames_own_pages(response: HttpResponse) -> HttpResponse:
    """Return the answer, which may show pages of this site in a frame, and of no other."""
    response._csp_config = {**settings.SECURE_CSP, "frame-src": ["'self'"]}  # type: ignore[attr-defined]
    return response
