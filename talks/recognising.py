"""Which of an event's talks a text names by their titles: in quotes, links, headings or running text.

`Programme` knows the titles, asks no database, and reads a text once: rare words and pairs of words lead to the few
talks that may be meant where they stand (typing mistakes included), and matching.py says how alike the two are. What
stands out in the text may be a piece of the title; of running text it takes more, as it must be no turn of phrase.
*Certain* is what nobody has to be asked about. `make bench-backlinks` prints how often that is right; why the lines are
where they are, is in docs/decisions/0022.
"""

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from community.named import Named
from links.prose import Prose

from .matching import EVERYWHERE, SMALL_WORDS, Alignment, align, counted, numbers, spelled, weight, words

# What more titles have leads to none of them by itself.
LEADS = 30
# So many words of titles are followed in one text, and so many places and phrases looked at closely: more has no text
# that somebody wrote.
FOLLOWED = 60_000
PLACES = 1_000
PHRASES = 250
# How many places are looked at for one title, and how many titles for one phrase.
PLACES_OF_ONE = 3
CANDIDATES = 6


@dataclass(frozen=True, slots=True)
class Title:
    """One talk's title, as it is compared."""

    pk: int
    words: tuple[str, ...]
    weight: float
    # How much it takes to say all of it by chance.
    rarity: float
    # The words that the title itself begins with a capital letter, small ones left out.
    capitals: frozenset[str]


@dataclass(frozen=True, slots=True)
class Naming:
    """That words of a text may name a talk: how much of its title is there, how much of what stands there is the title,
    in which order, and how much that says.
    """

    title: Title
    of_title: float
    of_phrase: float
    order: float
    rarity: float
    # Whether that begins or ends as the title does.
    is_end: bool
    # How many of its words, and whether it is word for word the title, but for slips of the finger.
    size: int
    is_whole: bool
    # The numbers are those of the title, or fewer: a year that was cut off.
    fits: bool
    # In running text: where that is, and how many of the title's words that begin with a capital letter begin with one
    # here, too; 0 where one of them does not.
    start: int = 0
    end: int = 0
    capitals: int = 0

    @property
    def score(self) -> float:
        return self.order * (self.of_title + self.of_phrase) / 2


