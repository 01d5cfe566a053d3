"""The five-minute recap: a few questions, whose answers become a recap as any other."""

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.editing import link_to
from community.forms import ContributionForm, TextField, one_line
from community.kinds import kinds
from community.models import Contribution
from people.models.person import fold

from .forms import RecapForm
from .models import Recap

TITLES_OFFERED = 300
# So many talks are looked through for a part of a title, and so many of several that have it are named.
TALKS_AT_MOST = 5_000
MEANT_AT_MOST = 5
PICTURES_OFFERED = 8


class QuickRecapForm(RecapForm):
    """The best talk, three things, a photo, who should watch what: all optional but the talk or one of the things."""

    new_title = gettext_lazy("Your recap in five minutes")
    further_label = gettext_lazy("Keep writing first")
    draft_form = "quick"
    watches_blogs = False
    is_by_credit = False
    first_fields = ("best", "good", "one", "two", "three", "who", "picture")

    url = None  # type: ignore[assignment]
    role = None  # type: ignore[assignment]
    together = None  # type: ignore[assignment]
    part_of = None  # type: ignore[assignment]
    author = None  # type: ignore[assignment]
    why = None  # type: ignore[assignment]
    best = forms.CharField(
        label=gettext_lazy("The best talk"),
        required=False,
        max_length=200,
        help_text=gettext_lazy(
            "Part of its title is enough to find it. A talk that is not here yet is fine, too."
        ),
        widget=forms.TextInput(attrs={"list": "talks-here", "autocomplete": "off"}),
    )
    good = forms.CharField(
        label=gettext_lazy("What was good about it"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    one = forms.CharField(label=gettext_lazy("Three things I took home"), required=False, max_length=500)
    two = forms.CharField(label=gettext_lazy("The second"), required=False, max_length=500)
    three = forms.CharField(label=gettext_lazy("The third"), required=False, max_length=500)
    who = TextField(
        label=gettext_lazy("Who should watch what"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": gettext_lazy("If you run clusters: …")}),
    )
    picture = forms.ChoiceField(label=gettext_lazy("One photo"), required=False, widget=forms.RadioSelect)

    class Meta(RecapForm.Meta):
        fields = ("event", "title", "day", "language", "disclosure")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False
        self.fields["title"].help_text = _("If you leave it empty: “%(title)s”.") % {
            "title": self.default_title
        }
        self.fields["picture"].choices = [  # type: ignore[attr-defined]
            ("", _("none")),
            *((str(one.pk), picture_label(one)) for one in self.pictures[:PICTURES_OFFERED]),
        ]
        if not self.pictures:
            del self.fields["picture"]

    @property
    def default_title(self) -> str:
        return (_("What I took home from %(event)s") % {"event": self.page_event})[:200]

    @cached_property
    def pictures(self) -> list[Any]:
        return [one for kind in kinds() for one in kind.pictures_for_texts(self.main_event, self.user)]

    @property
    def taking_place(self) -> Any:
        names = [kind.KIND for kind in kinds() if kind.takes_place]
        return Contribution.objects.public().filter(main_event=self.main_event, kind__in=names)

    @property
    def titles(self) -> list[str]:
        """What took place at the event, to pick the best of."""
        return list(self.taking_place.order_by("title").values_list("title", flat=True)[:TITLES_OFFERED])

    def clean(self) -> dict[str, Any]:
        data = ContributionForm.clean(self) or {}
        if not any(data.get(name) for name in ("best", "one", "two", "three")):
            self.add_error("best", _("Name one talk, or one thing you took home."))
            return data
        talk = self.best_talk(data.get("best") or "")
        if talk:
            data["related"] = list(dict.fromkeys([*data.get("related", []), talk.pk]))
        data |= {
            "body": self.body_of(data, talk),
            "title": data.get("title") or self.default_title,
            "role": Recap.Role.WROTE,
            "url": "",
            "author": [],
            "why": "",
        }
        self.instance.body = data["body"]
        return data

    def best_talk(self, typed: str) -> Contribution | None:
        """Return the talk of that title, or the one whose title has that part; None where there is none such. Where
        there are several, that is an error which names them.
        """
        typed = fold(typed)
        rows = self.taking_place.order_by("pk").values_list("pk", "title")[:TALKS_AT_MOST] if typed else ()
        titles = [(pk, title, fold(title)) for pk, title in rows]
        found = [one for one in titles if one[2] == typed][:1] or [one for one in titles if typed in one[2]]
        if len(found) > 1:
            named = "; ".join(title for _pk, title, _folded in found[:MEANT_AT_MOST])
            words = _(
                "Several talks have this in their title: %(titles)s. Which one? Type a little more of it."
            )
            self.add_error("best", words % {"titles": named + " …" * (len(found) > MEANT_AT_MOST)})
        return self.taking_place.get(pk=found[0][0]) if len(found) == 1 else None

    def body_of(self, data: dict[str, Any], talk: Contribution | None) -> str:
        """Return the answers as Markdown, in the language of the page."""
        best = link_to(talk.title, talk.get_absolute_url()) if talk else data.get("best")
        things = filter(None, (one_line(data.get(name) or "") for name in ("one", "two", "three")))
        picture = next((one.words for one in self.pictures if str(one.pk) == data.get("picture")), "")
        parts = [
            (_("The best talk"), "\n\n".join(filter(None, [best, data.get("good")]))),
            (_("What I took home"), "\n".join(f"{n}. {thing}" for n, thing in enumerate(things, 1))),
            (_("Who should watch what"), data.get("who")),
        ]
        texts = [f"## {heading}\n\n{text}" for heading, text in parts if text]
        return "\n\n".join([*texts, *filter(None, [picture])])

    def to_write_on(self) -> dict[str, Any]:
        """Return what this valid form begins the ordinary one with."""
        related = Contribution.objects.filter(pk__in=self.cleaned_data["related"])
        kept = (
            "title",
            "body",
            "event",
            "day",
            "language",
            "disclosure",
            "tags",
            "guest_name",
            "guest_email",
            # By it a browser hears that what it kept of this form has arrived.
            "submission_key",
        )
        return {
            **{name: self.cleaned_data[name] for name in kept if self.cleaned_data.get(name)},
            "related": "\n".join(item.get_absolute_url() for item in related),
        }


def picture_label(picture: Any) -> str:
    small = picture.small
    return format_html(
        '<img src="{}" alt="{}" width="{}" height="{}" loading="lazy">',
        small.get_absolute_url(),
        picture.alt or _("a photo"),
        small.width,
        small.height,
    )
