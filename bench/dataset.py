"""A site's worth of contributions, the same at each run: what the benches measure pages of.

Rows are written in bulk and not by the verbs, which would take hours; everything that the verbs keep is written too
(tag rows, tallies, counts, cards, versions, decisions, search), so `manage.py check_counters` finds nothing to mend.
"""

import dataclasses
import datetime
import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.utils.text import slugify
from django.utils.translation import override

from community.cards import draw
from community.counters import mend_bringers
from community.holdings import keep_covers
from community.look import current_look
from community.models import (
    Card,
    Contribution,
    Credit,
    Decision,
    Relation,
    Revision,
    Tag,
    TaggedContribution,
    Tally,
)
from community.search import update_index
from community.stream import load
from community.text import RENDERER_VERSION, render
from discussion.models import Favourite
from discussion.scoring import rescore
from events.models import Day, Event, Series
from links.canonical import canonical
from people.decisions import Verb
from people.models import Guest, Notification, Person, Trust, User
from people.models.person import fold
from photos.models import Photo, Rendition
from photos.renditions import SIZES
from recaps.models import Recap
from talks.models import Talk

KINDS: tuple[type[Contribution], ...] = (Recap, Talk, Photo)
AT_ONCE = 2_000
# Rows a statement: PostgreSQL takes 65,535 values in one.
BATCH = 1_000
OPENING = datetime.datetime(2024, 3, 19, 8, tzinfo=datetime.UTC)
WORDS = [
    *(
        "platform",
        "cluster",
        "gateway",
        "pipeline",
        "tracing",
        "storage",
        "network",
        "policy",
        "operator",
        "runtime",
    ),
    *(
        "sandbox",
        "scheduler",
        "registry",
        "mesh",
        "release",
        "rollback",
        "budget",
        "incident",
        "on-call",
        "review",
    ),
    *("migration", "upgrade", "tenant", "quota", "secret", "certificate", "signature", "cost"),
]
MIDDLING = [f"{word} {part}" for word in WORDS for part in ("practice", "tools")]
LANGUAGES = {"en": 0.7, "fr": 0.2, "": 0.1}
STATES = {"public": 0.95, "waiting": 0.03, "rejected": 0.01, "hidden": 0.01}
SHAPES = [(4000, 3000), (3000, 4000), (1920, 1080), (1080, 1350)]
EDGES = tuple(edge for edge, *_how in SIZES)


@dataclasses.dataclass
class Written:
    """What stands in the database already, for the rows that come to refer to."""

    members: list[User]
    guests: list[Guest]
    speakers: list[Person]
    popular: Tag
    middling: list[Tag]
    rare: list[Tag]
    events: list[Event]
    # By main event.
    days: dict[int, list[Day]]
    shares: list[float]
    bodies: list[tuple[str, Any]]
    by_event: Counter[tuple[int, str]] = dataclasses.field(default_factory=Counter)
    by_tag: Counter[int] = dataclasses.field(default_factory=Counter)
    newest_talk: int = 0


def fill(size: int) -> dict[str, Any]:
    """Write `size` contributions and all that stands around them; return the pages to look at, and a member's cookie.

    A third each are recaps, talks and photos; a bit more than half stand on the page of one event, of which a third
    at its co-located events; a third carry the most popular tag.
    """
    chance = random.Random(size)
    there = surroundings(size, chance)
    for first in range(1, size + 1, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, size + 1))
        with transaction.atomic():
            items = [contribution(number, size, there, chance) for number in numbers]
            for kind in KINDS:
                insert(kind, [item for item in items if item.model is kind])
            bulk(Rendition, [file for item in items if item.model is Photo for file in files_of(item)])
            write_around(items, there, chance)
            draw_all([item.pk for item in items if item.is_public])
            update_index([item.pk for item in items])
    with transaction.atomic():
        recommend(there, chance)
        count(there)
    set_sequences()
    return sights(there)


def insert(kind: type[models.Model], items: Sequence[Any]) -> None:
    """Do what bulk_create refuses to do for a model with a parent: a statement for each of the tables."""
    for table in (Contribution, kind):
        table._base_manager.get_queryset()._batched_insert(items, table._meta.local_concrete_fields, BATCH)  # type: ignore[attr-defined]