class Programme:
    """The titles of talks, to be asked which of them a text names."""

    def __init__(self, talks: Iterable[tuple[int, str]]) -> None:
        of = [(pk, title, words(title)) for pk, title in talks]
        self.used = Counter(word for _pk, _title, found in of for word in set(found))
        self.many = max(3.0, len(of) / 8)
        self.titles = [self._title(pk, title, found) for pk, title, found in of if found]
        self.leads: dict[tuple[str, ...], list[tuple[int, int]]] = defaultdict(list)
        self.exact: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for number, title in enumerate(self.titles):
            self.exact[title.words].append(number)
            for place, word in enumerate(title.words):
                if word not in SMALL_WORDS:
                    self.leads[(word,)].append((number, place))
            for place, pair in enumerate(itertools.pairwise(title.words)):
                self.leads[pair].append((number, place))
        self.leads = {lead: places for lead, places in self.leads.items() if len(places) <= LEADS}
        self.worth = {lead: sum(map(weight, lead)) for lead in self.leads}

    def _title(self, pk: int, title: str, found: tuple[str, ...]) -> Title:
        capitals = frozenset(
            word.casefold()
            for word in spelled(title)
            if word[0].isupper() and word.casefold() not in SMALL_WORDS
        )
        return Title(pk, found, sum(map(weight, found)), self.rarity(found), capitals)

    def rarity(self, found: Sequence[str]) -> float:
        """Return how much these words say together: those that every event has, or many talks of this one, hardly
        anything.
        """
        return sum(
            weight(word) * (0.3 if word in EVERYWHERE else 0.5 if self.used[word] > self.many else 1.0)
            for word in dict.fromkeys(found)
            if word not in SMALL_WORDS
        )

    @cached_property
    def misspelled(self) -> dict[str, list[str]]:
        """The words of the titles by what is left of them when one letter is missing."""
        found: dict[str, list[str]] = defaultdict(list)
        for word in self.used:
            if len(word) >= 5 and word.isalpha():
                for shorter in {word, *shortened(word)}:
                    found[shorter].append(word)
        return found

    def meant(self, word: str) -> str:
        """Return the word of a title that differs from `word` by one typing mistake; else the word itself."""
        if word in self.used or len(word) < 5 or len(word) > 30:
            return word
        for shorter in (word, *shortened(word)):
            for known in self.misspelled.get(shorter, ()):
                if abs(len(known) - len(word)) <= 1:
                    return known
        return word

    # --- Asking ---------------------------------------------------------------------------------------------------

    def named_in(self, prose: Prose) -> list[Named]:
        """Return the talks that the text names, or may name, in the order in which it does; the certain ones first."""
        certain: dict[int, None] = {}
        likely: dict[int, None] = {}
        for phrase in prose.phrases[:PHRASES]:
            self._judge(self.phrase(phrase), certain, likely)
        for one, is_sure in self.running(prose.blocks):
            if is_sure:
                certain[one.title.pk] = None
            elif is_maybe_said(one):
                likely[one.title.pk] = None
        return [Named(pk, True) for pk in certain] + [Named(pk, False) for pk in likely if pk not in certain]

    def _judge(self, namings: list[Naming], certain: dict[int, None], likely: dict[int, None]) -> None:
        if not namings:
            return
        best, rival = namings[0], namings[1] if len(namings) > 1 else None
        is_ahead = (
            rival is None or best.score - rival.score >= AHEAD or (best.is_whole and not rival.is_whole)
        )
        if is_ahead and is_surely_meant(best):
            certain[best.title.pk] = None
        for one in namings:
            if is_maybe_meant(one) and best.score - one.score < 0.1:
                likely[one.title.pk] = None

    def phrase(self, phrase: str) -> list[Naming]:
        """Return which talks a phrase that stands out may name, the most likely first."""
        of = words(phrase)
        close = tuple(map(self.meant, of))
        found: dict[int, float] = defaultdict(float)
        for lead in leads_in(close):
            for number, _place in self.leads.get(lead, ()):
                found[number] += self.worth[lead] / math.sqrt(len(self.leads[lead]))
        for number in self.exact.get(of, ())[:CANDIDATES]:
            found[number] += 100.0
        likely = sorted(found, key=lambda number: -found[number])[:CANDIDATES]
        namings = [naming(self, self.titles[number], of) for number in likely]
        return sorted(namings, key=lambda one: -one.score)

    def running(self, blocks: Iterable[str]) -> Iterator[tuple[Naming, bool]]:
        """Yield which talks running text may name, one for each place where one may be, and whether that is sure."""
        followed = looked_at = 0
        for block in blocks:
            cased = spelled(block)
            of = counted(word.casefold() for word in cased)
            hits, more = self._hits([self.meant(word) for word in of], FOLLOWED - followed)
            followed += more
            places = [place for number in hits for place in self._places(number, hits[number])]
            namings = [
                running_naming(self, self.titles[number], of, cased, start)
                for number, start in places[: PLACES - looked_at]
            ]
            looked_at += len(namings)
            for one in namings:
                yield one, is_surely_said(one) and not any(is_rival(other, one) for other in namings)

    def _hits(self, close: Sequence[str], most: int) -> tuple[dict[int, list[tuple[int, int, float]]], int]:
        """Return by the number of a title where its words stand in the text: (where it would begin, place in the title,
        what that is worth); and how many words of titles were followed, `most` at most.
        """
        hits: dict[int, list[tuple[int, int, float]]] = defaultdict(list)
        followed = 0
        for at, pair in enumerate(itertools.zip_longest(close, close[1:])):
            for lead in ((pair[0],), pair):
                places = self.leads.get(lead)
                if places is None:
                    continue
                worth = self.worth[lead]
                for number, place in places:
                    hits[number].append((at - place, place, worth))
                followed += len(places)
            if followed > most:
                break
        return hits, followed

    def _places(self, number: int, hits: Sequence[tuple[int, int, float]]) -> list[tuple[int, int]]:
        """Return (number, where it begins) for the places where enough of a title stands: those where most does."""
        there: dict[int, dict[int, float]] = defaultdict(dict)
        for begin, place, worth in hits:
            there[begin][place] = worth
        needed = 0.4 * self.titles[number].weight
        found = []
        for begin, places in there.items():
            # A word that was torn apart or left out moves what follows by one.
            beside = {**there.get(begin - 1, {}), **there.get(begin + 1, {}), **places}
            if (worth := sum(beside.values())) >= needed:
                found.append((-sum(places.values()), -worth, begin))
        return [(number, begin) for _own, _worth, begin in sorted(found)[:PLACES_OF_ONE]]


