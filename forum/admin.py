from django.contrib import admin
from django.http import HttpRequest

from .models import TopicImport


@admin.register(TopicImport)
class TopicImportAdmin(admin.ModelAdmin):
    list_display = ("event", "url", "file_name", "state", "by", "created_at")
    list_filter = ("state",)
    list_select_related = ("event", "by__person")
    fields = readonly_fields = (
        "event",
        "by",
        "url",
        "file_name",
        "state",
        "problem",
        "created_at",
        "finished_at",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
