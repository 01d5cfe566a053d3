from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase, TagBase

from people.decisions import AbstractDecision, StateConflict, Verb
from people.models.person import fold

from ..locking import hold

# Words that are addresses of ours below /tags/.
RESERVED_SLUGS = {"suggestions"}


class TagQuerySet(models.QuerySet["Tag"]):
    def accepted(self) -> "TagQuerySet":
        """The public vocabulary: accepted words that are nobody's synonym."""
        return self.filter(state=Tag.State.ACCEPTED, canonical=None)

    def visible_to(self, user: Any) -> "TagQuerySet":
        """Accepted words; for moderators also what is proposed or refused, for members also what they proposed."""
        if user.is_authenticated and user.is_moderator:
            return self
        seen = Q(state=Tag.State.ACCEPTED)
        if user.is_authenticated:
            seen |= Q(state=Tag.State.PROPOSED, proposed_by=user)
        return self.filter(seen)

    def pending(self) -> "TagQuerySet":
        return self.filter(state=Tag.State.PROPOSED).order_by("pk")

    def meant_by(self, words: list[str], *, by: Any = None) -> "list[Tag]":
        """Return the tags that `words` mean, in their order and each once: synonyms followed, unknown words proposed.

        `by` is the member who proposes, or None for a guest.
        """
        folded = {fold(word).lstrip("#").strip(): word.strip().lstrip("#").strip() for word in words}
        folded = {key: word for key, word in folded.items() if key}
        known = {tag.folded: tag for tag in self.filter(folded__in=folded).select_related("canonical")}
        # In one order, as two who propose the same words at once wait for each other at each of them.
        for key in sorted(folded.keys() - known.keys()):
            new = {"name": folded[key], "proposed_by": by if by is not None and by.pk else None}
            known[key], _is_new = self.get_or_create(folded=key, defaults=new)
        meant = [known[key].canonical or known[key] for key in folded]
        return list({tag.pk: tag for tag in meant}.values())


class Tag(TagBase):
    """One word of the vocabulary that runs through recaps, talks, photos and events."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        ACCEPTED = "accepted", _("approved")
        REFUSED = "refused", _("turned down")

    folded = models.CharField(max_length=120, unique=True, editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED, editable=False)
    canonical = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="synonyms",
        verbose_name=_("means the same as"),
        help_text=_("“k8s” means the same as “kubernetes”: what has one tag shows under the other."),
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False
    )
    # Public contributions under this word; kept by Contribution's verbs, proved by check_counters.
    contribution_count = models.PositiveIntegerField(default=0, editable=False)

    objects = TagQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["folded"]
        constraints = [
            models.CheckConstraint(condition=~Q(canonical=F("id")), name="tag_not_its_own_synonym"),
        ]
        indexes = [models.Index(fields=["-contribution_count", "folded"], name="tag_most_used")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.folded = fold(self.name).lstrip("#").strip()
        super().save(*args, **kwargs)

    def slugify(self, tag: str, i: int | None = None) -> str:
        slug = super().slugify(tag, i)
        # “++” leaves nothing, and below /tags/ one word is taken.
        if slug and slug not in RESERVED_SLUGS:
            return slug
        return "-".join(filter(None, (slug or "tag", "tag" if slug else "", str(i or ""))))

    def get_absolute_url(self) -> str:
        return f"/tags/{self.slug}/"

    @classmethod
    def add(cls, steps: Mapping[int, int]) -> None:
        """Add a step to the number of each of these tags (by id), inside the caller's transaction."""
        hold(cls.objects.filter(pk__in=steps))
        for step in set(steps.values()):
            same = [pk for pk, own in steps.items() if own == step]
            cls.objects.filter(pk__in=same).update(contribution_count=F("contribution_count") + step)

    # --- Verbs: nothing else writes `state` or `canonical` ----------------------------------------------------------

    def accept(self, *, by: Any) -> None:
        """Take the word into the vocabulary: what carries it shows it."""
        self._move(Verb.PUBLISH, self.State.ACCEPTED, by, allowed={self.State.PROPOSED, self.State.REFUSED})

    def refuse(self, *, by: Any) -> None:
        """Keep the word out; it stays on what carries it, shown to nobody."""
        self._move(Verb.REJECT, self.State.REFUSED, by, allowed={self.State.PROPOSED, self.State.ACCEPTED})

    def merge_into(self, other: "Tag", *, by: Any) -> None:
        """Make this word a synonym of `other`, and give all that carries it the other word."""
        other = other.canonical or other
        if other.pk == self.pk:
            raise StateConflict(_("A tag cannot be its own synonym."))
        if other.state != self.State.ACCEPTED:
            raise StateConflict(_("“%(name)s” is not an approved tag.") % {"name": other.name})
        with transaction.atomic():
            for model in (TaggedContribution, TaggedEvent):
                rows = model.objects.filter(tag=self)
                owner = model.owner_field
                rows.filter(**{f"{owner}__in": model.objects.filter(tag=other).values(owner)}).delete()
                rows.update(tag=other)
            self.synonyms.update(canonical=other)
            Tag.objects.filter(pk=self.pk).update(canonical=other, contribution_count=0)
            self.canonical = other
            other.recount()
            self._move(Verb.MERGE, self.State.ACCEPTED, by, allowed=set(self.State.values))
            other.redraw()

    def undo(self, *, by: Any) -> None:
        """Take the last decision back, while nothing else has happened since. A merge stays: what moved is
        not known.
        """
        last = self.decisions.order_by("-pk").first()
        if last is None or last.verb == Verb.UNDO:
            raise StateConflict(_("There is nothing to undo here."))
        if last.verb == Verb.MERGE:
            raise StateConflict(
                _("“%(name)s” has been merged with another tag, and that cannot be undone.")
                % {"name": self.name}
            )
        self._move(Verb.UNDO, last.from_state, by, allowed={last.to_state})

    def recount(self) -> None:
        """Set the kept number to what the rows say."""
        number = TaggedContribution.objects.filter(tag=self, public=True).count()
        Tag.objects.filter(pk=self.pk).update(contribution_count=number)
        self.contribution_count = number

    def redraw(self) -> None:
        """Throw away the cards that show this word, and have the worker draw them again."""
        from ..tasks import redraw_tagged
        from .card import Card

        rows = TaggedContribution.objects.filter(tag=self)
        Card.objects.filter(contribution__in=rows.values("content_object")).delete()
        redraw_tagged.enqueue(self.pk)

    def _move(self, verb: Verb, to: str, by: Any, *, allowed: set[str]) -> None:
        with transaction.atomic():
            current = Tag.objects.select_for_update(no_key=True).get(pk=self.pk)
            if current.state not in allowed:
                raise StateConflict(
                    _("Somebody was quicker: “%(name)s” is already %(state)s.")
                    % {"name": self.name, "state": current.get_state_display()}
                )
            Tag.objects.filter(pk=self.pk).update(state=to)
            TagDecision.objects.create(
                tag=self,
                verb=verb,
                from_state=current.state,
                to_state=to,
                actor=by,
                as_moderator=bool(by and by.is_moderator),
            )
            self.state = to
            self.redraw()


