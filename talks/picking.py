"""Picking a talk that is known, instead of adding it once more: the part of the form of a talk that asks for that.

`known` picks a talk of this event: what was typed becomes a recommendation of it. `take` fills the form in from a
talk of another event, and `also` ties the new one to it: the same talk, given at both. `denied` says which talks were
shown, and are not the one.
"""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from community.forms import ContributionForm
from community.models import Contribution, ContributionQuerySet
from discussion.known import KnownLink

from .matching import PERHAPS, likeness
from .models import Resource, Talk
from .suggesting import ADDRESS, Suggested, known, suggest

# Of talks given elsewhere only what is nearly the same is worth a question: there are many more of them.
ELSEWHERE = 0.85
ASKED_ABOUT = 5


class PickingForm(KnownLink, ContributionForm):
    """The form of a talk, as far as it asks first whether the talk is known."""

    started_by = (*ContributionForm.started_by, "video_url", "also")

    also = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_new:
            # Somebody who is credited is asked for less (ContributionForm.credited_fields).
            self.fields.pop("also", None)
            return
        self.fields["title"].help_text = _("Part of it is enough. Or paste the address of its video.")
        if self.is_bound:
            self._move_pasted_address()
            if self.taken:
                self._fill_in(self.taken)
        elif self.given_elsewhere:
            self.initial = {**self._facts_of(self.given_elsewhere), **self.initial}

    # --- What was picked ------------------------------------------------------------------------------------------

    def _picked(self, name: str) -> Talk | None:
        """Return the public talk whose number stands under `name`, or None; mangled is as good as not given."""
        source = self.data if self.is_bound else self.initial
        number = str(source.get(name) or "")
        if not self.is_new or not number.isdecimal() or len(number) > 18:
            return None
        return Talk.objects.public().for_suggestions().filter(pk=number).first()

    @cached_property
    def known_here(self) -> Talk | None:
        """The talk of this event that was picked."""
        talk = self._picked("known")
        return talk if talk and talk.main_event_id == self.main_event.pk else None

    @cached_property
    def taken(self) -> Talk | None:
        """The talk of another event that the form is to be filled in from."""
        talk = self._picked("take")
        return talk if talk and talk.main_event_id != self.main_event.pk else None

    @cached_property
    def given_elsewhere(self) -> Talk | None:
        """The talk of another event that the new one is tied to."""
        talk = self._picked("also")
        return talk if talk and talk.main_event_id != self.main_event.pk else None

    # --- Filling in -----------------------------------------------------------------------------------------------

    def _move_pasted_address(self) -> None:
        """Let an address that was pasted as the title be the link; of a talk that is known, pick that."""
        title = str(self.data.get("title") or "").strip()
        if not ADDRESS.match(title):
            return
        found = next(iter(known(title, self.main_event)), None)
        data = self._own_data()
        if not data.get("video_url"):
            data["video_url"] = title
        data["title"] = ""
        if found:
            data["title"] = found.talk.title
            data["known" if found.here else "take"] = str(found.talk.pk)
        else:
            self.fields["title"].error_messages = {
                "required": _("That is an address, so it is below now. Type the title here, or part of it.")
            }

    def _fill_in(self, talk: Talk) -> None:
        """Take over from `talk` what nobody has typed, and its title."""
        data = self._own_data()
        facts = self._facts_of(talk)
        for name, value in facts.items():
            if name in ("title", "also") or not data.get(name):
                data[name] = value
        self.given_elsewhere = talk

    def _own_data(self) -> "MultiValueDict[str, Any]":
        """Return what was sent, as a copy to write in."""
        if self.data is not getattr(self, "_copied", None):
            self.data = self._copied = cast("Any", self.data).copy()
        return cast("Any", self.data)

    @staticmethod
    def _facts_of(talk: Talk) -> dict[str, str]:
        """Return what is the same wherever a talk is given. Its video is not: each time there is another one."""
        names = (credit.person.name for credit in talk.shown_credits)  # type: ignore[attr-defined]
        return {
            "title": talk.title,
            "speakers": ", ".join(names),
            "language": talk.language,
            "description": talk.description,
            "also": str(talk.pk),
        }

    @property
    def wants_another_look(self) -> bool:
        """Whether the form was sent to be filled in from a talk of another event."""
        if not (self.is_bound and self.taken):
            return False
        # Looking is not sending: nobody wants to be told what is missing before they are done.
        self.errors.clear()
        return True

    # --- Asking first ---------------------------------------------------------------------------------------------

    def doubts(self) -> Sequence[Suggested]:
        """Return the talks that may be the one that was typed, unless all of them were shown and denied already."""
        if not self.is_new or self.given_elsewhere or self.already_here():
            return []
        found = [*self._same_video_elsewhere(), *self._alike()][:ASKED_ABOUT]
        denied = set(self.data.get("denied", "").split())
        return [] if {str(one.talk.pk) for one in found} <= denied else found

    def _alike(self) -> list[Suggested]:
        title = self.cleaned_data["title"]
        return [
            one
            for one in suggest(title, self.main_event)
            if likeness(title, one.talk.title) >= (PERHAPS if one.here else ELSEWHERE)
        ]

    def _same_video_elsewhere(self) -> list[Suggested]:
        url = self.cleaned_data.get("video_url")
        if not url:
            return []
        return [one for one in known(url, self.main_event) if not one.here]

    # --- Saving ---------------------------------------------------------------------------------------------------

    def already_here(self) -> Contribution | None:
        return self.known_here or super().already_here()

    def linked(self) -> ContributionQuerySet | None:
        raise NotImplementedError

    def save_by(self, by: Any) -> Contribution:
        """Save the new talk; or recommend the one that is known, and bring it the link that was typed."""
        item = super().save_by(by)
        url = self.cleaned_data.get("video_url")
        if self.is_new and self.found and url:
            talk = Talk.objects.get(pk=item.pk)
            if talk.is_public and talk.wants_video:
                Resource.bring(talk, kind=Resource.Kind.VIDEO, url=url, by=by)
        return item

    def fill(self, by: Any) -> None:
        super().fill(by)
        if self.is_new and self.given_elsewhere:
            self.instance.give_again(self.given_elsewhere)
