import datetime
import zoneinfo
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from people.decisions import Reason, StateConflict, Verb
from people.models.person import fold


def check_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("There is no time zone “%(name)s”. Pick one such as Europe/Paris."), params={"name": name})


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
        """Events that `user` looks after: as moderator, organiser (of the parent too), or proposer while it waits."""
        if not user.is_authenticated:
            return self.none()
        if user.is_moderator:
            return self
        return self.filter(
            Q(pk__in=Organiser.objects.filter(user=user).values("event"))
            | Q(parent__in=Organiser.objects.filter(user=user).values("event"))
            | Q(proposed_by=user, state__in=[Event.State.WAITING, Event.State.REJECTED])
        )

    def pending(self) -> "EventQuerySet":
        return self.filter(state=Event.State.WAITING).order_by("proposed_at", "pk")

    def main(self) -> "EventQuerySet":
        """Events that are not inside another one."""
        return self.filter(parent=None)

    def likely_duplicates_of(
        self, name: str, city: str = "", starts_on: datetime.date | None = None
    ) -> "EventQuerySet":
        """Public events that may be the one described: a word of the name shared, near in time or in the same city.

        Words of fewer than four letters and years say nothing about which event it is.
        """
        words = [word for word in fold(name).split() if len(word) > 3 and not word.isdigit()]
        alike = Q()
        for word in words[:6]:
            alike |= Q(folded_name__contains=word)
        if not alike:
            return self.none()
        near = Q()
        if starts_on:
            near |= Q(
                starts_on__range=(starts_on - datetime.timedelta(days=60), starts_on + datetime.timedelta(days=60))
            )
        if city:
            near |= Q(city__iexact=city.strip())
        found = self.public().filter(alike & near) if near else self.public().filter(folded_name=fold(name))
        return found.order_by("starts_on")


class Event(models.Model):
    """A conference edition, or an event inside one (`parent`)."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for review")
        PUBLIC = "public", _("public")
        REJECTED = "rejected", _("turned down")

    name = models.CharField(_("name"), max_length=160)
    folded_name = models.CharField(max_length=320, editable=False, db_index=True)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    series = models.ForeignKey(
        "events.Series", models.SET_NULL, null=True, blank=True, related_name="events", verbose_name=_("series")
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
    attendance = models.PositiveIntegerField(_("people who came"), null=True, blank=True)
    discussion_url = models.URLField(_("discussion elsewhere"), blank=True, max_length=500)
    code_of_conduct_url = models.URLField(_("code of conduct"), blank=True, max_length=500)
    photo_policy = models.TextField(_("photo policy"), blank=True, max_length=2000)
    description = models.TextField(_("about"), blank=True, max_length=5000)

    state = models.CharField(max_length=10, choices=State, default=State.WAITING, editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="proposed_events", editable=False
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

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="event_ends_after_it_starts",
                violation_error_message=_("The last day cannot come before the first day."),
            ),
            models.CheckConstraint(
                condition=~Q(parent=F("id")),
                name="event_not_its_own_parent",
                violation_error_message=_("An event cannot be part of itself."),
            ),
        ]
        indexes = [
            models.Index(fields=["-starts_on", "-id"], condition=Q(state="public"), name="event_public_newest"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.folded_name = fold(self.name)
        if not self.slug:
            self.slug = self.free_slug()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        if self.parent and self.parent.parent_id:
            raise ValidationError(
                {"parent": _("“%(name)s” is itself part of an event. Choose that one.") % {"name": self.parent}}
            )
        if self.parent_id and self.pk and self.children.exists():
            raise ValidationError({"parent": _("This event has co-located events of its own, so it stays a main event.")})
        if self.starts_on and self.ends_on and (self.ends_on - self.starts_on).days > 60:
            raise ValidationError({"ends_on": _("That is more than 60 days. Check the two dates.")})

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

    def get_absolute_url(self) -> str:
        return f"/events/{self.slug}/"

    @cached_property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The time zone that this event's times are told in."""
        return zoneinfo.ZoneInfo(self.timezone)

    @property
    def place(self) -> str:
        """Venue, city and country, as far as they are known."""
        return ", ".join(part for part in (self.venue, self.city, self.country) if part)

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
            [Day(event=self, date=self.starts_on + datetime.timedelta(days=number)) for number in range(span + 1)],
            ignore_conflicts=True,
        )

    # --- Verbs: nothing else writes `state` -----------------------------------------------------------------------

    def propose(self, *, by: Any) -> None:
        """Save this new event as a proposal of `by`; a moderator's own, or a part of what they organise, is public at once."""
        with transaction.atomic():
            self.proposed_by = by
            self.state = self.State.WAITING
            self.save()
            self.make_days()
            self._record(Verb.SUBMIT, "", by)
            if by is not None and (by.is_moderator or self._is_inside_what_is_organised_by(by)):
                self.publish(by=by)

    def publish(self, *, by: Any, note: str = "") -> None:
        """Let everybody see this event; whoever proposed it becomes its organiser."""
        self._move(Verb.PUBLISH, self.State.PUBLIC, by=by, allowed={self.State.WAITING, self.State.REJECTED}, note=note)
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
            raise StateConflict(_("There is nothing to take back here."))
        if self.contribution_count:
            raise StateConflict(_("People have added to this event already, so it stays public."))
        self._move(Verb.UNDO, last.from_state, by=by, allowed={self.state})

    def _move(
        self, verb: Verb, to: str, *, by: Any, allowed: set[str], reason: str = "", note: str = ""
    ) -> None:
        with transaction.atomic():
            current = Event.objects.select_for_update().only("state", "published_at").get(pk=self.pk)
            if current.state not in allowed:
                raise StateConflict(
                    _("Somebody was quicker: “%(name)s” is already %(state)s.")
                    % {"name": self.name, "state": current.get_state_display()}
                )
            self.state = to
            self.published_at = current.published_at or (timezone.now() if to == self.State.PUBLIC else None)
            Event.objects.filter(pk=self.pk).update(state=to, published_at=self.published_at)
            self._record(verb, current.state, by, reason=reason, note=note)

    def _record(self, verb: Verb, from_state: str, by: Any, **more: str) -> None:
        from .event_decision import EventDecision

        EventDecision.objects.create(
            event=self,
            verb=verb,
            from_state=from_state,
            to_state=self.state,
            actor=by,
            as_moderator=bool(by and by.is_moderator and by.pk != self.proposed_by_id),
            **more,
        )

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
                violation_error_message=_("This member is an organiser of the event already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.event}"
