"""Who was told that somebody mentions them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Told(models.Model):
    """That somebody was told that a comment or a recommendation mentions them: once, however often it is edited."""

    comment = models.ForeignKey("discussion.Comment", models.CASCADE, null=True, related_name="told")
    favourite = models.ForeignKey("discussion.Favourite", models.CASCADE, null=True, related_name="told")
    person = models.ForeignKey("people.Person", models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("mention that somebody was told of")
        verbose_name_plural = _("mentions that people were told of")
        constraints = [
            models.UniqueConstraint(fields=["comment", "person"], name="told_once_of_comment"),
            models.UniqueConstraint(fields=["favourite", "person"], name="told_once_of_favourite"),
            models.CheckConstraint(
                condition=Q(comment=None, favourite__isnull=False) | Q(favourite=None, comment__isnull=False),
                name="told_of_one_thing",
                violation_error_message=_("It is about a comment or about a recommendation."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.comment_id or self.favourite_id}: {self.person_id}"
