"""What the photos of a batch show: words for each, and what holds for all of them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.db import transaction
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from community.forms import NamesField, WordsField, known_tags, one_line
from community.kinds import kinds
from community.models import Contribution, Relation
from community.models.tag import TaggedContribution
from events.models import Day
from people.licences import Licence
from people.models import Person

from .models import Photo
from .naming import check_names

# So many things that one can be at are offered to choose from; what is not among them is said on the photo's own form.
SCENES_AT_MOST = 300


class Surroundings:
    """What the forms of a batch offer, and what its photos have already; each read once, however many photos."""

    def __init__(self, photos: list[Photo]) -> None:
        self.photos = photos
        self.main_event_id = photos[0].main_event_id

    @cached_property
    def days(self) -> list[tuple[str, str]]:
        return [(str(day.pk), str(day)) for day in Day.objects.filter(event=self.main_event_id)]

    @cached_property
    def scenes(self) -> dict[int | None, list[tuple[str, str]]]:
        """What one can take a photo at, by its day; None has all of them."""
        named = [model.KIND for model in kinds() if model.takes_place]
        there = Contribution.objects.public().filter(main_event=self.main_event_id, kind__in=named)
        found = defaultdict(list)
        for pk, title, day in there.order_by("title").values_list("pk", "title", "day")[:SCENES_AT_MOST]:
            for key in {day, None}:
                found[key].append((str(pk), title))
        return found

    @cached_property
    def related(self) -> dict[int, list[int]]:
        """What each photo goes with."""
        found = defaultdict(list)
        for source, target in Relation.objects.filter(source__in=self.photos).values_list("source", "target"):
            found[source].append(target)
        return found

    @cached_property
    def words(self) -> dict[int, list[str]]:
        """The tags of each photo as they were typed, accepted or not."""
        rows = TaggedContribution.objects.filter(content_object__in=self.photos).order_by("pk")
        found = defaultdict(list)
        for photo, name in rows.values_list("content_object", "tag__name"):
            found[photo].append(name)
        return found

    def scenes_of(self, photo: Photo) -> list[tuple[str, str]]:
        """Return what is proposed for `photo`: what took place on its day, and what it goes with already."""
        mine = {str(pk) for pk in self.related[photo.pk]}
        on_its_day = self.scenes[photo.day_id] if photo.day_id else []
        return on_its_day + [
            scene for scene in self.scenes[None] if scene[0] in mine and scene not in on_its_day
        ]


class DetailsForm(forms.Form):
    """What can be said of one photo, or of all: when and where it was taken, words to find it by, whose it is."""

    day = forms.ChoiceField(label=_("Day"), required=False)
    scene = forms.ChoiceField(label=_("Taken at"), required=False)
    tags = WordsField(
        label=_("Tags"),
        help_text=_("A few words, separated by commas. New ones show once a moderator has approved them."),
        widget=forms.TextInput(attrs={"list": "known-tags", "autocomplete": "off", "data-tags": ""}),
    )
    credit = NamesField(
        label=_("Photographer"), max_length=300, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    licence = forms.ChoiceField(label=_("Others may"), required=False)

    detail_names: tuple[str, ...] = ("day", "scene", "tags", "credit", "licence")

    # Whose the photos are: a member, or None.
    owner: Any = None

    def clean_credit(self) -> list[str]:
        check_names(self.cleaned_data["credit"], self.owner)
        names: list[str] = self.cleaned_data["credit"]
        return names

    def offer(self, empty: Any, days: list[Any], scenes: list[Any]) -> None:
        """Fill the choices; without any, there is nothing to ask."""
        for name, choices in (("day", days), ("scene", scenes)):
            self.fields[name].choices = [("", empty), *choices]  # type: ignore[attr-defined]
            if not choices:
                del self.fields[name]

    @property
    def details(self) -> list[Any]:
        return [self[name] for name in self.detail_names if name in self.fields]

    @property
    def has_folded_errors(self) -> bool:
        return any(field.errors for field in self.details)


class ForAllForm(DetailsForm):
    """What holds for every photo of a batch of which nothing else is said. What stays empty changes nothing."""

    known_tags = property(lambda self: known_tags())

    def __init__(self, *args: Any, around: Surroundings, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner = around.photos[0].contributor
        self.fields["licence"].choices = [("", _("as it is")), *Licence.choices]  # type: ignore[attr-defined]
        self.fields["tags"].help_text = _("Added to the tags that a photo already has.")
        self.offer(_("as it is"), around.days, around.scenes[None])

    @property
    def given(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value}


class DescriptionForm(DetailsForm, forms.ModelForm):
    """One photo of a batch. Fields that were not sent, and those that nobody touched, change nothing."""

    detail_names = ("title", *DetailsForm.detail_names)

    class Meta:
        model = Photo
        fields = ("alt", "title")
        labels = {"title": _("Caption")}
        widgets = {
            "alt": forms.Textarea(attrs={"rows": 2, "maxlength": 500}),
            "title": forms.TextInput(attrs={"autocomplete": "off"}),
        }

    def __init__(self, data: Mapping[str, Any] | None, *, photo: Photo, around: Surroundings) -> None:
        self.around, self.owner = around, photo.contributor
        prefix = f"photo-{photo.pk}"
        # What came into the batch after the page was loaded is not to be described as nothing.
        super().__init__(data if data and f"{prefix}-alt" in data else None, instance=photo, prefix=prefix)
        self.initial = {
            **self.initial,
            "day": str(photo.day_id or ""),
            "scene": next((pk for pk, _title in self.scenes if int(pk) in around.related[photo.pk]), ""),
            "tags": around.words[photo.pk],
            "credit": [credit.person.name for credit in photo.shown_credits],  # type: ignore[attr-defined]
            "licence": photo.licence,
        }
        for name in ("day", "scene"):
            # The worker may find out the day after the page was loaded: what counts is what stood on the page.
            self.fields[name].show_hidden_initial = True
        self.fields["licence"].choices = Licence.choices  # type: ignore[attr-defined]
        self.fields["licence"].required = True
        self.offer(_("not said"), around.days, self.scenes)
        for name in list(self.fields):
            if self.is_bound and self.add_prefix(name) not in self.data:
                del self.fields[name]

    @cached_property
    def scenes(self) -> list[tuple[str, str]]:
        return self.around.scenes_of(self.instance)

    @property
    def preview(self) -> Photo:
        return self.instance

    def clean_title(self) -> str:
        return one_line(self.cleaned_data["title"])

    def own(self) -> dict[str, Any]:
        """Return what was changed on this form."""
        return {name: self.cleaned_data[name] for name in self.changed_data}

    def unite(self, for_all: dict[str, Any]) -> None:
        """Take over what holds for all, where nothing else is said here. What then is too much stands in `errors`."""
        own = self.own()
        self.changes = {**for_all, **own}
        if "tags" in for_all:
            words = list(dict.fromkeys([*own.get("tags", self.initial["tags"]), *for_all["tags"]]))
            self.changes["tags"] = words
            try:
                WordsField().validate(words)
            except forms.ValidationError as error:
                self.add_error("tags" if "tags" in self.fields else None, error)

    def save_by(self, by: Any) -> None:
        """Save what has changed as the photo's next version. Raises StateConflict where somebody was quicker."""
        if not self.changes:
            return
        changes = self.changes
        self.instance.licence = changes.get("licence", self.instance.licence)
        said: dict[str, Any] = {"tags": changes["tags"]} if "tags" in changes else {}
        if "day" in changes:
            said["day_id"] = int(changes["day"]) if changes["day"] else None
        if "credit" in changes:
            said["credit"] = self._credited(changes["credit"])
        if "scene" in changes:
            said["related"] = self._related(changes["scene"])
        self.instance.describe(by=by, **said)

    def _credited(self, names: list[str]) -> list[Person]:
        """Whoever is named; where nobody is any more, who sent it."""
        found = Person.objects.named_in_import(names or [self.instance.contributor_name])
        return [person for person in found.values() if person]

    def _related(self, scene: str) -> list[int]:
        """What it goes with now: `scene`, and what was not offered here to choose from."""
        offered = {int(pk) for pk, _title in self.around.scenes[None]}
        others = [pk for pk in self.around.related[self.instance.pk] if pk not in offered]
        return [*others, int(scene)] if scene else others


