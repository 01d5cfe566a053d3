"""The jobs that keep the jobs in order."""

from datetime import timedelta

from django.utils import timezone

from jobs.job import job, periodic
from jobs.models import SILENCE, WorkerHeartbeat
from jobs.retry import prune


@periodic(every=timedelta(days=1))
@job()
def prune_finished_jobs() -> int:
    WorkerHeartbeat.objects.filter(seen_at__lt=timezone.now() - 10 * SILENCE).delete()
    return prune()
