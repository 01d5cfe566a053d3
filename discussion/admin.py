from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.admin import DecisionsInline, ReadOnly, ReasonForm, by_verb
from people.decisions import Reason

from .models import Comment, CommentDecision, Favourite, FavouriteDecision


class FavouriteDecisionInline(DecisionsInline):
    model = FavouriteDecision


@admin.register(Favourite)
class FavouriteAdmin(admin.ModelAdmin):
    action_form = ReasonForm
    list_display = ("contribution", "name", "reason", "state", "submitted_at", "public_page")
    list_filter = ("state", "submitted_at")
    search_fields = ("reason", "contribution__title", "user__person__name", "guest__name")
    list_select_related = ("contribution", "user__person", "guest")
    fields = readonly_fields = (
        "contribution",
        "user",
        "guest",
        "reason",
        "state",
        "submitted_at",
        "public_page",
    )
    inlines = (FavouriteDecisionInline,)
    actions = ("publish", "reject")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Favourite]":
        # What is private is nobody else's business.
        return super().get_queryset(request).exclude(state=Favourite.State.PRIVATE)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("page"))
    def public_page(self, favourite: Favourite) -> str:
        return format_html('<a href="{}">{}</a>', favourite.contribution.get_absolute_url(), _("Look"))

    @admin.action(description=gettext_lazy("Show them to everybody"), permissions=["change"])
    def publish(self, request: HttpRequest, rows: "QuerySet[Favourite]") -> None:
        by_verb(self, request, rows, lambda favourite: favourite.publish(by=request.user))

    @admin.action(description=gettext_lazy("Turn down (pick a reason)"), permissions=["change"])
    def reject(self, request: HttpRequest, rows: "QuerySet[Favourite]") -> None:
        reason = request.POST.get("reason", "")
        if reason not in Reason.values:
            self.message_user(
                request, _("Pick a reason beside the action. They get to read it."), messages.ERROR
            )
            return
        by_verb(self, request, rows, lambda favourite: favourite.reject(by=request.user, reason=reason))


@admin.register(FavouriteDecision)
class FavouriteDecisionAdmin(ReadOnly):
    list_display = (
        "decided_at",
        "favourite",
        "verb",
        "from_state",
        "to_state",
        "actor",
        "as_moderator",
        "reason",
    )
    list_filter = ("verb", "as_moderator", "decided_at")
    list_select_related = (
        "favourite__contribution",
        "favourite__user__person",
        "favourite__guest",
        "actor__person",
    )


class CommentDecisionInline(DecisionsInline):
    model = CommentDecision


@admin.register(Comment)
class CommentAdmin(admin.ModelAdmin):
    action_form = ReasonForm
    list_display = ("contribution", "name", "body", "state", "submitted_at", "reported_at", "public_page")
    list_filter = ("state", "submitted_at")
    search_fields = ("body", "contribution__title", "user__person__name", "guest__name")
    list_select_related = ("contribution", "user__person", "guest")
    fields = readonly_fields = (
        "contribution",
        "parent",
        "user",
        "guest",
        "body",
        "state",
        "submitted_at",
        "published_at",
        "edited_at",
        "public_page",
    )
    inlines = (CommentDecisionInline,)
    actions = ("publish", "hide")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Comment]":
        # What its author deleted is nobody's business any more.
        return super().get_queryset(request).exclude(state=Comment.State.WITHDRAWN)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("page"))
    def public_page(self, comment: Comment) -> str:
        return format_html('<a href="{}">{}</a>', comment.get_absolute_url(), _("Look"))

    @admin.action(description=gettext_lazy("Show them to everybody"), permissions=["change"])
    def publish(self, request: HttpRequest, rows: "QuerySet[Comment]") -> None:
        by_verb(self, request, rows, lambda comment: comment.publish(by=request.user))

    @admin.action(description=gettext_lazy("Hide (pick a reason)"), permissions=["change"])
    def hide(self, request: HttpRequest, rows: "QuerySet[Comment]") -> None:
        reason = request.POST.get("reason", "")
        if reason not in Reason.values:
            self.message_user(
                request, _("Pick a reason beside the action. They get to read it."), messages.ERROR
            )
            return
        by_verb(self, request, rows, lambda comment: comment.hide(by=request.user, reason=reason))


@admin.register(CommentDecision)
class CommentDecisionAdmin(ReadOnly):
    list_display = (
        "decided_at",
        "comment",
        "verb",
        "from_state",
        "to_state",
        "actor",
        "as_moderator",
        "reason",
    )
    list_filter = ("verb", "as_moderator", "decided_at")
    list_select_related = (
        "comment__contribution",
        "comment__user__person",
        "comment__guest",
        "actor__person",
    )
