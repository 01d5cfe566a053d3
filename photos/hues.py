"""An event's colour: the hue of the photo that people like best there and that is not grey, where no organiser has
chosen one.
"""

import base64
import io
from collections.abc import Collection, Sequence

from PIL import Image

from events.colours import oklch
from events.models import Event
from sharing.models import event_changed

from .models import Photo

STEP = 30
# The mean chroma below which a picture is grey to the eye; the event then has the site's own colour.
GREY = 0.02
# So many of the best are looked at for one that is not grey.
TRIED = 5


def hue_of(placeholder: str) -> int | None:
    """Return the hue that a photo has most of, in steps of 30 degrees; None for a grey one, or without a placeholder.

    `placeholder` is the data address of a few pixels that `renditions.py` makes: our own file, so safe to decode here.
    """
    if not placeholder:
        return None
    with Image.open(io.BytesIO(base64.b64decode(placeholder.partition(",")[2]))) as image:
        data = image.convert("RGB").tobytes()
    pixels = list(zip(data[::3], data[1::3], data[2::3], strict=True))
    weights = dict.fromkeys(range(0, 360, STEP), 0.0)
    for red, green, blue in pixels:
        _lightness, chroma, hue = oklch((red / 255, green / 255, blue / 255))
        weights[round(hue / STEP) * STEP % 360] += chroma
    best = max(weights, key=lambda hue: weights[hue])
    return best if weights[best] / len(pixels) >= GREY else None


def contributions_changed(ids: Sequence[int]) -> None:
    """Keep the hue of the events of these contributions (CONTRIBUTIONS_CHANGED). Safe to run twice."""
    pairs = Photo.objects.filter(pk__in=ids).values_list("event", "main_event")
    keep_hues_of({pk for pair in pairs for pk in pair})


def keep_hues_of(event_ids: Collection[int]) -> None:
    """Let these events have the hue of their best photo. Queries: one for each event, two more where it changes."""
    for event in Event.objects.filter(pk__in=event_ids):
        photos = Photo.objects.public().at(event)
        # As the mosaic of what is shared: its first photo does not change with each one that comes.
        best = photos.order_by("-score", "published_at", "pk").values_list("placeholder", flat=True)[:TRIED]
        hue = next((hue for one in best if (hue := hue_of(one)) is not None), None)
        if hue != event.cover_hue:
            Event.objects.filter(pk=event.pk).update(cover_hue=hue)
            if event.accent is None:
                event_changed(event)
