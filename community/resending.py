"""Handing a text back that could not be taken: the session was gone, the form too old, the thing withdrawn meanwhile.

Somebody who has written for an hour gets their words again, in a form with a fresh token, whatever went wrong.
"""

import re
import time
import uuid
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from people import rates

FIELDS_AT_MOST = 60
# What is kept of one form until somebody has signed in: more than the longest text that we take.
LETTERS_AT_MOST = 200_000
# In the session: never in an address, which logs and histories keep.
KEPT = "kept_form"
KEPT_SECONDS = 3600
# Nobody loses their session so often; it bounds what a stranger can make us store.
KEPT_PER_HOUR = 30
# Never written into a page: whoever looks at the screen would read it, and a browser would keep it. A code of conduct
# is no secret.
SECRET = re.compile(r"passw|secret|token|code(?!_of_)|credential|csrf|otp|(^|_)pin$", re.IGNORECASE)
LONG = 80


class Typed(NamedTuple):
    """One value of a form. `shown`: in a field of its own, as text; or only in a line; or not at all."""

    name: str
    value: str
    is_long: bool
    is_words: bool


def typed(request: HttpRequest) -> list[Typed]:
    """Return what was typed into the form that came with `request`; empty where it must not be shown again."""
    values = [(name, value) for name, many in request.POST.lists() for value in many]
    asked = [(name, value) for name, value in values if name != "csrfmiddlewaretoken"]
    if len(asked) > FIELDS_AT_MOST or any(SECRET.search(name) for name, _value in asked):
        return []
    return [Typed(name, value, is_long(value), is_words(value)) for name, value in asked if value]


def is_long(value: str) -> bool:
    return len(value) > LONG or "\n" in value


def is_words(value: str) -> bool:
    """Return whether somebody typed this, as far as one can tell: no number, no key."""
    try:
        uuid.UUID(value)
    except ValueError:
        # What is shorter is most likely the value of a choice; it is sent again all the same.
        return " " in value.strip() or len(value) > 16
    return False


def page(request: HttpRequest, *, title: Any, reason: Any, status: int) -> HttpResponse | None:
    """Return a page with what was typed and a button to send it again; None where nothing was, or may be shown."""
    if request.method != "POST" or not (fields := typed(request)):
        return None
    return shown(
        request,
        title=title,
        reason=reason,
        fields=fields,
        had_files=bool(request.FILES),
        action=request.get_full_path(),
        status=status,
    )


def shown(request: HttpRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, "community/send_again.html", context, status=status)


def keep(request: HttpRequest, *, stands_there: bool) -> bool:
    """Keep what was typed into the form that came with `request`, for whoever signs in in this browser next; return
    whether.

    `stands_there` says that the form stands at the address that it was sent to: what has no words in it is kept, too.
    """
    fields = typed(request)
    if not fields or not (stands_there or any(field.is_long or field.is_words for field in fields)):
        return False
    if sum(len(field.name) + len(field.value) for field in fields) > LETTERS_AT_MOST:
        return False
    if rates.hit("form kept", rates.address_of(request)) > KEPT_PER_HOUR:
        return False
    request.session[KEPT] = {
        "fields": [(field.name, field.value) for field in fields],
        "had_files": bool(request.FILES),
        "action": request.get_full_path(),
        "until": time.time() + KEPT_SECONDS,
    }
    # The adapter for signing in makes it last as long as others again.
    request.session.set_expiry(KEPT_SECONDS)
    return True


def kept(request: HttpRequest) -> HttpResponse | None:
    """Return a page with what was kept in this browser's session, and a button to send it again; None without."""
    form = request.session.get(KEPT)
    if form is None or form["until"] < time.time():
        request.session.pop(KEPT, None)
        return None
    return shown(
        request,
        title=_("Please send it once more."),
        reason=_("You were signed out when you sent this. Nothing is lost: what you typed is still here."),
        fields=[Typed(name, value, is_long(value), is_words(value)) for name, value in form["fields"]],
        had_files=form["had_files"],
        action=form["action"],
    )


def forget(request: HttpRequest) -> None:
    """Forget what was kept, once it has come again: what comes of it is up to the form by then."""
    form = request.session.get(KEPT)
    if form is not None and form["action"] == request.get_full_path():
        del request.session[KEPT]


def not_here(request: HttpRequest) -> HttpResponse:
    """Answer a form for something that is not there, or not this person's to change: the same for both, a 404."""
    handed_back = page(
        request,
        title=_("We could not save this."),
        reason=_(
            "Either it is no longer here, or you are not signed in as somebody who may edit it. "
            "What you typed is below: sign in in another tab and send it again, or copy it."
        ),
        status=404,
    )
    if handed_back is None:
        raise Http404
    return handed_back