class TaggedContribution(ItemBase):
    """That a contribution carries a tag, with what the tag's lists are ordered and filtered by.

    The copies make a tag page one range of one index at any size; Contribution's verbs keep them true.
    """

    owner_field = "content_object"

    content_object = models.ForeignKey("community.Contribution", models.CASCADE, related_name="tagged_items")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="tagged_contributions")
    public = models.BooleanField(default=False, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    kind = models.CharField(max_length=20, editable=False)
    event = models.ForeignKey("events.Event", models.CASCADE, related_name="+", editable=False)
    main_event = models.ForeignKey("events.Event", models.CASCADE, related_name="+", editable=False)
    year = models.PositiveSmallIntegerField(editable=False)

    class Meta:
        verbose_name = _("tag of a thing")
        verbose_name_plural = _("tags of things")
        constraints = [
            models.UniqueConstraint(
                fields=["content_object", "tag"],
                name="tagged_once",
                violation_error_message=_("It already has this tag."),
            )
        ]
        # Partial, as SQLite does not use an index column for a bare boolean.
        indexes = [
            models.Index(
                fields=["tag", "-published_at", "-content_object"],
                condition=Q(public=True),
                name="tagged_newest",
            ),
            models.Index(
                fields=["tag", "kind", "-published_at", "-content_object"],
                condition=Q(public=True),
                name="tagged_newest_of_kind",
            ),
        ]

    @classmethod
    def tag_model(cls) -> type[Tag]:
        return Tag

    @classmethod
    def tag_relname(cls) -> str:
        return "tagged_contributions"


class TaggedEvent(models.Model):
    """That an event carries a tag."""

    owner_field = "event"

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="tagged_items")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="tagged_events")

    class Meta:
        verbose_name = _("tag of an event")
        verbose_name_plural = _("tags of events")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "tag"],
                name="event_tagged_once",
                violation_error_message=_("The event already has this tag."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} – {self.tag}"


class TagDecision(AbstractDecision):
    """One change of state of a tag."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="decisions")

    class Meta(AbstractDecision.Meta):
        verbose_name = _("decision on a tag")
        verbose_name_plural = _("decisions on tags")

    def __str__(self) -> str:
        return f"{self.tag}: {self.get_verb_display()}"
