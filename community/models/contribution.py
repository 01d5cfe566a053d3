from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, F, FilteredRelation, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from events.models import Event
from events.numbers import grouped
from links.models import Link, key_of
from links.prose import Prose
from people.decisions import Reason, StateConflict, Verb
from people.models import Claim, Person, Trust

from ..happening import Happening
from ..kinds import kinds, kinds_by_name
from ..locking import hold
from ..named import Named
from .bringer import Bringer
from .card import Card
from .credit import Credit
from .decision import Decision
from .revision import Revision
from .tag import Tag, TaggedContribution
from .tally import Tally

if TYPE_CHECKING:
    from ..beside import Beside
    from ..desk import Way
    from ..shared import Picture, Tile


class State(models.TextChoices):
    WAITING = "waiting", _("waiting for review")
    PUBLIC = "public", _("public")
    REJECTED = "rejected", _("turned down")
    HIDDEN = "hidden", _("hidden")
    WITHDRAWN = "withdrawn", _("withdrawn")
    # What it was is gone; the row stays for its decisions, and belongs to nobody.
    ERASED = "erased", _("deleted")
    # It was another entry of the same thing; its address leads to `merged_into`.
    MERGED = "merged", _("merged with another")


STANDING = [State.WAITING, State.PUBLIC, State.REJECTED, State.HIDDEN, State.WITHDRAWN]
# What is no thing of its own any more: only its decisions, or the way to another, are left.
PAST = [State.ERASED, State.MERGED]
IS_PUBLIC = Q(state=State.PUBLIC, ready=True)
IS_NEWS = Q(state=State.PUBLIC, ready=True, quiet=False)
NEEDS_REVIEW = Q(state=State.WAITING) | Q(state=State.PUBLIC, unreviewed_edit=True)


class ContributionQuerySet(models.QuerySet):
    """The only place that knows who may see what."""

    def public(self) -> Self:
        return self.filter(IS_PUBLIC)

    def news(self) -> Self:
        """What is public and somebody cared about: without what an import brought in and nobody has touched since."""
        return self.filter(IS_NEWS)

    def owned_by(self, user: Any) -> Self:
        """What `user` added: a member, a guest, or nobody."""
        return self.filter(owner_is(user))

    def visible_to(self, user: Any) -> Self:
        """What is public, one's own, and for moderators everything that is still there."""
        if user.is_authenticated and user.is_moderator:
            return self.exclude(state__in=PAST)
        return self.filter(
            IS_PUBLIC
            | (owner_is(user) & ~Q(state=State.MERGED))
            | (reviewed_at_events_of(user) & Q(state=State.WAITING))
        )

    def reviewable_by(self, user: Any) -> Self:
        """What `user` may decide about: moderators everything; organisers what others added to their public events, of
        kinds that leave that to them (`organisers_review`), while it stands.
        """
        if user.is_authenticated and user.is_moderator:
            return self.exclude(state__in=PAST)
        return self.filter(
            reviewed_at_events_of(user), state__in=[State.WAITING, State.PUBLIC, State.REJECTED]
        )

    def editable_by(self, user: Any) -> Self:
        """What `user` may change: one's own unless withdrawn, of some kinds what one is credited for, and for
        moderators everything.
        """
        if user.is_authenticated and user.is_moderator:
            return self.exclude(state__in=PAST)
        own = owner_is(user) & ~Q(state__in=[State.WITHDRAWN, *PAST])
        return self.filter(own | credited_may_edit(user))

    def answered_for_by(self, user: Any) -> Self:
        """What `user` may read the versions and decisions of: one's own in every state, and for moderators
        everything.
        """
        if user.is_authenticated and user.is_moderator:
            return self.exclude(state__in=PAST)
        return self.owned_by(user)

    def pending(self) -> Self:
        """What waits for a moderator, oldest first: new things, and edits of public things by members without trust."""
        return self.filter(NEEDS_REVIEW).order_by("submitted_at", "pk")

    def at(self, event: Event) -> Self:
        """What was added to `event`, and at a main event also what was added to its co-located events."""
        return self.filter(event=event) if event.parent_id else self.filter(main_event=event)

    def by(self, person: Person) -> Self:
        # A join, and no row twice (credit_once): with EXISTS the databases walk the whole list for a rare person.
        return self.filter(credits__person=person)

    def tagged(self, tag: Tag) -> Self:
        return self.filter(Exists(TaggedContribution.objects.filter(tag=tag, content_object=OuterRef("pk"))))

    def newest_first(self) -> Self:
        return self.order_by("-published_at", "-pk")

    def with_card(self, language: str | None = None) -> Self:
        """Each row with `card_html`, the stored card in `language` (the current one), or None where none is stored."""
        from ..look import current_look

        condition = Q(cards__language=language or get_language(), cards__look=current_look())
        return self.alias(card=FilteredRelation("cards", condition=condition)).annotate(
            card_html=F("card__html")
        )

    def without_card(self) -> Self:
        """Public rows that lack a card of today's look in some language."""
        from ..look import current_look

        drawn = Card.objects.filter(contribution=OuterRef("pk"), look=current_look())
        missing: Any = Q()
        for language, _name in settings.LANGUAGES:
            missing |= ~Exists(drawn.filter(language=language))
        return self.public().filter(missing)

    def for_cards(self) -> Self:
        """All that drawing cards of these rows needs, in a fixed number of queries. Kinds add what is theirs."""
        return self.select_related("event", "day", "contributor__person", "guest").prefetch_related(
            # Through the rows: taggit's own prefetch takes no queryset, and would show proposed words.
            Prefetch(
                "tagged_items",
                queryset=TaggedContribution.objects.filter(tag__in=Tag.objects.accepted())
                .select_related("tag")
                .order_by("pk"),
                to_attr="shown_items",
            ),
            Prefetch("credits", queryset=Credit.objects.select_related("person"), to_attr="shown_credits"),
        )

    def for_list(self) -> Self:
        """All that the kind's own list needs where it draws the items itself (`lists_items`)."""
        return self.for_cards()


def owner_is(user: Any) -> Q:
    """Return the condition that a contribution belongs to `user`."""
    if user.is_authenticated:
        return Q(contributor=user)
    guest_id = getattr(user, "guest_id", None)
    return Q(guest=guest_id) if guest_id else Q(pk__in=[])


def credited_may_edit(user: Any) -> Q:
    """Return the condition that a thing is public, of a kind that lets the people who are credited change it, and that
    `user` is one of them, and has shown it, as being called the same proves nothing.
    """
    shown: Any = Q(pk__in=[])
    for kind in kinds() if user.is_authenticated else ():
        if kind.credited_may_edit:
            shown |= Q(kind=kind.KIND) & kind.has_shown(user)
    credited = Credit.objects.filter(contribution=OuterRef("pk"), person=getattr(user, "person_id", None))
    return IS_PUBLIC & shown & Q(Exists(credited))


