"""What people say about contributions."""

from .favourite import Favourite, FavouriteDecision, FavouriteQuerySet
from .sent_webmention import SentWebmention
from .webmention import BlockedSource, Webmention, WebmentionDecision

__all__ = [
    "BlockedSource",
    "Favourite",
    "FavouriteDecision",
    "FavouriteQuerySet",
    "SentWebmention",
    "Webmention",
    "WebmentionDecision",
]
