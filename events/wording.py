"""Small things between words that differ from language to language."""

from typing import Any

from django.utils.translation import gettext


def labelled(label: Any, value: Any) -> str:
    """Return “label: value”, with the colon as the language puts it."""
    return gettext("%(label)s: %(value)s") % {"label": label, "value": value}
