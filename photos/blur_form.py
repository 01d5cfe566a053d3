"""The rectangles of a photo that are to be blurred, as numbers; js/blur.js draws them."""

import dataclasses
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

AT_MOST = 20
# Empty rows for whoever draws with numbers only.
BLANK = 4


class PercentField(forms.FloatField):
    """A share of the picture's width or height. Cleans to a fraction."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, max_value=100, **options)
        self.widget.attrs |= {"step": "any", "inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value: Any) -> Any:
        percent = super().clean(value)
        return None if percent is None else percent / 100


class PlaceForm(forms.Form):
    """One rectangle. What reaches over the picture's edge is cut off there; a row left empty is none."""

    use_required_attribute = False
    left = PercentField(label=_("from the left"))
    top = PercentField(label=_("from the top"))
    width = PercentField(label=_("wide"))
    height = PercentField(label=_("high"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for start, length in (("left", "width"), ("top", "height")):
            if start in data and length in data:
                data[length] = min(data[length], 1 - data[start])
                if data[length] < 0.001 and data[start] < 1:
                    self.add_error(length, _("Make it larger."))
                elif data[length] < 0.001:
                    self.add_error(start, _("That is outside the photo. Choose less."))
        return data

    @property
    def region(self) -> list[float] | None:
        """[left, top, width, height] in fractions; None for an empty row, or one with errors."""
        data = getattr(self, "cleaned_data", None)
        names = ("left", "top", "width", "height")
        return [data[name] for name in names] if data and all(name in data for name in names) else None


class BasePlaces(forms.BaseFormSet):
    def clean(self) -> None:
        if not any(self.errors) and not self.regions:
            raise ValidationError(_("Draw at least one rectangle."))
        if len(self.forms) > AT_MOST:
            raise ValidationError(_("At most %(most)s rectangles at once."), params={"most": AT_MOST})

    @property
    def regions(self) -> list[list[float]]:
        return [form.region for form in self.forms if form.region]

    @property
    def drawn(self) -> list["Drawn"]:
        """The rectangles as an SVG takes them."""
        return [Drawn(*(f"{100 * number:.2f}%" for number in region)) for region in self.regions]


@dataclasses.dataclass(frozen=True)
class Drawn:
    """Percentages with their sign, in no language's way of writing numbers."""

    x: str
    y: str
    width: str
    height: str


def places_of(data: Any) -> BasePlaces:
    """Return the form of the rectangles that were sent as `data`, or an empty one."""
    made: Any = forms.formset_factory(
        PlaceForm, formset=BasePlaces, extra=BLANK, max_num=AT_MOST, absolute_max=5 * AT_MOST
    )
    return made(data, prefix="place")
