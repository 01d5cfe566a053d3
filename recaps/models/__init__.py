"""Recaps: write-ups here, and links to write-ups elsewhere."""

from .blog_feed import BlogFeed, FeedPost
from .recap import Recap, RecapQuerySet
from .text_claim import TextClaim

__all__ = ["BlogFeed", "FeedPost", "Recap", "RecapQuerySet", "TextClaim"]
