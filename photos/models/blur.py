from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Blur(models.Model):
    """Rectangles of a photo that were made unrecognisable, and by whom. Written once; the pixels are gone for good.

    `regions` is a list of [left, top, width, height], each from 0 to 1 of the upright picture.
    """

    photo = models.ForeignKey("photos.Photo", models.CASCADE, related_name="blurs", verbose_name=_("photo"))
    regions = models.JSONField(_("rectangles"))
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by the member"),
    )
    guest = models.ForeignKey(
        "people.Guest",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by the guest"),
    )
    as_moderator = models.BooleanField(_("as a moderator"), default=False)
    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)
    # When all files were made anew; until then the photo is not ready, and shows to nobody else.
    burnt_at = models.DateTimeField(_("burnt in"), null=True, blank=True)

    class Meta:
        verbose_name = _("blur")
        verbose_name_plural = _("blurs")
        ordering = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.photo_id}: {len(self.regions)}"
