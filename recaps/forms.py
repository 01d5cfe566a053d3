"""The form of a recap: a text written here, or the link to one elsewhere."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.forms import ContributionForm, NamesField
from community.languages import LanguageField
from community.models import Contribution
from community.text import Rendered, render
from discussion.models import Favourite
from links.fields import AddressField
from people.models import Person

from .models import Recap


class RecapForm(ContributionForm):
    """Paste a link or write; everything else is optional. A link that is known here becomes a recommendation."""

    url = AddressField(
        label=_("Link to a write-up"),
        required=False,
        help_text=_("Paste the address of one that is already out there. Or leave this empty and write below."),
    )
    role = forms.ChoiceField(
        label=_("Whose is it?"), choices=Recap.Role, widget=forms.RadioSelect, required=False, initial=Recap.Role.WROTE
    )
    author = NamesField(
        label=_("Who wrote it"),
        max_length=300,
        help_text=_("If you found it: the name of whoever wrote it, as far as you know."),
    )
    language = LanguageField()

    new_title = _("Share a write-up")
    change_title = _("Change the write-up")
    can_preview = True
    first_fields = ("url", "role", "author", "title", "body")

    class Meta:
        model = Recap
        fields = ("event", "url", "role", "author", "title", "body", "day", "language", "disclosure")
        widgets = {
            "body": forms.Textarea(attrs={"rows": 14, "data-write": "", "maxlength": 50_000}),
            "disclosure": forms.TextInput(attrs={"maxlength": 300}),
        }
        labels = {"title": _("Title"), "body": _("Your write-up")}
        help_texts = {"body": _("Markdown works: **bold**, # headings, lists, [links](https://…).")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = True
        if not self.is_new:
            names = self.instance.credits.order_by("position").values_list("person__name", flat=True)
            self.initial["author"] = list(names) if self.instance.role == Recap.Role.FOUND else []

    def clean_role(self) -> str:
        return self.cleaned_data["role"] or Recap.Role.WROTE

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("url") and not data.get("body") and not {"url", "body"} & set(self.errors):
            self.add_error("body", _("Write something here, or paste a link above."))
        return data

    def preview(self) -> Rendered:
        """Return the text as it will look."""
        return render(self.cleaned_data.get("body") or "")

    def credited(self) -> list[Person]:
        """The author: whoever sends the form, or the people they name."""
        if self.cleaned_data["role"] == Recap.Role.FOUND:
            return [Person.objects.named(name) for name in self.cleaned_data["author"]]
        if self.instance.contributor_id:
            return [self.instance.contributor.person]
        if self.user.is_authenticated and self.is_new:
            return [self.user.person]
        if not self.is_new and not self.instance.guest_id:
            return list(self.instance.people.order_by("credit__position"))
        name = self.cleaned_data.get("guest_name") or (self.instance.guest or self.user).name
        return [Person.objects.named(name)]

    def already_here(self) -> Recap | None:
        """Return the recap at this event that links to the same address, if there is one to be recommended."""
        if not self.is_new or not self.cleaned_data["url"] or self.cleaned_data.get("body"):
            return None
        same = Recap.objects.linking_to(self.cleaned_data["url"], main_event_id=self.main_event.pk)
        return same.visible_to(self.user).order_by("pk").first()

    def save_by(self, by: Any) -> Contribution:
        """Save; the same address a second time at an event is not a second entry but a recommendation of the first."""
        known = self.already_here()
        if known is None:
            return super().save_by(by)
        Favourite.give(known, by=by)
        return known
