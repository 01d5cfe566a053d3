"""What the worker does for people."""

from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.utils import timezone

from jobs.job import job, periodic

# How many members' e-mails one job looks for.
CHUNK = 500


@job(queue="mail")
def send_mail(
    subject: str,
    body: str,
    address: str,
    language: str = "",
    footer: list[tuple[str, str]] | None = None,
    headers: dict[str, str] | None = None,
) -> None:
    """Send one e-mail. A worker that dies right after sending sends it again: twice beats never."""
    from .mails import message

    message(subject, body, address, language=language, footer=footer or (), headers=headers).send()


@job(queue="mail")
def mail_news(user_id: int) -> None:
    """Have one e-mail sent with all that is due to a member. Safe to run twice: what is on its way is not due."""
    from .mailing import mail_news_of

    mail_news_of(user_id)


@periodic(every=timedelta(minutes=10))
@job(queue="mail")
def mail_what_is_due(after: int = 0) -> None:
    """Have the e-mails sent that are due: the daily ones, and any whose own job was given up. Safe to run twice."""
    from .models import Notification

    due = Notification.objects.due(timezone.now()).filter(recipient__gt=after)
    users = list(due.order_by("recipient").values_list("recipient", flat=True).distinct()[:CHUNK])
    for user in users:
        mail_news.enqueue(user)
    if len(users) == CHUNK:
        mail_what_is_due.enqueue(users[-1])


@periodic(every=timedelta(hours=6))
@job()
def forget_rates() -> None:
    """Delete what was counted in stretches of time that are over. Safe to run twice."""
    from .models import Rate

    Rate.objects.filter(expires_at__lt=timezone.now()).delete()


@periodic(every=timedelta(days=1))
@job()
def forget_sessions() -> None:
    """Delete the sessions that are over, with what was kept in them. Safe to run twice."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


@job(queue="default", attempts=2)
def check_claim(claim_id: int) -> None:
    """Look whether the site that a claim names leads back to the member's page. Safe to run twice."""
    from .claiming import check_site
    from .models import Claim

    claim = Claim.objects.filter(pk=claim_id, state=Claim.State.OPEN, way=Claim.Way.SITE).first()
    if claim:
        check_site(claim)


@periodic(every=timedelta(days=1))
@job()
def settle_merges() -> None:
    """Forget the names of people who became part of others too long ago to be taken back. Safe to run twice."""
    from .claiming import forget_merged

    forget_merged()
