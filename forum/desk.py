"""What this offers to those who look after an event (settings.DESK_LINKS)."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community.desk import Part, Way
from events.models import Event


def links(event: Event) -> list[Way]:
    """Return what `Contribution.desk_links` returns of a kind."""
    return [
        Way(
            Part.BRING,
            reverse("forum:imports", args=[event.slug]),
            _("Import a forum topic"),
            _("What people wrote there becomes recaps, talks and photos here."),
        )
    ]
