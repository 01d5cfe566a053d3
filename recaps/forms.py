"""The form of a recap: a text written here, or the link to one elsewhere."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.forms import ContributionForm, NamesField, TextField
from community.languages import LanguageField
from community.models import Contribution, ContributionQuerySet
from community.text import Rendered, render
from discussion.known import KnownLink
from discussion.models import Favourite
from links.fields import AddressField
from links.models import OptOut
from people.models import Person
from people.models.person import fold

from .models import Recap
from .models.blog_feed import watched_until


class RecapForm(KnownLink, ContributionForm):
    """Paste a link or write; everything else is optional. A link that is known here becomes a recommendation."""

    url = AddressField(
        label=_("Link to a write-up"),
        required=False,
        help_text=_(
            "Paste the address of one that is already out there. Or leave this empty and write below."
        ),
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
        help_text=_("If you found it: the name of whoever wrote it, as far as you know."),
        # Of one's own text the author is known: a page's is proposed only for what somebody found.
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-fills-when": "role=found"}),
    )
    language = LanguageField()
    why = forms.CharField(
        label=_("Read it because …"),
        required=False,
        max_length=280,
        help_text=_("If you found it: one line, what somebody would miss."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    new_title = _("Share a write-up")
    change_title = _("Change the write-up")
    can_preview = True
    first_fields = ("url", "role", "author", "title", "why", "body")
    credited_fields = ("title", "language", "disclosure")

    class Meta:
        model = Recap
        fields = ("event", "url", "role", "author", "title", "body", "day", "language", "disclosure")
        widgets = {
            "title": forms.TextInput(attrs={"autocomplete": "off"}),
            "body": forms.Textarea(
                attrs={"rows": 14, "data-write": "", "class": "markdown", "maxlength": 50_000}
            ),
            "disclosure": forms.TextInput(attrs={"maxlength": 300, "autocomplete": "off"}),
        }
        field_classes = {"body": TextField}
        labels = {"title": _("Title"), "body": _("Your write-up")}
        help_texts = {
            "body": _(
                "Only where there is no link. Markdown works: **bold**, # headings, lists, [links](https://…)."
            )
        }
        error_messages = {"title": {"required": _("Give it a title: what would make you open it?")}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = True
        if not self.is_new:
            # From now on it is a recommendation like everybody's, and changed where these are.
            self.fields.pop("why", None)
            names = self.instance.credits.order_by("position").values_list("person__name", flat=True)
            self.initial["author"] = list(names) if self.instance.role == Recap.Role.FOUND else []

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
            raise forms.ValidationError(_("Its author asked that this text is not listed here."))
        return url

    def clean_role(self) -> str:
        return self.cleaned_data["role"] or Recap.Role.WROTE

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.is_by_credit or {"url", "body"} & set(self.errors):
            return data
        if not data.get("url") and not data.get("body"):
            self.add_error("body", _("Write something here, or paste a link above."))
        elif not data.get("url") and data.get("role") == Recap.Role.FOUND:
            self.add_error("url", _("Paste the link to what you found."))
        elif data.get("role") == Recap.Role.WROTE and self.names_somebody_else(data):
            # Not guessed: whom a text is credited to is the one thing that must not be wrong.
            self.add_error(
                "role", _("You name somebody else as its author. If it is theirs, choose “I found this”.")
            )
        return data

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

    def credited(self) -> list[Person]:
        """The author: whoever sends the form, or the people they name."""
        if self.is_by_credit:
            given = self.instance.credits.select_related("person").order_by("position")
            return [credit.person for credit in given]
        if self.cleaned_data["role"] == Recap.Role.FOUND:
            return self.people_named(self.cleaned_data["author"])
        writers = self.writers(self.cleaned_data)
        known = [person for person in writers if person.pk]
        return known + self.people_named(person.name for person in writers if not person.pk)

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
