"""What a member or a guest said about things, in every state, for nobody but them."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from community.forms import PageForm
from community.models import Contribution
from community.stream import Page, keys_of_page

from .models import Comment, CommentDecision
from .telling import title_of


@dataclasses.dataclass(frozen=True, slots=True)
class OwnComment:
    """A line of the list. `title` is empty where what it is about does not show to its author any more; `review` is
    the decision that turned it down or hid it.
    """

    comment: Comment
    title: str
    look: str
    icon: str
    review: CommentDecision | None
    can_return: bool


LOOKS = {
    Comment.State.WAITING: ("pending", "clock"),
    Comment.State.PUBLIC: ("published", "check"),
    Comment.State.REJECTED: ("rejected", "flag"),
    Comment.State.HIDDEN: ("hidden", "eye-off"),
    Comment.State.WITHDRAWN: ("withdrawn", "undo"),
}


def own_comments(request: HttpRequest) -> HttpResponse:
    """The page of them, newest first."""
    page = own_page(request.user, **PageForm.place(request.GET))
    return render(request, "discussion/own_comments.html", {"page": page})


def own_page(user: Any, **place: Any) -> Page:
    """Return one page of what `user` said: a fixed number of queries, however many there are."""
    own = Comment.objects.owned_by(user)
    # What was deleted for good has no words left; those of what can be brought back nobody reads meanwhile.
    pks, older, newer = keys_of_page(own.exclude(body=""), time="created_at", **place)
    comments = {one.pk: one for one in own.filter(pk__in=pks).select_related("contribution__event")}
    about = {one.contribution_id for one in comments.values()}
    shown = set(Contribution.objects.visible_to(user).filter(pk__in=about).values_list("pk", flat=True))
    returning = set(own.restorable_by(user).filter(pk__in=pks).values_list("pk", flat=True))
    reviews = last_reviews(comments.values())
    entries = [
        OwnComment(
            one,
            title_of(one.contribution) if one.contribution_id in shown else "",
            *LOOKS[Comment.State(one.state)],
            reviews.get(one.pk),
            one.pk in returning,
        )
        for one in (comments[pk] for pk in pks if pk in comments)
    ]
    return Page(entries, older, newer)


def last_reviews(comments: Any) -> dict[int, CommentDecision]:
    """Return by comment the decision that turned it down or hid it, for those that are so."""
    down: Sequence[int] = [one.pk for one in comments if one.state in Comment.TURNED_DOWN]
    found = CommentDecision.objects.filter(comment__in=down).exclude(reason="").order_by("pk") if down else []
    return {decision.comment_id: decision for decision in found}
