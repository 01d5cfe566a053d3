"""Comments on the page of what they are about: threads, oldest first, a page at a time.

A page is a range of one index, by thread and then by comment: a thread that is longer than a page goes on on the next.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest

from community.models import Contribution
from community.views.person import people_visible_to

from .forms import CommentForm, PlaceForm
from .models import Comment
from .models.comment import closed

PAGE_SIZE = 50


def context(item: Contribution, request: HttpRequest) -> dict[str, Any]:
    """Return what `discussion/_comments.html` shows: one query, and one more on pages that are not the first.

    `comments`: those of the page; `comments_earlier` and `comments_later`: where the pages beside it begin;
    `comment_form`: None where nobody may comment; `comments_closed`: why not, in words.
    """
    user = request.user
    start = PlaceForm.read(request.GET)
    threads = Comment.objects.in_threads(item, user)
    shown = list(with_people(from_place(threads, start) if start else threads, user)[: PAGE_SIZE + 1])
    shown, later = shown[:PAGE_SIZE], shown[PAGE_SIZE:]
    why = closed(item)
    for comment in shown:
        comment.is_own = comment.is_owned_by(user)
    return {
        "comments": shown,
        "comments_later": place(later[0]) if later else "",
        "comments_earlier": earlier(threads, start) if start else "",
        "comment_form": CommentForm(user=user) if item.is_public and not why else None,
        "comments_closed": why if item.is_public else "",
    }


def with_people(rows: Any, user: Any) -> Any:
    """Return comments with their authors, and whether these have a page to lead to."""
    has_page = Exists(people_visible_to(user).filter(pk=OuterRef("user__person")))
    return rows.select_related("user__person", "guest").annotate(has_page=has_page)


def from_place(threads: Any, start: tuple[int, int]) -> Any:
    """Return the rows of `threads` from a place on."""
    thread, comment = start
    return threads.filter(Q(thread__gte=thread) & (Q(thread__gt=thread) | Q(pk__gte=comment)))


def before_place(threads: Any, start: tuple[int, int]) -> Any:
    """Return the rows of `threads` before a place."""
    thread, comment = start
    return threads.filter(Q(thread__lte=thread) & (Q(thread__lt=thread) | Q(pk__lt=comment)))


def earlier(threads: Any, start: tuple[int, int]) -> str | None:
    """Return where the page before this one begins; None where this is the first one."""
    rows = before_place(threads, start).order_by("-thread", "-pk").values_list("thread", "pk")[:PAGE_SIZE]
    found = list(rows)
    return "{}-{}".format(*found[-1]) if found else None


def place(comment: Any) -> str:
    return f"{comment.thread_id}-{comment.pk}"


def address(comment: Comment, item: Contribution, user: Any) -> str:
    """Return where on the page of `item` this comment stands for `user`: the page of the list, and the place on it."""
    threads = Comment.objects.in_threads(item, user)
    own = (comment.thread_id, comment.pk)
    page = ""
    if before_place(threads, own)[:PAGE_SIZE].count() == PAGE_SIZE:
        # Its thread from the beginning, unless that is longer than a page.
        long = threads.filter(thread=own[0], pk__lt=own[1])[:PAGE_SIZE].count() == PAGE_SIZE
        page = f"?comments={own[0]}-{own[1] if long else own[0]}"
    return f"{item.get_absolute_url()}{page}#comment-{comment.pk}"
