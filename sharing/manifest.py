"""What a phone needs to know to put the site on its home screen, and to share photos and links with it.

No service worker: browsers install a site without one, nothing here works offline that the pages do not do themselves
(drafts, uploads that go on), and an old copy of a page would show what was hidden since.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from community.kinds import kinds

# --paper of the light theme (static/css): what shows before the first page does. A manifest knows no dark one yet.
PAPER = "#fcfaf6"
# The names of the parts of what a phone sends (W3C, Web Share Target).
FIELDS = {"title": "title", "text": "text", "url": "url"}
FILES_FIELD = "pictures"
PICTURES = ["image/jpeg", "image/png", "image/webp", "image/gif", "image/heic", "image/heif", "image/avif"]


@require_safe
@vary_on_headers("Accept-Language", "Cookie")
def manifest(request: HttpRequest) -> HttpResponse:
    """The manifest, in the visitor's language."""
    response = JsonResponse(told(), content_type="application/manifest+json")
    response["Cache-Control"] = "private, max-age=3600"
    return response


def told() -> dict[str, Any]:
    receiver = next((kind.files_route for kind in kinds() if kind.files_route), "")
    return {
        "id": "/",
        "name": _("%(site)s: what people brought home") % {"site": settings.SITE_NAME},
        "short_name": settings.SITE_NAME[:12],
        "description": _("Recaps, talks worth watching and photos from the events of a community."),
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": PAPER,
        "background_color": PAPER,
        "categories": ["social", "photo", "education"],
        "icons": [
            icon("img/icon-192.png", 192),
            icon("img/icon-512.png", 512),
            icon("img/icon-maskable-512.png", 512, "maskable"),
        ],
        "shortcuts": [
            {"name": _("Events"), "url": "/events/"},
            {"name": _("Search"), "url": "/search/"},
            {"name": _("What you added"), "url": reverse("community:mine")},
        ],
        **({"share_target": share_target(reverse(receiver))} if receiver else {}),
    }


def icon(name: str, size: int, purpose: str = "any") -> dict[str, str]:
    return {"src": static(name), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


def share_target(address: str) -> dict[str, Any]:
    return {
        "action": address,
        "method": "POST",
        "enctype": "multipart/form-data",
        "params": {**FIELDS, "files": [{"name": FILES_FIELD, "accept": PICTURES}]},
    }
