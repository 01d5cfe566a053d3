from collections.abc import Collection, Iterator, Sequence
from typing import Any, ClassVar, Self
from urllib.parse import urlencode

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from community.bringing_in import Update, bring_up_to_date
from community.desk import Part, Way
from community.languages import language_name
from community.locking import hold
from community.models import Contribution, Credit, Tag
from community.named import Named
from community.sections import public_at
from community.shared import named
from community.stream import in_order, items_of
from community.text import between_marks, plain_text
from discussion.recommended import RecommendedQuerySet, best_reason
from discussion.scoring import gems_among
from events.dates import say
from events.models import Event
from events.numbers import grouped
from links.canonical import canonical, host_label
from links.embeds import Embed, embed_for
from links.models import Link
from links.prose import Prose

from ..wanted import GONE, LINKS, VIDEO
from .resource import Resource


class TalkQuerySet(RecommendedQuerySet):
    def recorded_willingly(self) -> Self:
        """Talks of which everybody who is credited lets a recording be shown."""
        unwilling = Credit.objects.filter(contribution=OuterRef("pk"), person__no_recording=True)
        return self.exclude(Exists(unwilling))

    def wanting_video(self) -> Self:
        """Public talks whose video nobody has brought yet, though there may be one, and that may be asked for."""
        states = Talk.VideoState
        asked = [states.UNKNOWN, states.NOT_YET, states.GONE, states.SLIDES_ONLY]
        return self.public().filter(video_state__in=asked, cancelled=False).recorded_willingly()

    @transaction.atomic
    def give_videos(self, found: Sequence[tuple[int, str]], *, by: Any) -> int:
        """Make these addresses, by talk, the talks' videos, as their next versions; return how many were changed.

        Those who recommend a talk that had no video before hear of it.
        """
        from ..tasks import tell_of_videos

        wanted = dict(found)
        rows: Any = (
            self.public().filter(pk__in=hold(Contribution.objects.filter(pk__in=wanted))).order_by("pk")
        )
        updates, first = [], []
        for talk in rows:
            if canonical(wanted[talk.pk]) != talk.video_key:
                first += [] if talk.video_key else [talk.pk]
                talk.video_url = wanted[talk.pk]
                updates.append(Update(talk, ["video_url"]))
        bring_up_to_date(updates, by=by)
        if first:
            tell_of_videos.enqueue(first, by.pk)
        return len(updates)

    def for_suggestions(self) -> Self:
        """What a line of a list of suggestions shows: title, where, and who speaks."""
        return self.select_related("event").prefetch_related(
            Prefetch("credits", queryset=Credit.objects.select_related("person"), to_attr="shown_credits")
        )

    def at_address(self, url: str) -> Self:
        """Talks whose video, or anything public that was brought for them, has this address. Raises BadAddress."""
        wanted = canonical(url)
        brought = Resource.objects.filter(url_key=wanted, state=Resource.State.PUBLIC)
        return self.filter(Q(video_key=wanted) | Q(pk__in=brought.values("talk")))

    def showing(self, video_url: str, *, main_event_id: int) -> Self:
        """Talks at that event whose video has the same address, in whatever form it was pasted."""
        return self.filter(video_key=canonical(video_url), main_event=main_event_id)


