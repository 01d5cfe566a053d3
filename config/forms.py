"""Django's own forms, in this site's voice: where something is missing they say what to do.

A field that can say more has its own sentence (`error_messages`, `default_error_messages`); these are for all others,
in allauth's forms and the admin, too.
"""

from typing import Any

from django import forms
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

WORDS: dict[type[forms.Field], Any] = {
    forms.Field: _("Fill this in, then send it again."),
    forms.BooleanField: _("Tick this to go on."),
    forms.ChoiceField: _("Choose one of these."),
    forms.MultipleChoiceField: _("Choose at least one of these."),
    forms.ModelMultipleChoiceField: _("Choose at least one of these."),
    forms.DateField: _("Choose a day."),
    forms.DateTimeField: _("Choose a day and a time."),
    forms.EmailField: _("Type an e-mail address, for example you@example.org."),
    forms.FileField: _("Choose a file."),
    forms.IntegerField: _("Type a number."),
}


class FormsConfig(AppConfig):
    """`django.forms` as an app, whose templates ours override."""

    name = "django.forms"

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        # Here and not in `ready`: a field copies its words when it is made, which happens as models are imported.
        for field, words in WORDS.items():
            own = field.__dict__.get("default_error_messages", {})
            field.default_error_messages = {**own, "required": words}
