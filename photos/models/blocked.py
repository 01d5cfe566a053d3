from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

# Of 64 bits: what a smaller copy of the same picture differs by at most. (Others differ by 20 and more, mostly.)
LIKE_AT_MOST = 4
# A night sky or a white wall has next to no edges, and is like every other.
FEWEST_EDGES = 8
BLOCKED = _("Somebody asked us to remove this photo from this site, so it cannot be added again.")


class Blocked(ValueError):  # noqa: N818 - it says what the picture is
    """The picture must not come back. `str()` is a sentence for the person who sent it; it does not say whose."""


class BlockedPictureQuerySet(models.QuerySet["BlockedPicture"]):
    def refuse(self, sha256: str) -> None:
        """Raise Blocked where the file with this SHA-256 (hex, as it came) must not come back."""
        if self.filter(sha256=sha256).exists():
            raise Blocked(str(BLOCKED))

    def refuse_like(self, dhash: int | None, photo: Any) -> None:
        """Raise Blocked where a picture of this likeness (64 bits as a signed number) must not come back, `photo` being
        the one that asks. Looks at every block: some thousands, a few milliseconds.
        """
        if dhash is None or not FEWEST_EDGES <= difference(dhash, 0) <= 64 - FEWEST_EDGES:
            return
        known = self.filter(dhash__isnull=False).exclude(photo=photo).values_list("dhash", flat=True)
        if any(difference(dhash, one) <= LIKE_AT_MOST for one in known.iterator()):
            raise Blocked(str(BLOCKED))


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

    objects = BlockedPictureQuerySet.as_manager()

    class Meta:
        verbose_name = _("blocked photo")
        verbose_name_plural = _("blocked photos")
        constraints = [models.UniqueConstraint(fields=["photo"], name="blocked_once_a_photo")]

    def __str__(self) -> str:
        return self.sha256[:12]


def difference(one: int, other: int) -> int:
    """Return in how many of their 64 bits two likenesses differ."""
    return ((one ^ other) & 0xFFFF_FFFF_FFFF_FFFF).bit_count()
