"""What people say about contributions."""

from .favourite import Favourite, FavouriteDecision, FavouriteQuerySet

__all__ = ["Favourite", "FavouriteDecision", "FavouriteQuerySet"]
