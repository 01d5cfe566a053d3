"""The grammar that the forms of all kinds share, and the small forms behind lists."""

import uuid
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.validators import MaxLengthValidator
from django.db.models import Q
from django.forms.utils import flatatt
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.models import Day, Event
from links.fields import AddressField
from people.models import Guest, Person
from people.models.person import fold

from .drafting import draft_of, owner_key
from .kinds import kinds, kinds_by_name
from .models import Contribution, Draft, Tag
from .models.draft import DraftOf
from .models.tag import TaggedContribution
from .recognising import Choice, choices_in, choices_of
from .sections import EventDay
from .stream import read_key

TAGS_AT_MOST = 12
LINES_AT_MOST = 12


def one_line(text: str) -> str:
    """Return `text` on one line, without signs that cannot be seen: they would only mislead whoever reads it."""
    # What joins and directs letters in Arabic, Hebrew or an emoji (U+200C to U+200F) is part of the writing.
    shown = (sign for sign in " ".join(text.split()) if sign.isprintable() or "\u200c" <= sign <= "\u200f")
    return "".join(shown).strip()


class PageForm(forms.Form):
    """The place in a list, as addresses carry it."""

    before = forms.CharField(required=False, max_length=40)
    after = forms.CharField(required=False, max_length=40)

    def clean_before(self) -> str:
        return self._key("before")

    def clean_after(self) -> str:
        return self._key("after")

    def _key(self, name: str) -> str:
        key = self.cleaned_data[name]
        try:
            if key:
                read_key(key)
        except (ValueError, OverflowError) as error:
            raise forms.ValidationError(_("This page’s address is incomplete.")) from error
        return key

    @classmethod
    def place(cls, data: Any) -> dict[str, str]:
        """Return `before` and `after` of an address; a mangled one is the first page."""
        form = cls(data)
        return form.cleaned_data if form.is_valid() else {"before": "", "after": ""}


class WordsField(forms.CharField):
    """Words apart by commas or lines: tags. Cleans to a list, each once, in the order typed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "max_length": 1000, **kwargs})

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        words = [one_line(word).lstrip("#").strip() for word in text.replace("\n", ",").split(",")]
        return list(dict.fromkeys(word for word in words if word))

    def validate(self, value: Any) -> None:
        super().validate(value)
        if len(value) > TAGS_AT_MOST:
            raise forms.ValidationError(
                _("That is more than %(most)s tags. Keep the ones people would look for."),
                params={"most": TAGS_AT_MOST},
            )
        for word in value:
            if len(word) > 50:
                raise forms.ValidationError(
                    _("“%(word)s…” is too long for a tag. Use at most 50 characters."),
                    params={"word": word[:20]},
                )

    def run_validators(self, value: Any) -> None:
        super().run_validators(", ".join(value))

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


class NamesField(WordsField):
    """Names of people apart by commas: speakers, authors."""

    def validate(self, value: Any) -> None:
        forms.Field.validate(self, value)
        if len(value) > 20:
            raise forms.ValidationError(_("That is more than 20 people. Name the ones who matter most."))
        for name in value:
            if len(name) > 100:
                raise forms.ValidationError(
                    _("“%(name)s…” is too long for a name. Use at most 100 characters."),
                    params={"name": name[:20]},
                )


class LinesField(forms.CharField):
    """One thing a line. Cleans to a list, each once, in the order typed; a comma is part of the line."""

    def to_python(self, value: Any) -> Any:
        return list(dict.fromkeys(filter(None, map(one_line, (super().to_python(value) or "").splitlines()))))

    def validate(self, value: Any) -> None:
        super().validate(value)
        if len(value) > LINES_AT_MOST:
            raise forms.ValidationError(
                _("That is more than %(most)s lines. Keep the ones that matter most."),
                params={"most": LINES_AT_MOST},
            )

    def run_validators(self, value: Any) -> None:
        super().run_validators("\n".join(value))


class TextField(forms.CharField):
    """Text of several lines. Browsers send two characters for the end of a line, and let people type for one."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value) or ""


