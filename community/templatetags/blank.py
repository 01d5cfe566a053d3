"""`{% blank form %}`: a form as `{{ form }}` draws it, drawn once a language as long as nobody has filled it in.

A page of one item has four such forms, the same for everybody but for their submission keys; drawing them took a third
of the page's time.
"""

from functools import lru_cache
from typing import Any
from uuid import UUID

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()
NO_KEY = UUID(int=0)


class Drawn:
    """What makes a blank form look as it does; two of them are equal where the forms look the same."""

    def __init__(self, form: Any) -> None:
        self.form = form
        filled = sorted((name, repr(value)) for name, value in form.initial.items())
        widgets = [type(field.widget) for field in form.fields.values()]
        self.looks = (type(form), form.auto_id, form.prefix, *form.fields, *widgets, *filled, get_language())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Drawn) and self.looks == other.looks

    def __hash__(self) -> int:
        return hash(self.looks)


@lru_cache(maxsize=500)
def drawn(looks: Drawn) -> str:
    form = looks.form
    looks.form = None  # Kept with the answer; the form need not be.
    return form.render()


@register.simple_tag
def blank(form: Any) -> SafeString:
    """Draw a plain form, whose choices do not depend on the page: as it was kept, where nobody filled it in."""
    if form.is_bound:
        return form.render()
    key = form.initial.get("submission_key")
    if key:
        # No field has been bound before, so each is drawn with this one.
        form.initial = {**form.initial, "submission_key": NO_KEY}
    return mark_safe(drawn(Drawn(form)).replace(str(NO_KEY), str(key)))
