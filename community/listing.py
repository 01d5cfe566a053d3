"""The full list of one kind at an event, as kinds have it that do not bring a list of their own."""

from typing import Any

from events.models import Event

from .forms import DayForm, PageForm
from .models import Contribution
from .sections import days_of, public_at
from .stream import list_page, together


def list_of(model: type[Contribution], event: Event, data: Any) -> dict[str, Any]:
    """Return the context of the list, newest first, of all days or of one. `data`: the address's query."""
    days = days_of(event)
    day = DayForm.chosen(data, days)
    rows = public_at(event, model)
    page = list_page(
        model,
        rows.filter(day=day.pk) if day else rows,
        filters=f"day={day.date.isoformat()}" if day else "",
        **PageForm.place(data),
    )
    cards = "" if model.lists_items else together(page.entries, here=event.pk)
    return {"cards": cards, "page": page, "days": days, "chosen_day": day}
