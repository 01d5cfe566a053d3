"""The days of an event as a picture: what took place, was taken or was published in which hour, of each kind; of days
of which no hour is known, how much there is.

A kind says in `placed_by` which of its times that is. A thing stands on the day that people said of it, else on the one
of its time; in an hour only where its time is on that day. Hours are those of the event's time zone.
"""

import dataclasses
import datetime
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.db.models import BigIntegerField, Case, Count, F, Func, Q, Value, When
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from events.dates import weekday
from events.models import Event
from events.wording import labelled

from .drawing import Bar, share, toned_kinds
from .models import Contribution
from .sections import EventDay, days_of

# In seconds. No zone of our time is off by anything but whole quarters, so a few rows an hour say it all.
QUARTER = 900
# So many hours after midnight it is still the evening's.
LATE = 6
# The hours that the picture has at least.
FIRST, LAST = 8, 20
# In pixels: the tallest bar, what stands above the bars of a kind (its name, their numbers), and the axis.
TALL, HEAD, AXIS = 24, 32, 20


class Quarter(Func):
    """The quarters of an hour from 1970 on to a moment."""

    output_field = BigIntegerField()
    template = f"CAST(floor(extract(epoch FROM %(expressions)s) / {QUARTER}) AS bigint)"

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        # Not Django's Trunc: for that SQLite calls Python for each row.
        template = f"CAST(strftime('%%%%s', %(expressions)s) AS integer) / {QUARTER}"
        return super().as_sql(compiler, connection, template=template, **more)


@dataclasses.dataclass
class Lane:
    """One kind on one day: `said` are those of that day by what people said, `by_time` those by their time alone;
    `hours` has how many begin in which hour, counted from the day's midnight on (24: the first of the next day).
    """

    model: type[Contribution]
    tone: str
    url: str
    said: int = 0
    by_time: int = 0
    hours: Counter[int] = dataclasses.field(default_factory=Counter)
    # In the picture, in pixels from its top: the line of its name, and the one that its bars stand on.
    name_y: int = 0
    base_y: int = 0
    bars: list[Bar] = dataclasses.field(default_factory=list)
    # Of a day without hours: how long the bar is that says how much there is.
    width: str = ""

    @property
    def count(self) -> int:
        return self.said + self.by_time

    @property
    def untimed(self) -> int:
        """How many have no hour on this day."""
        return self.count - self.hours.total()

    @property
    def words(self) -> str:
        hour, count = min(self.hours.most_common(), key=lambda one: (-one[1], one[0]))
        said = _("%(kind)s: most from %(hour)s on (%(n)s).")
        return said % {"kind": self.model.plural_label, "hour": clock(hour), "n": count}

    def draw(self, place: int, hours: range, tallest: int) -> None:
        """Draw the bars below `place` other lanes; `tallest` is the number that the tallest bar stands for."""
        self.name_y = place * (HEAD + TALL) + 15
        self.base_y = (place + 1) * (HEAD + TALL)
        for hour, count in sorted(self.hours.items()):
            height = max(3, round(TALL * count / tallest))
            self.bars.append(
                Bar(
                    x=share(hour - hours.start + 0.08, len(hours)),
                    width=share(0.84, len(hours)),
                    words=labelled(clock(hour), count),
                    y=self.base_y - height,
                    height=height,
                    label=str(count),
                    middle=share(hour - hours.start + 0.5, len(hours)),
                    label_y=self.base_y - height - 3,
                    is_tallest=count == max(self.hours.values()),
                )
            )


@dataclasses.dataclass
class DayShown:
    """A day with the lanes of all kinds, and the axis of its picture: where each hour stands, and the hour."""

    day: EventDay
    all_lanes: list[Lane]
    axis: list[tuple[str, str]]

    @property
    def lanes(self) -> list[Lane]:
        """Those with anything in them."""
        return [lane for lane in self.all_lanes if lane.count]

    @property
    def name(self) -> str:
        return weekday(self.day.date)

    @property
    def drawn(self) -> list[Lane]:
        """The lanes of the picture: what has an hour."""
        return [lane for lane in self.lanes if lane.hours]

    @property
    def plot_height(self) -> int:
        return len(self.drawn) * (HEAD + TALL)

    @property
    def height(self) -> int:
        return self.plot_height + AXIS

    @property
    def axis_y(self) -> int:
        return self.height - 5

    @property
    def words(self) -> str:
        """What the picture shows, for whoever does not see it."""
        return " ".join(lane.words for lane in self.drawn)

    @property
    def rows(self) -> list[tuple[str, list[int]]]:
        """The hours in which there is anything, each with how many of every kind: for the table."""
        found = sorted({hour for lane in self.lanes for hour in lane.hours})
        return [(clock(hour), [lane.hours[hour] for lane in self.all_lanes]) for hour in found]

    def at(self, hour: int) -> list[tuple[Any, int]]:
        """Return what begins in an hour: (the kind's label, how many), of the kinds that have any."""
        return [(lane.model.plural_label, n) for lane in self.lanes if (n := lane.hours[hour])]

    @property
    def busiest(self) -> tuple[int, int]:
        """How many things the fullest hour has, and which it is; the earliest of equal ones."""
        sums = sum((lane.hours for lane in self.lanes), Counter())
        hour, count = min(sums.items(), key=lambda one: (-one[1], one[0]), default=(0, 0))
        return count, hour


@dataclasses.dataclass
class Rest:
    """What of a kind stands on no day of the event: `outside` by its time, `unknown` without any."""

    model: type[Contribution]
    url: str
    outside: int = 0
    unknown: int = 0


