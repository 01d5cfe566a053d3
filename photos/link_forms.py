"""The forms around guests' links: making one, its PIN, and which one the wall shows."""

import datetime
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.forms import one_line
from events.models import Event

from .models import UploadLink

# Of an event and its co-located events together: more cannot be told apart by anybody.
LINKS_AT_MOST = 100
# How long after the event a new link works, where nothing else is asked for.
DAYS_AFTER = 14
YEARS_AHEAD = 5
DIGITS = RegexValidator(r"^[0-9]{4,8}\Z", _("A PIN has 4 to 8 digits, for example 2024."))


class PinField(forms.CharField):
    """Four to eight digits, as people type them: spaces between them are no mistake."""

    def __init__(self, **options: Any) -> None:
        attributes = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__(**{"max_length": 20, "widget": forms.TextInput(attrs=attributes), **options})
        self.validators.append(DIGITS)

    def to_python(self, value: Any) -> str:
        return "".join((super().to_python(value) or "").split())


class LinkForm(forms.ModelForm):
    """Makes a link at `event`, or at one of its co-located events that `user` looks after too."""

    works_until = forms.DateField(
        label=_("Works until"),
        help_text=_("Until the end of that day, where the event is."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    new_pin = PinField(
        label=_("PIN"),
        required=False,
        help_text=_(
            "4 to 8 digits that people type when they come. Leave it empty for none. We cannot show it again."
        ),
    )
    # The link's own id, chosen before it is sent: a second press finds what the first one made.
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    field_order = ("event", "label", "works_until", "new_pin", "photos_at_most", "upload_only")

    class Meta:
        model = UploadLink
        fields = ("event", "label", "photos_at_most", "upload_only")
        labels = {"label": _("What it is for")}
        help_texts = {"photos_at_most": _("Leave it empty for as many as come.")}
        widgets = {
            "label": forms.TextInput(attrs={"autocomplete": "off"}),
            "photos_at_most": forms.NumberInput(attrs={"min": 1}),
        }

    def __init__(self, *args: Any, event: Event, user: Any, **options: Any) -> None:
        self.page, self.user = event, user
        super().__init__(*args, **options)
        self._offer_events()
        self.fields["photos_at_most"].min_value = 1  # type: ignore[attr-defined]
        today = timezone.localdate(timezone=event.zone)
        last = max(event.ends_on, today) + datetime.timedelta(days=DAYS_AFTER)
        self.initial.update({"works_until": last, "key": uuid.uuid4()})

    def _offer_events(self) -> None:
        among = Event.objects.public().editable_by(self.user)
        offered = among.filter(pk=self.page.pk) | among.filter(parent=self.page)
        self.fields["event"] = forms.ModelChoiceField(
            offered.order_by("parent_id", "starts_on", "name"),
            label=_("Photos go to"),
            initial=self.page.pk,
            empty_label=None,
            widget=forms.Select if among.filter(parent=self.page).exists() else forms.HiddenInput,
        )

    @property
    def more_fields(self) -> list[forms.BoundField]:
        """All that somebody may say of a link, and need not: as it begins, it works."""
        return [field for field in self.visible_fields() if field.name != "label"]

    @property
    def is_unfolded(self) -> bool:
        return any(field.errors for field in self.more_fields)

    def clean_label(self) -> str:
        return one_line(self.cleaned_data["label"])

    def clean_photos_at_most(self) -> int | None:
        most: int | None = self.cleaned_data["photos_at_most"]
        if most is not None and not 1 <= most <= 1_000_000:
            raise ValidationError(_("From 1 to a million, or leave it empty."))
        return most

    def clean_works_until(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["works_until"]
        today = timezone.localdate(timezone=self.page.zone)
        if day < today:
            raise ValidationError(_("This day is over. Choose today or a later one."))
        if day.year > today.year + YEARS_AHEAD:
            raise ValidationError(_("Check the year: %(year)s."), params={"year": day.year})
        return day

    def clean(self) -> dict[str, Any]:
        if UploadLink.objects.at(self.page).count() >= LINKS_AT_MOST and not self.made_before:
            raise ValidationError(
                _("There are already %(most)s links here. Use one of them again."),
                params={"most": LINKS_AT_MOST},
            )
        return self.cleaned_data

    @property
    def made_before(self) -> UploadLink | None:
        """What this very form has made, if it was sent before."""
        key = self.cleaned_data.get("key")
        return UploadLink.objects.at(self.page).filter(pk=key).first() if key else None

    def make(self) -> UploadLink:
        """Save the new link, once however often the form is sent; return it."""
        with transaction.atomic():
            Event.objects.select_for_update(no_key=True).get(pk=self.page.pk)
            if made := self.made_before:
                return made
            link: UploadLink = self.instance
            key = self.cleaned_data["key"]
            if key and not UploadLink.objects.filter(pk=key).exists():
                link.pk = key
            link.made_by = self.user
            link.expires_at = end_of(self.cleaned_data["works_until"], link.event)
            link.set_pin(self.cleaned_data["new_pin"])
            link.save(force_insert=True)
        return link


def end_of(day: datetime.date, event: Event) -> datetime.datetime:
    """Return the moment at which `day` is over where `event` is."""
    after = day + datetime.timedelta(days=1)
    return datetime.datetime.combine(after, datetime.time(), tzinfo=event.zone)


class PinForm(forms.Form):
    """The PIN of a link, asked of whoever comes by it, or of who prints it."""

    pin = PinField(label=_("PIN"), error_messages={"required": DIGITS.message})

    def __init__(self, *args: Any, link: UploadLink, **options: Any) -> None:
        super().__init__(*args, **options)
        self.link = link

    def clean_pin(self) -> str:
        if not self.link.has_pin(self.cleaned_data["pin"]):
            raise ValidationError(_("That is not the PIN of this link. Look where you found the link."))
        return self.cleaned_data["pin"]


class WallForm(forms.Form):
    """Which link the wall of an event shows in its corner."""

    link = forms.ModelChoiceField(
        UploadLink.objects.none(),
        label=_("In the corner of the live wall"),
        required=False,
        empty_label=_("the address of the event’s page"),
        help_text=_("Everybody who sees the wall can use this link, so it has to be one without a PIN."),
        error_messages={"invalid_choice": _("This link can no longer be shown there. Choose another one.")},
    )

    def __init__(self, *args: Any, event: Event, **options: Any) -> None:
        super().__init__(*args, **options)
        self.event = event
        links = UploadLink.objects.open().filter(event=event, pin="")
        self.fields["link"].queryset = links  # type: ignore[attr-defined]
        self.initial["link"] = links.filter(on_wall=True).first()

    def save(self) -> None:
        UploadLink.choose_for_wall(self.event, self.cleaned_data["link"])
