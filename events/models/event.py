import datetime
import unicodedata
import zoneinfo
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.text import slugify
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from links.models import Thread
from people.decisions import Reason, StateConflict, Verb
from people.licences import Licence
from people.models.person import fold
from people.notifications import tell_member

from ..colours import AROUND
from ..dates import span

if TYPE_CHECKING:
    from .day import Day
    from .event_decision import EventDecision


@cache
def known_zones() -> frozenset[str]:
    """The names of all time zones. Asking for them reads hundreds of files, so it is done once."""
    return frozenset(zoneinfo.available_timezones())


def check_zone(name: str) -> None:
    if name not in known_zones():
        raise ValidationError(
            _("There is no time zone “%(name)s”. Pick one, for example Europe/Paris."), params={"name": name}
        )


def searchable(text: str) -> str:
    """Return `text` as search compares it: folded, and without accents, which few keyboards have all of."""
    letters = unicodedata.normalize("NFKD", fold(text))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


class EventQuerySet(models.QuerySet["Event"]):
    """Who may see which events, and the orders that lists need."""

    def public(self) -> "EventQuerySet":
        return self.filter(state=Event.State.PUBLIC)

    def visible_to(self, user: Any) -> "EventQuerySet":
        if not user.is_authenticated:
            return self.public()
        if user.is_moderator:
            return self
        return self.filter(Q(state=Event.State.PUBLIC) | Q(proposed_by=user))

    def editable_by(self, user: Any) -> "EventQuerySet":
        """Events that `user` looks after: as moderator, organiser (of the parent too), or proposer until it is public.

        Never more than `visible_to`: organisers have their rights on what is public.
        """
        if not user.is_authenticated:
            return self.none()
        if user.is_moderator:
            return self
        organised = Organiser.objects.filter(user=user).values("event")
        return self.filter(
            Q(Q(pk__in=organised) | Q(parent__in=organised), state=Event.State.PUBLIC)
            | Q(proposed_by=user, state__in=[Event.State.WAITING, Event.State.REJECTED])
        )

    def unpublished_of(self, user: Any) -> "EventQuerySet":
        """What `user` proposed and is not public, newest proposal first."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(proposed_by=user).exclude(state=Event.State.PUBLIC).order_by("-proposed_at", "-pk")

    def pending(self) -> "EventQuerySet":
        return self.filter(state=Event.State.WAITING).order_by("proposed_at", "pk")

    def main(self) -> "EventQuerySet":
        """Events that are not inside another one."""
        return self.filter(parent=None)

    def near(self) -> "EventQuerySet":
        """Events that are on, or soon, or just over; the first to begin comes first."""
        today = timezone.now().date()
        soon, lately = datetime.timedelta(days=NEAR_DAYS), datetime.timedelta(days=JUST_OVER_DAYS)
        # By the first day, of which there is an index; no event is longer than DAYS_AT_MOST.
        begins = (today - lately - datetime.timedelta(days=DAYS_AT_MOST), today + soon)
        return self.filter(starts_on__range=begins, ends_on__gte=today - lately).order_by("starts_on", "pk")

    def matching(self, text: str) -> "EventQuerySet":
        """Events of which every word of `text` stands in the name, place, year, address or series. Case and accents
        make no difference."""
        found = self
        for word in searchable(text).split()[:8]:
            found = found.filter(Q(search_text__contains=word) | Q(series__search_text__contains=word))
        return found

    def likely_duplicates_of(
        self, name: str, city: str = "", starts_on: datetime.date | None = None
    ) -> "EventQuerySet":
        """Events that may be the one described: a word of the name shared, near in time or in the same city.

        Words of fewer than four letters and years say nothing about which event it is; a name without others must
        be the same. What was turned down is nobody's duplicate. What begins on that very day comes first, and of that
        the event that others are parts of.
        """
        words = [word for word in fold(name).split() if len(word) > 3 and not word.isdigit()]
        alike = Q()
        for word in words[:6]:
            alike |= Q(folded_name__contains=word)
        alike = alike or Q(folded_name=fold(name))
        near = Q()
        if starts_on:
            near |= Q(
                starts_on__range=(
                    starts_on - datetime.timedelta(days=60),
                    starts_on + datetime.timedelta(days=60),
                )
            )
        if city.strip():
            near |= Q(city__iexact=city.strip())
        found = self.filter(alike & near) if near else self.filter(folded_name=fold(name))
        same_day = Case(When(starts_on=starts_on, then=0), default=1) if starts_on else Value(0)
        is_part = Case(When(parent=None, then=0), default=1)
        # A tie of both is settled by what is newest.
        return found.exclude(state=Event.State.REJECTED).order_by(same_day, is_part, "-starts_on", "-pk")


DAYS_AT_MOST = 60
# What is near, before and after.
NEAR_DAYS, JUST_OVER_DAYS = 90, 14


class Event(models.Model):
    """A conference edition, or an event inside one (`parent`)."""

    class Accent(models.IntegerChoices):
        """Hues in degrees, as the classes hue-0 … hue-330 of static/css/tokens.css."""

        ROSE = 0, _("rose")
        BRICK = 30, _("brick")
        AMBER = 60, _("amber")
        OLIVE = 90, _("olive")
        LEAF = 120, _("leaf green")
        FIR = 150, _("fir green")
        TEAL = 180, _("teal")
        LAGOON = 210, _("lagoon")
        BLUE = 240, _("blue")
        INDIGO = 270, _("indigo")
        VIOLET = 300, _("violet")
        MAGENTA = 330, _("magenta")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for review")
        PUBLIC = "public", _("public")
        REJECTED = "rejected", _("turned down")

    name = models.CharField(_("name"), max_length=160)
    folded_name = models.CharField(max_length=320, editable=False, db_index=True)
    search_text = models.TextField(editable=False, default="")
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    series = models.ForeignKey(
        "events.Series",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("series"),
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
        help_text=_("The larger event that this one was co-located with."),
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    timezone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[check_zone])
    venue = models.CharField(_("venue"), max_length=160, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=100, blank=True)
    website = models.URLField(_("website"), blank=True, max_length=500)
    attendance = models.PositiveIntegerField(_("how many people came"), null=True, blank=True)
    discussion_url = models.URLField(_("discussion elsewhere"), blank=True, max_length=500)
    code_of_conduct_url = models.URLField(_("code of conduct"), blank=True, max_length=500)
    photo_policy = models.TextField(_("photo policy"), blank=True, max_length=2000)
    # What the form of photos begins with, for whoever has no licence of their own; empty: what the site begins with.
    photo_licence = models.CharField(_("licence of photos"), max_length=20, choices=Licence, blank=True)
    description = models.TextField(_("about"), blank=True, max_length=5000)

    accent = models.PositiveSmallIntegerField(_("colour"), choices=Accent, null=True, blank=True)
    # The hue of the photo that people like best, None where it is grey: kept by the worker (photos/hues.py).
    cover_hue = models.PositiveSmallIntegerField(null=True, editable=False)

    state = models.CharField(max_length=10, choices=State, default=State.WAITING, editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="proposed_events",
        editable=False,
    )
    proposed_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    submission_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    organisers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="events.Organiser", related_name="organised_events"
    )
    # Kept by community (its verbs, proved by check_counters): what is public here and at the co-located events.
    contribution_count = models.PositiveIntegerField(default=0, editable=False)
    write_up_count = models.PositiveIntegerField(default=0, editable=False)
    # How many answered in the discussion elsewhere, as far as that is known: kept by the worker (community/linked.py).
    discussion_count = models.PositiveIntegerField(null=True, editable=False)
    # How much of what is wanted here is missing, by its name: kept by the worker (community/missing.py).
    missing = models.JSONField(default=dict, editable=False)
    # The picture that stands for a main event in lists, {} where there is none: forgotten by the verbs, kept by the
    # worker (community/holdings.py). None: not known; lists then look for it.
    cover = models.JSONField(null=True, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="event_ends_after_it_starts",
                violation_error_message=_("The last day cannot come before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(parent=F("id")),
                name="event_not_its_own_parent",
                violation_error_message=_("An event cannot be part of itself."),
            ),
            models.CheckConstraint(
                condition=Q(accent=None) | Q(accent__in=list(range(0, 360, 30))),
                name="event_accent_is_one_of_ours",
                violation_error_message=_("Choose one of the colours in the list."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["-starts_on", "-id"], condition=Q(state="public"), name="event_public_newest"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.folded_name = fold(self.name)
        if not self.slug:
            self.slug = self.free_slug()
        words = (self.name, self.slug, self.venue, self.city, self.country, str(self.starts_on.year))
        self.search_text = searchable("\n".join(words))
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return f"/events/{self.slug}/"

    def clean(self) -> None:
        super().clean()
        faults = self._faults_of_dates() | self._faults_of_parent()
        if self.pk and not faults:
            faults = self._faults_of_moving()
        if faults:
            raise ValidationError(faults)

    def _faults_of_dates(self) -> dict[str, Any]:
        if not (self.starts_on and self.ends_on):
            return {}
        # Beyond these a typing mistake is likelier than an event; and years of four digits keep arithmetic safe.
        if not 1900 <= self.starts_on.year <= timezone.now().year + 10:
            return {"starts_on": _("Check the year: %(year)s.") % {"year": self.starts_on.year}}
        if self.ends_on < self.starts_on:
            return {"ends_on": _("The last day cannot come before the first.")}
        if (self.ends_on - self.starts_on).days >= DAYS_AT_MOST:
            return {
                "ends_on": _("That is more than %(most)s days. Check the two dates.") % {"most": DAYS_AT_MOST}
            }
        return {}

    def _faults_of_parent(self) -> dict[str, Any]:
        if self.parent_id and self.parent_id == self.pk:
            return {"parent": _("An event cannot be part of itself.")}
        if self.parent and self.parent.parent_id:
            return {
                "parent": _("“%(name)s” is itself part of an event. Choose that one.") % {"name": self.parent}
            }
        if self.parent_id and self.pk and self.children.exists():
            return {"parent": _("This event has co-located events of its own, so it stays a main event.")}
        return {}

    def _faults_of_moving(self) -> dict[str, Any]:
        """What people added carries the main event and the year with it, so these stay once something is there."""
        before = Event.objects.only("parent_id", "starts_on").get(pk=self.pk)
        moved = before.parent_id != self.parent_id
        if not (moved or before.starts_on.year != self.starts_on.year) or not self.is_used:
            return {}
        if moved:
            return {"parent": _("People have already added to this event, so it stays where it is.")}
        year = before.starts_on.year
        return {
            "starts_on": _("People have already added to this event, so it stays in %(year)s.")
            % {"year": year}
        }

    def free_slug(self) -> str:
        """Return an address made of the name, and of the year where the name has none, that no event has."""
        year = str(self.starts_on.year) if self.starts_on else ""
        stem = slugify(self.name)[:70] or "event"
        if year and year not in stem:
            stem = f"{stem}-{year}"
        # "new" is the address of the form.
        taken = set(Event.objects.filter(slug__startswith=stem).values_list("slug", flat=True)) | {"new"}
        slug, number = stem, 1
        while slug in taken:
            number += 1
            slug = f"{stem}-{number}"
        return slug

    @cached_property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The time zone that this event's times are told in."""
        return zoneinfo.ZoneInfo(self.timezone)

    @property
    def hue(self) -> int | None:
        """This event's colour, one of Accent: an organiser's choice, or its best photo's; None: the site's own."""
        return self.cover_hue if self.accent is None else self.accent

    @property
    def hue_class(self) -> str:
        """The class that gives a page this event's colour."""
        return "" if self.hue is None else f"hue-{self.hue}"

    @property
    def around(self) -> tuple[str, str]:
        """What a phone draws its own bars in around this event's pages, in light and in dark."""
        return AROUND[self.hue]

    @property
    def place(self) -> str:
        """Venue, city and country, as far as they are known."""
        return ", ".join(part for part in (self.venue, self.city, self.country) if part)

    @property
    def town(self) -> str:
        """City and country, as far as they are known."""
        return ", ".join(part for part in (self.city, self.country) if part)

    @property
    def dates(self) -> str:
        """The days as people say them: “19–22 March 2024”."""
        return span(self.starts_on, self.ends_on)

    @property
    def nearness(self) -> str:
        """When it is, for whoever looks for what is near: “on now”, “tomorrow”, “in 12 days”, “just over”; empty for
        events that are further away.
        """
        today = timezone.now().astimezone(self.zone).date()
        until, since = (self.starts_on - today).days, (today - self.ends_on).days
        if until == 1:
            return gettext("tomorrow")
        if 1 < until <= NEAR_DAYS:
            return ngettext("in %(n)s day", "in %(n)s days", until) % {"n": until}
        if until <= 0 and since <= 0:
            return gettext("on now")
        return gettext("just over") if 0 < since <= JUST_OVER_DAYS else ""

    @property
    def is_used(self) -> bool:
        """Whether anything was added to this event, public or not."""
        return self.contributions.exists()

    @property
    def main_event_id(self) -> int:
        """The id of the event whose page gathers this one: its parent's, or its own."""
        return self.parent_id or self.pk

    @property
    def is_public(self) -> bool:
        return self.state == self.State.PUBLIC

    def make_days(self) -> None:
        """Make the rows of days that are missing between the first day and the last one."""
        from .day import Day

        span = (self.ends_on - self.starts_on).days
        Day.objects.bulk_create(
            [
                Day(event=self, date=self.starts_on + datetime.timedelta(days=number))
                for number in range(span + 1)
            ],
            ignore_conflicts=True,
        )

    def fit_days(self) -> list["Day"]:
        """Make the missing days, and remove those outside the dates.

        Return the outside ones that have to stay: something was added for them, or they have a theme.
        """
        outside = self.days.exclude(date__range=(self.starts_on, self.ends_on))
        outside.filter(theme="", contribution=None).delete()
        self.make_days()
        return list(outside)

    # --- Verbs: nothing else writes `state` -----------------------------------------------------------------------

    def propose(self, *, by: Any) -> None:
        """Save this new event as a proposal of `by`.

        A moderator's own, and a part of what its proposer organises, is public at once, if what it is part of is.
        """
        with transaction.atomic():
            self.proposed_by = by
            self.state = self.State.WAITING
            self.save()
            self.make_days()
            self._record(Verb.SUBMIT, "", by)
            if by is not None and (by.is_moderator or self._is_inside_what_is_organised_by(by)):
                if not (self.parent and not self.parent.is_public):
                    self.publish(by=by)

    def edit(self, *, by: Any) -> list["Day"]:
        """Save the changed fields; what was turned down waits again once its proposer has mended it.

        Return the days outside the dates that had to stay (see `fit_days`).
        """
        with transaction.atomic():
            # Not the whole row: the state and the counts may have changed since it was loaded.
            written = [
                field.name for field in self._meta.concrete_fields if field.editable and not field.primary_key
            ]
            columns = ("timezone", "starts_on", "discussion_url")
            # Locked: what another edit changes in the same moment would be written back here, and nobody told.
            before = Event.objects.select_for_update(no_key=True).values_list(*columns).get(pk=self.pk)
            zone, starts_on, discussion = before
            self.save(update_fields=[*written, "folded_name", "search_text"])
            if zone != self.timezone:
                for forget in settings.EVENT_ZONE_CHANGED:
                    import_string(forget)(self)
            if (zone, starts_on) != (self.timezone, self.starts_on):
                self.tell_days_moved()
            self._tell_changed()
            if discussion != self.discussion_url:
                Event.objects.filter(pk=self.pk).update(discussion_count=None)
                self._follow_discussion()
            self.state = (
                Event.objects.select_for_update(no_key=True).values_list("state", flat=True).get(pk=self.pk)
            )
            if self.state == self.State.REJECTED and by.pk == self.proposed_by_id:
                self.resubmit(by=by)
            return self.fit_days()

    def publish(self, *, by: Any, note: str = "") -> None:
        """Let everybody see this event; whoever proposed it becomes its organiser."""
        if self.parent and not self.parent.is_public:
            raise StateConflict(
                _("“%(name)s”, which it is part of, has to be public first.") % {"name": self.parent}
            )
        with transaction.atomic():
            self._move(
                Verb.PUBLISH,
                self.State.PUBLIC,
                by=by,
                allowed={self.State.WAITING, self.State.REJECTED},
                note=note,
            )
            self._follow_discussion()
            if self.proposed_by_id:
                Organiser.objects.get_or_create(event=self, user_id=self.proposed_by_id)

    def reject(self, *, by: Any, reason: str, note: str = "") -> None:
        """Turn the proposal down, with a reason for whoever made it."""
        Reason(reason)
        self._move(
            Verb.REJECT, self.State.REJECTED, by=by, allowed={self.State.WAITING}, reason=reason, note=note
        )

    def resubmit(self, *, by: Any) -> None:
        """Let a proposal that was turned down, and has been mended, wait for review again."""
        self._move(Verb.RESUBMIT, self.State.WAITING, by=by, allowed={self.State.REJECTED})

    def undo(self, *, by: Any) -> None:
        """Take a moderator's last decision back, while nothing has been added to the event."""
        last = self.decisions.filter(as_moderator=True).exclude(verb=Verb.UNDO).order_by("-pk").first()
        if last is None or last.to_state != self.state:
            raise StateConflict(_("There is nothing to undo here."))
        if self.state == self.State.PUBLIC and (self.is_used or self.children.public().exists()):
            raise StateConflict(_("People have already added to this event, so it stays public."))
        self._move(Verb.UNDO, last.from_state, by=by, allowed={self.state})

    def _move(
        self, verb: Verb, to: str, *, by: Any, allowed: set[str], reason: str = "", note: str = ""
    ) -> None:
        with transaction.atomic():
            current = (
                Event.objects.select_for_update(no_key=True).only("state", "published_at").get(pk=self.pk)
            )
            if current.state not in allowed:
                raise StateConflict(
                    _("Somebody was quicker: “%(name)s” is already %(state)s.")
                    % {"name": self.name, "state": current.get_state_display()}
                )
            self.state = to
            self.published_at = current.published_at or (timezone.now() if to == self.State.PUBLIC else None)
            Event.objects.filter(pk=self.pk).update(state=to, published_at=self.published_at)
            decision = self._record(verb, current.state, by, reason=reason, note=note)
            self._tell_changed()
            if decision.as_moderator and self.proposed_by:
                context = {"event": self, "decision": decision}
                tell_member(self.proposed_by, "event_decision", context, url=self.get_absolute_url())

    def _record(self, verb: Verb, from_state: str, by: Any, **more: str) -> "EventDecision":
        from .event_decision import EventDecision

        return EventDecision.objects.create(
            event=self,
            verb=verb,
            from_state=from_state,
            to_state=self.state,
            actor=by,
            as_moderator=bool(by and by.is_moderator and by.pk != self.proposed_by_id),
            **more,
        )

    def tell_days_moved(self) -> None:
        """Tell whoever keeps what follows from when this event's days are (EVENT_DAYS_MOVED)."""
        for name in settings.EVENT_DAYS_MOVED:
            import_string(name)(self)

    def _tell_changed(self) -> None:
        """Tell whoever keeps copies of what events say (EVENT_CHANGED)."""
        for name in settings.EVENT_CHANGED:
            import_string(name)(self)

    def _follow_discussion(self) -> None:
        """Have the discussion elsewhere read now and then, once the event is public."""
        if self.is_public and self.discussion_url:
            Thread.objects.follow(self.discussion_url)

    def _is_inside_what_is_organised_by(self, user: Any) -> bool:
        return bool(self.parent_id) and Organiser.objects.filter(user=user, event=self.parent_id).exists()


class Organiser(models.Model):
    """A member with rights on an event and its co-located events."""

    event = models.ForeignKey(Event, models.CASCADE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("member"))

    class Meta:
        verbose_name = _("organiser")
        verbose_name_plural = _("organisers")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "user"],
                name="organiser_once",
                violation_error_message=_("This member is already an organiser of the event."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.event}"
