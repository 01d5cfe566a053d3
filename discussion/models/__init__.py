"""What people say about contributions."""

from .favourite import Favourite, FavouriteDecision, FavouriteQuerySet
from .webmention import BlockedSource, Webmention, WebmentionDecision

__all__ = [
    "BlockedSource",
    "Favourite",
    "FavouriteDecision",
    "FavouriteQuerySet",
    "Webmention",
    "WebmentionDecision",
]
