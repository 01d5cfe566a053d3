"""What the worker does for recommendations, comments and webmentions."""

import uuid
from datetime import timedelta

from django.utils import timezone

from jobs.job import job, periodic

CHUNK = 200
SCORED_AT_ONCE = 500


@job()
def settle_reasons(after: int = 0) -> None:
    """Let reasons mention people by the handles of today, a chunk at a time (community.mentions). Safe to run twice."""
    from .recommended import settle_mentions

    if last := settle_mentions(after, CHUNK):
        settle_reasons.enqueue(last)
    else:
        settle_comments.enqueue()


@job()
def settle_comments(after: int = 0) -> None:
    """The same for comments, and then for their former versions. Safe to run twice."""
    from .settling import settle_bodies

    if last := settle_bodies(after, CHUNK):
        settle_comments.enqueue(last)
    else:
        settle_comment_versions.enqueue()


@job()
def settle_comment_versions(after: int = 0) -> None:
    """The same for what comments said before they were changed. Safe to run twice."""
    from .settling import settle_versions

    if last := settle_versions(after, CHUNK):
        settle_comment_versions.enqueue(last)


@periodic(every=timedelta(hours=1))
@job()
def forget_deleted_comments() -> None:
    """Delete the words of comments whose authors deleted them a day ago. Safe to run twice."""
    from .models import Comment

    for comment in Comment.objects.to_be_forgotten()[:CHUNK]:
        comment.forget()


@job(queue="mail")
def mail_replies(guest_id: str) -> None:
    """Have one e-mail sent with all replies that are due to a guest. Safe to run twice: what went is not due."""
    from .guest_mail import mail_replies_to

    mail_replies_to(uuid.UUID(guest_id))


@periodic(every=timedelta(hours=1))
@job(queue="mail")
def mail_replies_due() -> None:
    """Have those sent whose own job was given up. Safe to run twice."""
    from .models import ReplyToGuest

    # Their own jobs come first.
    due = ReplyToGuest.objects.filter(due_at__lte=timezone.now() - timedelta(minutes=10))
    for guest_id in due.order_by().values_list("guest", flat=True).distinct()[:CHUNK]:
        mail_replies.enqueue(str(guest_id))


@job(queue="outside", attempts=3, first_wait=timedelta(minutes=10), timeout=timedelta(minutes=2))
def read_webmention(source: str, target: str) -> None:
    """Ask the page that mentions something here, and keep what it says. Safe to run twice."""
    from .webmentions import read

    read(source, target)


def give_up_sending(sent_id: int) -> None:
    """Note that a site was told in vain, as often as it is tried."""
    from .models import SentWebmention

    if sent := SentWebmention.objects.filter(pk=sent_id).first():
        sent.give_up()


@job(
    queue="outside",
    attempts=4,
    first_wait=timedelta(minutes=15),
    timeout=timedelta(minutes=2),
    given_up=give_up_sending,
)
def send_webmention(sent_id: int) -> None:
    """Tell a site that something here leads to one of its pages, or no longer does. Safe to run twice."""
    from .models import SentWebmention

    sent = SentWebmention.objects.filter(pk=sent_id).select_related("contribution").first()
    if sent:
        sent.send()


@periodic(every=timedelta(days=1))
@job()
def rescore_all(after: int = 0) -> None:
    """Let a day pass for the scores: what people said becomes older, an event has another attendance. A chunk at a
    time; safe to run twice.
    """
    from community.models import Contribution

    from .scoring import rescore
    from .variety import spread

    rows = Contribution.objects.public().filter(pk__gt=after)
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:SCORED_AT_ONCE])
    rescore(ids)
    spread(ids)
    if len(ids) == SCORED_AT_ONCE:
        rescore_all.enqueue(ids[-1])
