"""The form of a talk. A title is enough; everything else somebody may bring later."""

from typing import Any

from django import forms
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _

from community.forms import NamesField, TextField
from community.languages import LanguageField
from community.models import ContributionQuerySet
from discussion.starts import LONGEST
from events.models import Event
from links.fields import AddressField
from links.videos import video_at
from people.models import Person

from .models import Talk
from .picking import PickingForm


class SuggestionForm(forms.Form):
    """What was typed so far of a title, or pasted, and the event that it is typed for."""

    q = forms.CharField(max_length=2000)
    event = forms.SlugField(required=False, max_length=80)

    @classmethod
    def asked(cls, data: Any) -> tuple[str, Event | None]:
        """Return both; nothing for what is mangled, and no event for one that is not public."""
        form = cls(data)
        if not form.is_valid():
            return "", None
        slug = form.cleaned_data["event"]
        return form.cleaned_data["q"], Event.objects.public().filter(slug=slug).first() if slug else None


class TalkForm(PickingForm):
    """Title, or title and link. The address of a video that is known at this event becomes a recommendation."""

    video_url = AddressField(
        label=_("Link to the video"),
        required=False,
        help_text=_("If you do not know it, leave it empty: somebody will."),
        previews=reverse_lazy("community:previews"),
        fills=["title", "language"],
    )
    speakers = NamesField(
        label=_("Speakers"),
        max_length=1000,
        help_text=_("Names, separated by commas."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    language = LanguageField()

    new_title = _("Add a talk worth watching")
    change_title = _("Edit the talk")
    can_preview = False
    first_fields = ("title", "why")
    credited_fields = ("video_url", "video_state", "description", "language")

    class Meta:
        model = Talk
        fields = (
            "event",
            "title",
            "why",
            "video_url",
            "speakers",
            "video_state",
            "description",
            "day",
            "language",
        )
        widgets = {
            "title": forms.TextInput(attrs={"autocomplete": "off"}),
            "description": forms.Textarea(attrs={"rows": 5, "maxlength": 10_000}),
            "why": forms.TextInput(attrs={"maxlength": 280, "autocomplete": "off"}),
        }
        field_classes = {"description": TextField}
        labels = {
            "title": _("Title of the talk"),
            "why": _("Watch it because …"),
            "video_state": _("If there is no link: the video"),
        }
        error_messages = {
            "title": {"required": _("Type the title of the talk, or the part of it you remember.")}
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_new:
            self.fields["title"].widget.attrs["data-picks"] = (
                f"{reverse('talks:suggestions')}?event={self.main_event.slug}"
            )
        self.fields["video_state"].required = False
        # With a link it is watchable, without one it is not: nobody has to say so.
        if "title" in self.fields:
            self.fields["title"].required = True
        states = [choice for choice in Talk.VideoState.choices if choice[0] != Talk.VideoState.WATCHABLE]
        self.fields["video_state"].choices = states  # type: ignore[attr-defined]
        if not self.is_new:
            self.initial["speakers"] = list(
                self.instance.credits.order_by("position").values_list("person__name", flat=True)
            )

    def clean_video_state(self) -> str:
        return self.cleaned_data["video_state"] or Talk.VideoState.UNKNOWN

    def credited(self) -> list[Person]:
        if "speakers" not in self.fields:
            given = self.instance.credits.select_related("person").order_by("position")
            return [credit.person for credit in given]
        return self.people_named(self.cleaned_data["speakers"])

    def linked(self) -> ContributionQuerySet | None:
        url = self.cleaned_data["video_url"]
        if not url:
            return None
        same = Talk.objects.showing(url, main_event_id=self.main_event.pk)
        video = video_at(url)
        # The stream of a whole day holds many talks: told apart by where they start in it.
        return same.filter(video_url=url) if video and video.start else same

    def because(self) -> str:
        return self.cleaned_data["why"]


class PlayForm(forms.Form):
    """Where a video begins, as the page's address carries it: ?play&start=750."""

    start = forms.IntegerField(required=False, min_value=0, max_value=LONGEST)

    @classmethod
    def start_in(cls, data: Any) -> int | None:
        """Return the seconds that an address asks for; None where it asks for none, or for nonsense."""
        form = cls(data)
        return form.cleaned_data["start"] if form.is_valid() else None


class WatchListForm(forms.Form):
    """What of the watch list to show, as its address carries it: ?show=unwatched&removed=7. Nonsense is all of it."""

    show = forms.CharField(required=False, max_length=20)
    removed = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.full_clean()
        self.only_unwatched = self.cleaned_data.get("show") == "unwatched"

    def removed_from(self, talks: Any) -> Talk | None:
        """Return the one of `talks` that was taken off the list just now, to offer to put it back."""
        pk = self.cleaned_data.get("removed")
        return talks.filter(pk=pk).first() if pk else None