class Talk(Contribution):
    """A talk, with or without the address of its video."""

    class VideoState(models.TextChoices):
        UNKNOWN = "unknown", _("video wanted")
        WATCHABLE = "watchable", _("watchable")
        SLIDES_ONLY = "slides", _("slides only")
        NOT_YET = "not-yet", _("not published yet")
        NOT_RECORDED = "not-recorded", _("not recorded")
        GONE = "gone", _("no longer there")

    KIND = "talk"
    slug = "talks"
    position = 10
    icon = "play"
    plural_label = _("Talks")
    section_label = _("Worth watching")
    add_label = _("Add a talk worth watching")
    empty_label = _("No talk yet. Which one should everybody see?")
    credit_label = ngettext_lazy("spoke", "spoke")
    beside_label = _("Talks that it names")
    takes_place = True
    placed_by = "starts_at"
    placed_label = _("by when they began")
    section_order = "-score"
    gem_pool = 15
    needs_a_voice = True
    catch_up_size = 5
    wants = (VIDEO, GONE, LINKS)
    can_start_at = True
    credited_may_edit = True
    can_be_merged = True
    # Not `why`: it is a sentence of whoever added the other one.
    merge_fills: ClassVar[tuple[str, ...]] = (
        *("video_url", "video_state", "description", "language"),
        *("day", "starts_at", "minutes", "room", "track"),
    )
    section_size = 25
    card_template = "talks/_card.html"
    list_template = "talks/list.html"
    widget_template = "talks/_widget.html"
    review_template = "talks/_review.html"
    detail_route = "talks:detail"
    add_route = "talks:add"
    edit_route = "talks:edit"
    revision_fields: ClassVar[tuple[str, ...]] = (
        "title",
        "video_url",
        "video_state",
        "description",
        "why",
        "language",
    )
    search_fields: ClassVar[tuple[str, ...]] = ("title", "why", "description")
    address_fields: ClassVar[dict[str, str]] = {"video_url": "video_key"}
    computed_columns: ClassVar[tuple[str, ...]] = ("video_key", "video_state")

    video_url = models.URLField(_("link to the video"), max_length=2000, blank=True)
    video_key = models.CharField(max_length=2000, blank=True, editable=False)
    video_state = models.CharField(
        _("the video"), max_length=20, choices=VideoState, default=VideoState.UNKNOWN
    )
    description = models.TextField(_("what it is about"), blank=True, max_length=10_000)
    why = models.CharField(
        _("watch it because …"),
        max_length=280,
        blank=True,
        help_text=_("One line: what would somebody miss?"),
    )
    language = models.CharField(_("language"), max_length=10, blank=True)
    # When and where it was given, as far as a schedule said so.
    starts_at = models.DateTimeField(_("begins"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    room = models.CharField(_("room"), max_length=100, blank=True)
    track = models.CharField(_("track"), max_length=100, blank=True)
    # Called off; it stays, as people may have said something about it.
    cancelled = models.BooleanField(_("cancelled"), default=False)
    # The entry of the same talk that stands for all of them where it was given at several events.
    first_given = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="given_again", editable=False
    )

    objects = TalkQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("talk")
        verbose_name_plural = _("talks")
        indexes = [models.Index(fields=["video_key"], name="talk_video_key")]

    @classmethod
    def list_context(cls, event: Event, data: Any, count: int) -> dict[str, Any]:
        from ..programme import programme

        return programme(event, data)

    @classmethod
    def minutes_of(cls, ids: Sequence[int]) -> list[int]:
        timed = cls.objects.filter(pk__in=ids, minutes__gt=0, video_state=cls.VideoState.WATCHABLE)
        return [minutes for minutes in timed.values_list("minutes", flat=True) if minutes]

    @classmethod
    def count_in_words(cls, number: int) -> str:
        return ngettext("%(n)s talk", "%(n)s talks", number) % {"n": grouped(number)}

    @classmethod
    def silent_in_words(cls, number: int, *, more: bool) -> str:
        words = (
            ngettext("%(n)s more talk in the programme", "%(n)s more talks in the programme", number)
            if more
            else ngettext("%(n)s talk in the programme", "%(n)s talks in the programme", number)
        )
        return words % {"n": grouped(number)}

    @classmethod
    def time_in_words(cls, number: int, known: Sequence[int]) -> str:
        talks = cls.count_in_words(number)
        if not known:
            return talks
        words = (
            _("%(talks)s (%(minutes)s min)")
            if len(known) == number
            else _("%(talks)s (%(minutes)s min and more)")
        )
        return words % {"talks": talks, "minutes": grouped(sum(known))}

    @classmethod
    def desk_links(cls, event: Event) -> list[Way]:
        return [
            Way(
                Part.BRING,
                reverse("schedules:imports", args=[event.slug]),
                _("Import the schedule"),
                _("Everybody finds each talk by a few words of its title."),
            ),
            Way(
                Part.BRING,
                reverse("videos:bring", args=[event.slug]),
                _("Import videos"),
                _("A playlist, and each video finds its talk."),
            ),
        ]

    @classmethod
    def for_widget(cls, event: Event) -> list[Any]:
        """Those that most people recommend, with a reason each."""
        ids = in_order(public_at(event, cls), cls.section_order).values_list("pk", flat=True)
        talks: list[Any] = list(items_of(cls, list(ids[:12])))
        return [talk for talk in talks if talk.reason][:3]

    @classmethod
    def tag_links(cls, tag: Tag) -> list[tuple[str, Any]]:
        return [(reverse("schedules:tag_calendar", args=[tag.slug]), _("Its talks in your calendar"))]

    def compute_columns(self) -> None:
        super().compute_columns()
        key = canonical(self.video_url) if self.video_url else ""
        # With an address it is watchable, unless the very page there is known to be gone (`link_changed`).
        is_gone = key == self.video_key and self.video_state == self.VideoState.GONE
        self.video_key = key
        if self.video_url and not is_gone:
            self.video_state = self.VideoState.WATCHABLE
        elif self.video_state == self.VideoState.WATCHABLE:
            self.video_state = self.VideoState.UNKNOWN

    @classmethod
    def index_beside(cls, ids: Sequence[int]) -> None:
        from ..suggesting import update_titles

        update_titles(ids)

    @classmethod
    def named_in(cls, prose: Prose, main_event_id: int) -> list[Named]:
        from ..naming import talks_named

        return talks_named(prose, main_event_id)

    @classmethod
    def wrong_counts(cls) -> Iterator[tuple[str, Any, Any]]:
        from ..suggesting import wrong_titles

        for pk, kept, true in wrong_titles():
            yield f"title of talk {pk} to suggest", kept, true

    @classmethod
    def mend_counts(cls) -> None:
        from ..suggesting import mend_titles

        mend_titles()

    def addresses(self) -> list[str]:
        return [self.shown_video] if self.shown_video else []

    def further_addresses(self) -> list[str]:
        return list(Resource.objects.shown().filter(talk=self.pk).values_list("url", flat=True))

    @classmethod
    def led_to_by(cls, keys: Collection[str]) -> dict[str, list[Contribution]]:
        found = super().led_to_by(keys)
        brought = Resource.objects.shown().filter(url_key__in=keys, talk__in=cls.objects.public())
        for one in brought.select_related("talk__event"):
            if one.talk not in found.setdefault(one.url_key, []):
                found[one.url_key].append(one.talk)
        return found

    @classmethod
    def not_looked_after(cls) -> Any:
        known = Link.objects.filter(key=OuterRef("url_key"), check_at__isnull=False)
        brought = Resource.objects.shown().filter(~Exists(known), talk=OuterRef("pk"))
        return super().not_looked_after() | cls.objects.public().filter(Exists(brought))

    @classmethod
    def link_changed(cls, key: str, *, is_gone: bool) -> None:
        before, after = cls.VideoState.WATCHABLE, cls.VideoState.GONE
        if not is_gone:
            before, after = after, before
        cls.objects.filter(video_key=key, video_state=before).update(video_state=after)
        super().link_changed(key, is_gone=is_gone)

    @classmethod
    def lead_on(cls, key: str, url: str, *, by: Any) -> None:
        super().lead_on(key, url, by=by)
        for one in Resource.objects.filter(url_key=key):
            one.take_address(url)

    @classmethod
    def wrong_keys(cls) -> Iterator[tuple[int, str, str, str]]:
        yield from super().wrong_keys()
        for one, true in Resource.objects.with_wrong_keys():
            yield one.talk_id, f"url_key of link {one.pk}", one.url_key, true

    @classmethod
    def mend_keys(cls) -> None:
        for pk, column, _kept, true in list(super().wrong_keys()):
            cls.objects.filter(pk=pk).update(**{column: true})
        for one, _true in list(Resource.objects.with_wrong_keys()):
            one.take_address(one.url)

    @property
    def reason(self) -> str:
        """Why to watch it, for cards: in the words of whoever added it, or of who recommended it last."""
        best = best_reason(self)
        return self.why or (best.reason if best else "")

    @property
    def reason_by(self) -> str:
        """Who said so, where it was one person."""
        best = best_reason(self)
        return self.contributor_name if self.why else (best.name if best else "")

    @property
    def digest_note(self) -> str:
        reason = " ".join(plain_text(between_marks(self.reason)).split())
        if not reason:
            return super().digest_note
        by = self.reason_by
        return f"“{reason}” – {by}" if by else f"“{reason}”"

    @property
    def voices(self) -> int:
        """How many people say that it should be watched; with an own reason, whoever added it is one of them."""
        said_so = bool(self.why) and self.owner is not None and not getattr(self, "owner_recommends", False)
        return self.favourite_count + said_so

    @classmethod
    def gems_among(cls, candidates: Sequence[tuple[Any, Any]]) -> list[Any]:
        return gems_among(candidates)

    @classmethod
    def saying_why(cls, ids: Sequence[int]) -> set[int]:
        return set(cls.objects.filter(pk__in=ids).exclude(why="").values_list("pk", flat=True))

    # --- The video, as others than the owner bring it (Resource) --------------------------------------------------

    def take_video(self, url: str, *, by: Any, brought: int) -> None:
        """Let this be the video, and tell those who recommend the talk; `brought` is the Resource that says so."""
        if self._change(by=by, video_url=url, video_state=self.VideoState.WATCHABLE):
            from ..tasks import tell_of_video

            tell_of_video.enqueue(brought)

    def say_not_recorded(self, *, by: Any) -> None:
        """End the asking: there is no video, and will be none."""
        if not self.video_url:
            self._change(by=by, video_state=self.VideoState.NOT_RECORDED)

    def give_video_back(self, url_key: str, *, by: Any) -> None:
        """Be without the video of that address again, or without the word that there is none (no address)."""
        current = Talk.objects.get(pk=self.pk)
        if url_key and current.video_key == url_key:
            self._change(by=by, video_url="", video_state=self.VideoState.UNKNOWN)
        elif not url_key and current.video_state == self.VideoState.NOT_RECORDED:
            self._change(by=by, video_state=self.VideoState.UNKNOWN)

    @transaction.atomic
    def _change(self, *, by: Any, **fields: Any) -> bool:
        """Save these fields as the next version, with all else as it is; return whether that changed anything.

        Whoever may look at an edit has looked at this: two who agree, or somebody who is trusted.
        """
        current = Talk.locked(self.pk)
        if all(getattr(current, name) == value for name, value in fields.items()):
            return False
        for name, value in fields.items():
            setattr(current, name, value)
        current.version += 1
        current.edited_at = timezone.now()
        current.save()
        current._keep_version(by)
        current.become_news()
        current.forget_cards()
        current._look_after_links()
        for name in (*fields, "video_key", "version", "edited_at", "quiet"):
            setattr(self, name, getattr(current, name))
        return True

    def give_again(self, other: "Talk") -> None:
        """Say of this unsaved talk that it is `other`, given once more."""
        self.first_given_id = other.first_given_id or other.pk

    def also_given(self, user: Any) -> list["Talk"]:
        """Return the entries of the same talk at other events that `user` may see, oldest event first."""
        first = self.first_given_id or self.pk
        entries = Talk.objects.filter(Q(pk=first) | Q(first_given=first)).exclude(pk=self.pk)
        return list(entries.visible_to(user).select_related("event").order_by("event__starts_on", "pk")[:20])

    @cached_property
    def is_recorded_willingly(self) -> bool:
        """Whether everybody who is credited lets a recording be shown (Person.no_recording)."""
        given = getattr(self, "shown_credits", None)
        if given is None:
            given = self.credits.select_related("person")
        return not any(credit.person.no_recording for credit in given)

    @property
    def shown_video(self) -> str:
        """The address of the video as everybody may see it; empty where there is none, or who speaks wants none shown.

        Pages, cards, feeds and exports show this one, and never `video_url`, which only forms ask for.
        """
        return self.video_url if self.video_url and self.is_recorded_willingly else ""

    @property
    def wants_video(self) -> bool:
        """Whether somebody who knows the address of its video is asked to bring it: as `wanting_video`, of one talk."""
        states = self.VideoState
        asked = (states.UNKNOWN, states.NOT_YET, states.GONE, states.SLIDES_ONLY)
        return not self.cancelled and self.video_state in asked and self.is_recorded_willingly

    @property
    def video_label(self) -> Any:
        """How it stands with the video, in a word or two."""
        return self.get_video_state_display() if self.is_recorded_willingly else _("no recording")

    @property
    def when(self) -> str:
        """When it begins, where the event is (“Tue 19 Mar, 09:30”); empty where no schedule said so."""
        # Said here: a template would say it in the site's own zone.
        return (
            say(self.starts_at.astimezone(self.event.zone), gettext("D j M, H:i")) if self.starts_at else ""
        )

    @property
    def clock(self) -> str:
        """The time alone, for where the day stands beside it: after midnight it is still the evening's."""
        return date_format(self.starts_at.astimezone(self.event.zone), "H:i") if self.starts_at else ""

    @property
    def track_query(self) -> str:
        """What stands behind the ? in the address of the event's talks of the same track."""
        return urlencode({"track": self.track})

    def get_language_name(self) -> str:
        return language_name(self.language)

    @property
    def host(self) -> str:
        """Where the video is: “youtube.com”."""
        return host_label(self.shown_video) if self.shown_video else ""

    @property
    def embed(self) -> Embed | None:
        """The player to show after a click, where the video's host is one that we know."""
        return embed_for(self.shown_video) if self.shown_video else None

    def start_address(self, seconds: int) -> str:
        """Return where the video plays from so many seconds on: here, where its player is one that we know."""
        if self.embed:
            return f"{self.get_absolute_url()}?play&start={seconds}#video"
        # As media fragments are written (W3C): browsers that play the file itself know it.
        return f"{self.shown_video}#t={seconds}" if self.shown_video and "#" not in self.shown_video else ""

    @property
    def summary(self) -> str:
        return self.why or self.description[:300]

    @classmethod
    def begun_with(cls, title: str, url: str) -> dict[str, str]:
        return {"title": title, "video_url": url}

    def structured_data(self, url: str, description: str) -> dict[str, Any]:
        if not self.shown_video or self.video_state == self.VideoState.GONE:
            return {}
        return {
            "@type": "VideoObject",
            "name": self.title,
            "description": description,
            "url": url,
            "sameAs": self.shown_video,
            "embedUrl": self.embed.embed_url if self.embed else "",
            "inLanguage": self.language,
            "creator": [named(credit.person) for credit in self.shown_credits],  # type: ignore[attr-defined]
        }