def leads_in(of: Sequence[str]) -> list[tuple[str, ...]]:
    return [*((word,) for word in dict.fromkeys(of)), *dict.fromkeys(itertools.pairwise(of))]


def shortened(word: str) -> Iterator[str]:
    """Yield what is left of a word when one of its letters is missing."""
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def in_order(of: tuple[str, ...], title: tuple[str, ...]) -> Alignment:
    """Align the two; of a word that the title has twice, the one that is in order is meant."""
    found = align(of, title)
    if found.order == 1 or len(set(title)) == len(title):
        return found
    back = align(of[::-1], title[::-1])
    pairs = [
        (len(of) - 1 - place, len(title) - 1 - other, close) for place, other, close in reversed(back.pairs)
    ]
    return Alignment(pairs, back.is_the_same, back.order) if back.order > found.order else found


def naming(
    programme: Programme, title: Title, of: tuple[str, ...], found: Alignment | None = None, **more: int
) -> Naming:
    """Return how well these words name the talk of that title."""
    found = found or in_order(of, title.words)
    in_title = sum(weight(title.words[other]) * close for _place, other, close in found.pairs)
    in_phrase = sum(weight(of[place]) * close for place, _other, close in found.pairs)
    mine, theirs = numbers(of), numbers(title.words)
    return Naming(
        title=title,
        of_title=in_title / title.weight,
        of_phrase=in_phrase / (sum(map(weight, of)) or 1.0),
        order=found.order,
        rarity=programme.rarity([title.words[other] for _place, other, close in found.pairs if close > 0.7]),
        is_end=any(other in (0, len(title.words) - 1) for _place, other, _close in found.pairs),
        size=len(found.pairs),
        is_whole=found.is_the_same or of == title.words,
        fits=not (mine - theirs) and (not more or mine == theirs),
        **more,
    )


def running_naming(
    programme: Programme, title: Title, of: Sequence[str], cased: Sequence[str], start: int
) -> Naming:
    """The same for a place in running text: what lies between the first word of the title and the last one is meant."""
    start, end = max(0, start - 1), start + len(title.words) + 1
    found = in_order(tuple(of[start:end]), title.words)
    if found.pairs:
        start, end = start + found.pairs[0][0], start + found.pairs[-1][0] + 1
        found = in_order(tuple(of[start:end]), title.words)
    large = {title.words[other]: cased[start + at][0].isupper() for at, other, _close in found.pairs}
    capitals = [is_large for word, is_large in large.items() if word in title.capitals]
    return naming(
        programme,
        title,
        tuple(of[start:end]),
        found,
        start=start,
        end=end,
        capitals=all(capitals) * len(capitals),
    )


# --- Where the lines are ----------------------------------------------------------------------------------------------

AHEAD = 0.1


def is_surely_meant(one: Naming) -> bool:
    """Whether a phrase that stands out is a title or a piece of one beyond doubt, provided that no other is as good."""
    if not one.fits or one.rarity < 1.5:
        return False
    is_piece = one.order == 1 and one.of_phrase >= 0.95 and one.of_title >= 0.3 and one.size >= 3
    return one.score > 0.8 or (is_piece and one.rarity >= (2.2 if one.is_end else 4))


def is_maybe_meant(one: Naming) -> bool:
    return one.score > 0.7


def is_surely_said(one: Naming) -> bool:
    """Whether running text has a title in it, or most of one, which can be no turn of phrase."""
    if not one.fits or one.order < 1 or one.of_phrase < 0.9:
        return False
    if one.of_title > 0.88:
        return one.rarity >= 3.2 or (one.rarity >= 2.2 and one.capitals >= 2)
    if one.of_title < 0.45 or one.size < 3:
        return False
    return one.rarity >= 5 or (one.rarity >= 3 and one.capitals >= 2)


def is_rival(other: Naming, one: Naming) -> bool:
    """Whether what stands where `one` may be names another talk as well or better."""
    if other.title.pk == one.title.pk or other.end <= one.start or other.start >= one.end:
        return False
    return (
        other.order * other.of_phrase > 0.85
        and other.rarity > one.rarity - 0.6
        and other.score > one.score - 0.15
    )


def is_maybe_said(one: Naming) -> bool:
    return one.of_title > 0.9 and one.of_phrase > 0.9 and one.rarity >= 2
