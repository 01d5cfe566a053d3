from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PhotosConfig(AppConfig):
    name = "photos"
    verbose_name = _("Photos")

    def ready(self) -> None:
        from jobs import health

        health.REPORTS["files"] = last_check


def last_check() -> dict[str, Any] | None:
    """Return what the daily look at all stored files found last, for the health page; None before the first."""
    from .models import FileCheck

    last = FileCheck.objects.first()
    if last is None:
        return None
    return {
        "missing": last.missing,
        "orphans": last.orphans,
        "mismatches": last.mismatches,
        "of": last.files,
        "checked": last.checked_at.isoformat(timespec="seconds"),
    }
