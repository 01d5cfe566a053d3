from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from .models import Host, Link, OptOut, Replacement


class ReadOnly(admin.ModelAdmin):
    """What the worker and the moderators' page wrote down: to be looked at here, not changed."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Link)
class LinkAdmin(ReadOnly):
    list_display = ("url", "state", "status", "failures", "checked_at", "check_at", "title")
    list_filter = ("state", "checked_at")
    search_fields = ("url", "title", "host")


@admin.register(Host)
class HostAdmin(ReadOnly):
    list_display = ("name", "failures", "ask_again_at", "robots_at")
    search_fields = ("name",)


@admin.register(Replacement)
class ReplacementAdmin(ReadOnly):
    list_display = ("replaced_at", "old", "new", "count", "by")
    search_fields = ("old", "new")
    list_select_related = ("by__person",)


@admin.register(OptOut)
class OptOutAdmin(ReadOnly):
    list_display = ("__str__", "asked_at", "lifted_at", "lifted_by", "lift_reason")
    search_fields = ("key", "host")
    list_select_related = ("lifted_by__person",)