class BatchForm:
    """The forms of all photos of a batch, and the one for all of them together."""

    def __init__(self, photos: list[Photo], data: Mapping[str, Any] | None) -> None:
        self.around = Surroundings(photos)
        self.is_bound = data is not None
        self.data = data or {}
        self.for_all = ForAllForm(data, prefix="all", around=self.around)
        self.forms = [DescriptionForm(data, photo=photo, around=self.around) for photo in photos]

    def is_valid(self) -> bool:
        """Return whether all of it can be saved; a photo's form that was not sent is left as it is."""
        if not self.is_bound or not self.for_all.is_valid():
            return False
        sent = [form for form in self.forms if form.is_bound]
        for form in sent:
            if form.is_valid():
                form.unite(self.for_all.given)
        return not any(form.errors for form in sent)

    @transaction.atomic
    def save_by(self, by: Any) -> bool:
        """Save what was said, and withdraw the photo whose button was pressed, if one was; return whether.

        Raises StateConflict where somebody was quicker; then nothing is saved.
        """
        for form in self.forms:
            if form.is_bound:
                form.save_by(by)
        chosen = [form.instance for form in self.forms if str(form.instance.pk) == self.data.get("remove")]
        for photo in chosen:
            photo.withdraw(by=by)
        return bool(chosen)

    @property
    def errors(self) -> Iterator[str]:
        """What is wrong, a sentence each, with the photo and the field that it is about."""
        named = [(_("Photo %(number)s") % {"number": n}, form) for n, form in enumerate(self.forms, 1)]
        for whose, form in [(_("For all of them"), self.for_all), *named]:
            for name, errors in (form.errors if form.is_bound else {}).items():
                label = form.fields[name].label if name in form.fields else ""
                for error in errors:
                    yield ", ".join(str(part) for part in (whose, label) if part) + f": {error}"
