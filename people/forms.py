"""Forms of profiles, and of the few pages around them."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from links.canonical import BadAddress, clean

from .licences import Licence
from .models import Claim, Person, Preference, User
from .models.notification import Topic
from .models.preference import Delivery
from .scopes import parts_of

LINKS_AT_MOST = 10


class LinksField(forms.CharField):
    """Addresses, one a line, as a list of cleaned ones."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "none"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        found: list[str] = []
        for line in super().clean(value).split():
            try:
                found.append(clean(line))
            except BadAddress as error:
                raise forms.ValidationError(f"{line[:80]}: {error}") from error
        if len(found) > LINKS_AT_MOST:
            raise forms.ValidationError(
                _("At most %(number)s links, please."), params={"number": LINKS_AT_MOST}
            )
        return list(dict.fromkeys(found))


class ProfileForm(forms.Form):
    """What others see of a member, and how the site treats them."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Type a name. Any will do.")},
    )
    handle = forms.CharField(
        label=_("Handle"),
        max_length=60,
        validators=[
            RegexValidator(r"^[-\w]+\Z", _("Use letters from a to z, digits, - and _ only."), flags=re.ASCII)
        ],
        help_text=_("Others mention you with @ and this word. It is also part of your page’s address."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": _("Type the word by which others shall mention you.")},
    )
    bio = forms.CharField(
        label=_("About you"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    links = LinksField(
        label=_("Links"),
        max_length=5000,
        required=False,
        help_text=_("Your own pages, one address per line."),
    )
    language = forms.ChoiceField(
        choices=lambda: [("", _("As my browser asks")), *settings.LANGUAGES],
        label=_("Language"),
        required=False,
        help_text=_("For this site and for our e-mails to you, on every device."),
    )
    default_licence = forms.ChoiceField(
        choices=lambda: [("", _("Ask me each time")), *Licence.choices],
        label=_("Licence of your next photos"),
        required=False,
        help_text=_("You can choose another with each upload."),
    )

    not_in_photos = forms.BooleanField(
        label=_("Never name me on photos"),
        required=False,
        help_text=_(
            "Your name goes from the photos on which others credited you, for good. To remove a photo "
            "of you, press “Remove this photo” below it."
        ),
    )

    no_recording = forms.BooleanField(
        label=_("No recordings of me"),
        required=False,
        help_text=_("No video of your talks is shown here, and nobody is asked to find one."),
    )
    takes_suggestions = forms.BooleanField(
        label=_("I like to hear how a talk could be better"),
        required=False,
        help_text=_(
            "People who saw a talk of yours can send you a private word about it. Without this, nobody can."
        ),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        person = user.person
        names = ("name", "handle", "bio", "links", "not_in_photos", "no_recording", "takes_suggestions")
        kwargs["initial"] = {
            **{name: getattr(person, name) for name in names},
            **{name: getattr(user, name) for name in ("language", "default_licence")},
        }
        super().__init__(*args, **kwargs)
        self.user = user

    FIRST = ("name", "handle", "bio", "links")
    FOLDED = (
        (_("Language and licence"), ("language", "default_licence")),
        (_("What may be shown and said of you"), ("not_in_photos", "no_recording", "takes_suggestions")),
    )

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """What others see of the member."""
        return [self[name] for name in self.FIRST]

    @property
    def folds(self) -> list[tuple[Any, list[forms.BoundField], bool]]:
        """All else, by what it is about: (words, fields, whether it says something)."""
        parts = [(words, [self[name] for name in names]) for words, names in self.FOLDED]
        return [(words, fields, any(one.errors or one.value() for one in fields)) for words, fields in parts]

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_handle(self) -> str:
        handle = self.cleaned_data["handle"].lower()
        if not Person.objects.is_free(handle, self.user.person):
            raise forms.ValidationError(_("Somebody already has this handle. Try another one."))
        return handle

    @transaction.atomic
    def save(self) -> None:
        """Save all of it. Raises IntegrityError when somebody took the handle in this moment."""
        data, person = self.cleaned_data, self.user.person
        person.bio, person.links = data["bio"], data["links"]
        person.takes_suggestions = data["takes_suggestions"]
        person.save(update_fields=["bio", "links", "takes_suggestions", "folded_name"])
        person.rename(data["name"], data["handle"])
        if data["not_in_photos"] != person.not_in_photos:
            person.keep_out_of_photos(data["not_in_photos"])
        person.ask_for_no_recording(data["no_recording"])
        self.user.language, self.user.default_licence = data["language"], data["default_licence"]
        self.user.save(update_fields=["language", "default_licence"])


class LanguageForm(forms.Form):
    """The language switch at the foot of each page."""

    language = forms.ChoiceField(choices=lambda: settings.LANGUAGES)


class PlaceForm(forms.Form):
    """The place in a list that pages by id."""

    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    after = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    @classmethod
    def place(cls, data: Any) -> dict[str, int | None]:
        """Return `before` and `after` of an address; a mangled one is the first page."""
        form = cls(data)
        return form.cleaned_data if form.is_valid() else {"before": None, "after": None}


class DeliveryForm(forms.Form):
    """How a member wants to hear of each topic."""

    def __init__(self, *args: Any, user: User, topics: Iterable[Topic], **kwargs: Any) -> None:
        chosen = Preference.objects.all_of(user)
        kwargs["initial"] = chosen
        super().__init__(*args, **kwargs)
        self.user = user
        for topic in topics:
            self.fields[topic.value] = forms.ChoiceField(
                label=capfirst(topic.label), choices=Delivery.choices, widget=forms.RadioSelect
            )

    def save(self) -> None:
        with transaction.atomic():
            for topic in self.changed_data:
                Preference.objects.choose(self.user, [topic], self.cleaned_data[topic])


class MuteForm(forms.Form):
    """What to mute: a scope (people.scopes), and the notification that names it, where it was pressed there."""

    scope = forms.CharField(max_length=40)
    notification = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    def clean_scope(self) -> str:
        try:
            word, pk = parts_of(self.cleaned_data["scope"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        return f"{word}:{pk}"


class SetupForm(forms.Form):
    """The first administrator."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("You sign in with it. Nobody else sees it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    name = forms.CharField(
        label=_("Your name"),
        max_length=100,
        help_text=_("As others see it. You can change it later."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Type a name. Any will do.")},
    )

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("There is already an account with this address."))
        return email


