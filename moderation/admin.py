from django.contrib import admin

from community.admin import ReadOnly

from .models import PersonRemoval, Takedown, TrustDecision


@admin.register(TrustDecision)
class TrustDecisionAdmin(ReadOnly):
    list_display = ("decided_at", "member", "from_trust", "to_trust", "actor")
    list_filter = ("to_trust", "decided_at")
    search_fields = ("member__person__name", "member__email", "actor__person__name")
    list_select_related = ("member__person", "actor__person")


@admin.register(Takedown)
class TakedownAdmin(ReadOnly):
    """Requests are answered in the queue; here they can be found again. The address of whoever asked is not shown."""

    list_display = ("asked_at", "contribution", "reason", "hid", "state")
    list_filter = ("state", "reason", "hid", "asked_at")
    search_fields = ("note", "answer")
    list_select_related = ("contribution",)
    exclude = ("email",)


@admin.register(PersonRemoval)
class PersonRemovalAdmin(ReadOnly):
    list_display = ("decided_at", "reason", "credits_removed", "actor")
    list_filter = ("reason", "decided_at")
    list_select_related = ("actor__person",)
