"""The repair shop for contributions, tags and what hangs on them. Changes of state go through the same verbs."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from taggit.admin import Tag as TagOfThePackage

from people.decisions import Reason, StateConflict

from .kinds import kinds_by_name
from .models import Contribution, Credit, Decision, Relation, Revision, Tag, TagDecision, TaggedContribution

# taggit registers its own tags, which nothing here uses; and its page that merges them asks for no right.
admin.site.unregister(TagOfThePackage)


class ReasonForm(ActionForm):
    """The form beside the list of actions: why something is turned down or hidden."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=[("", "—"), *Reason.choices], required=False
    )


class TagForm(ActionForm):
    """The form beside the list of actions: the tag that words mean the same as."""

    same_as = forms.ChoiceField(label=gettext_lazy("Means the same as"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The most used ones: a select of all tags would be a page of its own.
        tags = Tag.objects.accepted().order_by("-contribution_count", "folded")[:200]
        self.fields["same_as"].choices = [("", "—"), *tags.values_list("pk", "name")]  # type: ignore[attr-defined]


def by_verb(admin_page: Any, request: HttpRequest, rows: "QuerySet[Any]", act: Callable[[Any], None]) -> None:
    """Do `act` to each row through its verb, and report what was done and what could not be."""
    done = 0
    for row in rows:
        try:
            act(row)
            done += 1
        except StateConflict as conflict:
            admin_page.message_user(request, f"{row}: {conflict}", messages.WARNING)
    if done:
        text = ngettext("One changed.", "%(number)s changed.", done) % {"number": done}
        admin_page.message_user(request, text, messages.SUCCESS)


class ReadOnly(admin.ModelAdmin):
    """A log: looked at, never changed here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyInline(admin.TabularInline):
    """Rows of a log beside what they are about."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class DecisionsInline(ReadOnlyInline):
    """What was decided about a thing, newest first; `model` says about what."""

    fields = readonly_fields = (
        "decided_at",
        "verb",
        "from_state",
        "to_state",
        "actor",
        "as_moderator",
        "reason",
        "note",
    )
    ordering = ("-pk",)


class DecisionInline(DecisionsInline):
    model = Decision


class RevisionInline(ReadOnlyInline):
    model = Revision
    fields = readonly_fields = ("number", "created_at", "editor", "guest", "fields")


class CreditInline(admin.TabularInline):
    model = Credit
    extra = 0
    autocomplete_fields = ("person",)


class RelationInline(admin.TabularInline):
    model = Relation
    fk_name = "source"
    extra = 0
    raw_id_fields = ("target",)


class ContributionAdmin(admin.ModelAdmin):
    """The base of each kind's admin. Fields are edited through the kind's own page, which keeps versions and counts."""

    action_form = ReasonForm
    list_display = ("__str__", "event", "state", "ready", "owner_name", "submitted_at", "public_page")
    list_filter = (
        "state",
        "ready",
        "unreviewed_edit",
        "submitted_at",
        ("event", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = ("title", "search_text", "contributor__person__name", "guest__name")
    date_hierarchy = "submitted_at"
    list_select_related = ("event", "contributor__person", "guest")
    list_per_page = 50
    show_full_result_count = False
    raw_id_fields = ("event", "day", "contributor", "guest")
    inlines = (CreditInline, RelationInline, DecisionInline, RevisionInline)
    actions = ("publish", "reject", "hide", "withdraw")
    kept = (
        "state",
        "ready",
        "problem",
        "unreviewed_edit",
        "submitted_at",
        "published_at",
        "edited_at",
        "version",
    )
    readonly_fields = (*kept, "words", "public_page", "edit_page")
    # taggit's own field would go round the copies that tag pages are ordered by.
    exclude = ("tags", "search_text")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # What versions and counts hang on is changed on the page of the thing, which keeps them.
        plain = [field.name for field in self.model._meta.fields if field.editable and not field.primary_key]
        return (*self.readonly_fields, *(name for name in plain if not name.endswith("_ptr")))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Decisions are never deleted; what nobody should see is hidden.
        return False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        # Cards show who is credited.
        form.instance.forget_cards()

    @admin.display(description=gettext_lazy("added by"), ordering="contributor__person__name")
    def owner_name(self, item: Contribution) -> str:
        return item.contributor_name

    @admin.display(description=gettext_lazy("tags"))
    def words(self, item: Contribution) -> str:
        rows = (
            TaggedContribution.objects.filter(content_object_id=item.pk).select_related("tag").order_by("pk")
        )
        return ", ".join(f"{row.tag.name} ({row.tag.get_state_display()})" for row in rows) or "–"

    @admin.display(description=gettext_lazy("page"))
    def public_page(self, item: Contribution) -> str:
        return format_html('<a href="{}">{}</a>', item.get_absolute_url(), _("Look"))

    @admin.display(description=gettext_lazy("change"))
    def edit_page(self, item: Contribution) -> str:
        return format_html('<a href="{}">{}</a>', item.get_edit_url(), _("Edit it on its own page"))

    @admin.action(description=gettext_lazy("Show them to everybody"), permissions=["change"])
    def publish(self, request: HttpRequest, rows: "QuerySet[Any]") -> None:
        by_verb(self, request, rows, lambda item: item.publish(by=request.user))

    @admin.action(description=gettext_lazy("Turn down (pick a reason)"), permissions=["change"])
    def reject(self, request: HttpRequest, rows: "QuerySet[Any]") -> None:
        self._with_reason(request, rows, "reject")

    @admin.action(description=gettext_lazy("Hide (pick a reason)"), permissions=["change"])
    def hide(self, request: HttpRequest, rows: "QuerySet[Any]") -> None:
        self._with_reason(request, rows, "hide")

    @admin.action(description=gettext_lazy("Withdraw, for their owners"), permissions=["change"])
    def withdraw(self, request: HttpRequest, rows: "QuerySet[Any]") -> None:
        by_verb(self, request, rows, lambda item: item.withdraw(by=request.user))

    def _with_reason(self, request: HttpRequest, rows: "QuerySet[Any]", verb: str) -> None:
        reason = request.POST.get("reason", "")
        if reason not in Reason.values:
            self.message_user(
                request,
                _("Pick a reason beside the action. The person who added it gets to read it."),
                messages.ERROR,
            )
            return
        by_verb(self, request, rows, lambda item: getattr(item, verb)(by=request.user, reason=reason))


@admin.register(Contribution)
class AllContributionsAdmin(ReadOnly):
    """Everything that was added, of whatever kind; the name leads to the kind's own page."""

    list_display = ("kind_page", "kind", "event", "state", "ready", "submitted_at", "public_page")
    list_display_links = None
    list_filter = ("kind", "state", "ready", "unreviewed_edit", "submitted_at")
    search_fields = ("title", "search_text", "contributor__person__name", "guest__name")
    date_hierarchy = "submitted_at"
    list_select_related = ("event",)
    show_full_result_count = False

    @admin.display(description=gettext_lazy("title"), ordering="title")
    def kind_page(self, item: Contribution) -> str:
        name = kinds_by_name()[item.kind]._meta
        try:
            address = reverse(f"admin:{name.app_label}_{name.model_name}_change", args=[item.pk])
        except NoReverseMatch:
            return item.title
        return format_html('<a href="{}">{}</a>', address, item.title or name.verbose_name)

    @admin.display(description=gettext_lazy("page"))
    def public_page(self, item: Contribution) -> str:
        return format_html('<a href="{}">{}</a>', item.get_absolute_url(), _("Look"))


class TagDecisionInline(DecisionsInline):
    model = TagDecision


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    action_form = TagForm
    list_display = ("name", "state", "canonical", "contribution_count", "proposed_by", "public_page")
    list_filter = ("state", ("canonical", admin.EmptyFieldListFilter))
    search_fields = ("name", "folded", "synonyms__name")
    list_select_related = ("canonical", "proposed_by__person")
    fields = (
        "name",
        "slug",
        "state",
        "canonical",
        "same_words",
        "contribution_count",
        "proposed_by",
        "public_page",
    )
    readonly_fields = ("state", "canonical", "same_words", "contribution_count", "proposed_by", "public_page")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (TagDecisionInline,)
    actions = ("accept", "refuse", "merge")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Tag, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        # Cards show the word.
        obj.redraw()

    @admin.display(description=gettext_lazy("synonyms"))
    def same_words(self, tag: Tag) -> str:
        return format_html_join(", ", "{}", ((other.name,) for other in tag.synonyms.all())) or "–"

    @admin.display(description=gettext_lazy("page"))
    def public_page(self, tag: Tag) -> str:
        return format_html('<a href="{}">{}</a>', tag.get_absolute_url(), _("Look"))

    @admin.action(description=gettext_lazy("Approve"), permissions=["change"])
    def accept(self, request: HttpRequest, rows: "QuerySet[Tag]") -> None:
        by_verb(self, request, rows, lambda tag: tag.accept(by=request.user))

    @admin.action(description=gettext_lazy("Turn down"), permissions=["change"])
    def refuse(self, request: HttpRequest, rows: "QuerySet[Tag]") -> None:
        by_verb(self, request, rows, lambda tag: tag.refuse(by=request.user))

    @admin.action(description=gettext_lazy("Make them synonyms (pick of which)"), permissions=["change"])
    def merge(self, request: HttpRequest, rows: "QuerySet[Tag]") -> None:
        number = request.POST.get("same_as", "")
        other = Tag.objects.accepted().filter(pk=number).first() if number.isdecimal() else None
        if other is None:
            self.message_user(
                request, _("Pick the tag that they mean the same as, beside the action."), messages.ERROR
            )
            return
        by_verb(self, request, rows, lambda tag: tag.merge_into(other, by=request.user))


@admin.register(Decision)
class DecisionAdmin(ReadOnly):
    list_display = (
        "decided_at",
        "contribution",
        "verb",
        "from_state",
        "to_state",
        "actor",
        "as_moderator",
        "reason",
    )
    list_filter = ("verb", "reason", "as_moderator", "decided_at")
    search_fields = ("contribution__title", "note", "actor__person__name")
    list_select_related = ("contribution", "actor__person")
    show_full_result_count = False


@admin.register(TagDecision)
class TagDecisionAdmin(ReadOnly):
    list_display = ("decided_at", "tag", "verb", "from_state", "to_state", "actor", "as_moderator")
    list_filter = ("verb", "as_moderator", "decided_at")
    search_fields = ("tag__name", "actor__person__name")
    list_select_related = ("tag", "actor__person")


@admin.register(Relation)
class RelationAdmin(admin.ModelAdmin):
    list_display = ("source", "target", "created_at")
    search_fields = ("source__title", "target__title")
    list_select_related = ("source", "target")
    raw_id_fields = ("source", "target")


@admin.register(Revision)
class RevisionAdmin(ReadOnly):
    list_display = ("contribution", "number", "editor", "guest", "created_at")
    search_fields = ("contribution__title",)
    list_select_related = ("contribution", "editor__person", "guest")
    show_full_result_count = False


@admin.register(Credit)
class CreditAdmin(ReadOnly):
    list_display = ("person", "contribution", "position")
    search_fields = ("person__name", "contribution__title")
    list_select_related = ("person", "contribution")
    show_full_result_count = False