class ClaimForm(forms.Form):
    """“This is me”: how somebody shows that a page of a person without account is theirs."""

    way = forms.ChoiceField(
        label=_("How can we be sure?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of these.")},
    )
    url = forms.ChoiceField(label=_("Your site"), required=False)
    note = forms.CharField(
        label=_("What a moderator should know"),
        required=False,
        max_length=1000,
        help_text=_("For example where we can see that it is you. Only moderators read this."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = {
            Claim.Way.EMAIL: _("By e-mail: if we have an address for this person, we send a link there"),
            Claim.Way.SITE: _("By a site of mine: it links back to my page here"),
            Claim.Way.MODERATOR: _("Let a moderator decide"),
        }
        sites = [link for link in person.links if isinstance(link, str)]
        if not sites:
            del ways[Claim.Way.SITE], self.fields["url"]
        else:
            self.fields["url"].choices = [(link, link) for link in sites]  # type: ignore[attr-defined]
        self.fields["way"].choices = ways.items()  # type: ignore[attr-defined]
        self.initial.setdefault("way", Claim.Way.EMAIL)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("way") == Claim.Way.SITE and not data.get("url") and "url" not in self.errors:
            self.add_error("url", _("Pick the site that links back."))
        if data.get("way") == Claim.Way.MODERATOR and not data.get("note", "").strip():
            self.add_error("note", _("Say in a sentence how we can be sure."))
        return data

    def ask(self, person: Person, user: User) -> Claim:
        """Make the claim, or choose this way for the one that is open; return it."""
        data = self.cleaned_data
        way = data["way"]
        return Claim.ask(
            person,
            user,
            way,
            url=data.get("url", "") if way == Claim.Way.SITE else "",
            note=data["note"] if way == Claim.Way.MODERATOR else "",
        )
