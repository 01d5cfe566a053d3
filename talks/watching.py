"""The watch list: what a member wants to watch, as a page, a feed and a calendar."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET, require_POST

from community.forms import PageForm
from community.models import Contribution
from community.stream import Page, cards, cut, together
from people.views import MemberRequest

from .forms import WatchListForm
from .models import Talk, Watched, WatchList
from .models.watch_list import Listed
from .schedules.calendar import calendar

# So many talks stand in a feed or a calendar, the last added first.
IN_A_FEED = 100


@login_required
@require_GET
def watch_list(request: MemberRequest) -> HttpResponse:
    """What I want to watch, the last added first; all of it, or what is left."""
    rows = Watched.objects.shown_to(request.user)
    form = WatchListForm(request.GET)
    shown = rows.filter(watched_at=None) if form.only_unwatched else rows
    place: dict[str, Any] = PageForm.place(request.GET)
    read, older, newer = cut(shown, time="added_at", columns=("talk", "watched_at"), **place)
    filters = "show=unwatched" if form.only_unwatched else ""
    context = {
        "rows": listed(read),
        "page": Page([], older, newer, filters),
        "only_unwatched": form.only_unwatched,
        "is_empty": not read and not rows.exists(),
        "removed": form.removed_from(Talk.objects.public()),
        "addresses": WatchList.objects.filter(user=request.user).first(),
    }
    return private(render(request, "talks/watch_list.html", context))


def listed(read: list[tuple[Any, ...]]) -> list[tuple[int, str, Any]]:
    """Return each row's talk (its id), its card, and since when it is watched: one query."""
    found = {entry.pk: entry for entry in cards(Contribution.objects.filter(pk__in=[row[2] for row in read]))}
    return [(pk, together([found[pk]]), watched_at) for _added, _row, pk, watched_at in read if pk in found]


def private(response: HttpResponse) -> HttpResponse:
    """Keep what is one member's from caches that others share, and from search engines."""
    response["Cache-Control"] = "private, max-age=0"
    response["X-Robots-Tag"] = "noindex"
    return response


# --- One press of a button --------------------------------------------------------------------------------------------


@require_POST
@login_required
def watch(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a talk on my list."""
    talk = get_object_or_404(Talk.objects.public(), pk=pk)
    Watched.put(talk, by=request.user)
    messages.success(request, _("Added to your watch list."))
    return back(request, talk)


@require_POST
@login_required
def watch_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a talk off my list; the list offers to put it back."""
    talk = get_object_or_404(Talk.objects.public(), pk=pk)
    Watched.take_off(talk, by=request.user)
    if "from-list" in request.POST:
        return redirect(
            f"{list_address(request)}{'&' if 'unwatched' in request.POST else '?'}removed={talk.pk}"
        )
    messages.success(request, _("Removed from your watch list."))
    return back(request, talk)


@require_POST
@login_required
def watched(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that I have watched it, or (`undo`) that I have not."""
    talk = get_object_or_404(Talk.objects.public(), pk=pk)
    Watched.mark(talk, by=request.user, watched="undo" not in request.POST)
    return back(request, talk)


def back(request: HttpRequest, talk: Talk) -> HttpResponse:
    """Go back to where the button stood: the list, or the talk."""
    return redirect(list_address(request) if "from-list" in request.POST else talk.get_absolute_url())


def list_address(request: HttpRequest) -> str:
    return "/watch-list/?show=unwatched" if "unwatched" in request.POST else "/watch-list/"


# --- For programs -----------------------------------------------------------------------------------------------------


@require_POST
@login_required
def watch_list_address(request: HttpRequest) -> HttpResponse:
    """Make an address for programs, or a new one in the place of the old."""
    WatchList.make_address(request.user)
    messages.success(request, _("These are the addresses of your list now. Older ones no longer work."))
    return redirect("/watch-list/#addresses")


def list_of(key: str) -> WatchList:
    """Return the list of that key. Raises Http404 where there is none any more."""
    return get_object_or_404(WatchList.objects.select_related("user"), key=key, user__is_active=True)


class StillFeed(Atom1Feed):
    """A feed that says of nothing that nothing happened since the account was made, and not that it happened now."""

    def latest_post_date(self) -> Any:
        return super().latest_post_date() if self.items else self.feed["empty_since"]


class WatchListFeed(Feed):
    """What is left to watch, as Atom (RFC 4287)."""

    feed_type = StillFeed

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        shown = list_of(kwargs["key"])
        with override(shown.user.language or settings.LANGUAGE_CODE):
            return private(super().__call__(request, *args, **kwargs))

    def get_object(self, request: HttpRequest, key: str) -> WatchList:
        return list_of(key)

    def title(self, shown: WatchList) -> str:
        return _("To watch: %(site)s") % {"site": settings.SITE_NAME}

    def link(self) -> str:
        return f"{settings.SITE_URL}/watch-list/"

    def feed_url(self, shown: WatchList) -> str:
        return shown.feed_url

    def feed_guid(self, shown: WatchList) -> str:
        # The same when the address is a new one.
        return f"{settings.SITE_URL}/watch-list/#{shown.pk}"

    def feed_extra_kwargs(self, shown: WatchList) -> dict[str, Any]:
        return {"empty_since": shown.user.date_joined}

    def author_name(self) -> str:
        return settings.SITE_NAME

    def items(self, shown: WatchList) -> list[Listed]:
        return [one for one in shown.newest(IN_A_FEED) if one.watched_at is None]

    def item_title(self, one: Any) -> str:
        return str(one.talk.title)

    def item_description(self, one: Any) -> str:
        return " ".join(filter(None, (one.talk.reason, one.talk.event.name)))

    def item_link(self, one: Listed) -> str:
        return settings.SITE_URL + one.talk.get_absolute_url()

    def item_author_name(self, one: Any) -> str:
        names = ", ".join(credit.person.name for credit in one.talk.shown_credits)
        return names or one.talk.event.name

    def item_pubdate(self, one: Listed) -> Any:
        return one.talk.published_at

    def item_updateddate(self, one: Listed) -> Any:
        return max(one.added_at, one.talk.edited_at or one.added_at)


@require_GET
def watch_list_calendar(request: HttpRequest, key: str) -> HttpResponse:
    """The list as iCalendar: talks at their time, and as things to do where nobody knows it."""
    shown = list_of(key)
    with override(shown.user.language or settings.LANGUAGE_CODE):
        name = _("To watch: %(site)s") % {"site": settings.SITE_NAME}
        content = calendar([one.talk for one in shown.newest(IN_A_FEED)], name)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="watch-list.ics"'
    return private(response)
