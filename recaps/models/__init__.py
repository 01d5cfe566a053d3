"""Recaps: write-ups here, and links to write-ups elsewhere."""

from .recap import Recap, RecapQuerySet
from .text_claim import TextClaim

__all__ = ["Recap", "RecapQuerySet", "TextClaim"]
