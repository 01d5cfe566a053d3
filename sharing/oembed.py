"""oEmbed (oembed.com, version 1.0): what another site may show of a link to here, which asks by the link's address."""

import re
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.embedding import embedded
from community.kinds import kinds
from community.models import Contribution
from community.shared import Picture, event_picture, whole
from community.stream import load
from events.models import Event

LARGEST = 10_000
# Seconds for which the other site may keep the answer.
CACHE_AGE = 3600
# What XML 1.0 has no way to write.
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
FORMATS = ("json", "xml")


class AskedForm(forms.Form):
    """What the other site asks: the link, in which format, how large the answer may be in pixels."""

    url = forms.CharField(max_length=2000)
    format = forms.CharField(required=False, max_length=20)
    maxwidth = forms.IntegerField(required=False, min_value=1, max_value=LARGEST)
    maxheight = forms.IntegerField(required=False, min_value=1, max_value=LARGEST)


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """Answer for the pages of public events and things; 404 for all others, 501 for another format than these two."""
    form = AskedForm(request.GET)
    if not form.is_valid():
        return refusal(_("Ask with ?url=, the whole address of a page here."), 400)
    wanted = form.cleaned_data["format"] or "json"
    if wanted not in FORMATS:
        return refusal(_("Ask for format=json or format=xml."), 501)
    width, height = (form.cleaned_data[name] or LARGEST for name in ("maxwidth", "maxheight"))
    try:
        told = about(place_in(form.cleaned_data["url"]), width, height)
    except Http404:
        return refusal(_("There is no public page at this address."), 404)
    response = JsonResponse(told) if wanted == "json" else xml(told)
    # Scripts of other sites may read it: it says what everybody sees, to whoever asks.
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "public, max-age=60"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def refusal(words: str, status: int) -> HttpResponse:
    return HttpResponse(words, content_type="text/plain; charset=utf-8", status=status)


def place_in(url: str) -> ResolverMatch:
    """Return which page of this site an address leads to. Raises Http404."""
    try:
        parts, own = urlsplit(url.strip()), urlsplit(settings.SITE_URL)
        if parts.scheme not in ("http", "https") or parts.netloc.lower() != own.netloc.lower():
            raise Http404
        return resolve(parts.path)
    except (ValueError, Resolver404) as error:
        raise Http404 from error


def about(place: ResolverMatch, width: int, height: int) -> dict[str, Any]:
    """Return what is told of a page, no larger than that. Raises Http404 for what not everybody sees."""
    if place.view_name in {kind.detail_route for kind in kinds()}:
        return about_item(place.kwargs["pk"], place.view_name, width, height)
    if place.view_name == "community:event":
        event = Event.objects.public().filter(slug=place.kwargs["slug"]).first()
        if event is not None:
            shown = embedded(event, width, height)
            picture = thumbnail(event_picture(event), width, height)
            return {**beginning(shown["type"], event.name), **shown, **picture}
    raise Http404


def about_item(pk: int, route: str, width: int, height: int) -> dict[str, Any]:
    seen = Contribution.objects.public().filter(pk=pk, event__state=Event.State.PUBLIC).first()
    if seen is None or seen.model.detail_route != route:
        raise Http404
    item = load([pk])[0]
    told = item.embedded(width, height)
    people = [credit.person for credit in item.shown_credits]  # type: ignore[attr-defined]
    by = {"author_name": ", ".join(person.name for person in people)} if people else {}
    if len(people) == 1:
        by["author_url"] = whole(people[0].get_absolute_url())
    small = {} if told["type"] == "photo" else thumbnail(item.shared_picture(), width, height)
    return {**beginning(told["type"], str(item)), **by, **told, **small}


def beginning(kind: str, title: str) -> dict[str, Any]:
    return {
        "version": "1.0",
        "type": kind,
        "title": title,
        "provider_name": settings.SITE_NAME,
        "provider_url": whole("/"),
        "cache_age": CACHE_AGE,
    }


def thumbnail(picture: Picture, width: int, height: int) -> dict[str, Any]:
    """Return the picture as a thumbnail; nothing where it is larger than was asked for, as the protocol says."""
    if picture.width > width or picture.height > height:
        return {}
    return {
        "thumbnail_url": picture.url,
        "thumbnail_width": picture.width,
        "thumbnail_height": picture.height,
    }


def xml(told: dict[str, Any]) -> HttpResponse:
    root = Element("oembed")
    for name, value in told.items():
        if value != "":
            SubElement(root, name).text = NOT_IN_XML.sub("", str(value))
    written = tostring(root, encoding="utf-8", xml_declaration=True)
    return HttpResponse(written, content_type="text/xml; charset=utf-8")
