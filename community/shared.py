"""What a page is to programs: the card that a messenger draws of a link to it, and what search engines read.

Views hand a `Shared` to base.html, for pages that everybody may see and for no others. Its head is drawn here and not
in a template, where its twenty lines took as long as the rest of an event page's head.

The vocabularies: Open Graph (ogp.me), X's cards, JSON-LD with schema.org's words.
"""

import dataclasses
import datetime
import json
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from events.models import Event
    from people.models import Person

    from .models import Contribution, Tag

# Open Graph wants a country with a language.
LOCALES = {"en": "en_GB", "fr": "fr_FR", "de": "de_DE"}
LONGEST = 200
# What must not stand in a <script>, whatever its type: “</script>” and “<!--” would end it.
IN_SCRIPTS = {"<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
SITE_PICTURE = "img/share.jpg"
WIDTH, HEIGHT = 1200, 630


@dataclasses.dataclass(frozen=True, slots=True)
class Picture:
    """The picture of a page: its whole address, its size in pixels, and what it shows in words."""

    url: str
    alt: str
    width: int = WIDTH
    height: int = HEIGHT


@dataclasses.dataclass(frozen=True, slots=True)
class Tile:
    """A picture of a mosaic: the name of its stored file, and who is to be credited for it."""

    name: str
    credit: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Shared:
    """A public page, as programs see it. Addresses are whole ones; `description` is plain text.

    `canonical` is where the same stands first, if that is not here; `data` what schema.org knows of it.
    """

    title: str
    description: str
    url: str
    picture: Picture
    type: str = "website"
    canonical: str = ""
    published: datetime.datetime | None = None
    modified: datetime.datetime | None = None
    data: dict[str, Any] = dataclasses.field(default_factory=dict)
    # Whether the oEmbed provider knows this page.
    has_oembed: bool = False

    def with_data(self, **more: Any) -> "Shared":
        """Return this page with more of what schema.org knows of its thing, where it knows something of it."""
        return dataclasses.replace(self, data={**self.data, **more}) if self.data else self

    @property
    def head(self) -> SafeString:
        """The lines for the page's <head>."""
        picture = self.picture
        lines = [
            f'<link rel="canonical" href="{escape(self.canonical or self.url)}">',
            *(
                f'<meta property="{name}" content="{escape(str(content))}">'
                for name, content in (
                    ("og:site_name", settings.SITE_NAME),
                    ("og:type", self.type),
                    ("og:title", self.title),
                    ("og:description", self.description),
                    ("og:url", self.url),
                    ("og:locale", LOCALES.get(get_language() or "", "")),
                    ("og:image", picture.url),
                    ("og:image:width", picture.width),
                    ("og:image:height", picture.height),
                    ("og:image:alt", picture.alt),
                    ("article:published_time", self.published.isoformat() if self.published else ""),
                    ("article:modified_time", self.modified.isoformat() if self.modified else ""),
                )
                if content
            ),
            '<meta name="twitter:card" content="summary_large_image">',
        ]
        if self.has_oembed:
            lines.append(
                f'<link rel="alternate" type="application/json+oembed" href="{escape(oembed_address(self.url))}"'
                f' title="{escape(self.title)}">'
            )
        if self.data:
            lines.append(f'<script type="application/ld+json">{json_ld(self.data)}</script>')
        # All that people wrote is escaped, here or in json_ld.
        return mark_safe("\n  ".join(lines))


def json_ld(data: dict[str, Any]) -> str:
    """Return `data` as JSON-LD that can stand in a <script>; what is empty is left out."""
    told = {"@context": "https://schema.org", **data}
    known = {name: value for name, value in told.items() if value not in ("", None, [], {})}
    written = json.dumps(known, ensure_ascii=False)
    # One by one: `translate` takes ten times as long.
    for sign, code in IN_SCRIPTS.items():
        written = written.replace(sign, code)
    return written


def named(person: "Person") -> dict[str, Any]:
    """Return what schema.org calls a person who is credited."""
    return {"@type": "Person", "name": person.name, "url": whole(person.get_absolute_url())}


def whole(address: str) -> str:
    """Return an address of this site as others reach it."""
    return address if "://" in address else settings.SITE_URL + address


def oembed_address(url: str) -> str:
    return f"{settings.SITE_URL}/oembed/?format=json&url={quote(url, safe='')}"


def plain(text: str) -> str:
    """Return a text, which is plain but for its lines, as one line that fits a card."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else Truncator(line).chars(LONGEST)


def site_picture() -> Picture:
    """The picture of a page that has none of its own."""
    return Picture(whole(static(SITE_PICTURE)), _("What people brought home"))


# --- The pages --------------------------------------------------------------------------------------------------------


def shared_item(item: "Contribution") -> Shared | None:
    """Return the page of `item`, which `for_cards` loaded, as programs see it; None where not everybody sees it."""
    if not (item.is_public and item.event.is_public):
        return None
    event, url = item.event, whole(item.get_absolute_url())
    words = {"event": event.name, "dates": event.dates}
    description = plain(item.summary) or _("Brought home from %(event)s, %(dates)s.") % words
    data = item.structured_data(url, description)
    return Shared(
        title=f"{item} · {event.name}",
        description=description,
        url=url,
        picture=item.shared_picture(),
        type="article",
        published=item.published_at,
        modified=item.edited_at,
        data={**data, "about": {"@type": "Event", **named_event(event)}} if data else {},
        has_oembed=True,
    )


def drawn_picture(item: "Contribution") -> Picture:
    """Return the picture that the worker draws of an item (sharing/). The number lets programs see a newer one."""
    from .models.contribution import address_of

    address = address_of("sharing:item_picture") % item.pk
    alt = f"{item} · {item.event.name}"
    return Picture(whole(f"{address}?v={item.version}-{item.favourite_count}"), alt)


def event_picture(event: "Event") -> Picture:
    """Return the picture that the worker draws of an event."""
    address = f"/share/events/{event.slug}/picture.jpg?v={event.contribution_count}"
    return Picture(whole(address), f"{event.name} · {event.dates}")


def named_event(event: "Event") -> dict[str, Any]:
    """Return what schema.org calls an event, as short as another thing names it."""
    return {
        "name": event.name,
        "url": whole(event.get_absolute_url()),
        "startDate": str(event.starts_on),
        "endDate": str(event.ends_on),
        **({"location": place_of(event)} if event.place else {}),
    }


def place_of(event: "Event") -> dict[str, Any]:
    address = {"addressLocality": event.city, "addressCountry": event.country}
    return {
        "@type": "Place",
        "name": event.venue or event.place,
        "address": {"@type": "PostalAddress", **{name: part for name, part in address.items() if part}},
    }


def shared_event(event: "Event", about: str, parts: Any = ()) -> Shared | None:
    """Return the page of `event` as programs see it; None where not everybody sees it. Asks the database nothing.

    `parts` are its co-located events (community.sections.Part).
    """
    if not event.is_public:
        return None
    picture = event_picture(event)
    data = {
        "@type": "Event",
        **named_event(event),
        "description": about,
        "image": picture.url,
        "sameAs": event.website,
        "subEvent": [{"@type": "Event", "name": part.name, "url": whole(part.url)} for part in parts],
    }
    if event.parent_id and event.parent:
        parent = {"name": event.parent.name, "url": whole(event.parent.get_absolute_url())}
        data["superEvent"] = {"@type": "Event", **parent}
    return Shared(
        title=event.name,
        description=plain(about),
        url=whole(event.get_absolute_url()),
        picture=picture,
        data=data,
        has_oembed=True,
    )


def shared_catch_up(event: "Event", address: str) -> Shared:
    """Return the page “Catch up in 15 minutes” of a public event."""
    words = _("%(name)s for whoever was not there: what people say you should read, watch and see.")
    title = f"{_('Catch up in 15 minutes')} · {event.name}"
    return Shared(title, words % {"name": event.name}, whole(address), event_picture(event))


def shared_person(person: "Person", address: str) -> Shared:
    """Return a page of somebody of whom something is public."""
    words = _("What %(name)s brought home from events, and was credited for.") % {"name": person.name}
    return Shared(person.name, plain(person.bio) or words, whole(address), site_picture(), type="profile")


def shared_tag(tag: "Tag", address: str) -> Shared | None:
    """Return a page of a word of the vocabulary; None of one that is only proposed."""
    if tag.state != tag.State.ACCEPTED:
        return None
    words = _("Recaps, talks worth watching and photos about “%(tag)s”, from all events.") % {"tag": tag.name}
    return Shared(tag.name, words, whole(address), site_picture())


def shared_site(title: str, description: str, address: str) -> Shared:
    """Return a page about the site itself."""
    return Shared(title, description, whole(address), site_picture())
