"""What the worker does for people."""

from datetime import timedelta

from django.core.mail import EmailMessage
from django.utils import timezone

from jobs.job import job, periodic


@job(queue="mail")
def send_mail(subject: str, body: str, address: str) -> None:
    """Send one e-mail. A worker that dies right after sending sends it again: twice beats never."""
    EmailMessage(subject, body, to=[address]).send()


@periodic(every=timedelta(hours=6))
@job()
def forget_rates() -> None:
    """Delete what was counted in stretches of time that are over. Safe to run twice."""
    from .models import Rate

    Rate.objects.filter(expires_at__lt=timezone.now()).delete()


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