class Week:
    """The days of `event`, its co-located events included. Queries: one for the days, and one a kind."""

    def __init__(self, event: Event) -> None:
        self.event = event
        self.days = {day.date: day for day in days_of(event)}
        self.by_pk = {day.pk: day for day in self.days.values()}
        self.kinds = [model for model, _tone in toned_kinds()]
        self.lanes = {
            (date, model): Lane(model, tone, f"{self.url_of(model)}?day={date.isoformat()}")
            for date in self.days
            for model, tone in toned_kinds()
        }
        self.rests = {model: Rest(model, self.url_of(model)) for model in self.kinds}
        for model in self.kinds:
            for day, quarter, count in self.counted(model):
                self.place(model, day, quarter, count)

    def url_of(self, model: type[Contribution]) -> str:
        return f"{self.event.get_absolute_url()}{model.slug}/"

    def counted(self, model: type[Contribution]) -> Any:
        """Return (day's id, quarter of an hour, how many) of a kind; of times outside the event only on which side."""
        start, end = self.ends
        column = model.placed_by
        when = Case(
            When(Q(**{f"{column}__lt": start}), then=Value(int(start.timestamp()) // QUARTER - 1)),
            When(Q(**{f"{column}__gte": end}), then=Value(int(end.timestamp()) // QUARTER)),
            default=Quarter(F(column)),
            output_field=BigIntegerField(),
        )
        rows: Any = model._default_manager
        rows = rows.public().at(self.event).filter(kind=model.KIND).order_by()
        return rows.values("day", quarter=when).annotate(n=Count("pk")).values_list("day", "quarter", "n")

    @cached_property
    def ends(self) -> tuple[datetime.datetime, datetime.datetime]:
        """The moments between which a thing may stand in an hour."""
        first, last = min(self.days, default=self.event.starts_on), max(self.days, default=self.event.ends_on)
        start, end = (
            datetime.datetime.combine(date, datetime.time(), self.event.zone)
            for date in (first, last + datetime.timedelta(days=1))
        )
        return start, end + datetime.timedelta(hours=LATE)

    def place(self, model: type[Contribution], day_pk: int | None, quarter: int | None, count: int) -> None:
        """Put so many things of a kind where they belong."""
        local = (
            None if quarter is None else datetime.datetime.fromtimestamp(quarter * QUARTER, self.event.zone)
        )
        said = self.by_pk.get(day_pk) if day_pk else None
        day = said or (self.days.get(local.date()) if local and not day_pk else None)
        if day is None:
            self.put_beside(model, count, is_known=bool(day_pk or local))
            return
        lane = self.lanes[day.date, model]
        if said:
            lane.said += count
        else:
            lane.by_time += count
        if local and (hour := hour_on(day.date, local)) is not None:
            lane.hours[hour] += count

    def put_beside(self, model: type[Contribution], count: int, *, is_known: bool) -> None:
        rest = self.rests[model]
        if is_known:
            rest.outside += count
        else:
            rest.unknown += count

    @cached_property
    def hours(self) -> range:
        """The hours of the picture, the same on all days."""
        found = {hour for lane in self.lanes.values() for hour in lane.hours}
        return range(min(found | {FIRST}), max(found | {LAST - 1}) + 1)

    @cached_property
    def shown(self) -> list[DayShown]:
        """The days, drawn: a kind has one scale for all of them, so that days can be compared."""
        axis = list(ticks(self.hours))
        days = [
            DayShown(day, [self.lanes[date, model] for model in self.kinds], axis)
            for date, day in self.days.items()
        ]
        tallest: Counter[Any] = Counter()
        for lane in self.lanes.values():
            tallest[lane.model] = max(tallest[lane.model], *lane.hours.values(), 1)
        most = max((lane.count for lane in self.lanes.values()), default=0)
        for shown in days:
            for place, lane in enumerate(shown.drawn):
                lane.draw(place, self.hours, tallest[lane.model])
            for lane in shown.lanes:
                # Never so short that nothing is left of its pattern.
                lane.width = share(max(lane.count, most / 50), most)
        return days

    @cached_property
    def busiest(self) -> tuple[DayShown, str, str, list[tuple[Any, int]]] | None:
        """The fullest hour: its day, from when to when, and how much of each kind; None where no hour is known."""
        day = max(self.shown, key=lambda shown: shown.busiest[0], default=None)
        if day is None or not day.busiest[0]:
            return None
        hour = day.busiest[1]
        return day, clock(hour), clock(hour + 1), day.at(hour)

    @property
    def fullest(self) -> tuple[DayShown, str, str, list[tuple[Any, int]]] | None:
        """The same where that is worth a word: there is more than one thing in it."""
        found = self.busiest
        return found if found and sum(count for _label, count in found[3]) > 1 else None

    @property
    def besides(self) -> list[Rest]:
        return [rest for rest in self.rests.values() if rest.outside or rest.unknown]

    @property
    def is_empty(self) -> bool:
        return not self.besides and not any(lane.count for lane in self.lanes.values())


def hour_on(date: datetime.date, local: datetime.datetime) -> int | None:
    """Return the hour of that day, by the clocks there, that a time is in; None where it is on another day."""
    hour = (local.date() - date).days * 24 + local.hour
    return hour if 0 <= hour < 24 + LATE else None


def clock(hour: int) -> str:
    """Return an hour as people read it: “09:00”; 25 is “01:00”."""
    return time_format(datetime.time(hour % 24), "H:i")


def ticks(hours: range) -> Iterator[tuple[str, str]]:
    """Yield what stands on the axis, every third hour: (where, the hour)."""
    for hour in hours:
        if hour % 3 == 0:
            yield share(hour - hours.start, len(hours)), clock(hour)
