from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models import Person


class Revision(models.Model):
    """One saved version of a contribution: the fields that the kind names in `revision_fields`, the tags,
    the credits.

    People stand in it as ids, so that a version shows nobody under a name that they gave up.
    """

    # What was said of one entry is no version of the other.
    stays_when_merged = True

    contribution = models.ForeignKey(
        "community.Contribution", models.CASCADE, related_name="revisions", verbose_name=_("of")
    )
    number = models.PositiveIntegerField()
    fields = models.JSONField(default=dict)
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    guest = models.ForeignKey("people.Guest", models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["contribution", "number"], name="revision_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.contribution_id} v{self.number}"

    @staticmethod
    def with_names(revisions: "Iterable[Revision]") -> None:
        """Put today's names of the credited people into these versions, for reading only: one query for all of them.

        Whoever is not here any more is left out; of two who were found to be one person, one is named.
        """
        revisions = list(revisions)
        ids = {pk for revision in revisions for pk in revision.fields.get("credit", ())}
        people = Person.objects.filter(pk__in=ids).select_related("merged_into") if ids else ()
        names = {person.pk: person.now.name for person in people}
        for revision in revisions:
            credited = (names[pk] for pk in revision.fields.get("credit", ()) if pk in names)
            revision.fields = {**revision.fields, "credit": list(dict.fromkeys(credited))}
