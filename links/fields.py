from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from links.canonical import BadAddress, clean


class AddressField(forms.CharField):
    """An address as people paste it; gives it back complete and without tracking, or "" where it may be left out."""

    # Not type="url": browsers refuse "example.org/x" there before we could mend it.
    widget = forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "off", "spellcheck": "false"})
    default_error_messages = {"required": _("Paste the address, for example https://example.org/page.")}

    def __init__(self, *, previews: Any = "", fills: Sequence[str] = (), **options: Any) -> None:
        """`previews` is the address at which a script may ask what stands there, `fills` the fields of the form that it
        then proposes something for (js/link-preview.js).
        """
        self.previews, self.fills = previews, fills
        # Not on the input either: a browser would cut a long address without a word, and keep one that leads nowhere.
        options.pop("max_length", None)
        super().__init__(**options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        if self.fills:
            attrs |= {"data-previews": self.previews, "data-fills": " ".join(self.fills)}
        return attrs

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value)
        if not typed:
            return ""
        try:
            return clean(typed)
        except BadAddress as error:
            raise ValidationError(str(error), code="invalid") from error
