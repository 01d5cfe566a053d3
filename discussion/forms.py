"""The forms of recommendations and comments."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from community.models import Contribution
from people.decisions import Reason
from people.models import Guest

from .models import Comment, Favourite
from .models.comment import LONGEST
from .starts import read_start, write_start


class StartField(forms.CharField):
    """Where in a recording to begin, in seconds, typed as 12:30; None where nothing is typed."""

    default_error_messages = {"invalid": _("Type it as 12:30, or 1:02:03 with hours.")}

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return read_start(text) if text else None
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error

    def prepare_value(self, value: Any) -> Any:
        return write_start(value) if isinstance(value, int) else value


class SaidForm(forms.Form):
    """What recommendations and comments ask for: of a visitor without account a name."""

    guest_name = forms.CharField(
        label=_("Your name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Type a name. Any will do.")},
    )
    guest_email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        help_text=_("Never shown. We write to you once it is public."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    submission_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.knows_sender = bool(user.is_authenticated or getattr(user, "guest", None))
        if self.knows_sender:
            del self.fields["guest_name"], self.fields["guest_email"]

    @property
    def who_fields(self) -> list[forms.BoundField]:
        """What is asked of who is not known yet."""
        return [self[name] for name in ("guest_name", "guest_email") if name in self.fields]

    def new_guest(self) -> Guest:
        """Return the guest that the name and the address on this form make."""
        return Guest.objects.create(
            name=self.cleaned_data["guest_name"],
            email=self.cleaned_data.get("guest_email") or "",
            language=get_language() or "",
        )


class RecommendationForm(SaidForm):
    """Why to read or watch something; a visitor without account gives a name too.

    One press of its button recommends; all that one may say with it stands folded below.
    """

    template_name = "discussion/_recommendation_fields.html"
    reason = forms.CharField(
        label=_("Because …"),
        required=False,
        max_length=280,
        help_text=_("One line: what would somebody miss?"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    start = StartField(
        label=_("Start at"),
        required=False,
        max_length=12,
        help_text=_("Where the best part begins, for example 12:30."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": 8}),
    )
    private = forms.BooleanField(label=_("Just for me: nobody else sees it or counts it"), required=False)
    field_order = ("reason", "start", "private")

    def __init__(
        self, *args: Any, user: Any, item: Contribution, own: Favourite | None = None, **kwargs: Any
    ) -> None:
        was = {"reason": own.reason, "start": own.start, "private": own.is_private} if own else {}
        kwargs.setdefault("initial", {**was, "submission_key": uuid.uuid4()})
        kwargs.setdefault("auto_id", "recommend_%s")
        self.is_given = own is not None
        super().__init__(*args, user=user, **kwargs)
        if not item.model.can_start_at:
            del self.fields["start"]
        # Whoever is known recommends with one press of a button.
        if self.knows_sender:
            del self.fields["submission_key"]
        else:
            # Whoever is not known yet could never find it again.
            del self.fields["private"]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        """What few say: where the best begins, and that it is for themselves only."""
        return [self[name] for name in ("start", "private") if name in self.fields]

    @property
    def more_label(self) -> str:
        if len(self.more_fields) > 1:
            return gettext("Where it begins, or only for you")
        return str(self.more_fields[0].label) if "start" in self.fields else gettext("Only for you")

    @property
    def has_folded_errors(self) -> bool:
        return any(field.errors for field in self.more_fields)

    def clean_reason(self) -> str:
        return " ".join(self.cleaned_data["reason"].split())

    def words(self) -> dict[str, Any]:
        """Return what this says, as `Favourite.give` and `reword` take it."""
        given = self.cleaned_data
        return {
            "reason": given["reason"],
            "start": given.get("start"),
            "private": given.get("private", False),
        }


class CommentForm(SaidForm):
    """A comment, or a reply to one; a visitor without account gives a name too."""

    template_name = "discussion/_comment_fields.html"
    guest_email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        help_text=_("Never shown. We write to you once it is public, and when somebody replies."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    body = forms.CharField(
        label=_("Your comment"),
        max_length=LONGEST,
        help_text=_("Markdown works, and @name mentions somebody."),
        # By the placeholder, the style sheet knows whether somebody has begun.
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": " "}),
        error_messages={"required": _("Write something first.")},
    )

    field_order = ("body",)

    def __init__(self, *args: Any, user: Any, answers: Comment | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"submission_key": uuid.uuid4()})
        # Beside the form of a comment, that of a reply may stand open.
        kwargs.setdefault("auto_id", f"reply_{answers.pk}_%s" if answers else "comment_%s")
        super().__init__(*args, user=user, **kwargs)
        if answers is not None:
            self.fields["body"].label = _("Your reply")


class CommentEditForm(forms.Form):
    """Other words for one's own comment, and the version that they started from."""

    body = CommentForm.base_fields["body"]
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)


class ReportForm(forms.Form):
    """Why a moderator should look at a comment."""

    # Of the reasons that moderators have, those that a comment can give.
    REASONS = (Reason.CONDUCT, Reason.ADVERT, Reason.PRIVACY, Reason.OFF_TOPIC, Reason.OTHER)

    reason = forms.ChoiceField(
        label=_("What is wrong with it?"),
        choices=[(one.value, one.label) for one in REASONS],
        widget=forms.RadioSelect,
        initial=Reason.CONDUCT,
    )
    note = forms.CharField(
        label=_("In your words"),
        required=False,
        max_length=500,
        help_text=_("Only moderators read this."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PlaceForm(forms.Form):
    """Where a page of comments begins, as its address carries it: ?comments=12-15, a thread and a comment in it."""

    comments = forms.RegexField(r"\A[0-9]{1,18}-[0-9]{1,18}\Z", required=False)

    @classmethod
    def read(cls, data: Any) -> tuple[int, int] | None:
        """Return thread and comment; None for the first page, which nonsense is, too."""
        form = cls(data)
        if not form.is_valid() or not form.cleaned_data["comments"]:
            return None
        thread, _dash, comment = form.cleaned_data["comments"].partition("-")
        return int(thread), int(comment)
