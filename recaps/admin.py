from django.contrib import admin

from community.admin import ContributionAdmin

from .models import Recap


@admin.register(Recap)
class RecapAdmin(ContributionAdmin):
    list_filter = (*ContributionAdmin.list_filter, "role", "language")
    search_fields = (*ContributionAdmin.search_fields, "url")
