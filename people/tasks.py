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
