from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from links.canonical import BadAddress, clean


class AddressField(forms.CharField):
    """An address as people paste it; gives it back complete and without tracking, or "" where it may be left out."""

    # Not type="url": browsers refuse "example.org/x" there before we could mend it.
    widget = forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "off", "spellcheck": "false"})
    default_error_messages = {"required": _("Paste the address, such as https://example.org/page.")}

    def __init__(self, **options: Any) -> None:
        # Not on the input either: a browser would cut a long address without a word, and keep one that leads nowhere.
        options.pop("max_length", None)
        super().__init__(**options)

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value)
        if not typed:
            return ""
        try:
            return clean(typed)
        except BadAddress as error:
            raise ValidationError(str(error), code="invalid") from error
