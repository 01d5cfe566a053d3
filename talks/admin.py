from django.contrib import admin

from community.admin import ContributionAdmin

from .models import Talk


@admin.register(Talk)
class TalkAdmin(ContributionAdmin):
    list_filter = (*ContributionAdmin.list_filter, "video_state", "language")  # type: ignore[assignment]
    search_fields = (*ContributionAdmin.search_fields, "video_url")  # type: ignore[assignment]
