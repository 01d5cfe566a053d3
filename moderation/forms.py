"""The small forms of the queue, the log and the decisions."""

import re
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from community.models import Tag
from community.reviewing import registry, sources_for
from events.models import Event
from people.decisions import Reason
from people.models import Trust
from people.models.person import fold

from .deciding import Pick

AT_ONCE = 300
PICK = re.compile(r"([a-z]+)-([0-9]{1,18})(?:\.([0-9]{1,9}))?", re.ASCII)


class FilterForm(forms.Form):
    """What of the queue or the log is shown: `kind` (a word of a source), `event` (its slug)."""

    kind = forms.ChoiceField(required=False)
    event = forms.ModelChoiceField(Event.objects.none(), required=False, to_field_name="slug")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["event"].queryset = Event.objects.visible_to(user)  # type: ignore[attr-defined]
        choices = [choice for source in sources_for(user).values() for choice in source.choices()]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]

    @classmethod
    def read(cls, data: Any, user: Any) -> tuple[str, Event | None]:
        """Return the word and the event of an address; what nobody knows filters nothing."""
        form = cls(data, user=user)
        form.is_valid()
        return form.cleaned_data.get("kind") or "", form.cleaned_data.get("event")


class PicksField(forms.MultipleChoiceField):
    """Things as they were seen: “contribution-7.2”. Cleans to Picks."""

    def valid_value(self, value: str) -> bool:
        match = PICK.fullmatch(value)
        return bool(match) and match[1] in registry  # type: ignore[index]

    def clean(self, value: Any) -> list[Pick]:
        names = list(dict.fromkeys(super().clean(value)))
        if len(names) > AT_ONCE:
            raise forms.ValidationError(
                _("That is more than %(most)s at once. Choose fewer."), params={"most": AT_ONCE}
            )
        matches = [PICK.fullmatch(name) for name in names]
        return [Pick(match[1], int(match[2]), int(match[3] or 0)) for match in matches if match]


class TagField(forms.CharField):
    """The name of an accepted tag, or of a synonym of one. Cleans to the Tag, or None."""

    def clean(self, value: Any) -> Any:
        name = super().clean(value)
        if not name:
            return None
        tag = Tag.objects.filter(folded=fold(name).lstrip("#").strip()).select_related("canonical").first()
        if tag is None or tag.state != Tag.State.ACCEPTED:
            raise forms.ValidationError(_("“%(name)s” is not an approved tag."), params={"name": name})
        return tag.canonical or tag


class PlaceForm(forms.Form):
    """Where to go on: a page of this site."""

    next = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)

    def clean_next(self) -> str:
        address = self.cleaned_data["next"]
        # Only paths of this site: no host is allowed, nor a word, which redirect() would take for a route's name.
        return (
            address
            if address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
            else reverse("moderation:queue")
        )


class DecisionForm(PlaceForm):
    """What a moderator decided about one thing or several."""

    VERBS = (
        ("publish", _("Approve")),
        ("reject", _("Turn down")),
        ("hide", _("Hide")),
        ("merge", _("Make it a synonym")),
        ("confirm", _("Remove it, as asked")),
        ("restore", _("Keep it public")),
        ("undo", _("Undo the decision")),
    )
    pick = PicksField(error_messages={"required": _("Choose something first.")})
    verb = forms.ChoiceField(choices=VERBS)
    reason = forms.ChoiceField(
        label=_("Reason"), choices=[("", _("Pick a reason")), *Reason.choices], required=False
    )
    note = forms.CharField(
        label=_("In your own words, to the person who added it"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    synonym_of = TagField(required=False, max_length=100)
    # The state that the page showed, where it is not “waiting”.
    seen = forms.CharField(required=False, max_length=20)
    # A script sends a large batch in parts: how many of it are done. All of it is taken back together.
    before = forms.IntegerField(required=False, min_value=0, max_value=AT_ONCE)

    def __init__(self, data: Any, **options: Any) -> None:
        # A sheet is one form with a box and a button for each thing: the button means its thing, whatever is ticked.
        if one := data.get("approve"):
            data = data.copy()
            data.setlist("pick", [one])
            data["verb"] = "publish"
        super().__init__(data, **options)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("verb") in ("reject", "hide") and not data.get("reason") and "reason" not in self.errors:
            if any(registry[pick.source].wants_reason for pick in data.get("pick", [])):
                self.add_error("reason", _("Pick a reason. The person who added it gets to read it."))
        if data.get("verb") == "merge" and not data.get("synonym_of") and "synonym_of" not in self.errors:
            self.add_error("synonym_of", _("Name the tag it means the same as."))
        return data


class UndoForm(PlaceForm):
    # The same the other way: how many to take back now (nothing: all), and how many are.
    most = forms.IntegerField(required=False, min_value=1, max_value=AT_ONCE)
    before = forms.IntegerField(required=False, min_value=0, max_value=AT_ONCE)


class TrustForm(PlaceForm):
    trust = forms.ChoiceField(label=_("Trust"), choices=Trust)
