"""What people say about contributions."""

from .comment import Comment, CommentDecision, CommentQuerySet, CommentReport, CommentVersion
from .favourite import Favourite, FavouriteDecision, FavouriteQuerySet
from .reply_to_guest import ReplyToGuest
from .sent_webmention import SentWebmention
from .told import Told
from .webmention import BlockedSource, Webmention, WebmentionDecision

__all__ = [
    "BlockedSource",
    "Comment",
    "CommentDecision",
    "CommentQuerySet",
    "CommentReport",
    "CommentVersion",
    "Favourite",
    "FavouriteDecision",
    "FavouriteQuerySet",
    "ReplyToGuest",
    "SentWebmention",
    "Told",
    "Webmention",
    "WebmentionDecision",
]
