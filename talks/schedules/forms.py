"""The forms of bringing in a schedule: what is brought, and where its parts go."""

import uuid
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from events.models import Event
from links.fields import AddressField

from ..models import ScheduleImport
from .schedule import MOST_BYTES

# More tracks than these have no co-located event each.
MOST_TRACKS = 60


class ImportForm(forms.Form):
    """A file, or the address of one."""

    file = forms.FileField(
        label=_("A file"),
        required=False,
        help_text=_("frab, pentabarf or pretalx (XML or JSON), iCalendar, a JSON list of talks, or CSV."),
        max_length=200,
    )
    url = AddressField(
        label=_("Or its address"),
        required=False,
        help_text=_("Many conferences publish one: look for “schedule.xml”, “schedule.json” or “Export”."),
    )
    submission_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, event: Event, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event, self.user = event, user
        self.initial.setdefault("submission_key", uuid.uuid4())

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > MOST_BYTES:
            raise forms.ValidationError(
                _(
                    "This file is larger than %(most)s MB. That is too large for a schedule; import it in parts."
                ),
                params={"most": MOST_BYTES // 1_000_000},
            )
        return file

    def clean(self) -> None:
        given = [name for name in ("file", "url") if self.cleaned_data.get(name)]
        if not given and not self.errors:
            self.add_error("file", _("Choose a file, or paste the address of one."))
        if len(given) == 2:
            self.add_error("url", _("Either a file or an address, not both."))

    def begin(self) -> ScheduleImport:
        """Return the import that this form makes, or made when it was sent before."""
        key = self.cleaned_data["submission_key"]
        made = ScheduleImport.objects.filter(event=self.event, submission_key=key).first() if key else None
        if made:
            return made
        file = self.cleaned_data["file"]
        new = ScheduleImport(
            event=self.event,
            by=self.user,
            url=self.cleaned_data["url"],
            file_name=file.name if file else "",
            submission_key=key,
        )
        new.begin(file.read() if file else None)
        return new


class PlacesForm(forms.Form):
    """Which track belongs to which co-located event; and whether what is gone from the schedule was called off."""

    cancel = forms.BooleanField(
        label=_("Mark as cancelled what is no longer in the schedule"), required=False
    )

    def __init__(self, data: Any, *, brought: ScheduleImport) -> None:
        asked, report = brought.asked, brought.report
        super().__init__(data, initial={"cancel": is_the_same(report)})
        self.has_cancelled = any(section["name"] == "cancelled" for section in report.get("sections", ()))
        parts = Event.objects.public().filter(parent=brought.event_id).order_by("starts_on", "name", "pk")
        choices = [("", brought.event.name), *((str(part.pk), part.name) for part in parts)]
        self.tracks: dict[str, str] = {}
        if len(choices) > 1:
            for number, (name, _count, _at) in enumerate(report.get("tracks", ())[:MOST_TRACKS]):
                field = f"track-{number}"
                self.tracks[field] = name
                self.fields[field] = forms.ChoiceField(
                    label=name, required=False, choices=choices, initial=asked.get("places", {}).get(name, "")
                )
        for place in self.fields.values():
            place.widget.attrs["autocomplete"] = "off"

    def place_fields(self) -> Iterator[Any]:
        return (self[name] for name in self.tracks)

    def places(self) -> dict[str, int]:
        """Return the chosen co-located events by track."""
        chosen = {name: self.cleaned_data.get(field) for field, name in self.tracks.items()}
        return {name: int(pk) for name, pk in chosen.items() if pk}


def is_the_same(report: Any) -> bool:
    """Return whether a report is of the schedule that was brought in before, and all of it, so that what it lacks was
    called off. One that lacks more than it has in common with what is here is rather another one, or a part.
    """
    counts = {section["name"]: section["count"] for section in report.get("sections", ())}
    in_common = counts.get("changed", 0) + counts.get("same", 0)
    return bool(report.get("is_whole")) and counts.get("cancelled", 0) <= in_common
