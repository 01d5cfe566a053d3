"""Mentions in comments by a handle that somebody gave up: they say the handle of today (community.mentions)."""

from community.mentions import Settled

from .models import Comment, CommentVersion


def settle_bodies(after: int, size: int) -> int:
    """Settle the `size` comments behind the id `after`; return the last id, 0 at the end."""
    said = list(Comment.objects.filter(pk__gt=after, body__contains="@").order_by("pk")[:size])
    write = Settled(comment.body for comment in said)
    for comment in said:
        before, comment.body = comment.body, write(comment.body)
        if comment.body != before:
            comment.render()
            # Unless its words were changed meanwhile: those are settled already.
            same = Comment.objects.filter(pk=comment.pk, body=before)
            same.update(body=comment.body, html=comment.html, renderer_version=comment.renderer_version)
    return said[-1].pk if len(said) == size else 0


def settle_versions(after: int, size: int) -> int:
    """The same for former versions."""
    kept = list(CommentVersion.objects.filter(pk__gt=after, body__contains="@").order_by("pk")[:size])
    write = Settled(version.body for version in kept)
    for version in kept:
        if (body := write(version.body)) != version.body:
            CommentVersion.objects.filter(pk=version.pk).update(body=body)
    return kept[-1].pk if len(kept) == size else 0
