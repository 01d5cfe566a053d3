"""What a poster or a slide says of a guest's link: the QR code, the address, the event, all in words and one SVG."""

import datetime
import io
from typing import NamedTuple

import segno
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from .links import address_of, short_address_of
from .models import UploadLink

# What the addresses ?size= and ?look= may say; the first is what is shown where they say nothing.
SIZES = {"a4": _("A4, for a wall"), "a6": _("A6, for a table")}
LOOKS = {"dark": _("Dark"), "light": _("Light")}
# Names longer than this are set smaller, so that everything stays on one page.
LONG, LONGER = 32, 80


class Poster(NamedTuple):
    qr: SafeString
    # The address in two halves, between which a line may break.
    site: str
    code: str
    last_day: datetime.date | None
    needs_pin: bool
    pin: str
    policy: str
    length: str


def poster_of(link: UploadLink, pin: str = "") -> Poster:
    """Return what is printed of `link`; `pin` where its organiser typed it."""
    event = link.event
    site, code = in_two(short_address_of(link))
    return Poster(
        qr=qr_code(address_of(link)),
        site=site,
        code=code,
        last_day=link.last_day,
        needs_pin=bool(link.pin),
        pin=pin,
        # As the form has it: the event's own, else that of the event around it.
        policy=(event.photo_policy or (event.parent.photo_policy if event.parent else "")).strip(),
        length="longer" if len(event.name) > LONGER else "long" if len(event.name) > LONG else "short",
    )


def in_two(address: str) -> tuple[str, str]:
    """Return the address up to its last slash, and what follows."""
    before, slash, after = address.rpartition("/")
    return before + slash, after


def qr_code(address: str) -> SafeString:
    """Return an SVG of `address` as a QR code: black, four modules of margin, no size and no style of its own.

    Level M still reads with a seventh of it torn off or reflecting, and keeps the squares large.
    """
    out = io.BytesIO()
    code = segno.make(address, error="m", micro=False, boost_error=False)
    code.save(out, kind="svg", xmldecl=False, svgns=False, nl=False, omitsize=True, border=4, svgclass="qr")
    # Numbers and fixed words only: the address is in it as squares.
    return mark_safe(out.getvalue().decode())
