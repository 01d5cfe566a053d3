"""Forms of events: search, proposal and change, the themes of the days, organisers."""

import datetime
import uuid
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from links.fields import AddressField
from people.licences import Licence
from people.models import User

from .dates import weekday
from .models import Day, Event, EventQuerySet, Organiser, Series
from .models.event import known_zones

DUPLICATES_SHOWN = 5
SUGGESTED_AT_MOST = 500


class SearchForm(forms.Form):
    """What is looked for in the list of events."""

    q = forms.CharField(label=_("Search the events"), required=False, max_length=100)
    year = forms.IntegerField(required=False, min_value=1, max_value=9999)

    @classmethod
    def wanted(cls, data: Any) -> dict[str, Any]:
        """Return `q` and `year` of an address; a mangled part of it is as good as none."""
        form = cls(data)
        form.is_valid()
        return {"q": form.cleaned_data.get("q", ""), "year": form.cleaned_data.get("year")}


class ParentField(forms.CharField):
    """An event, as its address, the last part of it, or its name. Cleans to an Event or None."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, "max_length": 500, **options})
        self.offered: EventQuerySet = Event.objects.none()

    def to_python(self, value: Any) -> Any:
        # PostgreSQL refuses to be asked for a zero byte, and the field's own check comes only after this.
        text = (super().to_python(value) or "").replace("\0", "")
        if not text:
            return None
        slug = text.rstrip("/").rpartition("/")[2]
        found = self.offered.filter(Q(slug=slug) | Q(name__iexact=text)).order_by("-starts_on").first()
        if found is None:
            raise ValidationError(
                _("There is no event “%(text)s”. Paste the address of its page."), params={"text": text[:80]}
            )
        return found

    def run_validators(self, value: Any) -> None:
        """The length was the only one, and `value` is an event by now."""


def date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def suggesting(list_id: str) -> forms.TextInput:
    return forms.TextInput(attrs={"list": list_id, "autocomplete": "off"})


@cache
def zone_options() -> SafeString:
    """Return the time zones to suggest, those named after a place, as options: hundreds of lines that are always the
    same, and took a template as long as the rest of the page.
    """
    places = sorted(name for name in known_zones() if "/" in name and not name.startswith("Etc/"))
    return format_html_join("", '<option value="{}"></option>', ((name,) for name in [*places, "UTC"]))


class EventForm(forms.ModelForm):
    """A new event, or the change of one, by `user`."""

    website = AddressField(label=_("Website"), required=False)
    discussion_url = AddressField(
        label=_("Discussion elsewhere"),
        required=False,
        help_text=_("A forum thread or a chat about this event."),
    )
    code_of_conduct_url = AddressField(label=_("Code of conduct"), required=False)
    series = forms.CharField(
        label=_("Series"),
        required=False,
        max_length=120,
        widget=suggesting("known-series"),
        help_text=_(
            "What ties its editions together, for example “KubeCon EU”. Pick one, or type a new one."
        ),
    )
    parent = ParentField(
        label=_("Part of"),
        widget=suggesting("known-events"),
        help_text=_("Only for an event inside a larger one: paste the address of the larger one’s page."),
    )
    attendance = forms.IntegerField(
        label=_("How many people came"), required=False, min_value=1, max_value=10_000_000
    )
    submission_key = forms.CharField(widget=forms.HiddenInput, required=False)

    FIRST = ("name", "starts_on", "ends_on", "city", "country", "timezone")

    field_order = (*FIRST, "series", "parent", "venue", "website", "attendance")

    class Meta:
        model = Event
        fields = [
            *("name", "starts_on", "ends_on", "city", "country", "timezone", "venue", "website", "parent"),
            *(
                "attendance",
                "discussion_url",
                "code_of_conduct_url",
                "photo_policy",
                "photo_licence",
                "accent",
                "description",
            ),
        ]
        widgets = {
            "starts_on": date_input(),
            "ends_on": date_input(),
            "timezone": suggesting("known-zones"),
            "photo_policy": forms.Textarea(attrs={"rows": 3}),
            "description": forms.Textarea(attrs={"rows": 4}),
        }
        error_messages = {
            "name": {"required": _("Give it a name, as people write it.")},
            "starts_on": {"required": _("Say on which day it begins.")},
            "timezone": {"required": _("Type the time zone, for example Europe/Paris.")},
        }
        help_texts = {
            "name": _("With the year or the number of the edition, as people write it."),
            "timezone": _("Its days and times are in this time zone."),
            "photo_policy": _("What people should know before they add photos of others."),
            "accent": _("Of this event's pages. We make sure that everything stays easy to read."),
            "photo_licence": _(
                "Chosen to begin with when somebody adds photos. Everybody can choose another."
            ),
        }

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)
        self.is_new = self.instance.pk is None
        self.fields["ends_on"].required = False
        self.fields["photo_licence"].choices = [("", _("Whatever each person prefers")), *Licence.choices]  # type: ignore[attr-defined]
        self.fields["accent"].choices = [("", _("As in its best photo")), *Event.Accent.choices]  # type: ignore[attr-defined]
        self.fields["parent"].offered = Event.objects.visible_to(user).exclude(  # type: ignore[attr-defined]
            state=Event.State.REJECTED
        )
        if self.is_new:
            self.initial.setdefault("submission_key", uuid.uuid4())
            self._guess_zone()
        else:
            del self.fields["submission_key"]
            self.initial["series"] = self.instance.series.name if self.instance.series else ""
            self.initial["parent"] = self.instance.parent.slug if self.instance.parent else ""

    def _guess_zone(self) -> None:
        """Let the browser fill its own zone in, where nobody has chosen one yet."""
        if not self.is_bound and "timezone" not in self.initial:
            self.fields["timezone"].widget.attrs["data-own-zone"] = ""

    def clean_ends_on(self) -> datetime.date | None:
        return self.cleaned_data["ends_on"] or self.cleaned_data.get("starts_on")

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_submission_key(self) -> uuid.UUID:
        """Return the form's key; a new one where it is mangled or was another member's."""
        try:
            key = uuid.UUID(self.cleaned_data["submission_key"])
        except ValueError:
            return uuid.uuid4()
        return uuid.uuid4() if Event.objects.filter(submission_key=key).exists() else key

    def clean_series(self) -> str:
        return " ".join(self.cleaned_data["series"].split())

    def unseen_duplicates(self) -> list[Event]:
        """Return events that may be the one described, unless all of them were shown and denied already."""
        data = self.cleaned_data
        alike = Event.objects.visible_to(self.user).likely_duplicates_of(
            data["name"], data["city"], data["starts_on"]
        )
        if data["parent"]:
            alike = alike.exclude(pk=data["parent"].pk)
        found = list(alike[:DUPLICATES_SHOWN])
        denied = set(self.data.get("denied", "").split())
        return [] if {str(event.pk) for event in found} <= denied else found

    @transaction.atomic
    def propose(self) -> Event:
        """Save the new event as a proposal of the user, and return it."""
        self._set_series()
        self.instance.submission_key = self.cleaned_data["submission_key"]
        self.instance.propose(by=self.user)
        return self.instance

    @transaction.atomic
    def change(self) -> list[Day]:
        """Save the change, and return the days that had to stay although they are outside the dates now."""
        self._set_series()
        return self.instance.edit(by=self.user)

    def _set_series(self) -> None:
        name = self.cleaned_data["series"]
        self.instance.series = Series.objects.named(name) if name else None

    @property
    def more_fields(self) -> list[Any]:
        """The optional fields, folded away."""
        return [field for field in self.visible_fields() if field.name not in self.FIRST]

    @property
    def is_unfolded(self) -> bool:
        """Whether something below the fold must be seen: an error, or what the address or the event brought along."""
        return any(field.errors or field.value() for field in self.more_fields)

    @property
    def zones(self) -> SafeString:
        """The time zones to suggest, as options."""
        return zone_options()

    @property
    def known_series(self) -> list[str]:
        rows = Series.objects.with_events_visible_to(self.user)
        return list(rows.values_list("name", flat=True)[:SUGGESTED_AT_MOST])

    @property
    def known_events(self) -> list[tuple[str, str]]:
        """Address and name of the newest main events."""
        rows = Event.objects.public().main().order_by("-starts_on", "-pk")
        return list(rows.values_list("slug", "name")[:SUGGESTED_AT_MOST])


OUTSIDE = _("Outside the event’s dates now. Kept for its theme or for what was added.")


class ThemesForm(forms.Form):
    """A line for each day of an event. A day that is missing in what comes back stays as it is."""

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.days = {f"theme-{day.date}": day for day in event.days.all()}
        for name, day in self.days.items():
            is_outside = not event.starts_on <= day.date <= event.ends_on
            self.fields[name] = forms.CharField(
                label=weekday(day.date),
                required=False,
                initial=day.theme,
                max_length=200,
                help_text=OUTSIDE if is_outside else "",
            )

    def save(self) -> None:
        for name, day in self.days.items():
            if name in self.data and day.theme != self.cleaned_data[name]:
                day.theme = " ".join(self.cleaned_data[name].split())
                day.save(update_fields=["theme"])


class InvitationForm(forms.Form):
    """Who shall help to look after an event: a member's @handle or e-mail address."""

    who = forms.CharField(
        label=_("Add somebody"),
        max_length=254,
        help_text=_("Their @handle, or their e-mail address."),
        error_messages={"required": _("Type their @handle, or their e-mail address.")},
    )

    def clean_who(self) -> str:
        who = self.cleaned_data["who"].strip()
        self.invited = self._member(who)
        # Handles are public; whether an address has an account is nobody's business.
        if self.invited is None and not self._is_address(who):
            raise ValidationError(
                _("Nobody here has the handle “%(handle)s”."), params={"handle": who.lstrip("@")[:60]}
            )
        return who

    @staticmethod
    def _is_address(who: str) -> bool:
        return "@" in who[1:]

    def _member(self, who: str) -> User | None:
        members = User.objects.filter(is_active=True)
        if self._is_address(who):
            return members.filter(email__iexact=who).first()
        return members.filter(person__handle=who.removeprefix("@").lower()).first()


class RemovalForm(forms.Form):
    """Which organiser shall go, and whether the last one is sure."""

    organiser = forms.ModelChoiceField(Organiser.objects.none())
    sure = forms.BooleanField(required=False)

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organiser"].queryset = Organiser.objects.filter(event=event)  # type: ignore[attr-defined]
