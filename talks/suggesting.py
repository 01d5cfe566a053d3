"""Which talk somebody means while they type a part of its title: quick, and forgiving, over every talk of the site.

The index is the database's own (migration 0003): of each public talk the letters of its title, three at a time, as the
words of an FTS5 table on SQLite, of a tsvector with GIN on PostgreSQL. It follows the verbs of Contribution in their
transaction (`Talk.index_beside`), and every answer passes `public()` once more.

Of a question's letters only those are asked for that few titles have, and of the popular ones two at a time: so a few
thousand rows are read at most, however many talks there are. How many titles have which letters is counted now and
then (`count_grams`); an old count costs time, never an answer. What is found is ranked here, by matching.py.
"""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django.db import connection, transaction

from community.recognising import look_at_texts
from events.models import Event
from links.canonical import BadAddress

from .matching import grams, key, share_found, words
from .models import Talk, TitleGram

TABLE = "talks_title"
# What fewer titles have is not counted: so few can always be read.
COUNTED_FROM = 50
# How many rows are read for rare letters, and for each combination of popular ones; how many of these are compared.
READ = 800
READ_TOGETHER = 200
COMPARED = 16
MOST_WORDS = 12
MOST_TYPED = 200
# Less of what was typed in a title than this is chance.
FOUND = 0.6
MUCH_LESS = 0.15
SHOWN = 8
CHUNK = 500
# Nobody begins a title so.
ADDRESS = re.compile(r"\s*(?:https?://|www\.)", re.IGNORECASE)


# --- Writing ----------------------------------------------------------------------------------------------------------


def update_titles(ids: Sequence[int]) -> None:
    """Make the index say what these contributions say now; what is no public talk leaves it."""
    rows = Talk.objects.public().filter(pk__in=ids).values_list("pk", "main_event_id", "title")
    entries = [
        (pk, event_id, title_key, index_words(title_key, event_id)) for pk, event_id, title_key in keyed(rows)
    ]
    known = indexed([pk for pk, _event_id, _title_key, _of in entries])
    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(ids))
        cursor.execute(f"DELETE FROM {TABLE} WHERE {id_column()} IN ({marks})", list(ids))  # noqa: S608 - our own names
        if connection.vendor == "sqlite":
            cursor.executemany(
                f"INSERT INTO {TABLE} (rowid, event, title, grams) VALUES (%s, %s, %s, %s)",  # noqa: S608
                [(pk, event_id, title_key, " ".join(of)) for pk, event_id, title_key, of in entries],
            )
        else:
            cursor.executemany(
                f"INSERT INTO {TABLE} (talk_id, event, title, grams)"  # noqa: S608
                " VALUES (%s, %s, %s, array_to_tsvector(%s::text[]))"
                " ON CONFLICT (talk_id) DO UPDATE SET event = excluded.event, title = excluded.title,"
                " grams = excluded.grams",
                entries,
            )
    # Texts at these events may have named them before they were here.
    look_at_texts(event_id for pk, event_id, title_key, _of in entries if known.get(pk) != title_key)


def indexed(ids: Sequence[int]) -> dict[int, str]:
    """Return by talk the title that the index knew it by so far."""
    if not ids:
        return {}
    marks = ", ".join(["%s"] * len(ids))
    asked = f"SELECT {id_column()}, title FROM {TABLE} WHERE {id_column()} IN ({marks})"  # noqa: S608 - our own names
    with connection.cursor() as cursor:
        cursor.execute(asked, list(ids))
        return dict(cursor.fetchall())


