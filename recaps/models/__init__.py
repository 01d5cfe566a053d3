"""Recaps: write-ups here, and links to write-ups elsewhere."""

from .recap import Recap, RecapQuerySet

__all__ = ["Recap", "RecapQuerySet"]
