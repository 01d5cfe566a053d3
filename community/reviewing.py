"""What waits for a moderator, whatever it is: the shape that the queue and the log read.

An app that has something to review brings a module `reviewing` with a `Source` and registers it. The queue merges
the sources by time; it knows none of them by name.
"""

import dataclasses
import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Count
from django.utils.translation import gettext as _

from events.models import Event
from people.decisions import AbstractDecision, StateConflict
from people.models import Trust, User

from .models import Contribution
from .models.contribution import State


@dataclasses.dataclass(frozen=True)
class Owner:
    """Whoever sent something, as far as it helps to decide."""

    name: str
    is_member: bool = False
    is_moderator: bool = False
    url: str = ""
    handle: str = ""
    accepted: int = 0
    trust: str = ""
    has_email: bool = False
    # For organisers: what moderators know beside the name is not theirs to see.
    only_name: bool = False

    @property
    def trust_label(self) -> str:
        """“granted: publishes directly”, for a member."""
        return str(Trust(self.trust).label) if self.trust else ""

    @property
    def set_trust_label(self) -> str:
        """The same, where a moderator has set it; empty where it is to be earned, as for everybody."""
        return "" if self.trust == Trust.EARNED else self.trust_label

    @property
    def can_be_trusted(self) -> bool:
        """Whether a moderator may let this member publish directly, which is not so yet."""
        return self.is_member and not self.is_moderator and self.trust != Trust.GRANTED

    @property
    def other_trusts(self) -> list[tuple[str, Any]]:
        """What a moderator may change the member's trust to: (value, label)."""
        return [(value, label) for value, label in Trust.choices if value != self.trust]


@dataclasses.dataclass
class Row:
    """One thing in the queue, with what somebody needs to decide about it."""

    source: "Source"
    thing: Any
    since: datetime.datetime
    title: str
    kind_label: Any
    waits: bool
    state_label: Any
    stamp: int = 0
    url: str = ""
    edit_url: str = ""
    icon: str = "plus"
    template: str = ""
    layout: str = "row"
    # Of a sheet: whose it is, and a number that things which are much alike share.
    sender: Any = None
    likeness: int = 0
    event: Event | None = None
    owner: Owner | None = None
    # For contributions: words, what an edit changed, what was decided before.
    words: Sequence[Any] = ()
    changes: Sequence[Any] = ()
    before: AbstractDecision | None = None
    is_edit: bool = False
    problem: str = ""
    more: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    outcome: str = ""

    @property
    def desk_template(self) -> str:
        """What draws it on the desk."""
        return "moderation/_cell.html" if self.layout == "sheet" else "moderation/_row.html"

    @property
    def token(self) -> str:
        """The name of the thing in addresses: “contribution-7”."""
        return f"{self.source.name}-{self.thing.pk}"

    @property
    def pick(self) -> str:
        """The name of the thing as it was seen: “contribution-7.2” is its second version."""
        return f"{self.token}.{self.stamp}"


@dataclasses.dataclass(frozen=True)
class Line:
    """One line of the log. What must not show is not in it."""

    verb: Any
    decided_at: datetime.datetime
    kind_label: Any
    as_moderator: bool
    icon: str = "plus"
    event: Event | None = None
    title: str = ""
    url: str = ""
    reason: Any = ""
    actor: str = ""
    note: str = ""
    more: str = ""
    # Hidden because somebody asked for it: neither by a moderator nor by its owner.
    on_request: bool = False


