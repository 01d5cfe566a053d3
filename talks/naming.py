"""The talks of an event that a text names: by title (recognising.py), and by the addresses of video, slides, page."""

from collections.abc import Sequence
from functools import lru_cache

from django.conf import settings
from django.urls import Resolver404, resolve

from community.named import Named
from links.models import key_of
from links.prose import Prose

from .models import Resource, Talk
from .recognising import Programme

# No event has more; of one that has, the newest.
MOST_TALKS = 2000
MOST_KEYS = 500


def talks_named(prose: Prose, main_event_id: int) -> list[Named]:
    """Return the public talks of that event, and of those inside it, which the text names; the certain ones first.

    Queries: three, however long the text and however many the talks.
    """
    at_event = Talk.objects.public().filter(main_event=main_event_id)
    titles = tuple(at_event.order_by("-pk").values_list("pk", "title")[:MOST_TALKS])
    if not titles:
        return []
    addressed = at_addresses(prose.addresses, {pk for pk, _title in titles}, main_event_id)
    found = {one.pk: one for one in programme(titles).named_in(prose)}
    return [
        *(Named(pk, True) for pk in addressed),
        *(one for pk, one in found.items() if pk not in addressed),
    ]


@lru_cache(maxsize=4)
def programme(titles: tuple[tuple[int, str], ...]) -> Programme:
    """Return the index of these titles: kept while they stay the same, as all texts of an event ask the same one."""
    return Programme(titles)


def at_addresses(addresses: Sequence[str], here: set[int], main_event_id: int) -> dict[int, None]:
    """Return the talks, of those `here`, whose page, video, slides or other things that were brought have one of these
    addresses.
    """
    keys = {key for address in addresses[:MOST_KEYS] if (key := key_of(address))}
    shown = Talk.objects.recorded_willingly().filter(main_event=main_event_id, video_key__in=keys)
    brought = Resource.objects.filter(
        url_key__in=keys, state=Resource.State.PUBLIC, talk__main_event=main_event_id
    )
    ids = [own for address in addresses if (own := own_page(address))]
    ids += [*shown.order_by("pk").values_list("pk", flat=True), *brought.values_list("talk", flat=True)]
    return dict.fromkeys(pk for pk in ids if pk in here)


def own_page(address: str) -> int | None:
    """Return the number of the talk whose page here has this address, if it is one."""
    path = address.removeprefix(settings.SITE_URL.rstrip("/"))
    if not path.startswith("/talks/"):
        return None
    try:
        match = resolve(path.partition("?")[0].partition("#")[0])
    except Resolver404:
        return None
    return match.kwargs["pk"] if match.view_name == Talk.detail_route else None
