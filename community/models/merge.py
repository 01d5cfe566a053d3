from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Merge(models.Model):
    """That one entry was joined with another of the same thing, and what moved, so that it can be taken back."""

    # A record of what moderators did.
    outlives_its_thing = True

    source = models.ForeignKey("community.Contribution", models.CASCADE, related_name="merges")
    target = models.ForeignKey("community.Contribution", models.CASCADE, related_name="merges_in")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    # “rows”: by foreign key the ids of what points at `target` since (people.merging); “before” and “after”: the fields
    # that it took over; “was_edited”: whether an edit of the source waited for review (community/merging.py).
    moved = models.JSONField(default=dict)
    merged_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ["-merged_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}"
