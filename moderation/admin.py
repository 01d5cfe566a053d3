from django.contrib import admin

from community.admin import ReadOnly

from .models import TrustDecision


@admin.register(TrustDecision)
class TrustDecisionAdmin(ReadOnly):
    list_display = ("decided_at", "member", "from_trust", "to_trust", "actor")
    list_filter = ("to_trust", "decided_at")
    search_fields = ("member__person__name", "member__email", "actor__person__name")
    list_select_related = ("member__person", "actor__person")
