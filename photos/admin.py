from typing import Any

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from community.admin import ContributionAdmin

from .models import Photo, UploadLink


@admin.register(Photo)
class PhotoAdmin(ContributionAdmin):
    list_display = ("picture", *ContributionAdmin.list_display)  # type: ignore[assignment]
    list_filter = (*ContributionAdmin.list_filter, "licence", "format", "had_place")  # type: ignore[assignment]
    search_fields = (*ContributionAdmin.search_fields, "sha256")  # type: ignore[assignment]
    readonly_fields = (  # type: ignore[assignment]
        "picture",
        *ContributionAdmin.readonly_fields,
        "format",
        "bytes",
        "width",
        "height",
        "sha256",
        "had_place",
    )

    def get_queryset(self, request: Any) -> Any:
        # for_cards brings the renditions of all rows in one query.
        return super().get_queryset(request).for_cards()  # type: ignore[attr-defined]

    @admin.display(description=gettext_lazy("picture"))
    def picture(self, photo: Photo) -> str:
        if photo.small is None:
            return photo.problem or "–"
        return format_html(
            '<img src="{}" alt="{}" width="{}" height="{}">',
            photo.small.get_absolute_url(),
            photo.alt,
            round(photo.small.width * 80 / photo.small.height) if photo.small.height else 80,
            80,
        )


@admin.register(UploadLink)
class UploadLinkAdmin(admin.ModelAdmin):
    """Links are made and revoked on the event's own page; here they can be found and read."""

    list_display = ("__str__", "event", "made_by", "made_at", "expires_at", "photo_count", "revoked_at")
    list_select_related = ("event", "made_by__person")
    search_fields = ("label", "event__name")
    readonly_fields = (
        "event",
        "made_by",
        "made_at",
        "photo_count",
        "on_wall",
        "revoked_at",
        "revoked_by",
    )

    def has_add_permission(self, request: Any) -> bool:
        return False