def reviewed_at_events_of(user: Any) -> Q:
    """Return the condition that organisers review a thing, and `user` is one at its event, which is public.

    Nobody reviews their own.
    """
    names = [kind.KIND for kind in kinds() if kind.organisers_review]
    if not user.is_authenticated or not names:
        return Q(pk__in=[])
    return Q(kind__in=names, event__in=Event.objects.public().editable_by(user)) & ~Q(contributor=user)


class Contribution(models.Model):
    """Anything that somebody added to an event: the one table behind every mixed list.

    Kinds inherit from it. What a kind says of itself stands in the class attributes below; nothing else asks which
    kind a thing is.
    """

    State = State
    # Templates ask models what their kind says of itself; without this, each question would make an item first.
    do_not_call_in_templates = True

    # --- What a kind says of itself -------------------------------------------------------------------------------
    KIND: ClassVar[str] = ""  # the word in the column `kind`
    slug: ClassVar[str] = ""  # the word in addresses of its lists: /events/…/<slug>/
    position: ClassVar[int] = 100  # its place among the sections of a page
    icon: ClassVar[str] = "plus"
    plural_label: ClassVar[Any] = ""  # “Recaps”
    section_label: ClassVar[Any] = ""  # “Worth reading”, the heading on the event page
    add_label: ClassVar[Any] = ""  # “Write or link a recap”
    empty_label: ClassVar[Any] = ""  # “No recap yet. Were you there?”
    credit_label: ClassVar[Any] = ""  # “wrote”, “spoke”: what its credited people did
    is_write_up: ClassVar[bool] = False  # events that have some lead the list of events
    takes_place: ClassVar[bool] = False  # one can be there, and take a photo of it
    section_size: ClassVar[int] = 10  # how many the event page shows
    # The heading over things of this kind on the page of another that they go with: “Written about in”.
    beside_label: ClassVar[Any] = _("Goes with it")
    # Whether it has a text, here or elsewhere, in which other things are named (`written`, `page_it_is`).
    names_others: ClassVar[bool] = False
    section_order: ClassVar[str] = "-published_at"  # or "-score": those first that most people recommend
    # By which of its times it stands in the picture of the event's days (community/week.py), which time that is in
    # words, and what is said of things that have a day and no such time on it.
    placed_by: ClassVar[str] = "published_at"
    placed_label: ClassVar[Any] = _("by when they were published")
    untimed_label: ClassVar[Any] = _("time not known")
    # Of kinds whose order by "-score" is one of variety (discussion/variety.py): by which of their own columns two of
    # them are alike, beside who made them and where.
    varied_by: ClassVar[tuple[str, ...]] = ()
    gem_pool: ClassVar[int] = 0  # how many of those that come next in that order may be its hidden gems
    wants: ClassVar[tuple[Any, ...]] = ()  # what of its things may be missing: community.missing.Wanted
    # Whether only what somebody cared about stands on the event's page: a schedule brings in hundreds of which nobody
    # has said yet that they are worth it.
    needs_a_voice: ClassVar[bool] = False
    # How many of it “Catch up in 15 minutes” shows, and how it draws them (community/catching_up.py).
    catch_up_size: ClassVar[int] = 3
    catch_up_template: ClassVar[str] = "community/_catch_up_cards.html"
    can_start_at: ClassVar[bool] = False  # whether a recommendation may say where in it to begin
    # Whether its section and its list get the items themselves and draw them, instead of cards.
    lists_items: ClassVar[bool] = False
    gives_covers: ClassVar[bool] = False  # whether one of it may stand for its event in lists
    card_template: ClassVar[str] = ""
    section_template: ClassVar[str] = "community/_section.html"
    list_template: ClassVar[str] = "community/kind_list.html"
    detail_route: ClassVar[str] = ""
    # How what `for_widget` returns is drawn on other sites (community/embedding.py); kinds without one show nothing
    # there.
    widget_template: ClassVar[str] = ""
    review_template: ClassVar[str] = "moderation/_review_row.html"  # what a moderator decides by
    review_layout: ClassVar[str] = "row"  # or "sheet": many beside each other, as pictures are
    organisers_review: ClassVar[bool] = False  # whether an event's organisers decide what of this shows there
    add_route: ClassVar[str] = ""  # takes the event's slug
    edit_route: ClassVar[str] = ""
    revision_fields: ClassVar[tuple[str, ...]] = ("title",)
    search_fields: ClassVar[tuple[str, ...]] = ("title",)
    # Whether people who are credited for it, and have shown that they are, may change it without having added it.
    credited_may_edit: ClassVar[bool] = False
    # Which of its columns are addresses out in the world, each with the column of its key (links.canonical): what is
    # public has them read, looked after, and replaced where a site moves (community/linked.py).
    address_fields: ClassVar[dict[str, str]] = {}
    # The kind's own columns that `compute_columns` sets.
    computed_columns: ClassVar[tuple[str, ...]] = ()
    # Whether two entries of it may be found to be one thing, and which fields the one that stays then takes over where
    # it says nothing.
    can_be_merged: ClassVar[bool] = False
    merge_fills: ClassVar[tuple[str, ...]] = ()
    # Whether anybody may ask for its removal, without account: what may show people who did not ask to be in it.
    can_be_taken_down: ClassVar[bool] = False
    removal_label: ClassVar[Any] = _("Ask us to remove it")  # “Remove this photo”
    # Whether people can ask never to be named on things of this kind (Person.not_in_photos).
    spares_people: ClassVar[bool] = False
    # Whether members who are credited by somebody else are told so, and may take their name off.
    tells_credited: ClassVar[bool] = False
    # Where its public pictures of an event, to put into a text, are listed: takes the event's slug.
    pictures_route: ClassVar[str] = ""
    # Where pictures go that somebody's phone shares with the site, if this kind takes any: takes nothing.
    files_route: ClassVar[str] = ""
    # Whether the worker draws a picture of each for whoever shares a link to it (sharing/).
    is_drawn: ClassVar[bool] = True
    # Whether its form keeps what is typed as a draft (community/drafting.py).
    keeps_drafts: ClassVar[bool] = False
    # Its forms of a new thing beside the ordinary one, each with its route (which takes the event's slug); and which
    # fields name a draft where it has no title yet.
    draft_forms: ClassVar[dict[str, str]] = {}
    draft_words: ClassVar[tuple[str, ...]] = ("title", "body")

    # --- What every contribution has ------------------------------------------------------------------------------
    event = models.ForeignKey(
        "events.Event", models.PROTECT, related_name="contributions", verbose_name=_("event")
    )
    main_event = models.ForeignKey("events.Event", models.PROTECT, related_name="+", editable=False)
    day = models.ForeignKey("events.Day", models.SET_NULL, null=True, blank=True, verbose_name=_("day"))
    kind = models.CharField(max_length=20, editable=False)
    title = models.CharField(_("title"), max_length=200, blank=True)
    contributor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="contributions",
        verbose_name=_("added by"),
    )
    guest = models.ForeignKey(
        "people.Guest",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="contributions",
        verbose_name=_("added by the guest"),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING, editable=False)
    # False while a worker still has to prepare it; what is not ready shows to nobody but its owner and moderators.
    ready = models.BooleanField(default=True, editable=False)
    # Why it cannot be shown, in words for its owner; empty when all is well.
    problem = models.CharField(max_length=300, blank=True, editable=False)
    unreviewed_edit = models.BooleanField(default=False, editable=False)
    submitted_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    # Brought in by an import, and nobody has said, changed or added anything about it yet: no news to anybody.
    quiet = models.BooleanField(default=False, editable=False)
    # How many recommend it in public (kept by discussion.Favourite's verbs), and what that makes of it among others
    # of its event: lists that want the best first are ordered by `score` (discussion/scoring.py).
    favourite_count = models.PositiveIntegerField(default=0, editable=False)
    score = models.FloatField(default=0, editable=False)
    # How many public comments there are (kept by discussion.Comment's verbs), and whether its owner or a moderator has
    # ended them: what was said stays, nothing is added.
    comment_count = models.PositiveIntegerField(default=0, editable=False)
    comments_off = models.BooleanField(default=False, editable=False)
    # Where its address leads since it was joined with another entry of the same thing.
    merged_into = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="merged_from", editable=False
    )
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    # Each form carries its own key: a double click or a retry finds the row that the first one made.
    submission_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    search_text = models.TextField(blank=True, editable=False)

    tags = TaggableManager(through=TaggedContribution, blank=True, related_name="contributions")
    people = models.ManyToManyField(Person, through=Credit, related_name="contributions")

    objects = ContributionQuerySet.as_manager()

    class Meta:
        verbose_name = _("thing that somebody added")
        verbose_name_plural = _("things that people added")
        constraints = [
            models.CheckConstraint(
                condition=Q(contributor=None) | Q(guest=None),
                name="contribution_one_owner",
                violation_error_message=_("Either a member or a guest added this, not both."),
            ),
            models.CheckConstraint(
                condition=~Q(state="public") | Q(published_at__isnull=False),
                name="contribution_public_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["-published_at", "-id"], condition=IS_NEWS, name="contribution_news"),
            models.Index(
                fields=["main_event", "kind", "-published_at", "-id"],
                condition=IS_PUBLIC,
                name="contribution_at_main_event",
            ),
            models.Index(
                fields=["event", "kind", "-published_at", "-id"],
                condition=IS_PUBLIC,
                name="contribution_at_event",
            ),
            models.Index(
                fields=["main_event", "kind", "-score", "-id"],
                condition=IS_PUBLIC,
                name="contribution_best_at_main",
            ),
            models.Index(
                fields=["event", "kind", "-score", "-id"],
                condition=IS_PUBLIC,
                name="contribution_best_at_event",
            ),
            models.Index(
                fields=["kind", "-published_at", "-id"], condition=IS_PUBLIC, name="contribution_of_kind"
            ),
            models.Index(fields=["submitted_at", "id"], condition=NEEDS_REVIEW, name="contribution_queue"),
            models.Index(fields=["contributor", "-submitted_at", "-id"], name="contribution_of_member"),
            models.Index(fields=["guest", "-submitted_at", "-id"], name="contribution_of_guest"),
        ]

    def __str__(self) -> str:
        return self.title or str(self._meta.verbose_name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.compute_columns()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return address_of(self.model.detail_route) % self.pk

    def compute_columns(self) -> None:
        """Set the columns that follow from others: `save` does, and `community.bringing_in`, which inserts many rows
        at once, for the kinds that are imported.
        """
        self.kind = self.KIND or self.kind
        self.main_event_id = self.event.main_event_id

    # --- What pages ask -------------------------------------------------------------------------------------------

    @classmethod
    def has_shown(cls, user: Any) -> Q:
        """Return the condition that `user`, whom a thing of this kind credits, has shown that they are that person: by
        a claim to a page of theirs, which was granted. Kinds may ask for more.
        """
        return Q(Exists(Claim.objects.filter(user=user, state=Claim.State.GRANTED)))

    @classmethod
    def covers(cls, events: Sequence[int]) -> dict[int, Any]:
        """Return the picture that stands for each of these main events (ids) in a list of them, with `src`, `srcset`,
        `width` and `height`. Kinds of pictures override it, and say so in `gives_covers`.
        """
        return {}

    @classmethod
    def silent_in_words(cls, number: int, *, more: bool) -> str:
        """Return how many there are that nobody has spoken for (`needs_a_voice`); `more`: beside others."""
        return cls.count_in_words(number)

    @classmethod
    def latest_pictures(cls, size: int) -> list[Any]:
        """Return the newest public pictures of the whole site: kinds of pictures override it."""
        return []

    @classmethod
    def desk_links(cls, event: Event) -> list[Way]:
        """Return what this kind offers to those who look after `event`, which is public (community/desk.py)."""
        return []

    @classmethod
    def for_widget(cls, event: Event) -> list[Any]:
        """Return the few public items of this kind that stand for `event` on other sites: a fixed number of queries."""
        return []

    @classmethod
    def own_links(cls) -> list[tuple[str, Any]]:
        """Return (address, words) of what this kind has for members of their own, beside what they added."""
        return []

    @classmethod
    def tag_links(cls, tag: Tag) -> list[tuple[str, Any]]:
        """Return (address, words) of what this kind offers besides a list to whoever looks at an accepted tag."""
        return []

    @classmethod
    def gems_among(cls, candidates: Sequence[tuple[Any, Any]]) -> list[Any]:
        """Return which of these are hidden gems: (entry of a list, what else is known of it: sections.Candidate)."""
        return []

    @classmethod
    def saying_why(cls, ids: Sequence[int]) -> set[int]:
        """Return which of these (ids of this kind) say by themselves why they are worth it, in the words of whoever
        added them: that is a voice as a recommendation is.
        """
        return set()

    @classmethod
    def pictures_for_texts(cls, event: Event, user: Any) -> list[Any]:
        """Return the pictures of this kind that `user` may put into a text about `event`, the newest first: each with
        `pk`, `words` (the Markdown that shows it), `small` (a file with its address and size) and `alt`.
        """
        return []

    @classmethod
    def measures_of_pictures(cls, addresses: Collection[str], user: Any) -> dict[str, tuple[int, int]]:
        """Return width and height, in pixels, of those of these addresses in texts that are pictures of this kind which
        `user` may see. Two queries at most.
        """
        return {}

    @classmethod
    def mosaic_of(cls, event: Event) -> list[Tile]:
        """Return the pictures of this kind of which the picture of `event` is made, the best first: public ones, which
        may be used so. Kinds of pictures override it.
        """
        return []

    @classmethod
    def begun_with(cls, title: str, url: str) -> dict[str, str]:
        """Return what the form of a new one begins with, where somebody shares a page called `title` with the site;
        empty where this kind has no use for an address.
        """
        return {}

    def shared_picture(self) -> Picture:
        """Return the picture of a link to this, which `for_cards` loaded: the one that the worker draws."""
        from ..shared import drawn_picture

        return drawn_picture(self)

    def structured_data(self, url: str, description: str) -> dict[str, Any]:
        """Return what this, which `for_cards` loaded, is in the words of schema.org; `url` is its whole address."""
        return {}

    def embedded(self, width: int, height: int) -> dict[str, Any]:
        """Return what oEmbed says of this beside its title: how it stands on another page, no larger than that."""
        return {"type": "link"}

    def start_address(self, seconds: int) -> str:
        """Return where this plays from so many seconds on (`can_start_at`); empty where it does not play."""
        return ""

    @classmethod
    def wrong_counts(cls) -> Iterator[tuple[str, Any, Any]]:
        """Yield (what, kept, true) of every kept number of this kind's own that is wrong: `check_counters` tells."""
        yield from ()

    @classmethod
    def mend_counts(cls) -> None:
        """Set the kept numbers of this kind's own to what its rows say."""

    @classmethod
    def index_beside(cls, ids: Sequence[int]) -> None:
        """Make an index of this kind's own say what these contributions, of whatever kind, say now; what is not public
        leaves it. Called with search's own index, in the transaction of the change.
        """

    @classmethod
    def newest_items(cls, event: Event) -> list[Any]:
        """Return what this kind's section on the page of `event` shows, where the kind draws it itself
        (`lists_items`).
        """
        from ..sections import public_at
        from ..stream import items_of, newest

        return items_of(
            cls, list(newest(public_at(event, cls), cls.section_size).values_list("pk", flat=True))
        )

    @classmethod
    def catch_up_items(cls, ids: Sequence[int]) -> list[Any]:
        """Return what “Catch up” draws of these (ids of this kind), in their order, where the kind draws its things
        itself (`lists_items`).
        """
        from ..stream import items_of

        return items_of(cls, ids)

    @classmethod
    def minutes_of(cls, ids: Sequence[int]) -> list[int]:
        """Return how many minutes each of these (ids of this kind) takes, of those of which it is known."""
        return []

    @classmethod
    def time_in_words(cls, number: int, known: Sequence[int]) -> str:
        """Return how long so many of this kind take, of which only `known` say so, honestly: “12 photos”."""
        return cls.count_in_words(number)

    @classmethod
    def count_in_words(cls, number: int) -> str:
        """Return how many there are: “5 talks”. Kinds override it, where a language has more than one plural."""
        name = cls._meta.verbose_name if number == 1 else cls._meta.verbose_name_plural
        return f"{grouped(number)} {name}"

    @classmethod
    def list_context(cls, event: Event, data: Any, count: int) -> dict[str, Any]:
        """Return what this kind's list at `event` shows, narrowed down and paged as the address's query (`data`) says.

        `count` is how many there are in all. Kinds with a list of their own override it; `failed` in it says that what
        was asked for is wrong.
        """
        from ..listing import list_of

        return list_of(cls, event, data)

    def addresses(self) -> list[str]:
        """Return the addresses out in the world that this leads everybody to."""
        return [address for field in self.address_fields if (address := getattr(self, field))]

    @classmethod
    def leading_to(cls, keys: Any) -> ContributionQuerySet:
        """Return the public items of this kind that lead to one of the pages with these keys (links.canonical), which
        may be a query.
        """
        leads: Any = Q(pk__in=[])
        for column in cls.address_fields.values():
            leads |= Q(**{f"{column}__in": keys})
        return cls.objects.public().filter(leads)

    def further_addresses(self) -> list[str]:
        """Return what else this leads everybody to, that stands in no column of its own; kinds override it."""
        return []

    def tells_sites(self) -> list[str]:
        """Return the addresses whose sites are told that this leads there (WEBMENTIONS_SEND); kinds of texts override
        it.
        """
        return []

    @classmethod
    def led_to_by(cls, keys: Collection[str]) -> dict[str, list[Contribution]]:
        """Return the public items of this kind that lead to the pages with these keys, by key. Kinds with further
        addresses add them.
        """
        found: dict[str, list[Contribution]] = {}
        items = cls.leading_to(keys).select_related("event").order_by("pk") if cls.address_fields else ()
        for item in items:
            for column in cls.address_fields.values():
                if (key := getattr(item, column)) in keys:
                    found.setdefault(key, []).append(item)
        return found

    @classmethod
    def leading_nowhere(cls) -> ContributionQuerySet:
        """Return the public items of this kind that lead to a page which is gone: they want another address."""
        return cls.leading_to(Link.objects.gone().order_by().values("key"))

    @classmethod
    def not_looked_after(cls) -> ContributionQuerySet:
        """Return the public items of this kind that lead to a page which nobody looks after yet."""
        missing: Any = Q(pk__in=[])
        for field, column in cls.address_fields.items():
            known = Link.objects.filter(key=OuterRef(column), check_at__isnull=False)
            missing |= ~Q(**{field: ""}) & ~Exists(known)
        return cls.objects.public().filter(missing)

    @classmethod
    def beginning_with(cls, starts: Sequence[str]) -> ContributionQuerySet:
        """Return the items of this kind, public or waiting, one of whose addresses begins so, in whatever case."""
        begins: Any = Q(pk__in=[])
        for field in cls.address_fields:
            for start in starts:
                begins |= Q(**{f"{field}__startswith": start})
        return cls.objects.filter(begins, state__in=[State.PUBLIC, State.WAITING])

    @classmethod
    def wrong_keys(cls) -> Iterator[tuple[int, str, str, str]]:
        """Yield (id, column, kept, true) where the key kept beside an address is not today's key of it."""
        for field, column in cls.address_fields.items():
            rows = cls.objects.exclude(**{field: ""}).order_by("pk").values_list("pk", field, column)
            for pk, address, kept in rows.iterator():
                if kept != (true := key_of(address)):
                    yield pk, column, kept, true

    @classmethod
    def mend_keys(cls) -> None:
        """Set the keys beside addresses to what they are today: after a release that knows more forms of an address."""
        for pk, column, _kept, true in list(cls.wrong_keys()):
            cls.objects.filter(pk=pk).update(**{column: true})

    @classmethod
    def link_changed(cls, key: str, *, is_gone: bool) -> None:
        """Hear that the page with this key is gone, or there again. Kinds that keep a copy of that override it."""
        for item in cls.leading_to([key]).order_by("pk"):
            item.forget_cards()

    @classmethod
    def lead_on(cls, key: str, url: str, *, by: Any) -> None:
        """Let what leads everybody to the short address with this key lead to `url`, which stands behind it, as its
        next version. Kinds with further addresses add them.
        """
        for item in cls.leading_to([key]).order_by("pk"):
            item.move_addresses(lambda address: url if key_of(address) == key else address, by=by)

    @property
    def model(self) -> type[Contribution]:
        """The model of this row's kind, known without a query."""
        return kinds_by_name()[self.kind]

    def get_edit_url(self) -> str:
        return reverse(self.model.edit_route, args=[self.pk])

    @property
    def kind_label(self) -> Any:
        """“recap”, “talk”: the word for one of this kind."""
        return self.model._meta.verbose_name

    @property
    def shown_tags(self) -> list[Tag]:
        """The accepted tags, in the order in which they were given; prefetched by `for_cards`."""
        return [row.tag for row in self.shown_items]  # type: ignore[attr-defined]

    @property
    def is_public(self) -> bool:
        return self.state == State.PUBLIC and self.ready

    @property
    def needs_review(self) -> bool:
        """Whether a moderator has to look at this, or at its last change (NEEDS_REVIEW)."""
        return self.state == State.WAITING or (self.state == State.PUBLIC and self.unreviewed_edit)

    @property
    def is_past(self) -> bool:
        """Whether this is no thing of its own any more."""
        return self.state in PAST

    @property
    def can_be_returned(self) -> bool:
        return self.state == State.WITHDRAWN

    @property
    def contributor_name(self) -> str:
        """The name of whoever added this; empty when they are gone or the site itself did."""
        if self.contributor:
            return self.contributor.name
        return self.guest.name if self.guest else ""

    @property
    def owner(self) -> Any:
        """The member or the guest who added this, or None."""
        return self.contributor if self.contributor_id else self.guest

    @property
    def is_by_its_sender(self) -> bool:
        """Whether whoever added this is one of those whom it credits, and has named the others."""
        return True

    @property
    def summary(self) -> str:
        """One or two sentences of plain text about this; kinds override it."""
        return ""

    @property
    def digest_note(self) -> str:
        """One line of plain text that says in an e-mail why this is worth it; of an item that `for_cards` loaded."""
        return " ".join(self.summary.split())[:200]

    def is_changed_by_credit(self, user: Any) -> bool:
        """Whether `user` may change this as somebody who is credited for it, and not as its owner or a moderator."""
        if not user.is_authenticated or user.is_moderator or self.is_owned_by(user):
            return False
        given = getattr(self, "shown_credits", None)
        if given is not None and not any(credit.person_id == user.person_id for credit in given):
            return False
        return Contribution.objects.filter(credited_may_edit(user), pk=self.pk).exists()

    def is_owned_by(self, user: Any) -> bool:
        if user.is_authenticated:
            return self.contributor_id == user.pk
        return self.guest_id is not None and self.guest_id == getattr(user, "guest_id", None)

    @classmethod
    def review_groups(cls, items: Sequence[Self]) -> list[list[Self]]:
        """Return `items`, which wait (loaded `for_cards`), in groups of those that are much alike.

        Kinds of pictures override it, and set on the items what their `review_template` tells about that, in a fixed
        number of queries.
        """
        return [[item] for item in items]

    def happenings(self) -> Sequence[Happening]:
        """Return what else happened to this than decisions, for its owner and moderators; kinds override it."""
        return ()

    def searchable(self) -> str:
        """Return the text that search looks through; kinds name the fields in `search_fields`."""
        return "\n".join(filter(None, (str(getattr(self, field) or "") for field in self.search_fields)))

    # --- What texts name ------------------------------------------------------------------------------------------

    @classmethod
    def named_in(cls, prose: Prose, main_event_id: int) -> list[Named]:
        """Return which public things of this kind, at that event or inside it, a text names, in the order in which it
        does. Kinds whose things have titles that people quote override it.
        """
        return []

    def written(self) -> str:
        """Return the text of this as HTML, where it is one that may name other things (`names_others`)."""
        return ""

    def page_it_is(self) -> str:
        """Return the address of the page elsewhere that is the text of this, where the text is not here."""
        return ""

    @classmethod
    def beside(cls, item: Contribution, others: Sequence[Sequence[Any]]) -> Beside | None:
        """Return what of this kind stands on the page of `item`, or None; `others` are the rows of all that goes with
        it, of whatever kind (community/beside.py). Kinds of pictures override it.
        """
        from ..beside import cards_beside

        return cards_beside(cls, item, others)

    @classmethod
    def locked(cls, pk: int) -> Self:
        """Return the thing of this kind as it is now. Its row as a contribution is locked first, as by all that changes
        one; the caller's transaction has it to itself.
        """
        Contribution.objects.select_for_update(no_key=True).get(pk=pk)
        return cast("Self", cls._default_manager.get(pk=pk))

    # --- Writing: forms call these --------------------------------------------------------------------------------

    @transaction.atomic
    def submit(
        self,
        *,
        by: Any,
        tags: Sequence[str] = (),
        credit: Sequence[Person] = (),
        related: Sequence[int] = (),
        named: Mapping[int, bool] | None = None,
    ) -> None:
        """Save this new contribution of `by` (member or guest), and publish it where `by` is trusted.

        `tags` are words as typed, `credit` the people in their order, `related` ids of contributions it goes with,
        `named` says of some of them whether its text names them.
        """
        if by.is_authenticated:
            self.contributor = by
        else:
            self.guest_id = by.guest_id
        self.state = State.WAITING
        self._settle_mentions()
        self.search_text = self.searchable()
        self.save()
        self._set_tags(tags, by)
        self._set_credit(credit)
        self._set_related(related)
        self._keep_named(named)
        self._keep_mentions()
        self._keep_version(by)
        self._record(Verb.SUBMIT, "", by)
        if publishes_directly(by):
            self.publish(by=by)

    @transaction.atomic
    def edit(
        self,
        *,
        by: Any,
        tags: Sequence[str] = (),
        credit: Sequence[Person] = (),
        related: Sequence[int] | None = None,
        named: Mapping[int, bool] | None = None,
    ) -> None:
        """Save the changed fields of this contribution as its next version.

        What is public stays so, and a moderator is asked to look where `by` is not trusted; what was turned down or
        hidden waits again. Raises StateConflict when somebody saved another version since this one was loaded.
        """
        current = Contribution.objects.select_for_update(no_key=True).get(pk=self.pk)
        if current.version != self.version:
            raise StateConflict(
                _(
                    "A newer version was saved while you were writing. Your text is still here: compare, "
                    "then save again."
                )
            )
        if current.state == State.WITHDRAWN:
            raise StateConflict(_("This has been withdrawn. Bring it back first; your text is still here."))
        if current.is_past:
            raise StateConflict(current._who_was_quicker())
        for field in ("state", "ready", "problem", "published_at", "comment_count", "comments_off"):
            setattr(self, field, getattr(current, field))
        self.version += 1
        self.edited_at = timezone.now()
        self._settle_mentions()
        self.search_text = self.searchable()
        mine = self.is_owned_by(by)
        if self.state == State.PUBLIC:
            # Whoever is trusted answers for their own words, and only a moderator for somebody else's.
            is_trusted = publishes_directly(by)
            answers = is_trusted and (mine or by.is_moderator)
            waits = not is_trusted and (mine or self.is_changed_by_credit(by))
            self.unreviewed_edit = not answers and (current.unreviewed_edit or waits)
        self.save(update_fields=self._written_by_edit())
        self._set_tags(tags, by)
        if current.event_id != self.event_id:
            self._move_to_event(current)
        self._set_credit(credit)
        if related is not None:
            self._set_related(related)
        self._keep_named(named)
        self._keep_mentions()
        self._tell_mentioned()
        self._keep_version(by)
        self._update_search()
        self.forget_cards()
        self._look_after_links()
        if mine and self.state in (State.REJECTED, State.HIDDEN):
            self.resubmit(by=by)

    @classmethod
    def _written_by_edit(cls) -> list[str]:
        """Return the columns that people change, and what follows from them. Not the whole row: what was prepared,
        counted or taken over may be newer than what was loaded.
        """
        followed = (
            "main_event",
            "version",
            "edited_at",
            "search_text",
            "unreviewed_edit",
            *cls.computed_columns,
        )
        kept = {"contributor", "guest", *followed}
        fields = [field for field in cls._meta.concrete_fields if field.editable and not field.primary_key]
        return [*followed, *(field.name for field in fields if field.name not in kept)]

    def bring_back_version(self, revision: Revision, *, by: Any) -> None:
        """Save what this said in an older version as its next one: words and tags. Whom it credits stays: who has taken
        their name off is not named again. Raises StateConflict, also where the older version cannot be any more.
        """
        for name in self.revision_fields:
            field = cast("models.Field", self._meta.get_field(name))
            if name in revision.fields:
                setattr(self, field.attname, field.to_python(revision.fields[name]))
        try:
            self.clean_fields(exclude={field.name for field in self._meta.fields} - set(self.revision_fields))
            self.validate_constraints()
        except ValidationError as error:
            raise StateConflict(" ".join(error.messages)) from error
        credit = [credit.person for credit in self.credits.select_related("person").order_by("position")]
        self.edit(by=by, tags=revision.fields.get("tags", ()), credit=credit)

    @transaction.atomic
    def take_name_off(self, *, by: Any) -> bool:
        """Credit the member `by` no more for this; return whether they were credited. A form that was open before
        names them again no more than an older version does.
        """
        current = self.model.locked(self.pk)
        gone, _rows = self.credits.filter(person=by.person_id).delete()
        if gone:
            current.version += 1
            current.save(update_fields=["version"])
            current._keep_version(by)
            self.version = current.version
            self._update_search()
            self.forget_cards()
        return bool(gone)

    @transaction.atomic
    def move_addresses(self, moved: Callable[[str], str], *, by: Any) -> bool:
        """Save this, which is of its kind, with each address as `moved` gives it, as a version by `by`: a moderator, or
        nobody. Return whether one has changed. What waits for a look goes on waiting.
        """
        waited, changed = self.unreviewed_edit, False
        for field in self.address_fields:
            before = getattr(self, field)
            if before and (after := moved(before)) != before:
                setattr(self, field, after)
                changed = True
        if changed:
            words = TaggedContribution.objects.filter(content_object_id=self.pk).order_by("pk")
            people = [credit.person for credit in self.credits.select_related("person").order_by("position")]
            self.edit(by=by, tags=list(words.values_list("tag__name", flat=True)), credit=people)
            if waited:
                Contribution.objects.filter(pk=self.pk).update(unreviewed_edit=True)
        return changed

    # --- Verbs: nothing else writes `state` -----------------------------------------------------------------------

    def publish(self, *, by: Any, note: str = "") -> None:
        """Let everybody see this; of a public thing with an unreviewed edit: confirm the edit.

        Raises StateConflict when it is public already, withdrawn, or broken.
        """
        if self.problem:
            raise StateConflict(_("This cannot be shown: %(problem)s") % {"problem": self.problem})
        if self.unreviewed_edit and self.state == State.PUBLIC:
            self._move(
                Verb.CONFIRM, State.PUBLIC, by=by, allowed=[State.PUBLIC], note=note, only_unreviewed=True
            )
            return
        self._move(
            Verb.PUBLISH,
            State.PUBLIC,
            by=by,
            allowed=[State.WAITING, State.REJECTED, State.HIDDEN],
            note=note,
        )

    def reject(self, *, by: Any, reason: str, note: str = "") -> None:
        """Turn this down; its owner is told `reason` (a people.decisions.Reason) and `note`, and may mend it."""
        Reason(reason)
        if self.unreviewed_edit and self.state == State.PUBLIC:
            self._move(
                Verb.REJECT,
                State.REJECTED,
                by=by,
                allowed=[State.PUBLIC],
                reason=reason,
                note=note,
                only_unreviewed=True,
            )
            return
        self._move(Verb.REJECT, State.REJECTED, by=by, allowed=[State.WAITING], reason=reason, note=note)

    def hide(self, *, by: Any, reason: str, note: str = "") -> None:
        """Take a public thing out of sight."""
        Reason(reason)
        self._move(Verb.HIDE, State.HIDDEN, by=by, allowed=[State.PUBLIC], reason=reason, note=note)

    def withdraw(self, *, by: Any) -> None:
        """Take one's own contribution back; `restore` undoes it."""
        self._move(
            Verb.WITHDRAW,
            State.WITHDRAWN,
            by=by,
            allowed=[State.WAITING, State.PUBLIC, State.REJECTED, State.HIDDEN],
        )

    def restore(self, *, by: Any) -> None:
        """Undo a withdrawal: back to the state from before it."""
        last = self.decisions.filter(verb=Verb.WITHDRAW).order_by("-pk").first()
        self._move(Verb.RESTORE, last.from_state if last else State.WAITING, by=by, allowed=[State.WITHDRAWN])

    def take_down(self) -> None:
        """Hide this public thing at once because somebody asked for that; a moderator looks at it afterwards, and
        either lets it show again (`publish`) or agrees (`remove`). Its owner is told.
        """
        self._move(Verb.TAKE_DOWN, State.HIDDEN, by=None, allowed=[State.PUBLIC], reason=Reason.PRIVACY.value)

    def remove(self, *, by: Any, reason: str) -> None:
        """Hide this for good because somebody asked for that, whatever its owner has done with it meanwhile."""
        Reason(reason)
        self._move(Verb.HIDE, State.HIDDEN, by=by, allowed=STANDING, reason=reason)

    def keep(self, *, by: Any) -> None:
        """Leave this as it is, though somebody asked for its removal; its owner is not troubled with that."""
        current = Contribution.objects.get(pk=self.pk)
        self._move(Verb.KEEP, current.state, by=by, allowed=[current.state])

    def resubmit(self, *, by: Any) -> None:
        """Let what was turned down or hidden wait for review again."""
        self._move(Verb.RESUBMIT, State.WAITING, by=by, allowed=[State.REJECTED, State.HIDDEN])

    def undo(self, *, by: Any) -> None:
        """Take the last decision of a moderator back, while nothing else has happened to the state since."""
        last = self.decisions.order_by("-pk").first()
        if (
            last is not None
            and last.verb == Verb.MERGE
            and (merge := self.merges.filter(undone_at=None).last())
        ):
            from ..merging import part

            part(merge.pk, by=by)
            return
        if last is None or not last.as_moderator or last.verb == Verb.UNDO:
            raise StateConflict(_("There is nothing to undo here."))
        if last.verb in (Verb.END_COMMENTS, Verb.TAKE_COMMENTS):
            self.let_comment(last.verb == Verb.END_COMMENTS, by=by)
            return
        self._move(
            Verb.UNDO,
            last.from_state,
            by=by,
            allowed=[last.to_state],
            reopen=last.verb == Verb.CONFIRM,
        )

    def merge_into(self, other: Contribution, *, by: Any) -> None:
        """Let this be part of `other`, another entry of the same thing: what people said about it moves there, and its
        address leads there. Raises StateConflict where that cannot be (community/merging.py).
        """
        from ..merging import join

        join(self.pk, other.pk, by=by)
        self.refresh_from_db()

    @transaction.atomic
    def erase(self, *, by: Any) -> None:
        """Delete one's own withdrawn thing for good: its words, its files, its versions, who added it, and what
        others put on it. What stays is that something of this kind was here, and what was decided about it when.
        """
        self._move(Verb.ERASE, State.ERASED, by=by, allowed=[State.WITHDRAWN])
        self._forget_what_hangs_on_it()
        self.decisions.update(guest=None, note="")
        self.decisions.filter(as_moderator=False).update(actor=None)
        Contribution.objects.filter(pk=self.pk).update(
            title="", search_text="", problem="", day=None, contributor=None, guest=None, submission_key=None
        )

    def erase_own_part(self) -> None:
        """Delete the row of this one's kind, as a part of `erase`. Kinds with files of their own have them deleted too,
        once the caller's transaction has committed.
        """
        self.delete(keep_parents=True)

    def block_return(self) -> None:
        """See to it that the same does not come back under another number; kinds that can tell override it."""

    def allow_return(self) -> None:
        """Undo `block_return`."""

    def _forget_what_hangs_on_it(self) -> None:
        """Delete every row that points at this, its kind's own among them; what is a record of decisions stays."""
        relations: list[Any] = list(Contribution._meta.get_fields(include_hidden=True))
        for relation in relations:
            if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)):
                continue
            of = relation.related_model
            rows = of._base_manager.filter(**{relation.field.name: self.pk})
            if issubclass(of, Contribution):
                for item in rows:
                    item.erase_own_part()
            elif not getattr(of, "outlives_its_thing", False):
                rows.delete()

    @transaction.atomic
    def get_ready(self) -> None:
        """Say that a worker has prepared this: from now on it shows, if it is public."""
        current = Contribution.objects.select_for_update(no_key=True).get(pk=self.pk)
        was_public = current.is_public
        self.ready, self.problem = True, ""
        Contribution.objects.filter(pk=self.pk).update(ready=True, problem="")
        current.ready = True
        current._publicness_changed(was_public)
        self.forget_cards()

    @transaction.atomic
    def break_down(self, problem: str) -> None:
        """Say that this cannot be prepared, and why, in words for its owner."""
        current = Contribution.objects.select_for_update(no_key=True).get(pk=self.pk)
        was_public = current.is_public
        self.ready, self.problem = False, problem[:300]
        Contribution.objects.filter(pk=self.pk).update(ready=False, problem=self.problem)
        current.ready = False
        current._publicness_changed(was_public)

    def become_news(self) -> None:
        """Somebody said something about what an import may have brought in: from now on lists of news have it."""
        Contribution.objects.filter(pk=self.pk, quiet=True).update(quiet=False)
        self.quiet = False

    @transaction.atomic
    def let_comment(self, yes: bool, *, by: Any) -> None:
        """Let people comment on this from now on, or no more; what was said stays. Nothing where it is so already."""
        current = Contribution.objects.select_for_update(no_key=True).select_related(None).get(pk=self.pk)
        self.comments_off, self.state = not yes, current.state
        if current.comments_off == (not yes):
            return
        Contribution.objects.filter(pk=self.pk).update(comments_off=not yes)
        self._record(Verb.TAKE_COMMENTS if yes else Verb.END_COMMENTS, current.state, by)

    def _move(
        self,
        verb: Verb,
        to: str,
        *,
        by: Any,
        allowed: Sequence[str],
        reason: str = "",
        note: str = "",
        only_unreviewed: bool = False,
        reopen: bool = False,
    ) -> None:
        """Change the state, write the Decision and keep every copy true, all in one transaction.

        `only_unreviewed`: the change answers an unreviewed edit, so it fails once somebody has answered it;
        `reopen`: the edit waits for review again. One that waits goes on waiting, in whatever state the thing is
        meanwhile, until a moderator says yes to the thing: else it would be public unseen when it comes back.
        """
        with transaction.atomic():
            current = Contribution.objects.select_for_update(no_key=True).select_related(None).get(pk=self.pk)
            if current.state not in allowed or (only_unreviewed and not current.unreviewed_edit):
                raise StateConflict(current._who_was_quicker())
            was_public, from_state = current.is_public, current.state
            current.state = to
            current.unreviewed_edit = reopen or (
                current.unreviewed_edit and verb not in (Verb.PUBLISH, Verb.CONFIRM)
            )
            if to == State.PUBLIC and current.published_at is None:
                current.published_at = timezone.now()
            for field in ("state", "unreviewed_edit", "published_at", "ready"):
                setattr(self, field, getattr(current, field))
            Contribution.objects.filter(pk=self.pk).update(
                state=to, unreviewed_edit=current.unreviewed_edit, published_at=current.published_at
            )
            decision = self._record(verb, from_state, by, reason=reason, note=note)
            current._publicness_changed(was_public)
            if verb == Verb.CONFIRM:
                current._tell_mentioned()
            self.forget_cards()
            if verb == Verb.TAKE_DOWN or (decision.as_moderator and verb != Verb.KEEP):
                from ..telling import tell_owner

                tell_owner(self, decision)

    def _move_to_event(self, before: Contribution) -> None:
        """Carry the counts, and the copies on the tag rows, from the event of `before` to the one of now."""
        if self.is_public:
            hold(Event.objects.filter(pk__in=before._counted_at() | self._counted_at()))
            before._count(-1)
            self._count(1)
        TaggedContribution.objects.filter(content_object_id=self.pk).update(
            event_id=self.event_id, main_event_id=self.main_event_id, year=self.event.starts_on.year
        )

    def _who_was_quicker(self) -> str:
        last = self.decisions.select_related("actor__person").order_by("-pk").first()
        if last and last.actor:
            return _("Already %(verb)s by %(name)s.") % {
                "verb": last.get_verb_display(),
                "name": last.actor.name,
            }
        return _("It has changed since you opened it. It is now %(state)s.") % {
            "state": self.get_state_display()
        }

    def _record(self, verb: Verb, from_state: str, by: Any, *, reason: str = "", note: str = "") -> Decision:
        member = by if by is not None and by.is_authenticated else None
        return Decision.objects.create(
            contribution_id=self.pk,
            verb=verb,
            from_state=from_state,
            to_state=self.state,
            actor=member,
            guest_id=None if by is None else getattr(by, "guest_id", None),
            # Whoever decides about what is not theirs is a moderator, or an organiser where these review.
            as_moderator=bool(
                member
                and not self.is_owned_by(member)
                and (member.is_moderator or self.model.organisers_review)
            ),
            reason=reason,
            note=note,
        )

    def _publicness_changed(self, was_public: bool) -> None:
        """Keep the tag rows, the tallies and the events' counts true; called on the locked row, inside its
        transaction.
        """
        rows = TaggedContribution.objects.filter(content_object_id=self.pk)
        rows.update(public=self.is_public, published_at=self.published_at)
        if was_public == self.is_public:
            return
        self._update_search()
        self._tell_mentioned()
        step = 1 if self.is_public else -1
        Tag.add(dict.fromkeys(rows.values_list("tag", flat=True), step))
        self._count(step)
        self._look_after_links()

    def _look_after_links(self) -> None:
        """Have the worker read and look after the pages that this leads to, if it is public."""
        if self.is_public and self.model.address_fields:
            from ..tasks import look_after_links

            look_after_links.enqueue([self.pk])

    def _counted_at(self) -> set[int]:
        return {self.event_id, self.main_event_id}

    def _count(self, step: int) -> None:
        """Add `step` to what is counted at this contribution's event and at the main event above it."""
        here = self._counted_at()
        hold(Event.objects.filter(pk__in=here))
        Tally.add(here, self.kind, step)
        Event.objects.filter(pk__in=here).update(
            contribution_count=F("contribution_count") + step,
            write_up_count=F("write_up_count") + (step if self.model.is_write_up else 0),
            **({"cover": None} if self.model.gives_covers else {}),
        )
        Bringer.add(dict.fromkeys(here, step), self.contributor_id)

    # --- Parts of writing -----------------------------------------------------------------------------------------

    def _set_tags(self, words: Sequence[str], by: Any) -> None:
        """Give this exactly the tags that `words` mean. taggit's own way costs nine queries a tag; this four in all."""
        meant = {
            tag.pk: tag for tag in Tag.objects.meant_by(list(words), by=by if by.is_authenticated else None)
        }
        rows = TaggedContribution.objects.filter(content_object_id=self.pk)
        had = set(rows.values_list("tag", flat=True))
        is_public = self.is_public
        rows.exclude(tag__in=meant).delete()
        TaggedContribution.objects.bulk_create(
            TaggedContribution(
                content_object_id=self.pk,
                tag=tag,
                public=is_public,
                published_at=self.published_at,
                kind=self.kind,
                event_id=self.event_id,
                main_event_id=self.main_event_id,
                year=self.event.starts_on.year,
            )
            for pk, tag in meant.items()
            if pk not in had
        )
        if is_public:
            gone, new = had - meant.keys(), meant.keys() - had
            Tag.add(dict.fromkeys(gone, -1) | dict.fromkeys(new, 1))

    def _keep_mentions(self) -> None:
        """Keep whom the texts mention, as they are saved now."""
        from ..mentions import keep_mentions

        keep_mentions(self)

    def _tell_mentioned(self) -> None:
        """Tell whom the texts mention and who is credited, once it is public and nobody has to look at it any more."""
        if self.is_public and not self.unreviewed_edit and "@" in self.search_text:
            from ..mentions import tell_mentioned

            tell_mentioned(self)
        if self.is_public and not self.unreviewed_edit and self.model.tells_credited:
            from ..crediting import tell_credited

            tell_credited(self)

    def _settle_mentions(self) -> None:
        """Let the texts mention people by the handles of today."""
        from ..mentions import settle

        settle(self)

    def _set_credit(self, people: Sequence[Person]) -> None:
        people = self._who_may_be_named(list(dict.fromkeys(people)))
        self.credits.exclude(person__in=people).delete()
        Credit.objects.bulk_create(
            [
                Credit(contribution_id=self.pk, person=person, position=place)
                for place, person in enumerate(people)
            ],
            update_conflicts=True,
            unique_fields=["contribution", "person"],
            update_fields=["position"],
        )

    def _who_may_be_named(self, people: list[Person]) -> list[Person]:
        """Return those of the people who may be credited on a thing of this kind: not those who do not want to be, nor
        who is called the same, but everybody on their own.
        """
        if not (self.model.spares_people and people):
            return people
        spared = Person.objects.not_to_be_named([person.name for person in people])
        own = self.contributor.person_id if self.contributor else None
        return [person for person in people if person.pk == own or person.folded_name not in spared]

    def _set_related(self, ids: Sequence[int]) -> None:
        from .relation import Relation

        wanted = dict.fromkeys(pk for pk in ids if pk != self.pk)
        # What the text names stays until the text does not.
        self.relations_out.filter(found=False).exclude(target__in=wanted).delete()
        Relation.objects.bulk_create(
            [Relation(source_id=self.pk, target_id=target) for target in wanted],
            update_conflicts=True,
            unique_fields=["source", "target"],
            update_fields=["found"],
        )

    def _keep_named(self, said: Mapping[int, bool] | None) -> None:
        """Keep what the text of this names, as it is saved now, and as its writer said of some."""
        if self.model.names_others:
            from ..recognising import keep_named, keep_said

            keep_said(self, said or {})
            keep_named(self)

    def _keep_version(self, by: Any) -> None:
        columns = (cast("models.Field", self._meta.get_field(name)) for name in self.revision_fields)
        fields: dict[str, Any] = {column.name: column.value_to_string(self) for column in columns}
        fields["tags"] = sorted(
            TaggedContribution.objects.filter(content_object_id=self.pk).values_list("tag__name", flat=True)
        )
        # As ids: a name that somebody gives up must not live on in the versions.
        fields["credit"] = list(self.credits.values_list("person", flat=True))
        Revision.objects.create(
            contribution_id=self.pk,
            number=self.version,
            fields=fields,
            editor=by if by.is_authenticated else None,
            guest_id=getattr(by, "guest_id", None),
        )

    def _update_search(self) -> None:
        """Let search find this as it is now; what is not public it does not know."""
        from ..search import update_index

        update_index([self.pk])

    def forget_cards(self) -> None:
        """Throw the stored cards away, and have the worker draw them again, once for all that changes until then."""
        Card.objects.filter(contribution_id=self.pk).delete()
        from ..tasks import draw_cards

        draw_cards.enqueue_once([self.pk])

    def clean(self) -> None:
        super().clean()
        if self.day and self.day.event_id not in (self.event_id, self.event.parent_id):
            raise ValidationError({"day": _("This day belongs to another event.")})


def publishes_directly(user: Any) -> bool:
    """Return whether what `user` adds or changes is public at once: moderators, and members with trust."""
    if not user.is_authenticated:
        return False
    if user.is_moderator or user.trust == Trust.GRANTED:
        return True
    if user.trust == Trust.WITHHELD:
        return False
    accepted = Contribution.objects.filter(contributor=user, state=State.PUBLIC)
    return accepted[: settings.TRUSTED_AFTER].count() >= settings.TRUSTED_AFTER


@cache
def address_of(route: str) -> str:
    """Return the address of a route that takes one number, with %d for it: reversed once, as lists ask for hundreds."""
    return reverse(route, args=[0]).replace("%", "%%").replace("/0/", "/%d/")
