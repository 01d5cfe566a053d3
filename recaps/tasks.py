"""What the worker does for recaps."""

from datetime import timedelta

from jobs.job import job, periodic


@job(queue="outside", attempts=2)
def check_text_claim(claim_id: int) -> None:
    """Look on the page that a claim is about for what proves it. Safe to run twice."""
    from .claiming import WAYS, check_page
    from .models import TextClaim

    claim = TextClaim.objects.filter(pk=claim_id, state=TextClaim.State.OPEN, way__in=WAYS).first()
    if claim:
        check_page(claim)


@job(queue="outside", attempts=1, timeout=timedelta(minutes=2))
def read_feed(feed_id: int) -> None:
    """Read the feed of a blog that is watched, and propose what is new. Safe to run twice."""
    from .models import BlogFeed

    feed = BlogFeed.objects.filter(pk=feed_id).select_related("event__series", "user__person").first()
    if feed and feed.event.is_public and not feed.is_over:
        feed.read()


# So many in one go: whoever waits for a letter waits behind it.
FEEDS_AT_ONCE = 20


@periodic(every=timedelta(hours=1))
@job()
def read_due_feeds() -> None:
    """Have the feeds read whose time has come, and leave those alone whose fortnight is over. Safe to run twice."""
    from .models import BlogFeed

    for feed in BlogFeed.objects.due().select_related("event")[:FEEDS_AT_ONCE]:
        if feed.is_over:
            feed.check_at = None
            feed.save(update_fields=["check_at"])
        else:
            read_feed.enqueue(feed.pk)
