"""What sites were told of the links that lead to them from here."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from community.models import Contribution
from links.models import key_of
from links.webmention import endpoint_of, tell

MOST_TARGETS = 50


class SentWebmention(models.Model):
    """One link of one contribution: whether it stands there, and whether its site has been told so."""

    # What was told was told under the address of that very page.
    stays_when_merged = True

    class State(models.TextChoices):
        WAITING = "waiting", _("to be told")
        TOLD = "told", _("told")
        NOT_TAKEN = "not taken", _("takes none")
        FAILED = "failed", _("given up")

    contribution = models.ForeignKey(Contribution, models.CASCADE, related_name="sent_webmentions")
    target = models.URLField(max_length=2000)
    target_key = models.CharField(max_length=2000, editable=False)
    # The version of the contribution that it is about.
    version = models.PositiveIntegerField(default=0)
    is_there = models.BooleanField(default=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING, editable=False)
    endpoint = models.URLField(max_length=2000, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("webmention sent")
        verbose_name_plural = _("webmentions sent")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contribution", "target_key"],
                name="sent_webmention_once",
                violation_error_message=_("This link is already known."),
            )
        ]

    def __str__(self) -> str:
        return self.target

    @classmethod
    def plan(cls, item: Contribution) -> None:
        """Have the sites told that `item`, which is of its kind, leads to since it changed, or no longer leads to.
        Safe to do twice: of one version each is told once.
        """
        leads = targets_of(item) if item.is_public else {}
        with transaction.atomic():
            Contribution.objects.select_for_update(no_key=True).get(pk=item.pk)
            known = {row.target_key: row for row in cls.objects.filter(contribution_id=item.pk)}
            for key, target in leads.items():
                row = known.get(key) or cls(contribution_id=item.pk, target=target, target_key=key)
                if row.version != item.version or not row.is_there:
                    row._ask(version=item.version, is_there=True)
            for key, row in known.items():
                if key not in leads and row.is_there:
                    row._ask(version=item.version, is_there=False)

    def _ask(self, *, version: int, is_there: bool) -> None:
        """Have the worker tell the site; of a link that is gone, only a site that was told of it."""
        from ..tasks import send_webmention

        self.version, self.is_there = version, is_there
        was_told = bool(self.endpoint)
        self.state = self.State.WAITING if is_there or was_told else self.State.NOT_TAKEN
        self.save()
        if self.state == self.State.WAITING:
            send_webmention.enqueue(self.pk)

    def send(self) -> None:
        """Tell the site, if that is still to be done. Raises NotFetched where it does not answer now."""
        if self.state != self.State.WAITING:
            return
        endpoint = endpoint_of(self.target) or ("" if self.is_there else self.endpoint)
        taken = bool(endpoint) and tell(endpoint, self.source, self.target)
        state = self.State.TOLD if taken else self.State.NOT_TAKEN
        # Unless it changed meanwhile: then another job tells of that.
        same = type(self).objects.filter(pk=self.pk, version=self.version, is_there=self.is_there)
        same.update(state=state, endpoint=endpoint)

    def give_up(self) -> None:
        type(self).objects.filter(pk=self.pk, state=self.State.WAITING).update(state=self.State.FAILED)

    @property
    def source(self) -> str:
        return settings.SITE_URL + self.contribution.get_absolute_url()


def targets_of(item: Any) -> dict[str, str]:
    """Return the pages elsewhere whose sites are told of this item, by key."""
    own = urlsplit(settings.SITE_URL).netloc.lower()
    leads: dict[str, str] = {}
    for address in item.tells_sites():
        if (key := key_of(address)) and urlsplit(address).netloc.lower() != own:
            leads.setdefault(key, address)
    return dict(list(leads.items())[:MOST_TARGETS])
