from django.contrib import admin

from community.admin import ContributionAdmin

from .models import Recap


@admin.register(Recap)
class RecapAdmin(ContributionAdmin):
    list_filter = (*ContributionAdmin.list_filter, "role", "language")  # type: ignore[assignment]
    search_fields = (*ContributionAdmin.search_fields, "url")  # type: ignore[assignment]