# --- What contributions refer to --------------------------------------------------------------------------------------


def surroundings(size: int, chance: random.Random) -> Written:
    people = 20 + size // 50
    names = [
        f"{chance.choice(WORDS).title()} {chance.choice(WORDS).title()} {number}"
        for number in range(2 * people)
    ]
    persons = Person.objects.bulk_create(
        [Person(name=name, folded_name=fold(name), handle=slugify(name)) for name in names], AT_ONCE
    )
    members = User.objects.bulk_create(
        [
            User(email=f"{person.handle}@example.org", person=person, password="!")
            for person in persons[:people]
        ],
        AT_ONCE,
    )
    guests = Guest.objects.bulk_create([Guest(name=f"Guest {number}") for number in range(people)], BATCH)
    events = make_events(8 + size // 500)
    # The main event and its four parts, then the others: how many of a hundred contributions each gets.
    rest = len(events) - 5
    texts = [a_text(chance) for _number in range(50)]
    days: dict[int, list[Day]] = {}
    for day in Day.objects.order_by("pk"):
        days.setdefault(day.event_id, []).append(day)
    return Written(
        members=members,
        guests=guests,
        speakers=persons[people:],
        popular=make_tags(["kubernetes"])[0],
        middling=make_tags(MIDDLING),
        rare=make_tags([f"{chance.choice(WORDS)} {number}" for number in range(10 + size // 100)]),
        events=events,
        days=days,
        shares=[36 * rest, *([4.5 * rest] * 4), *([46] * rest)],
        bodies=[(text, render(text)) for text in texts],
    )


def make_tags(names: list[str]) -> list[Tag]:
    rows = [Tag(name=name, folded=fold(name), slug=slugify(name), state=Tag.State.ACCEPTED) for name in names]
    return Tag.objects.bulk_create(rows, BATCH)


def make_events(others: int) -> list[Event]:
    """Return one main event, its four co-located events, and `others`, two a month before it."""
    series = Series.objects.create(name="Bench Summit")
    main = make_event(
        "Bench Summit", OPENING.date(), days=4, series=series, description="Four days in Paris."
    )
    parts = [make_event(f"{word.title()} Day", OPENING.date(), days=1, parent=main) for word in WORDS[:4]]
    fortnight = datetime.timedelta(days=14)
    past = [
        make_event(f"Meeting {number}", OPENING.date() - fortnight * number, days=2)
        for number in range(1, others)
    ]
    return [main, *parts, *past]


def make_event(name: str, starts_on: datetime.date, *, days: int, **more: Any) -> Event:
    # From 1900 on, as events have to be.
    starts_on = max(starts_on, datetime.date(1990, 1, 1))
    event = Event(
        name=name, starts_on=starts_on, ends_on=starts_on + datetime.timedelta(days=days - 1), **more
    )
    event.timezone, event.city, event.country, event.venue = "Europe/Paris", "Paris", "France", "Expo"
    event.propose(by=None)
    event.publish(by=None)
    event.days.update(theme="What we learned from running it")
    return event


def a_text(chance: random.Random) -> str:
    return "\n\n".join(" ".join(chance.choices(WORDS, k=40)).capitalize() + "." for _paragraph in range(6))


# --- Contributions ----------------------------------------------------------------------------------------------------


def contribution(number: int, size: int, there: Written, chance: random.Random) -> Any:
    """Return the contribution of that number, unsaved; a higher number was published later."""
    kind: Any = KINDS[number % 3]
    event = chance.choices(there.events, there.shares)[0]
    moment = OPENING + datetime.timedelta(days=300) * (number / size)
    state = pick(STATES, chance)
    was_public = state in ("public", "hidden")
    item = kind(
        id=number,
        contribution_ptr_id=number,
        kind=kind.KIND,
        title=f"{' '.join(chance.choices(WORDS, k=5)).capitalize()}, part {number}",
        event=event,
        main_event_id=event.main_event_id,
        state=state,
        submitted_at=moment,
        published_at=moment + datetime.timedelta(minutes=1) if was_public else None,
    )
    if chance.random() < 0.85:
        item.contributor = chance.choice(there.members)
    else:
        item.guest = chance.choice(there.guests)
    OWN[kind](item, there, chance)
    item.search_text = item.searchable()
    return item


def pick(weights: dict[str, float], chance: random.Random) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]


def own_of_recap(item: Recap, there: Written, chance: random.Random) -> None:
    item.language = pick(LANGUAGES, chance)
    item.role = pick({"wrote": 0.6, "found": 0.4}, chance)
    if chance.random() < 0.5:
        item.url = f"https://example.org/{item.pk}/{slugify(item.title)}"
        item.url_key = canonical(item.url)
    else:
        item.body, rendered = chance.choice(there.bodies)
        item.html, item.plain, item.reading_minutes = (
            rendered.html,
            rendered.plain[:400],
            rendered.reading_minutes,
        )
    item.renderer_version = RENDERER_VERSION


def own_of_talk(item: Talk, there: Written, chance: random.Random) -> None:
    item.language = pick(LANGUAGES, chance)
    item.why = " ".join(chance.choices(WORDS, k=12)).capitalize() + "." if chance.random() < 0.6 else ""
    item.description = " ".join(chance.choices(WORDS, k=60)).capitalize() + "."
    if chance.random() < 0.7:
        item.video_url = f"https://www.youtube.com/watch?v={item.pk:011d}"
        item.video_key = canonical(item.video_url)
        item.video_state = Talk.VideoState.WATCHABLE


def own_of_photo(item: Photo, there: Written, chance: random.Random) -> None:
    item.alt = " ".join(chance.choices(WORDS, k=8)).capitalize() + "."
    item.width, item.height = chance.choice(SHAPES)
    item.format, item.sha256, item.colour = "jpeg", f"{item.pk:064x}", "#887766"
    item.original = f"originals/{item.pk}.jpg"
    item.day = chance.choice(there.days[item.main_event_id])
    item.gallery_event_id, item.gallery_main_event_id = item.event_id, item.main_event_id
    item.gallery_time = item.place()


OWN: dict[type[Contribution], Any] = {Recap: own_of_recap, Talk: own_of_talk, Photo: own_of_photo}


# --- What stands around them ------------------------------------------------------------------------------------------


def write_around(items: list[Contribution], there: Written, chance: random.Random) -> None:
    """Write what the verbs would have written beside these rows, and remember what there is to count."""
    tags = {item: tags_of(there, chance) for item in items}
    credited = {item: chance.sample(there.speakers, chance.choice([1, 1, 1, 2])) for item in items}
    bulk(TaggedContribution, [tagged(item, tag) for item in items for tag in tags[item]])
    bulk(
        Credit,
        [
            Credit(contribution_id=item.pk, person=person, position=place)
            for item in items
            for place, person in enumerate(credited[item])
        ],
    )
    bulk(Revision, [first_version(item, tags[item], credited[item]) for item in items])
    bulk(Decision, [decision for item in items for decision in decisions_on(item)])
    later = [item for item in items if item.pk % 10 == 0 and item.pk > 2]
    bulk(Relation, [Relation(source_id=item.pk, target_id=item.pk - 1) for item in later])
    for item in items:
        if item.is_public:
            there.by_event.update((event, item.kind) for event in {item.event_id, item.main_event_id})
            there.by_tag.update(tag.pk for tag in tags[item])
            there.newest_talk = item.pk if item.model is Talk else there.newest_talk


def bulk(model: type[models.Model], rows: list[Any]) -> None:
    model._base_manager.bulk_create(rows, BATCH)


def tags_of(there: Written, chance: random.Random) -> list[Tag]:
    chosen = chance.sample(there.middling, chance.choice([0, 1, 1, 2]))
    if chance.random() < 1 / 3:
        chosen.append(there.popular)
    if chance.random() < 0.1:
        chosen.append(chance.choice(there.rare))
    return chosen


def tagged(item: Contribution, tag: Tag) -> TaggedContribution:
    return TaggedContribution(
        content_object_id=item.pk,
        tag=tag,
        public=item.is_public,
        published_at=item.published_at,
        kind=item.kind,
        event_id=item.event_id,
        main_event_id=item.main_event_id,
        year=item.event.starts_on.year,
    )


def first_version(item: Contribution, tags: list[Tag], people: list[Person]) -> Revision:
    field_of: Any = item._meta.get_field
    fields: dict[str, Any] = {name: field_of(name).value_to_string(item) for name in item.revision_fields}
    fields |= {"tags": sorted(tag.name for tag in tags), "credit": [person.pk for person in people]}
    return Revision(
        contribution_id=item.pk, number=1, fields=fields, editor=item.contributor, guest=item.guest
    )


def decisions_on(item: Contribution) -> list[Decision]:
    steps = [(Verb.SUBMIT, "", "waiting")]
    if item.published_at:
        steps.append((Verb.PUBLISH, "waiting", "public"))
    steps += {
        "hidden": [(Verb.HIDE, "public", "hidden")],
        "rejected": [(Verb.REJECT, "waiting", "rejected")],
    }.get(item.state, [])
    return [
        Decision(contribution_id=item.pk, verb=verb, from_state=before, to_state=to)
        for verb, before, to in steps
    ]


def files_of(photo: Any) -> list[Rendition]:
    """The rows of three renditions; no page that is measured opens the files."""
    longest = max(photo.width, photo.height)
    return [
        Rendition(
            photo_id=photo.pk,
            width=photo.width * edge // longest,
            height=photo.height * edge // longest,
            bytes=edge * 50,
            mime="image/webp",
            name=f"renditions/{photo.pk}/{edge}.webp",
            sha256=photo.sha256,
        )
        for edge in EDGES
        if edge <= longest
    ]


def draw_all(ids: list[int]) -> None:
    """Draw and store every card with the kinds' own templates: as store_cards does, without its locks."""
    items = load(ids)
    for language, _name in settings.LANGUAGES:
        with override(language):
            bulk(
                Card,
                [
                    Card(contribution_id=item.pk, language=language, look=current_look(), html=draw(item))
                    for item in items
                ],
            )


def recommend(there: Written, chance: random.Random) -> None:
    """Let a few members say why one should watch the newest talk, and one in a hundred of the others."""
    rows = [a_favourite(there.newest_talk, member) for member in there.members[:5]]
    others = Talk.objects.public().exclude(pk=there.newest_talk).filter(pk__lt=there.newest_talk)
    ids = list(others.values_list("pk", flat=True))
    rows += [a_favourite(pk, chance.choice(there.members)) for pk in chance.sample(ids, len(ids) // 30)]
    bulk(Favourite, rows)
    talks = list(Talk.objects.public().order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(talks), BATCH):
        rescore(talks[start : start + BATCH])


def a_favourite(pk: int, member: User) -> Favourite:
    reason = "Because of the part in the middle about what went wrong."
    return Favourite(contribution_id=pk, user=member, reason=reason, state=Favourite.State.PUBLIC)


def count(there: Written) -> None:
    """Set the kept numbers from what was written."""
    bulk(
        Tally,
        [Tally(event_id=event, kind=kind, count=number) for (event, kind), number in there.by_event.items()],
    )
    for event in there.events:
        numbers = {kind: there.by_event[event.pk, kind.KIND] for kind in KINDS}
        event.contribution_count, event.write_up_count = sum(numbers.values()), numbers[Recap]
    Event.objects.bulk_update(there.events, ["contribution_count", "write_up_count"], BATCH)
    mend_bringers()
    keep_covers([event.pk for event in there.events])
    tags = [there.popular, *there.middling, *there.rare]
    for tag in tags:
        tag.contribution_count = there.by_tag[tag.pk]
    Tag.objects.bulk_update(tags, ["contribution_count"], 500)


def set_sequences() -> None:
    """The rows brought their own numbers; let the next one follow them."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Contribution]):
            cursor.execute(statement)


def sights(there: Written) -> dict[str, Any]:
    """Return the addresses of the pages to look at, and the cookie of a member who has three messages to read."""
    member = User.objects.create_user("member@example.org", name="The member", trust=Trust.GRANTED)
    bulk(Notification, [Notification(recipient=member, subject="Published") for _number in range(3)])
    session = SessionStore()
    session[SESSION_KEY] = str(member.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = member.get_session_auth_hash()
    session.save()
    event = there.events[0].get_absolute_url()
    return {
        "home": "/",
        "event": event,
        "tag": there.popular.get_absolute_url(),
        "talk": Talk(pk=there.newest_talk, kind=Talk.KIND).get_absolute_url(),
        "photos": f"{event}{Photo.slug}/",
        "cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}",
    }
