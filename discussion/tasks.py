"""What the worker does for recommendations."""

from jobs.job import job

CHUNK = 200


@job()
def settle_reasons(after: int = 0) -> None:
    """Let reasons mention people by the handles of today, a chunk at a time (community.mentions). Safe to run twice."""
    from .recommended import settle_mentions

    if last := settle_mentions(after, CHUNK):
        settle_reasons.enqueue(last)
