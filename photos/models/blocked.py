from django.db import models
from django.utils.translation import gettext_lazy as _


class BlockedPicture(models.Model):
    """A picture that must not come back: somebody asked for its removal, and a moderator confirmed it.

    Known by the file itself (`sha256`, as it came) and by its likeness (`dhash`, 64 bits as a signed number).
    """

    sha256 = models.CharField(_("SHA-256 of the file as it came"), max_length=64, db_index=True)
    dhash = models.BigIntegerField(_("likeness"), null=True)
    blocked_at = models.DateTimeField(_("blocked"), auto_now_add=True)
    # Gone with the photo's row, if that ever goes; the block stays.
    photo = models.ForeignKey(
        "photos.Photo", models.SET_NULL, null=True, related_name="blocks", verbose_name=_("photo")
    )

    class Meta:
        verbose_name = _("blocked picture")
        verbose_name_plural = _("blocked pictures")
        constraints = [models.UniqueConstraint(fields=["photo"], name="blocked_once_a_photo")]

    def __str__(self) -> str:
        return self.sha256[:12]
