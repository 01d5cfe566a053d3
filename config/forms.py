"""Django's own forms, in this site's voice: where something is missing or wrong they say what to do.

A field that can say more has its own sentence (`error_messages`, `default_error_messages`); these are for all others,
in allauth's forms and the admin, too.
"""

from typing import Any

from django import forms
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

ONE_OF_THESE = dict.fromkeys(("required", "invalid_choice"), _("Choose one of these."))
SOME_OF_THESE = dict.fromkeys(
    ("required", "invalid_choice", "invalid_list", "invalid_pk_value"), _("Choose at least one of these.")
)
A_NUMBER = {"invalid": _("Type a number, in digits.")}
# Of a sort of field, by the code of what is wrong; a sort has those of the sorts that it stands on.
WORDS: dict[type[forms.Field], dict[str, Any]] = {
    forms.Field: {
        "required": _("Fill this in, then send it again."),
        "max_length": ngettext_lazy(
            "Make it shorter: it may have %(limit_value)d character and has %(show_value)d.",
            "Make it shorter: it may have %(limit_value)d characters and has %(show_value)d.",
            "limit_value",
        ),
        "min_length": ngettext_lazy(
            "Make it longer: it takes %(limit_value)d character and has %(show_value)d.",
            "Make it longer: it takes %(limit_value)d characters and has %(show_value)d.",
            "limit_value",
        ),
        "max_value": _("Type a number up to %(limit_value)s."),
        "min_value": _("Type a number from %(limit_value)s on."),
        "null_characters_not_allowed": _("There are characters in it that nobody can see. Type it anew."),
    },
    forms.BooleanField: {"required": _("Tick this to go on.")},
    forms.ChoiceField: ONE_OF_THESE,
    forms.MultipleChoiceField: SOME_OF_THESE,
    forms.ModelChoiceField: ONE_OF_THESE,
    forms.ModelMultipleChoiceField: SOME_OF_THESE,
    forms.DateField: {
        "required": _("Choose a day."),
        "invalid": _("Type the day as year, month and day, for example 2024-03-19."),
    },
    forms.DateTimeField: {
        "required": _("Choose a day and a time."),
        "invalid": _("Type the day and the time, for example 2024-03-19 16:30."),
    },
    forms.EmailField: dict.fromkeys(
        ("required", "invalid"), _("Type an e-mail address, for example you@example.org.")
    ),
    forms.URLField: {"invalid": _("Paste the whole address of a page; it begins with https://.")},
    forms.FileField: {
        **dict.fromkeys(("required", "missing"), _("Choose a file.")),
        "invalid": _("The file did not arrive. Choose it once more."),
        "empty": _("There is nothing in this file. Choose another one."),
    },
    forms.IntegerField: {
        "required": _("Type a number."),
        "invalid": _("Type a whole number, in digits."),
    },
    forms.FloatField: A_NUMBER,
    forms.DecimalField: A_NUMBER,
}


class FormsConfig(AppConfig):
    """`django.forms` as an app, whose templates ours override."""

    name = "django.forms"

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        # Here and not in `ready`: a field copies its words when it is made, which happens as models are imported.
        for field, words in WORDS.items():
            own = field.__dict__.get("default_error_messages", {})
            field.default_error_messages = {**own, **words}
