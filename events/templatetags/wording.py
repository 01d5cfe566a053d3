"""`{{ label|says:value }}`: a colon as the language puts it; French has a space before it that does not break."""

from typing import Any

from django import template

from events.wording import labelled

register = template.Library()


@register.filter
def says(label: Any, value: Any) -> str:
    """Return “label: value”; the label alone where there is no value."""
    return labelled(label, value) if value not in ("", None) else str(label)
