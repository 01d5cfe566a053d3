import tempfile
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.happening import Happening
from community.models import Contribution
from people.decisions import StateConflict

from ..blurring import Blurred, burn
from ..storage import WORKSPACE, Saved, picture_store


class BlurQuerySet(models.QuerySet["Blur"]):
    def pending(self) -> "BlurQuerySet":
        """What was asked for and is not burnt in yet: one at a time for a photo."""
        return self.filter(burnt_at=None)


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

    objects = BlurQuerySet.as_manager()

    class Meta:
        verbose_name = _("blur")
        verbose_name_plural = _("blurs")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["photo"], condition=models.Q(burnt_at=None), name="blur_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.photo_id}: {len(self.regions)}"

    @classmethod
    @transaction.atomic
    def ask(cls, photo: Any, regions: Sequence[Sequence[float]], *, by: Any) -> "Blur":
        """Have the worker blur these parts of `photo` in every file, on behalf of `by`, who may edit it.

        From now on until that is done the photo shows to nobody but its owner and moderators. Raises StateConflict
        while it is being prepared, or when it cannot be shown at all.
        """
        from ..tasks import prepare_photo

        if not Contribution.objects.select_for_update(no_key=True).get(pk=photo.pk).ready:
            raise StateConflict(gettext("This photo is being prepared. Wait a moment, then try again."))
        photo.break_down("")
        member = by if by.is_authenticated else None
        blur = cls.objects.create(
            photo=photo,
            regions=[[round(number, 6) for number in region] for region in regions],
            member=member,
            guest_id=getattr(by, "guest_id", None),
            as_moderator=bool(member and member.is_moderator and not photo.is_owned_by(member)),
        )
        prepare_photo.enqueue(photo.pk)
        return blur

    def burn(self) -> None:
        """Put a blurred original in the place of the photo's, under an address of its own, and drop all older files.

        Safe to run twice, and to be killed: the row points at the old original or at the new one, and the photo is not
        ready in either case. Raises Unreadable and the storage's errors, with nothing changed. The renditions are for
        Photo.prepare to make anew.
        """
        storage = picture_store()
        with tempfile.TemporaryDirectory(prefix=WORKSPACE) as folder:
            before = self.photo.original
            made = burn(Path(storage.path(before)), Path(folder), self.regions)
            name = uuid.uuid4().hex
            with open(made.path, "rb") as file:
                kept = storage.save_hashed(f"originals/{name[:2]}/{name}.{made.extension}", File(file))
        # Not removed where this fails: it may have been committed all the same, and what no row names is swept up.
        if not self._take(made, kept, before):
            storage.delete(kept.name)

    @transaction.atomic
    def _take(self, made: Blurred, kept: Saved, before: str) -> bool:
        """Let the photo's row point at the new original; return whether nobody else has done so meanwhile."""
        from ..tasks import drop_files

        Contribution.objects.select_for_update(no_key=True).get(pk=self.photo_id)
        photo = type(self.photo).objects.get(pk=self.photo_id)
        if photo.original != before or not Blur.objects.pending().filter(pk=self.pk).exists():
            return False
        old = [before, *photo.renditions.values_list("name", flat=True)]
        photo.renditions.all().delete()
        # An address of its own, so that no cache holds anything under it.
        photo.file_key = uuid.uuid4()
        photo.original, photo.kept_sha256, photo.bytes = kept
        photo.format, photo.is_animated = made.format, False
        photo.save(update_fields=["file_key", "original", "kept_sha256", "bytes", "format", "is_animated"])
        self.burnt_at = timezone.now()
        self.save(update_fields=["burnt_at"])
        drop_files.enqueue(old)
        return True

    @property
    def happening(self) -> Happening:
        """This as a line of what happened to the photo."""
        return Happening(
            label=_("blurred") if self.burnt_at else _("being blurred"),
            when=self.asked_at,
            actor=self.member or self.guest,
            as_moderator=self.as_moderator,
        )