class ContributionForm(forms.ModelForm):
    """What the forms of all kinds share: where and when, tags, what it goes with, who a guest is.

    `event` is the main event whose page the form was opened from, or the one that the item is at; `user` is the
    member or guest. Kinds add their fields, and override `credited` and `fill` where theirs are not plain columns.
    """

    tags = WordsField(
        label=_("Tags"),
        help_text=_("A few words, separated by commas. New ones show once a moderator has approved them."),
        widget=forms.TextInput(attrs={"list": "known-tags", "autocomplete": "off", "data-tags": ""}),
    )
    related = LinesField(
        label=_("Goes with"),
        required=False,
        max_length=4000,
        help_text=_(
            "Talks, recaps or photos from this event that this is about, one per line: paste the "
            "address or type the title."
        ),
        widget=forms.Textarea(attrs={"rows": 2, "data-related": ""}),
    )
    guest_name = forms.CharField(
        label=_("Your name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Type a name. Any will do.")},
    )
    guest_email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        help_text=_("Never shown. We send you a link to edit or withdraw what you add."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    submission_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    # The heading of the page, for a new thing and for a change.
    new_title: Any = ""
    change_title: Any = ""
    # Whether there is text that looks different once it is rendered.
    can_preview = False
    # Fields that stand open; all others are folded away under “More”.
    first_fields: tuple[str, ...] = ("title",)
    # What somebody who is credited may change, without having added it (Contribution.credited_may_edit).
    credited_fields: tuple[str, ...] = ()
    # What an address may fill in beforehand: /recaps/new/…/?url=…
    started_by: tuple[str, ...] = ("url", "title", "tags")
    # What is said once a new thing is saved.
    thanks_public: Any = _("Thank you! It is public now.")
    thanks_waiting: Any = _("Thank you! Only you can see it until a moderator has looked at it.")
    # The same where somebody else has added it before.
    thanks_found: Any = _("It is already here. We have added your recommendation.")
    # Whether whoever fills it in is shown no way to what others added.
    hides_others = False
    # Whether it is one of GUEST_FORMS_PER_HOUR, where a guest sends it.
    is_counted = True
    # Whether `save_by` found what was there already, and made nothing.
    found = False
    # Whether it was sent to be filled in further and shown again, and not to be saved.
    wants_another_look: Any = False
    # What a button beside “Add” says that goes on with what was typed in another form; empty where there is none.
    further_label: Any = ""
    # Whether it shows what was kept as a draft, and which of the kind's forms of a new thing it is.
    took_up = False
    draft_form = "new"
    # Names of people who asked not to be named anywhere: what was sent does without them.
    left_out: Sequence[str] = ()

    def __init__(self, *args: Any, event: Event, user: Any, **kwargs: Any) -> None:
        self.user = user
        self.main_event = event.parent or event
        self.page_event = event
        self.initial_given = bool(kwargs.get("initial"))
        super().__init__(*args, **kwargs)
        self.is_new = self.instance.pk is None
        self._offer_events(event)
        self._offer_days()
        self.fields["title"].widget.attrs.setdefault("maxlength", 200)
        if user.is_authenticated or getattr(user, "guest", None) or not self.is_new:
            del self.fields["guest_name"], self.fields["guest_email"]
        if not self.is_new and self.instance.is_changed_by_credit(user):
            for name in set(self.fields) - {
                *self.credited_fields,
                "tags",
                "related",
                "version",
                "submission_key",
            }:
                del self.fields[name]
        if self.is_new:
            self.initial.setdefault("submission_key", uuid.uuid4())
            del self.fields["version"]
        else:
            del self.fields["submission_key"]
            self.initial["version"] = self.instance.version
            self.initial["tags"] = self._own_words()
            self.initial["related"] = self._related_addresses()

    def _offer_events(self, event: Event) -> None:
        offered = Event.objects.public().filter(Q(pk=self.main_event.pk) | Q(parent=self.main_event))
        field = forms.ModelChoiceField(
            offered.order_by("parent_id", "starts_on", "name"),
            label=_("Where"),
            initial=event.pk,
            empty_label=None,
            help_text=_("The event itself, or one co-located with it."),
        )
        self.fields["event"] = field
        self.has_colocated_events = len(field.queryset) > 1  # type: ignore[arg-type]
        if not self.has_colocated_events:
            field.widget = forms.HiddenInput()

    def _offer_days(self) -> None:
        if "day" in self.fields:
            self.fields["day"] = forms.ModelChoiceField(
                Day.objects.filter(event=self.main_event),
                label=_("Day"),
                required=False,
                empty_label=_("any day"),
            )

    def _own_words(self) -> list[str]:
        rows = TaggedContribution.objects.filter(content_object_id=self.instance.pk)
        return list(rows.order_by("pk").values_list("tag__name", flat=True))

    def _related_addresses(self) -> str:
        said = self.instance.relations_out.filter(found=False).values("target")
        targets = Contribution.objects.filter(pk__in=said).visible_to(self.user)
        return "\n".join(target.get_absolute_url() for target in targets)

    def clean_title(self) -> str:
        return self._line("title")

    def clean_guest_name(self) -> str:
        return self._line("guest_name")

    def _line(self, name: str) -> str:
        line = one_line(self.cleaned_data.get(name) or "")
        if not line and self.fields[name].required:
            # Nothing but signs that cannot be seen.
            raise forms.ValidationError(self.fields[name].error_messages["required"], code="required")
        return line

    def clean_related(self) -> list[int]:
        """Turn addresses and titles into ids of contributions of this event that the person may see."""
        at_event = Contribution.objects.visible_to(self.user).filter(main_event=self.main_event)
        found = []
        for line in self.cleaned_data["related"]:
            number = line.rstrip("/").rpartition("/")[2]
            by_address = (
                Q(pk=number) if "/" in line and number.isdecimal() and len(number) < 18 else Q(pk__in=[])
            )
            match = at_event.filter(by_address | Q(title__iexact=line)).order_by("pk").first()
            if match is None:
                raise forms.ValidationError(
                    _("Nothing at this event has the title or the address “%(line)s”."),
                    params={"line": line[:80]},
                )
            found.append(match.pk)
        return found

    def credited(self) -> list[Person]:
        """Return the people to credit, in their order. Called inside the transaction that saves."""
        return []

    def people_named(self, names: Iterable[str]) -> list[Person]:
        """Return the people of these names, made where there are none. Who asked not to be named is left out, and their
        name stands in `left_out`.
        """
        found = Person.objects.named_in_import(names)
        self.left_out = [name for name, person in found.items() if person is None]
        return [person for person in found.values() if person]

    def fill(self, by: Any) -> None:
        """Set on `self.instance` what is not a plain column of the form, before it is saved."""

    def save_by(self, by: Any) -> Contribution:
        """Save the new contribution, or the next version of it, as `by`; return it.

        Raises StateConflict when somebody saved a newer version meanwhile.
        """
        item: Contribution = self.instance
        self.fill(by)
        said = self.said_of_named
        # What was unticked goes with it no longer, though it stood there in words.
        related = [pk for pk in self.cleaned_data["related"] if said.get(pk) is not False]
        words = {
            "tags": self.cleaned_data["tags"],
            "credit": self.credited(),
            "related": related,
            "named": said,
        }
        if self.is_new:
            item.submission_key = self.cleaned_data.get("submission_key")
            item.submit(by=by, **words)
        else:
            if self.cleaned_data.get("version"):
                item.version = self.cleaned_data["version"]
            item.edit(by=by, **words)
        return item

    @cached_property
    def _may_be_named(self) -> list[Choice]:
        """What the text may name: the text that was sent, or else the saved one."""
        if not self.names_others:
            return []
        rendered = self.preview() if self.is_bound and self.can_preview else None
        if rendered:
            return choices_in(rendered.html, self.main_event.pk, self.instance.pk)
        return choices_of(self.instance) if self.instance.pk else []

    @property
    def names_others(self) -> bool:
        return self._meta.model.names_others

    @property
    def said_of_named(self) -> dict[int, bool]:
        """Whether the text names these, by id, of those that the form has shown to its writer."""
        said = NamedForm.said(self.data) if self.is_bound else {}
        return {one.pk: said[one.pk] for one in self._may_be_named if one.pk in said}

    @property
    def named(self) -> list[Choice]:
        """What the text may name, as its writer is shown it."""
        said = self.said_of_named
        return [one._replace(is_chosen=said.get(one.pk, one.is_chosen)) for one in self._may_be_named]

    def doubts(self) -> Sequence[Any]:
        """Return what its sender should look at before this valid form is saved, for the kind's own template to show;
        nothing: it is saved.
        """
        return ()

    def files_kept(self) -> AbstractContextManager[None]:
        """Around the transaction that saves: keep the form's files first, and drop them again where it fails."""
        return nullcontext()

    def repeats(self, text: str | None) -> bool:
        """Return whether this form says what it has made before: `text`, as search keeps it (None: nothing to
        compare).
        """
        return text is None or (self.is_valid() and self.instance.searchable() == text)

    def joins(self, guest: Guest | None) -> bool:
        """Return whether a form that was sent before, by a member or `guest`, may add to what it made."""
        return False

    def new_guest(self) -> Guest:
        """Return the guest that the name and the address on this form make."""
        return Guest.objects.create(
            name=self.cleaned_data["guest_name"], email=self.cleaned_data.get("guest_email") or ""
        )

    # --- Drafts (community/drafting.py) -------------------------------------------------------------------------------

    @property
    def keeps_drafts(self) -> bool:
        return self._meta.model.keeps_drafts

    @cached_property
    def draft_of(self) -> DraftOf:
        """What a draft of this form is of."""
        item = None if self.is_new else self.instance
        return draft_of(self._meta.model, self.page_event, item, self.draft_form)

    @cached_property
    def draft(self) -> Draft | None:
        """What its sender typed into this form before and has not sent."""
        return Draft.objects.owned_by(self.user).of_form(self.draft_of).first() if self.keeps_drafts else None

    @property
    def draft_owner(self) -> str:
        """Whose drafts a browser may show in this form; empty for somebody who is not known."""
        return owner_key(self.user)

    @property
    def draft_revision(self) -> Any:
        """Which revision of the draft stands in this form."""
        if self.is_bound:
            return self.data.get("draft_revision") or (self.draft.revision if self.draft else 0)
        return self.draft.revision if self.draft and self.took_up else 0

    def take_up(self) -> None:
        """Fill this form, which nobody has sent yet, with what was kept of it."""
        if not self.initial_given and self.draft:
            self.initial.update(
                {name: value for name, value in self.draft.fields.items() if name in self.fields}
            )
            self.took_up = True

    def forget_draft(self) -> None:
        """What was kept is sent now. Called inside the transaction that saves."""
        if self.keeps_drafts:
            Draft.objects.owned_by(self.user).of_form(self.draft_of).delete()

    @property
    def page_title(self) -> Any:
        return self.new_title if self.is_new else self.change_title

    @property
    def is_unfolded(self) -> bool:
        """Whether something below the fold must be seen: an error, or what somebody said there already."""
        return any(field.errors or self._says_more(field) for field in self.more_fields)

    @staticmethod
    def _says_more(field: forms.BoundField) -> bool:
        """Whether a field has something in it that does not stand in every blank form."""
        said, blank = (
            field.field.prepare_value(value) or "" for value in (field.value(), field.field.initial)
        )
        return bool(said) and str(said) != str(blank)

    @cached_property
    def shown_preview(self) -> Any:
        """What the text will look like, when the form was sent to see that and there is a text; else None."""
        asked = self.can_preview and self.is_bound and "preview" in self.data
        return self.preview() if asked else None

    def preview(self) -> Any:
        """Return the rendered text of a form that `can_preview`, None where its text is missing or not in order."""
        raise NotImplementedError

    @property
    def known_tags(self) -> list[str]:
        return known_tags()

    @property
    def open_fields(self) -> list[Any]:
        """The fields that stand open, in their order; the guest's name is among them."""
        return [self[name] for name in (*self.first_fields, "guest_name") if name in self.fields]

    @property
    def more_fields(self) -> list[Any]:
        """The optional fields, folded away: first the address that a guest's link goes to."""
        opened = {field.name for field in self.open_fields}
        folded = [field for field in self.visible_fields() if field.name not in opened]
        return sorted(folded, key=lambda field: field.name != "guest_email")


# --- Behind lists: filters and search. What is mangled there is as if it were not given. ----------------------------


class NumbersField(forms.Field):
    """Numbers, each in a field of its own of the same name: check boxes. What is mangled is left out."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[int]:
        given = value if isinstance(value, list) else []
        return [int(one) for one in given[:500] if one.isascii() and one.isdecimal() and len(one) < 18]


class NamedForm(forms.Form):
    """What a text may name, as the form of the text carries it: the ids that were shown, and those that are ticked."""

    named_shown = NumbersField(required=False)
    named = NumbersField(required=False)

    @classmethod
    def said(cls, data: Any) -> dict[int, bool]:
        """Return whether each one that was shown is ticked, by id."""
        form = cls(data)
        form.full_clean()
        return {pk: pk in form.cleaned_data["named"] for pk in form.cleaned_data["named_shown"]}


class DayForm(forms.Form):
    """One day of an event, as addresses carry it: ?day=2024-03-19."""

    day = forms.DateField(required=False)

    @classmethod
    def chosen(cls, data: Any, days: list[EventDay]) -> EventDay | None:
        """Return the day of `days` that the address names, if any."""
        form = cls(data)
        date = form.cleaned_data.get("day") if form.is_valid() else None
        return next((day for day in days if day.date == date), None)


class EventTagsForm(forms.Form):
    """The tags of an event."""

    tags = WordsField(
        label=_("Tags"),
        help_text=_("A few words, separated by commas. New ones show once a moderator has approved them."),
        widget=forms.TextInput(attrs={"list": "known-tags", "autocomplete": "off", "data-tags": ""}),
    )

    known_tags = property(lambda self: known_tags())


def known_tags() -> list[str]:
    """Return the words that are used most, to pick from where there is no JavaScript."""
    return list(
        Tag.objects.accepted().order_by("-contribution_count", "folded").values_list("name", flat=True)[:50]
    )


class PreviewForm(forms.Form):
    """An address of which somebody wants to know what stands there."""

    url = AddressField()


class TagSearchForm(forms.Form):
    """A part of a word, and the word that a page of the vocabulary begins with."""

    q = forms.CharField(label=_("Part of a word"), required=False, max_length=50)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # "from" is a word of Python's.
        self.fields["from"] = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)

    @classmethod
    def asked(cls, data: Any) -> dict[str, str]:
        """Return both as the vocabulary compares them; empty where nothing sensible was asked."""
        form = cls(data)
        asked = form.cleaned_data if form.is_valid() else {}
        return {"q": fold(asked.get("q", "")).lstrip("#"), "from": fold(asked.get("from", ""))}


class LongSelect(forms.Select):
    """A list to choose from that may be long, as Django's own: a template for each line takes 2 ms for a hundred."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = {str(one) for one in self.format_value(value)}
        lines = ((key, SELECTED if str(key) in chosen else "", label) for key, label in self.choices)
        return format_html(
            '<select name="{}"{}>{}</select>',
            name,
            flatatt(self.build_attrs(self.attrs, attrs)),
            format_html_join("", '<option value="{}"{}>{}</option>', lines),
        )


SELECTED = mark_safe(" selected")


class TagFilterForm(forms.Form):
    """What a tag's list is narrowed down to."""

    kind = forms.ChoiceField(label=_("What"), required=False)
    # A validator, not max_length: that would write an attribute which a select must not have.
    event = forms.CharField(
        label=_("Event"), required=False, validators=[MaxLengthValidator(80)], widget=LongSelect
    )
    year = forms.IntegerField(
        label=_("Year"), required=False, min_value=1900, max_value=2200, widget=LongSelect
    )

    def __init__(self, *args: Any, around: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("everything")), *((m.KIND, m.plural_label) for m in kinds())]  # type: ignore[attr-defined]
        self.fields["event"].widget.choices = [
            ("", _("all events")),
            *((e.slug, e.name) for e in around.events),
        ]
        self.fields["year"].widget.choices = [("", _("all years")), *((y, y) for y in around.years)]
        self.full_clean()

    def clean_event(self) -> Event | None:
        slug = self.cleaned_data["event"]
        return Event.objects.public().filter(slug=slug).first() if slug else None

    def chosen(self) -> dict[str, Any]:
        """Return what was chosen of kind, event and year; one that there is not is as if it were not."""
        return {name: value for name, value in self.cleaned_data.items() if value}


