"""Webmentions that go out, where WEBMENTIONS_SEND allows that (docs/decisions/0021-webmention.md)."""

from collections.abc import Sequence

from django.conf import settings

from community.stream import load

from .models import SentWebmention


def changed(contribution_ids: Sequence[int]) -> None:
    """Have sites told of what these contributions lead to now (CONTRIBUTIONS_CHANGED). Safe to run twice."""
    if not settings.WEBMENTIONS_SEND:
        return
    told = set(
        SentWebmention.objects.filter(contribution__in=contribution_ids).values_list(
            "contribution", flat=True
        )
    )
    for item in load(contribution_ids):
        # What leads nowhere any more may have led somewhere.
        if item.pk in told or item.tells_sites():
            SentWebmention.plan(item)
