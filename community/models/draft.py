from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..kinds import kinds_by_name

if TYPE_CHECKING:
    from events.models import Event

    from .contribution import Contribution

# Of what is typed into one form: a text twice as long as one may be sent, and everything beside it.
LENGTH_AT_MOST = 200_000
FIELDS_AT_MOST = 60


class DraftOf(NamedTuple):
    """The form that a draft is of: one of a new thing of a kind at an event (`form`: “new”, or another one that
    the kind has, Contribution.draft_forms), or the one that changes `item`.
    """

    kind: str
    event: Event
    item: Contribution | None = None
    form: str = "new"

    def __str__(self) -> str:
        """Return its name in addresses and in browsers: “recap-new-3”, “recap-quick-3”, “recap-change-17”."""
        return (
            f"{self.kind}-change-{self.item.pk}" if self.item else f"{self.kind}-{self.form}-{self.event.pk}"
        )


class NewerDraft(Exception):  # noqa: N818 - it reads as what happened
    """Another tab or device has kept something else meanwhile; `draft` is what it kept."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(str(draft))
        self.draft = draft


class DraftQuerySet(models.QuerySet["Draft"]):
    """Drafts are their owner's alone: nobody else sees one, moderators neither."""

    def owned_by(self, user: Any) -> Self:
        if user.is_authenticated:
            return self.filter(user=user)
        guest_id = getattr(user, "guest_id", None)
        return self.filter(guest=guest_id) if guest_id else self.none()

    def of_form(self, of: DraftOf) -> Self:
        if of.item:
            return self.filter(item=of.item.pk)
        return self.filter(item=None, kind=of.kind, event=of.event.pk, form=of.form)

    @transaction.atomic
    def keep(
        self, of: DraftOf, fields: dict[str, str], *, by: Any, revision: int | None = None
    ) -> Draft | None:
        """Keep what `by`, a member or a guest, has typed into the form so far; None where that is nothing, or was sent
        meanwhile: what was under way when somebody sent the form may come after it.

        `revision` is the one that this was typed on, None to replace whatever is kept. Raises NewerDraft where another
        one is kept meanwhile that says something else.
        """
        if _was_sent(fields.get("submission_key", "")):
            return None
        kept: Any = self.select_for_update(no_key=True).owned_by(by).of_form(of).first()
        if kept and revision is not None and kept.revision != revision and kept.fields != fields:
            raise NewerDraft(kept)
        if kept is None and not any(value.strip() for value in fields.values()):
            return None
        if kept is None:
            owner = {"user": by} if by.is_authenticated else {"guest_id": by.guest_id}
            kept = Draft(
                kind=of.kind, event=of.event, item=of.item, form=of.form, revision=revision or 0, **owner
            )
        if kept.pk and kept.fields == fields:
            return kept
        kept.fields, kept.revision = fields, kept.revision + 1
        try:
            with transaction.atomic():
                kept.save()
        except IntegrityError:
            # Another tab was first, at the same moment.
            raise NewerDraft(self.owned_by(by).of_form(of).get()) from None
        return kept

    def take_over(self, guest: Any, user: Any) -> None:
        """Make the guest's drafts the member's own, but for forms of which the member has one."""
        for draft in self.owned_by(guest):
            if not self.owned_by(user).of_form(draft.of).exists():
                draft.user, draft.guest = user, None
                draft.save(update_fields=["user", "guest"])


def _was_sent(key: str) -> bool:
    from .contribution import Contribution

    try:
        return Contribution.objects.filter(submission_key=uuid.UUID(key)).exists()
    except ValueError:
        return False


class Draft(models.Model):
    """What somebody has typed into a form and not sent. It is no contribution: nothing lists, counts or finds it."""

    stays_when_merged = True

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="drafts"
    )
    guest = models.ForeignKey("people.Guest", models.CASCADE, null=True, blank=True, related_name="drafts")
    kind = models.CharField(max_length=20)
    event = models.ForeignKey("events.Event", models.CASCADE, related_name="+")
    item = models.ForeignKey(
        "community.Contribution", models.CASCADE, null=True, blank=True, related_name="drafts"
    )
    # Which form of a new thing it is.
    form = models.CharField(max_length=20, default="new")
    # The form's fields as they were typed, by name.
    fields = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("draft")
        verbose_name_plural = gettext_lazy("drafts")
        ordering = ["-updated_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None, guest__isnull=False) | Q(user__isnull=False, guest=None),
                name="draft_one_owner",
            ),
            models.UniqueConstraint(
                fields=["user", "kind", "event", "form"], condition=Q(item=None), name="draft_new_once"
            ),
            models.UniqueConstraint(
                fields=["guest", "kind", "event", "form"],
                condition=Q(item=None),
                name="draft_new_once_guest",
            ),
            models.UniqueConstraint(fields=["user", "item"], name="draft_change_once"),
            models.UniqueConstraint(fields=["guest", "item"], name="draft_change_once_guest"),
        ]

    def __str__(self) -> str:
        """Return what it is called in lists: its title, else how its text begins."""
        names = kinds_by_name()[self.kind].draft_words
        words = next((self.fields[name] for name in names if self.fields.get(name)), "")
        return Truncator(" ".join(words.split())).chars(80) or _("without a title")

    def get_absolute_url(self) -> str:
        """Return the form in which it goes on."""
        if self.item:
            return self.item.get_edit_url()
        model = kinds_by_name()[self.kind]
        return reverse(model.draft_forms.get(self.form, model.add_route), args=[self.event.slug])

    @property
    def of(self) -> DraftOf:
        return DraftOf(self.kind, self.event, self.item, self.form)

    @property
    def kind_label(self) -> Any:
        return kinds_by_name()[self.kind]._meta.verbose_name


def clean_fields(fields: Any) -> dict[str, str]:
    """Return what may be kept of typed fields: text by name, as the databases can hold it. Raises ValueError."""
    if not isinstance(fields, dict) or len(fields) > FIELDS_AT_MOST:
        raise ValueError("no fields of a form")
    kept = {
        str(name)[:60]: value.replace("\0", "").encode("utf-8", "replace").decode()
        for name, value in fields.items()
        if isinstance(value, str) and value and name not in ("csrfmiddlewaretoken", "draft")
    }
    if len(json.dumps(kept, ensure_ascii=False)) > LENGTH_AT_MOST:
        raise ValueError("too long")
    return kept