class SearchForm(forms.Form):
    """What to look for. `words` are the question as the index takes it."""

    q = forms.CharField(
        label=_("Search"),
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
        error_messages={
            "required": _("Type a word or two."),
            "max_length": _("That is long for a search. Fewer words find more."),
        },
    )
    kind = forms.CharField(required=False, max_length=20)
    page = forms.IntegerField(required=False, min_value=1, max_value=1000)

    def clean_q(self) -> str:
        from .search import asked_words

        words = asked_words(self.cleaned_data["q"])
        if not any(len(word) > 1 or not word.isascii() for word in words):
            raise forms.ValidationError(self._too_short(self.cleaned_data["q"]))
        self.cleaned_data["words"] = words
        return self.cleaned_data["q"]

    def _too_short(self, asked: str) -> Any:
        """Return what to say of a question of single letters; “C++” and “C#” have a tag at best."""
        tag = Tag.objects.accepted().select_related("canonical").filter(folded=fold(asked).strip()).first()
        if tag is None:
            return _("Type at least two letters. Signs such as + and # do not count.")
        tag = tag.canonical or tag
        return format_html(
            gettext("Search needs two letters, but there is a tag: {link}"),
            link=format_html('<a href="{}">{}</a>', tag.get_absolute_url(), tag.name),
        )

    def clean_kind(self) -> str:
        kind = self.cleaned_data["kind"]
        return kind if kind in kinds_by_name() else ""

    def clean(self) -> None:
        # A mangled number is the first page, a mangled kind is every kind.
        for name in ("page", "kind"):
            if self.errors.pop(name, None):
                self.cleaned_data[name] = None

    def chosen(self) -> dict[str, Any]:
        """Return the question, and the kind where one was chosen. For whoever has found the form valid."""
        return {name: self.cleaned_data[name] for name in ("q", "kind") if self.cleaned_data[name]}

    def pages(self, number: int, *, has_older: bool) -> dict[str, str]:
        """Return the addresses of the pages beside page `number`, for the pager."""
        return {
            "older_url": self._address(number + 1) if has_older else "",
            "newer_url": self._address(number - 1) if number > 1 else "",
        }

    def _address(self, number: int) -> str:
        asked = {"q": self.cleaned_data["q"], "kind": self.cleaned_data["kind"], "page": number}
        return "?" + urlencode({name: value for name, value in asked.items() if value})
