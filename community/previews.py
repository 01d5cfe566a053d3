"""What a page elsewhere says of itself, for the form into which its address was pasted: proposals, never facts."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from events.dates import say
from links.canonical import host_label
from links.fetching import sentence
from links.models import Link
from links.tasks import is_busy, read_link
from people import rates

from .languages import language_name

# However often an address is pasted, and by however many: the worker is told once in so long.
ONCE_IN = timedelta(minutes=1)


def may_ask(request: HttpRequest) -> bool:
    """Count one more preview for whoever asks; return whether that many are all right, and the worker has time."""
    user = request.user
    guest_id = getattr(user, "guest_id", None)
    whose = f"member {user.pk}" if user.is_authenticated else str(guest_id or rates.address_of(request))
    return rates.hit("previews", whose) <= settings.PREVIEWS_PER_HOUR and not is_busy()


def ask(url: str) -> Link:
    """Have the worker read what stands at a clean address, unless it just did; return its row."""
    link = Link.objects.at(url)
    if not link.is_fresh and rates.hit("preview of", str(link.pk), per=ONCE_IN) == 1:
        # Before the pictures: somebody has the form open.
        read_link.using(priority=0).enqueue(link.pk)
    return link


def what_is_known(link: Link) -> dict[str, Any]:
    """Return what there is to propose, or that it is still being looked at, as the form's script takes it."""
    if not link.is_fresh:
        return {"state": "waits"}
    if link.problem or not link.title:
        problem = sentence(link.problem) if link.problem else _("That page says nothing about itself.")
        return {
            "state": "nothing",
            "note": _("%(problem)s You can still send the form.") % {"problem": problem},
        }
    return {
        "state": "found",
        "title": link.title[:200],
        "author": link.author,
        "language": link.language,
        "note": _("Found there: %(what)s.") % {"what": in_one_line(link)},
        "filled": _("Filled in for you, please check:"),
        "undo": _("Clear"),
        "undone": _("Cleared."),
    }


def in_one_line(link: Link) -> str:
    """Return title, author, site, day and language, as far as the page says them."""
    parts = [
        f"“{link.title}”",
        link.author,
        link.site or host_label(link.url),
        say(link.published_on, _("j F Y")) if link.published_on else "",
        language_name(link.language) if link.language else "",
    ]
    return " · ".join(part for part in parts if part)
