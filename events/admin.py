"""The repair shop: events, series and what was decided about events. States change through the verbs only."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet, URLField
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from people.decisions import Reason, StateConflict

from .models import Day, Event, EventDecision, Organiser, Series


class DecisionForm(ActionForm):
    """What stands beside the choice of an action: the reason for turning down."""

    reason = forms.ChoiceField(label=_("Reason"), choices=Reason, initial=Reason.DUPLICATE, required=False)


# What is typed without a scheme is meant as https.
HTTPS: Any = {URLField: {"assume_scheme": "https"}}


class DayInline(admin.TabularInline):
    model = Day
    extra = 0


class OrganiserInline(admin.TabularInline):
    model = Organiser
    extra = 0
    raw_id_fields = ["user"]


class ReadOnly:
    """What is written once, by the verbs."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class DecisionInline(ReadOnly, admin.TabularInline):
    model = EventDecision
    fields = ("decided_at", "verb", "from_state", "to_state", "actor", "reason", "note")
    readonly_fields = fields
    extra = 0


@admin.register(Event)
class EventAdmin(admin.ModelAdmin):
    list_display = ["name", "dates", "city", "series", "parent", "state", "contribution_count", "page"]
    list_filter = ["state", "starts_on", ("parent", admin.EmptyFieldListFilter), "series"]
    list_select_related = ["series", "parent"]
    search_fields = ["search_text", "name"]
    date_hierarchy = "starts_on"
    autocomplete_fields = ["series", "parent"]
    readonly_fields = [
        *(
            "state",
            "proposed_by",
            "proposed_at",
            "published_at",
            "contribution_count",
            "write_up_count",
            "page",
        )
    ]
    inlines = [DayInline, OrganiserInline, DecisionInline]
    formfield_overrides = HTTPS
    action_form = DecisionForm
    actions = ["publish", "reject"]

    @admin.display(description=_("dates"), ordering="starts_on")
    def dates(self, event: Event) -> str:
        return event.dates

    @admin.display(description=_("page"))
    def page(self, event: Event) -> SafeString | str:
        return format_html('<a href="{}">{}</a>', event.get_absolute_url(), event.slug) if event.pk else ""

    def save_model(self, request: HttpRequest, obj: Event, form: forms.ModelForm, change: bool) -> None:
        if change:
            obj.edit(by=request.user)
        else:
            obj.propose(by=request.user)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if formset.model is Day and any("date" in fields for _day, fields in formset.changed_objects):
            form.instance.tell_days_moved()

    @admin.action(description=_("Publish"), permissions=["change"])
    def publish(self, request: HttpRequest, events: QuerySet[Event]) -> None:
        self._decide(request, events, lambda event: event.publish(by=request.user))

    @admin.action(description=_("Turn down, for the reason beside it"), permissions=["change"])
    def reject(self, request: HttpRequest, events: QuerySet[Event]) -> None:
        reason = request.POST.get("reason", "")
        if reason not in Reason.values:
            self.message_user(request, _("Pick a reason."), messages.ERROR)
            return
        self._decide(request, events, lambda event: event.reject(by=request.user, reason=reason))

    def _decide(self, request: HttpRequest, events: QuerySet[Event], verb: Callable[[Event], None]) -> None:
        done = 0
        for event in events.order_by("pk"):
            try:
                verb(event)
                done += 1
            except StateConflict as conflict:
                self.message_user(request, str(conflict), messages.WARNING)
        if done:
            text = ngettext("%(number)s event changed.", "%(number)s events changed.", done) % {
                "number": done
            }
            self.message_user(request, text, messages.SUCCESS)


@admin.register(Series)
class SeriesAdmin(admin.ModelAdmin):
    list_display = ["name", "slug", "website", "page"]
    search_fields = ["search_text", "name"]
    readonly_fields = ["page"]
    formfield_overrides = HTTPS

    @admin.display(description=_("page"))
    def page(self, series: Series) -> SafeString | str:
        return format_html('<a href="{}">{}</a>', series.get_absolute_url(), series.slug) if series.pk else ""


@admin.register(EventDecision)
class EventDecisionAdmin(ReadOnly, admin.ModelAdmin):
    list_display = [
        "decided_at",
        "event",
        "verb",
        "from_state",
        "to_state",
        "actor",
        "as_moderator",
        "reason",
    ]
    list_filter = ["verb", "as_moderator", "reason", "decided_at"]
    list_select_related = ["event", "actor__person"]
    search_fields = ["event__name", "note", "actor__person__name"]
    date_hierarchy = "decided_at"
