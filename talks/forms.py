"""The form of a talk. A title is enough; everything else somebody may bring later."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.forms import ContributionForm, NamesField
from community.languages import LanguageField
from community.models import Contribution
from discussion.models import Favourite
from links.fields import AddressField
from people.models import Person

from .models import Talk


class TalkForm(ContributionForm):
    """Title, or title and link. The address of a video that is known at this event becomes a recommendation."""

    video_url = AddressField(
        label=_("Link to the video"),
        required=False,
        help_text=_("YouTube, Vimeo, PeerTube, media.ccc.de or any other. Leave it empty if you do not know it: somebody will."),
    )
    speakers = NamesField(label=_("Speakers"), max_length=1000, help_text=_("Names apart by commas."))
    language = LanguageField()

    new_title = _("Add a talk worth watching")
    change_title = _("Change the talk")
    can_preview = False
    first_fields = ("title", "why", "video_url", "speakers")

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
            "description": forms.Textarea(attrs={"rows": 5, "maxlength": 10_000}),
            "why": forms.TextInput(attrs={"maxlength": 280}),
        }
        labels = {"title": _("Title of the talk"), "why": _("Watch it because …")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = True
        self.fields["video_state"].required = False
        if not self.is_new:
            self.initial["speakers"] = list(
                self.instance.credits.order_by("position").values_list("person__name", flat=True)
            )

    def clean_video_state(self) -> str:
        return self.cleaned_data["video_state"] or Talk.VideoState.UNKNOWN

    def credited(self) -> list[Person]:
        return [Person.objects.named(name) for name in self.cleaned_data["speakers"]]

    def already_here(self) -> Talk | None:
        """Return the talk at this event with the same video, if there is one to be recommended."""
        if not self.is_new or not self.cleaned_data["video_url"]:
            return None
        same = Talk.objects.showing(self.cleaned_data["video_url"], main_event_id=self.main_event.pk)
        return same.visible_to(self.user).order_by("pk").first()

    def save_by(self, by: Any) -> Contribution:
        """Save; the same video a second time at an event is not a second talk but a recommendation of the first."""
        known = self.already_here()
        if known is None:
            return super().save_by(by)
        Favourite.give(known, by=by, reason=self.cleaned_data["why"])
        return known
