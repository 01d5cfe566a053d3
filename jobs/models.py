"""What the workers tell each other through the database."""

from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jobs.job import PERIODIC

# A worker says every ten seconds that it is there. Silent for a minute, it counts as gone.
BEAT = timedelta(seconds=10)
SILENCE = timedelta(minutes=1)


class WorkerHeartbeatQuerySet(models.QuerySet["WorkerHeartbeat"]):
    def alive(self) -> "WorkerHeartbeatQuerySet":
        return self.filter(seen_at__gt=timezone.now() - SILENCE)

    def beat(self, worker: str) -> None:
        self.update_or_create(worker=worker, defaults={"seen_at": timezone.now()})

    def forget(self, worker: str) -> None:
        """Take a worker that is known to have ended off the list, so that nobody waits a minute for it."""
        self.filter(worker=worker).delete()


class WorkerHeartbeat(models.Model):
    """When a worker was last seen."""

    worker = models.CharField(_("worker"), max_length=64, primary_key=True)
    seen_at = models.DateTimeField(_("seen at"))

    objects = WorkerHeartbeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self) -> str:
        return self.worker


class PeriodicRunQuerySet(models.QuerySet["PeriodicRun"]):
    def enqueue_due(self) -> list[str]:
        """Enqueue each periodic job whose time has come, once however many workers ask; return their names."""
        now = timezone.now()
        known = dict(self.values_list("name", "due_at"))
        return [name for name in PERIODIC if known.get(name, now) <= now and self._enqueue(name, now)]

    def _enqueue(self, name: str, now: datetime) -> bool:
        periodic = PERIODIC[name]
        with transaction.atomic():
            self.get_or_create(name=name, defaults={"due_at": now})
            # The condition is checked again by the database: of two workers one changes the row.
            mine = self.filter(name=name, due_at__lte=now).update(due_at=now + periodic.every)
            if mine:
                periodic.job.enqueue()
        return bool(mine)


class PeriodicRun(models.Model):
    """When a periodic job comes round next."""

    name = models.CharField(_("name"), max_length=200, primary_key=True)
    due_at = models.DateTimeField(_("due at"))

    objects = PeriodicRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("periodic job")
        verbose_name_plural = _("periodic jobs")

    def __str__(self) -> str:
        return self.name
