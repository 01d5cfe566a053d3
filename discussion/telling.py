"""Telling people of comments: whose thing it is, who is answered, who is mentioned, and what moderators decided.

Each person hears of one comment once, by what concerns them most; nobody hears of what does not show, nor of their own.
All of it is part of the caller's transaction.
"""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.text import Truncator

from community.mentions import handles_in
from community.models import Contribution
from community.text import plain_text
from people.decisions import Verb
from people.guests import return_link
from people.models import Notification, User
from people.models.notification import Topic
from people.notifications import tell_member, write_to_guest
from people.scopes import Named

from .models import Comment, CommentDecision, Favourite, ReplyToGuest, Webmention

# Who mentions more people than this at once calls nobody.
MENTIONS_TOLD = 20
QUOTED = 600
# What of a recommendation its readers may be told.
SHOWN = [Favourite.State.PUBLIC]


def tell_of_comment(comment: Comment) -> set[int]:
    """Tell who is answered, and whoever added the thing; return the ids of the members who need to hear no more."""
    done = {comment.user_id} if comment.user_id else set()
    item = comment.contribution
    for other in (comment.answers, comment.parent):
        if other and other.guest_id and other.guest_id != comment.guest_id:
            ReplyToGuest.objects.tell(other, comment)
    concerned = [(other.user, "reply", Topic.REPLIES) for other in (comment.answers, comment.parent) if other]
    concerned.append((item.contributor, "comment", Topic.COMMENTS))
    for user, template, topic in concerned:
        if user and user.is_active and user.pk not in done:
            done.add(user.pk)
            tell(user, template, comment, comment.body, topic=topic, thread=f"comment:{item.pk}")
    return done


def tell_of_favourite(favourite: Favourite) -> set[int]:
    """Tell whoever added a thing that somebody else recommends it now; return the ids of the members who know."""
    owner = favourite.contribution.contributor
    if owner is None or not owner.is_active or favourite.is_owned_by(owner):
        return set()
    item = favourite.contribution
    tell_member(
        owner,
        "recommended",
        {"who": favourite.name, "title": title_of(item), "quote": quote_of(favourite.reason)},
        url=favourite.get_absolute_url(),
        topic=Topic.FAVOURITES,
        thread=f"favourite:{item.pk}",
        scopes=scopes(favourite),
    )
    return {owner.pk}


def favourites(user: User, ids: Collection[int]) -> dict[int, Named]:
    """Return the recommendations of these ids that `user` may see (NOTIFICATION_SCOPES)."""
    rows = Favourite.objects.visible_to(user).filter(pk__in=ids, state__in=SHOWN)
    rows = rows.select_related("contribution", "user__person", "guest")
    return {one.pk: Named(one.name, one.get_absolute_url()) for one in rows}


def webmentions(user: User, ids: Collection[int]) -> dict[int, Named]:
    """Return the mentions elsewhere of these ids that show still (NOTIFICATION_SCOPES)."""
    return {one.pk: Named(one.author, one.source) for one in Webmention.objects.public().filter(pk__in=ids)}


def tell_of_mentions(said: Comment | Favourite, text: str, *, told: set[int]) -> None:
    """Tell the members whom `text`, the words of what is public, mentions, each once for ever; those in `told` (ids)
    have heard of it already.
    """
    handles = handles_in(text)
    if not handles:
        return
    mentioned = User.objects.filter(person__handle__in=handles, is_active=True)
    new = mentioned.exclude(person__in=said.told.values("person")).order_by("pk")[:MENTIONS_TOLD]
    for user in new:
        said.told.create(person_id=user.person_id)
        if user.pk not in told and not said.is_owned_by(user):
            thread = f"mention:{said.contribution_id}"
            tell(user, "mention", said, text, topic=Topic.MENTIONS, thread=thread)


def take_back(said: Comment | Favourite, *others: User | None) -> None:
    """Take back what members were told of what does not show any more, as it quotes it: those who were mentioned, and
    `others`.
    """
    mentioned = User.objects.filter(person__in=said.told.values("person"))
    told = Q(recipient__in=mentioned) | Q(recipient__in=[user.pk for user in others if user])
    Notification.objects.filter(told, url=said.get_absolute_url()).take_back()


def tell(
    user: User, template: str, said: Comment | Favourite, text: str, *, topic: Topic, thread: str
) -> None:
    """Tell one member what was said, with its beginning."""
    item = said.contribution
    context = {
        "who": said.name,
        "title": title_of(item),
        "quote": quote_of(text),
    }
    tell_member(
        user, template, context, url=said.get_absolute_url(), topic=topic, thread=thread, scopes=scopes(said)
    )


def scopes(said: Comment | Favourite) -> list[str]:
    """Return what a member can have muted of this (the thing, its event, who says it), and what has to show still."""
    item = said.contribution
    found = [f"item:{item.pk}", f"event:{item.main_event_id}"]
    if said.user:
        found.append(f"person:{said.user.person_id}")
    return [*found, said.scope] if said.scope else found


def whole(comment: Comment) -> str:
    """Return the address of a comment as it stands in e-mails."""
    return settings.SITE_URL + comment.get_absolute_url()


def quote_of(text: str) -> str:
    """Return the beginning of what was said, as plain text."""
    return Truncator(plain_text(text)).chars(QUOTED, truncate="…")


def title_of(item: Contribution) -> str:
    return item.title or str(item.kind_label)


def tell_author(comment: Comment, decision: CommentDecision) -> None:
    """Tell whoever wrote a comment what a moderator decided, with the reason and the note."""
    if decision.verb == Verb.KEEP:
        return
    context: dict[str, Any] = {
        "comment": comment,
        "decision": decision,
        "quote": quote_of(comment.body),
        "title": title_of(comment.contribution),
    }
    if comment.user:
        scope = scopes(comment)[:2]
        tell_member(comment.user, "comment_decision", context, url=comment.get_absolute_url(), scopes=scope)
    elif comment.guest:
        write_to_guest(
            comment.guest,
            "comment_decision",
            {**context, "link": return_link(comment.guest), "place": whole(comment)},
        )
