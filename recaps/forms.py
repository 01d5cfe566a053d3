"""The form of a recap: a text written here, or the link to one elsewhere."""

from typing import Any, cast

from django import forms
from django.db.models import Q
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from community.contributing import link_to
from community.editing import MarkdownEditor
from community.forms import ContributionForm, NamesField, TextField, one_line
from community.languages import LanguageField
from community.models import Contribution, ContributionQuerySet, Draft
from community.models.contribution import PAST
from community.text import Rendered, render
from discussion.known import KnownLink
from discussion.models import Favourite
from links.fields import AddressField
from links.models import OptOut
from people.models import Person
from people.models.person import fold

from .models import Recap
from .models.blog_feed import watched_until
from .parts import MOST_PARTS


class RecapForm(KnownLink, ContributionForm):
    """Paste a link or write; everything else is optional. A link that is known here becomes a recommendation."""

    url = AddressField(
        label=_("Link to a recap"),
        required=False,
        help_text=_("Paste its address, or write below."),
        previews=reverse_lazy("community:previews"),
        fills=["title", "author", "language"],
    )
    role = forms.ChoiceField(
        label=_("Whose is it?"),
        choices=Recap.Role,
        widget=forms.RadioSelect,
        required=False,
        initial=Recap.Role.WROTE,
    )
    author = NamesField(
        label=_("Who wrote it"),
        max_length=300,
        help_text=_("As far as you know."),
        # Of one's own text the author is known: a page's is proposed only for what somebody found.
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-fills-when": "role=found"}),
    )
    together = NamesField(
        label=_("Written together with"),
        max_length=600,
        help_text=_("Names or @handles, separated by commas. It shows on their pages, too."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    part_of = forms.CharField(
        label=_("Part of"),
        max_length=300,
        required=False,
        help_text=_("If this is a later part: the address or the title of the first one."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    language = LanguageField()
    why = forms.CharField(
        label=_("Read it because …"),
        required=False,
        max_length=280,
        help_text=_("One line: what would somebody miss?"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    new_title = _("Share a recap")
    change_title = _("Edit the recap")
    can_preview = True
    first_fields: tuple[str, ...] = ("url", "role", "author", "title", "why", "body")
    credited_fields = ("title", "language", "disclosure")

    class Meta:
        model = Recap
        fields: tuple[str, ...] = (
            "event",
            "url",
            "role",
            "author",
            "title",
            "body",
            "day",
            "language",
            "disclosure",
            "part",
        )
        widgets = {
            "title": forms.TextInput(attrs={"autocomplete": "off"}),
            "body": MarkdownEditor({"placeholder": _("Or write it here …")}),
            "disclosure": forms.TextInput(attrs={"maxlength": 300, "autocomplete": "off"}),
        }
        field_classes = {"body": TextField}
        labels = {"title": _("Title"), "body": _("Your recap"), "part": _("Which part this is")}
        help_texts = {
            "body": _(
                "Markdown works. @ finds people, : emoji, # tags, [[ talks, and you can drop photos in."
            ),
        }
        error_messages = {"title": {"required": _("Give it a title: what would make you open it?")}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = True
        if "body" in self.fields:
            cast("MarkdownEditor", self.fields["body"].widget).at(self.main_event)
        if not self.is_new:
            # From now on it is a recommendation like everybody's, and changed where these are.
            self.fields.pop("why", None)
            names = self.instance.credits.order_by("position").values_list("person__name", flat=True)
            self.initial["author"] = list(names) if self.instance.role == Recap.Role.FOUND else []
            if self.instance.first_part:
                self.initial["part_of"] = self.instance.first_part.get_absolute_url()
            self.initial["together"] = [person.name for person in self.others()]

    @property
    def watches_blogs(self) -> bool:
        """Whether the sender's blog can be watched for posts about this event."""
        is_open = timezone.localdate() <= watched_until(self.main_event)
        return bool(self.is_new and self.user.is_authenticated and is_open)

    @property
    def is_by_credit(self) -> bool:
        """Whether the author of a linked text mends what stands here: who wrote it, and where, is settled."""
        return "url" not in self.fields

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        if url and OptOut.objects.covers(url):
            raise forms.ValidationError(_("Its author asked us not to list this text here."))
        return url

    @cached_property
    def offers_quick(self) -> bool:
        """Whether to offer the five-minute recap first: to whoever has never written one."""
        fresh = self.is_new and not self.is_bound and not self.took_up and not self.initial_given
        return fresh and not Recap.objects.owned_by(self.user).exists()

    def clean_part_of(self) -> Recap | None:
        """Turn the address or title into the first part: one of the sender's own at this event."""
        line = one_line(self.cleaned_data["part_of"])
        if not line:
            return None
        number = line.rstrip("/").rpartition("/")[2]
        by_address = Q(pk=number) if "/" in line and number.isdecimal() and len(number) < 18 else Q(pk__in=[])
        own = (
            Recap.objects.editable_by(self.user)
            .filter(main_event=self.main_event)
            .exclude(pk=self.instance.pk)
        )
        found = own.filter(by_address | Q(title__iexact=line)).order_by("pk").first()
        if found is None:
            raise forms.ValidationError(_("This is not one of your recaps at this event."))
        first = found.first_part or found
        if first.pk == self.instance.pk or (self.instance.pk and self.instance.later_parts.exists()):
            raise forms.ValidationError(_("This one is the first part of others."))
        return first

    def settle_part(self, data: dict[str, Any]) -> None:
        """Take the number that is given, or the next one; a number that another part has is an error there."""
        first, part = data.get("part_of"), data.get("part")
        if part == 0:
            self.add_error("part", _("Parts are counted from 1."))
            return
        if first is None:
            if part and part > 1 and "part" in self.changed_data and "part_of" not in self.errors:
                self.add_error("part_of", _("Name the first part, too."))
            # Where the first part is gone, the number goes at the next change.
            self.instance.first_part = data["part"] = None
            return
        taken = Recap.objects.filter(first_part=first).exclude(pk=self.instance.pk)
        part = part or max([1, *(other.part or 1 for other in taken)]) + 1
        if part < 2:
            self.add_error("part", _("The first part is part 1; this one comes later."))
        elif part > MOST_PARTS:
            self.add_error("part", _("That is more parts than anybody reads. The limit is 50."))
        elif other := taken.filter(part=part).first():
            words = str(_("There is already such a part: {link}."))
            self.add_error("part", forms.ValidationError(format_html(words, link=link_to(other))))
        else:
            self.instance.first_part, self.instance.part, data["part"] = first, part, part

    def others(self) -> list[Person]:
        """Return who is credited beside the one who wrote it and sent it."""
        if self.instance.role == Recap.Role.FOUND:
            return []
        own = {person.pk for person in self.writers({})} | {fold(person.name) for person in self.writers({})}
        given = self.instance.credits.select_related("person").order_by("position")
        return [one.person for one in given if not {one.person_id, one.person.folded_name} & own]

    def clean_together(self) -> list[str]:
        for name in (names := self.cleaned_data["together"]):
            if (
                name.startswith("@")
                and not Person.objects.standing().filter(handle=name[1:].lower()).exists()
            ):
                raise forms.ValidationError(_("Nobody here is called %(handle)s."), params={"handle": name})
        return names

    def co_authors(self) -> list[Person]:
        """Return whom the sender names beside themselves, in their order. To be called inside a transaction."""
        before = {} if self.is_new else {person.folded_name: person for person in self.others()}
        people: list[Person] = []
        for name in self.cleaned_data.get("together", ()):
            if name.startswith("@"):
                people += Person.objects.standing().filter(handle=name[1:].lower())
            elif fold(name) in before:
                people.append(before[fold(name)])
            else:
                people += self.people_named([name])
        return people

    def clean_role(self) -> str:
        return self.cleaned_data["role"] or Recap.Role.WROTE

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "part" in self.fields:
            self.settle_part(data)
        if self.is_by_credit or {"url", "body"} & set(self.errors):
            return data
        if not data.get("url") and not data.get("body"):
            self.add_error("body", _("Write something here, or paste a link above."))
        elif known := self.own_link(data):
            words = str(_("You have already added this link: {link}. Put your text there."))
            self.add_error("url", forms.ValidationError(format_html(words, link=link_to(known))))
        elif not data.get("url") and data.get("role") == Recap.Role.FOUND:
            self.add_error("url", _("Paste the link to what you found."))
        elif data.get("role") == Recap.Role.FOUND and data.get("body") and self.says_it_is_found:
            # It would stand under the name of whoever wrote what was found.
            self.add_error(
                "body",
                _(
                    "What you found has its own author. Say above why it is worth reading, or choose “I wrote this”."
                ),
            )
        elif data.get("role") == Recap.Role.WROTE and self.names_somebody_else(data):
            # Not guessed: whom a text is credited to is the one thing that must not be wrong.
            self.add_error(
                "role", _("You name somebody else as its author. If it is theirs, choose “I found this”.")
            )
        return data

    @property
    def says_it_is_found(self) -> bool:
        return self.is_new or not {"role", "body"}.isdisjoint(self.changed_data)

    def own_link(self, data: dict[str, Any]) -> Contribution | None:
        """Return one's own entry of the link that now comes with a text: the two are one entry."""
        if not (self.is_new and data.get("url") and data.get("body")):
            return None
        there = Recap.objects.linking_to(data["url"], main_event_id=self.main_event.pk).owned_by(self.user)
        return there.exclude(state__in=[Recap.State.WITHDRAWN, *PAST]).first()

    def names_somebody_else(self, data: dict[str, Any]) -> bool:
        own = {fold(person.name) for person in self.writers(data)}
        return any(fold(name) not in own for name in data.get("author") or [])

    def preview(self) -> Rendered | None:
        """Return the text as it will look; None while there is none, or it is too long."""
        text = "" if "body" in self.errors else self.cleaned_data.get("body")
        return render(text) if text else None

    def linked(self) -> ContributionQuerySet | None:
        if not self.cleaned_data["url"] or self.cleaned_data.get("body"):
            return None
        return Recap.objects.linking_to(self.cleaned_data["url"], main_event_id=self.main_event.pk)

    def because(self) -> str:
        return " ".join(self.cleaned_data["why"].split())

    def save_by(self, by: Any) -> Contribution:
        """Save it, and what its finder says of it as their recommendation."""
        item = super().save_by(by)
        if self.is_new and not self.found and self.because() and item.role == Recap.Role.FOUND:  # type: ignore[attr-defined]
            Favourite.give(item, by=by, reason=self.because())
        return item

    def forget_draft(self) -> None:
        """The five-minute recap that this one began as is sent now, too: by the key that went along from there."""
        super().forget_draft()
        if key := self.cleaned_data.get("submission_key"):
            begun = Draft.objects.owned_by(self.user).filter(item=None, event=self.page_event)
            begun.filter(fields__submission_key=str(key)).delete()

    def credited(self) -> list[Person]:
        """The author: whoever sends the form, or the people they name."""
        if self.is_by_credit:
            given = self.instance.credits.select_related("person").order_by("position")
            return [credit.person for credit in given]
        if self.cleaned_data["role"] == Recap.Role.FOUND:
            return self.people_named(self.cleaned_data["author"]) + self.co_authors()
        writers = self.writers(self.cleaned_data)
        known = [person for person in writers if person.pk]
        named = self.people_named(person.name for person in writers if not person.pk)
        return known + named + self.co_authors()

    def writers(self, data: dict[str, Any]) -> list[Person]:
        """Return who wrote what the sender says they wrote; somebody whose name is all we know is not saved yet."""
        if self.instance.contributor_id:
            return [self.instance.contributor.person]
        if self.is_new and self.user.is_authenticated:
            return [self.user.person]
        if not self.is_new and not self.instance.guest_id:
            return [
                credit.person
                for credit in self.instance.credits.select_related("person").order_by("position")
            ]
        name = data.get("guest_name") or getattr(self.instance.guest or self.user, "name", "")
        return [Person(name=name)] if name else []
