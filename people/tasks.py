"""What the worker does for people."""

from django.core.mail import EmailMessage

from jobs.job import job


@job(queue="mail")
def send_mail(subject: str, body: str, address: str) -> None:
    """Send one e-mail. A worker that dies right after sending sends it again: twice beats never."""
    EmailMessage(subject, body, to=[address]).send()