class Source:
    """One sort of thing that moderators decide about."""

    name: ClassVar[str] = ""  # the word in tokens, and in the filter of the queue
    label: ClassVar[Any] = ""
    icon: ClassVar[str] = "plus"
    rank: ClassVar[int] = 0  # breaks ties of time; each source has its own, below 100
    time: ClassVar[str] = "submitted_at"  # what the queue is ordered by
    decision_model: ClassVar[Any] = None  # of what keeps its decisions
    decision_target: ClassVar[str] = ""  # the name of its foreign key
    is_usual: ClassVar[bool] = False  # comes so often that its word always stands beside the queue
    wants_reason: ClassVar[bool] = True  # to turn it down or hide it
    can_merge: ClassVar[bool] = False
    is_urgent: ClassVar[bool] = False  # stands above everything else on the first page of the queue
    one_by_one: ClassVar[bool] = False  # never decided together with others
    actions_template: ClassVar[str] = "moderation/_row_actions.html"

    def seen_by(self, user: Any) -> "Source | None":
        """Return this as `user` may review it, or None: moderators all of it, others nothing."""
        return self if user.is_authenticated and user.is_moderator else None

    def is_sheet(self, word: str) -> bool:
        """Whether all that the filter `word` lets through is looked at beside each other, hundreds at once."""
        return False

    def choices(self) -> list[tuple[str, Any]]:
        """The words that the queue can be filtered by, with their labels."""
        return [(self.name, self.label)]

    def waiting(self, *, word: str = "", event: Event | None = None) -> "models.QuerySet[Any] | None":
        """Return what waits, or None when the filter leaves all of this source out."""
        raise NotImplementedError

    def rows(self, pks: Sequence[int]) -> dict[int, Row]:
        """Return the rows of these things, waiting or not, by id, in a fixed number of queries."""
        raise NotImplementedError

    def locked(self, pk: int) -> Any:
        """Return the thing, locked for the caller's transaction, or None."""
        raise NotImplementedError

    def waits(self, thing: Any) -> bool:
        raise NotImplementedError

    def stamp(self, thing: Any) -> int:
        """Return a number that changes when the thing's content does."""
        return 0

    def act(self, thing: Any, verb: str, *, by: User, reason: str, note: str, other: Any = None) -> None:
        """Do `verb` through the thing's own verbs. Raises StateConflict."""
        if verb == "publish":
            thing.publish(by=by, note=note)
        elif verb == "reject":
            thing.reject(by=by, reason=reason, note=note)
        elif verb == "undo":
            thing.undo(by=by)
        else:
            raise StateConflict(_("That cannot be done here."))

    def last_decision(self, pk: int) -> AbstractDecision | None:
        if self.decision_model is None:
            return None
        decisions = self.decision_model.objects.filter(**{self.decision_target: pk})
        return decisions.select_related("actor__person").order_by("-pk").first()

    def log(self, user: Any, event: Event | None) -> "models.QuerySet[Any] | None":
        """Return the decisions that `user` may read, or None: nothing of this stands in the log."""
        return None

    def lines(self, pks: Sequence[int], user: Any) -> dict[int, Line]:
        """Return lines of the log by the ids of the decisions, in a fixed number of queries."""
        return {}


registry: dict[str, Source] = {}


def register(source: Source) -> None:
    """Add a source to the queue and the log. Raises ValueError when its rank is another's."""
    if any(other.rank == source.rank and other.name != source.name for other in registry.values()):
        raise ValueError(f"rank {source.rank} is taken")
    registry[source.name] = source


def sources() -> list[Source]:
    """Return all sources in the order of their rank."""
    return sorted(registry.values(), key=lambda source: source.rank)


def sources_for(user: Any) -> dict[str, Source]:
    """Return by name, in the order of their rank, what `user` may review; empty for most."""
    seen = ((source.name, source.seen_by(user)) for source in sources())
    return {name: source for name, source in seen if source}


def private_part(decision: AbstractDecision, user: Any) -> dict[str, Any]:
    """Return what of a decision only moderators read: who decided, and the note."""
    if not (user.is_authenticated and user.is_moderator):
        return {}
    return {"actor": decision.actor.name if decision.actor else "", "note": decision.note}


def owners_of(people: Iterable[Any]) -> dict[Any, Owner]:
    """Return owners by member or guest; how much of theirs was accepted costs one query for all together."""
    people = {person for person in people if person is not None}
    members = [person.pk for person in people if isinstance(person, User)]
    accepted = dict(
        Contribution.objects.filter(contributor__in=members, state=State.PUBLIC)
        .values_list("contributor")
        .annotate(Count("pk"))
        .order_by()
    )
    return {
        person: Owner(
            name=person.name,
            is_member=True,
            is_moderator=person.is_moderator,
            url=person.person.get_absolute_url(),
            handle=person.person.handle,
            accepted=accepted.get(person.pk, 0),
            trust=person.trust,
            has_email=True,
        )
        if isinstance(person, User)
        else Owner(name=person.name, has_email=bool(person.email))
        for person in people
    }


def trust_rule() -> str:
    """Return in one sentence when members publish directly."""
    return _(
        "A member publishes directly once %(number)s things of theirs are public, unless trust is granted or withheld."
    ) % {"number": settings.TRUSTED_AFTER}
