"""What the worker does for moderation."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from jobs.job import job, periodic

KEPT = timedelta(days=30)


@periodic(every=timedelta(days=1))
@job()
def forget_askers() -> None:
    """Delete the e-mail addresses of requests that were answered 30 days ago, or whose thing is gone. Safe to run
    twice.
    """
    from community.models import Contribution

    from .takedowns import Takedown

    past = timezone.now() - KEPT
    over = Q(decision__decided_at__lt=past) | Q(
        contribution__state=Contribution.State.ERASED, asked_at__lt=past
    )
    Takedown.objects.filter(over).exclude(email="").update(email="")