def keyed(rows: Iterable[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Turn the titles of (id, event, title) into what they are compared by."""
    return ((pk, event_id, key(title)) for pk, event_id, title in rows)


def index_words(title_key: str, event_id: int) -> list[str]:
    return [*dict.fromkeys(grams(title_key.split())), event_word(event_id)]


def event_word(main_event_id: int) -> str:
    """Return the word that stands for an event: longer than any three letters, so that it is none of them."""
    return f"__e{main_event_id}"


def id_column() -> str:
    return "rowid" if connection.vendor == "sqlite" else "talk_id"


@transaction.atomic
def count_grams() -> None:
    """Count how many titles have which letters, as far as these are many. Safe to run twice."""
    source = {
        "sqlite": "SELECT term, doc FROM talks_title_grams WHERE doc >= %s AND length(term) = 3",
        "postgresql": f"SELECT word, ndoc FROM ts_stat('SELECT grams FROM {TABLE}')"  # noqa: S608
        " WHERE ndoc >= %s AND length(word) = 3",
    }
    with connection.cursor() as cursor:
        cursor.execute(source[connection.vendor], [COUNTED_FROM])
        counted = cursor.fetchall()
    TitleGram.objects.all().delete()
    TitleGram.objects.bulk_create([TitleGram(gram=gram, count=count) for gram, count in counted], CHUNK)


# --- Proof ------------------------------------------------------------------------------------------------------------


def wrong_titles() -> Iterator[tuple[int, tuple[int, str] | None, tuple[int, str] | None]]:
    """Yield (talk, what the index says, what is true) of each talk that the index has wrong: main event and title."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {id_column()}, event, title FROM {TABLE}")  # noqa: S608
        kept = {pk: (event_id, title_key) for pk, event_id, title_key in cursor.fetchall()}
    rows = Talk.objects.public().order_by().values_list("pk", "main_event_id", "title")
    true = {pk: (event_id, title_key) for pk, event_id, title_key in keyed(rows.iterator())}
    for pk in sorted(kept.keys() | true.keys()):
        if kept.get(pk) != true.get(pk):
            yield pk, kept.get(pk), true.get(pk)


def lacks_titles() -> bool:
    """Return whether the index knows another number of talks than there are: a quick look; `wrong_titles` proves."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {TABLE}")  # noqa: S608
        return cursor.fetchone()[0] != Talk.objects.public().count()


@transaction.atomic
def mend_titles() -> None:
    """Make the index say what the talks say, and count its letters."""
    wrong = [pk for pk, _kept, _true in wrong_titles()]
    for start in range(0, len(wrong), CHUNK):
        update_titles(wrong[start : start + CHUNK])
    count_grams()


# --- Asking -----------------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class Suggested:
    """A talk that may be meant: `here` is the event that was asked about, its main event or one inside it."""

    talk: Talk
    found: float
    here: bool

    def as_json(self) -> dict[str, Any]:
        """Return what the list under the field shows, and what a picked talk needs."""
        return {
            "id": self.talk.pk,
            "title": self.talk.title,
            "language": self.talk.language,
            "speakers": ", ".join(credit.person.name for credit in self.talk.shown_credits),  # type: ignore[attr-defined]
            "event": str(self.talk.event),
            "url": self.talk.get_absolute_url(),
            "here": self.here,
        }


class Row(NamedTuple):
    """What the index knows of a talk."""

    pk: int
    event_id: int
    title: str


def known(typed: str, event: Event | None = None) -> list[Suggested]:
    """Return the public talks that may be meant by a part of a title, or by an address: of its video, or of anything
    else that was brought for it.
    """
    if not ADDRESS.match(typed):
        return suggest(typed, event)
    try:
        found = Talk.objects.public().at_address(typed).for_suggestions().order_by("pk")
    except BadAddress:
        return []
    here = event.main_event_id if event else 0
    return sorted(
        (Suggested(talk, 1.0, talk.main_event_id == here) for talk in found[:SHOWN]),
        key=lambda one: not one.here,
    )


def suggest(typed: str, event: Event | None = None, *, most: int = SHOWN) -> list[Suggested]:
    """Return the public talks whose titles are like what was typed so far, those of `event` first; `most` at most."""
    asked = words(typed[:MOST_TYPED])[:MOST_WORDS]
    wanted = asked_grams(asked)
    if not wanted:
        return []
    here = event.main_event_id if event else 0
    counts = dict(TitleGram.objects.filter(gram__in=wanted).values_list("gram", "count"))
    rows = read(wanted, counts, here)
    close = [row for part in likely(rows, wanted, counts, here) for row in part]
    found = [(share_found(asked, words(row.title)), row) for row in close]
    # What is here comes first, unless it is much less like it than something elsewhere.
    near = max((share for share, _row in found), default=0.0) - MUCH_LESS
    ranked = sorted(
        (
            (row.event_id == here and share >= near, share, row.pk, row.event_id == here)
            for share, row in found
            if share >= FOUND
        ),
        reverse=True,
    )
    # A few more than are shown, should one of them not be public any more.
    talks = (
        Talk.objects.public()
        .for_suggestions()
        .in_bulk([pk for _first, _share, pk, _here in ranked[: 2 * most]])
    )
    return [Suggested(talks[pk], share, is_here) for _first, share, pk, is_here in ranked if pk in talks][
        :most
    ]


def asked_grams(asked: Sequence[str]) -> list[str]:
    """Return the letters to look for, each once: of the last word, which may not be finished, without its end."""
    found = grams(asked)
    return list(dict.fromkeys(found[:-1] if asked else []))


def read(wanted: Sequence[str], counts: dict[str, int], here: int) -> list[Row]:
    """Return what may be meant: all that has one of the rare letters, and some of what has two of the popular ones."""
    rare: list[str] = []
    budget = READ
    ordered = sorted(wanted, key=lambda gram: counts.get(gram, 0))
    for gram in ordered:
        budget -= counts.get(gram, 1)
        if budget < 0:
            break
        rare.append(gram)
    popular = ordered[len(rare) :]
    found: dict[int, Row] = {}
    if rare:
        found |= matching(any_of([gram] for gram in rare), READ)
    if popular:
        # Without a mistake, all of it stands in the title.
        found |= matching(any_of([wanted]), READ_TOGETHER)
        together = any_of(two_at_a_time(popular))
        if here:
            found |= matching(all_of(event_word(here), together), READ_TOGETHER)
        found |= matching(together, READ_TOGETHER)
    return list(found.values())


def two_at_a_time(popular: Sequence[str]) -> list[list[str]]:
    """Return the rarest of the popular ones in twos: each with the next, and the first with the third."""
    if len(popular) == 1:
        return [[popular[0]]]
    first = popular[:4]
    pairs = [[first[at], first[at + 1]] for at in range(len(first) - 1)]
    return [*pairs, [first[0], first[2]]] if len(first) > 2 else pairs


def any_of(alternatives: Iterable[Sequence[str]]) -> str:
    """Return the question for what has all words of one of the alternatives. Words are letters, digits and "_"."""
    either, both = (" OR ", " AND ") if connection.vendor == "sqlite" else (" | ", " & ")
    return either.join("(" + both.join(map(quoted, alternative)) + ")" for alternative in alternatives)


def all_of(word: str, question: str) -> str:
    both = " AND " if connection.vendor == "sqlite" else " & "
    return f"{quoted(word)}{both}({question})"


def quoted(word: str) -> str:
    return f'"{word}"' if connection.vendor == "sqlite" else f"'{word}'"


def matching(question: str, most: int) -> dict[int, Row]:
    """Return by id what the index has for a question, `most` at most: the newest, where the database can tell."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                f"SELECT rowid, event, title FROM {TABLE} WHERE {TABLE} MATCH %s ORDER BY rowid DESC LIMIT %s",  # noqa: S608
                [question, most],
            )
        else:
            # GIN gives its answers in no order; sorting them would mean to read them all.
            cursor.execute(
                f"SELECT talk_id, event, title FROM {TABLE} WHERE grams @@ %s::tsquery LIMIT %s",  # noqa: S608
                [question, most],
            )
        return {row[0]: Row._make(row) for row in cursor.fetchall()}


def likely(
    rows: Sequence[Row], wanted: Sequence[str], counts: dict[str, int], here: int
) -> tuple[list[Row], list[Row]]:
    """Return the rows here and elsewhere that have most of the letters, COMPARED of each; rare letters count more."""
    worth = [(gram, 1 / (10 + counts.get(gram, 0)) ** 0.5) for gram in wanted]

    def score(row: Row) -> tuple[float, int]:
        text = f"_{row.title.replace(' ', '__')}_"
        return -sum([value for gram, value in worth if gram in text]), len(text)

    parts: tuple[list[Row], list[Row]] = ([], [])
    for row in sorted(rows, key=score):
        part = parts[row.event_id != here]
        if len(part) < COMPARED:
            part.append(row)
    return parts
