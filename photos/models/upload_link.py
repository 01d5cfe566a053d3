import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class UploadLink(models.Model):
    """A link with which people without account add photos to one event: on a poster, on a slide, in a chat.

    The address holds the signed id, so a copy of the database is no set of working links; revoking is a row's change.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(
        "events.Event", models.CASCADE, related_name="upload_links", verbose_name=_("event")
    )
    label = models.CharField(
        _("what it is for"), max_length=80, blank=True, help_text=_("Only organisers see this.")
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    # Django's password hash of the PIN; empty where none is asked for.
    pin = models.CharField(max_length=128, blank=True, editable=False)
    expires_at = models.DateTimeField(_("works until"), null=True, blank=True)
    photos_at_most = models.PositiveIntegerField(_("photos at most"), null=True, blank=True)
    upload_only = models.BooleanField(
        _("upload only"),
        default=False,
        help_text=_("Whoever comes by this link is led to the form, not to what others added."),
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    # Kept by the form that makes the photos; manage.py check_counters proves it.
    photo_count = models.PositiveIntegerField(_("photos so far"), default=0, editable=False)

    class Meta:
        verbose_name = _("link for photos")
        verbose_name_plural = _("links for photos")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.label or str(self.made_at.date())
