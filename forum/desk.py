"""What this offers to those who look after an event (settings.DESK_LINKS)."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from events.models import Event


def links(event: Event) -> list[tuple[str, Any]]:
    """Return (address, words), as `Contribution.desk_links` does."""
    return [(reverse("forum:imports", args=[event.slug]), _("Import a forum topic"))]
