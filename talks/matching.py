"""How alike two titles are: of one talk written twice, or of two talks. Reads titles alone, and asks no database.

`likeness` forgives what happens to a title on its way: typing mistakes, an end cut off, another order, other signs and
letters, words around it. It does not forgive what tells two talks of a series apart: another number, year or part.
What it measures, and on what, is in docs/decisions/0015; `make bench-matching` prints the figures.
"""

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

# At or above this the two are one talk, and nobody has to look: every word has its counterpart, in the same order, with
# no more than a slip of the finger in long words, and every number is the same. Damaged titles of 11,293 talks, held
# against all other talks: `wrong_merges_per_1000` says how often this was wrong.
CERTAIN = 0.95
# At or above this it is worth asking “is it this one?”. Of damaged titles 99 in 100 are as like the right one; a
# quarter of them is so like another one of 11,293 talks, too. (At 0.8: 97 in 100, and an eighth.)
PERHAPS = 0.7
# Below this it is noise: what `best` does not even list.
LISTED = 0.5
# Two that are as good as each other are no answer: a certain one is this far ahead of the next.
MARGIN = 0.02

# Signs that are letters of a name, and names for them.
NAMED_SIGNS = [("c++", "cpp"), ("c#", "csharp"), ("f#", "fsharp"), ("&", " and ")]
# Letters with a stroke or two in one, which Unicode does not take apart.
PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
    | {"Ø": "O", "Ł": "L", "Đ": "D", "Ð": "D", "Þ": "Th", "Æ": "Ae", "Œ": "Oe", "Ħ": "H"}
)
APOSTROPHES = re.compile(r"(?<=\w)['’‘ʼ`´](?=\w)")
WORD = re.compile(r"[^\W_]+")
DIGITS = re.compile(r"\d+")

NUMBER_WORDS = {
    word: str(number)
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=1
    )
}
ROMAN = {
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "xi": "11",
    "xii": "12",
}
# “I”, “V” and “X” are numbers, and a single letter is a name, only after one of these.
ROMAN_AFTER = {"i": "1", "v": "5", "x": "10"}
PARTS = {
    "part",
    "teil",
    "partie",
    "pt",
    "vol",
    "volume",
    "chapter",
    "episode",
    "level",
    "day",
    "session",
    "round",
}

# Words that hold a sentence together and hardly say what it is about.
SMALL_WORDS = frozenset(
    WORD.findall(
        "a an and are as at be by can do for from how in into is it its of on or our that the this to up us using"
        " via we what when where why will with you your au aux avec ce ces de des du en et la le les par pour que qui"
        " sur un une das dem den der die ein eine fur im ist mit und von wie zu el los las una con del y"
    )
)
# What every event has of its own. A title of nothing else is no talk that could be known by it.
EVERYWHERE = frozenset(
    WORD.findall(
        "welcome opening closing remarks words address ceremony session sessions keynote keynotes lightning talk talks"
        " day morning afternoon evening introduction intro panel discussion questions answers qa break"
        " lunch dinner party registration coffee sprint sprints poster posters plenary announcements conference"
        " workshop tutorial bof unconference open space awards part general meeting business presentation interview"
        " demo demos ama live stream track room main stage hall monday tuesday wednesday"
        " thursday friday saturday sunday"
    )
)


# --- What of a title counts ------------------------------------------------------------------------------------------


@lru_cache(maxsize=16_384)
def words(title: str) -> tuple[str, ...]:
    """Return the words of `title` as they are compared: folded, without accents and signs, numbers in digits."""
    return tuple(counted(word.casefold() for word in spelled(title)))


def spelled(text: str) -> list[str]:
    """Return the words of any text in their own case, otherwise as they are compared, but for numbers."""
    text = unicodedata.normalize("NFKC", text)
    for sign, name in NAMED_SIGNS:
        text = text.replace(sign, name).replace(sign.upper(), name.capitalize())
    text = unicodedata.normalize("NFKD", APOSTROPHES.sub("", text)).translate(PLAIN_LETTERS)
    return WORD.findall("".join(letter for letter in text if not unicodedata.combining(letter)))


def counted(folded: Iterable[str]) -> list[str]:
    """Return these words with all numbers in digits: “two”, “II” and “part B” are numbers, too."""
    found: list[str] = []
    for word in folded:
        after_part = bool(found) and found[-1] in PARTS
        number = NUMBER_WORDS.get(word) or ROMAN.get(word) or (after_part and ROMAN_AFTER.get(word))
        found.append(number or word)
    return found


def key(title: str) -> str:
    """Return what two ways of writing one title have in common; empty where it has no letters at all."""
    return " ".join(words(title))


def numbers(of: Sequence[str]) -> Counter[str]:
    """Return the numbers in these words, and the single letters that name a part (“part b”)."""
    found = Counter(run.lstrip("0") or "0" for word in of for run in DIGITS.findall(word))
    found.update(
        word
        for before, word in itertools.pairwise(of)
        if before in PARTS and len(word) == 1 and word.isalpha()
    )
    return found


def says_little(of: Sequence[str]) -> bool:
    """Return whether these are words that every event has: “Opening remarks, day 2”."""
    return all(word in EVERYWHERE or word in SMALL_WORDS or word.isdigit() for word in of)


@lru_cache(maxsize=65_536)
def weight(word: str) -> float:
    """Return how much it says that a word is the same: long ones more than short ones."""
    if word in SMALL_WORDS:
        return 0.25
    return 0.5 + min(len(word), 8) / 8


# --- How alike -------------------------------------------------------------------------------------------------------


def likeness(a: str, b: str) -> float:
    """Return how alike two titles are, from 0 to 1; the same in both directions. See CERTAIN and PERHAPS."""
    first, second = words(a), words(b)
    if not first or not second:
        # Titles of nothing but signs.
        return float(bool(a.strip()) and a.strip() == b.strip())
    if first == second:
        return 1.0 if not says_little(first) else CERTAIN - 0.01
    found = align(first, second)
    by_words = covered(first, second, found)
    score = by_words if by_words > 0.9 else max(by_words, 0.97 * by_letters(first, second))
    return limited(score, first, second, found)


def limited(score: float, first: tuple[str, ...], second: tuple[str, ...], found: "Alignment") -> float:
    """Return the score, lowered where something says that the two are not the same, or not surely."""
    mine, theirs = numbers(first), numbers(second)
    if mine != theirs:
        # One says more than the other (a year, a part that was cut off), or they contradict each other.
        contradict = bool(mine - theirs) and bool(theirs - mine)
        score *= 0.7 if contradict else 0.95
    if mine == theirs and found.is_the_same and not (says_little(first) or says_little(second)):
        return score
    return min(score, CERTAIN - 0.01)


@dataclass(frozen=True, slots=True)
class Alignment:
    """Which word of one title is which of the other: (place, place, closeness), by the first place."""

    pairs: list[tuple[int, int, float]]
    # Each word has its counterpart, in the same order, and what differs is a slip of the finger.
    is_the_same: bool
    # The share of neighbours that are in the same order in both.
    order: float


def align(first: tuple[str, ...], second: tuple[str, ...]) -> Alignment:
    """Find each word's counterpart: the same word, else the closest of those that are left."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(second):
        places.setdefault(word, []).append(place)
    pairs, left = [], []
    for place, word in enumerate(first):
        if places.get(word):
            pairs.append((place, places[word].pop(0), 1.0))
        else:
            left.append(place)
    free = {place for rest in places.values() for place in rest}
    slips = True
    for place in left:
        word = first[place]
        close = max(((closeness(word, second[other]), -other) for other in free), default=(0.0, 0))
        if close[0]:
            other = -close[1]
            pairs.append((place, other, close[0]))
            free.discard(other)
            slips = slips and is_slip(word, second[other])
    pairs.sort()
    steps = [after[1] > before[1] for before, after in itertools.pairwise(pairs)]
    order = sum(steps) / len(steps) if steps else 1.0
    everything = len(pairs) == len(first) == len(second)
    # More than every third word mistyped is no slip.
    few = 3 * sum(close < 1 for _a, _b, close in pairs) <= len(pairs)
    return Alignment(pairs, everything and slips and few and order == 1.0, order)


letters = lru_cache(maxsize=65_536)(frozenset[str])


@lru_cache(maxsize=262_144)
def closeness(a: str, b: str) -> float:
    """Return how likely it is that two different words were meant to be one, from 0 to 1."""
    if len(a) > len(b):
        a, b = b, a
    if not (a.isalpha() and b.isalpha()):
        return 0.0
    if b.startswith(a) and (len(a) > 2 or len(b) <= 3):
        # Cut short, or another form of the word.
        return 0.6 + 0.4 * len(a) / len(b)
    most = 1 if len(b) <= 5 else 2 if len(b) <= 8 else 3
    if len(b) - len(a) > most or len(b) <= 2:
        return 0.0
    # Each mistake brings one letter at most that the other word does not have: most words differ by more.
    if len(letters(b) - letters(a)) > most or len(letters(a) - letters(b)) > most:
        return 0.0
    mistakes = distance(a, b, most)
    if mistakes > most or (len(b) == 3 and sorted(a) != sorted(b)):
        return 0.0
    return 1 - mistakes / len(b)


def is_slip(a: str, b: str) -> bool:
    """Return whether the difference of two words is surely a slip of the finger: one mistake in a long word.

    In a short word, and at its end, one letter makes another word: GPU and CPU, test and text, tests and tested.
    """
    shorter, longer = sorted((a, b), key=len)
    return len(shorter) >= 6 and a[0] == b[0] and distance(a, b, 1) <= 1 and not longer.startswith(shorter)


def distance(a: str, b: str, most: int) -> int:
    """Return how many letters must be added, left out, replaced or swapped with the next to make `b` of `a`;
    of more than `most`, most + 1.
    """
    before: list[int] = []
    previous: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, start=1):
        before, previous, row = previous, row, [i]
        for j, other in enumerate(b, start=1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def covered(first: tuple[str, ...], second: tuple[str, ...], found: Alignment) -> float:
    """Return how much of each title is found in the other, as one number."""
    in_first = sum(weight(first[place]) * close for place, _other, close in found.pairs)
    in_second = sum(weight(second[other]) * close for _place, other, close in found.pairs)
    shares = in_first / sum(map(weight, first)), in_second / sum(map(weight, second))
    return (0.94 + 0.06 * found.order) * both_ways(*shares, known=min(in_first, in_second))


@lru_cache(maxsize=16_384)
def counted_grams(of: tuple[str, ...]) -> Counter[str]:
    return Counter(grams(of))


def by_letters(first: tuple[str, ...], second: tuple[str, ...]) -> float:
    """The same by the letters, three at a time: for words run together or torn apart, and scripts without spaces."""
    one, other = counted_grams(first), counted_grams(second)
    shared = sum(min(count, other[gram]) for gram, count in one.items() if gram in other)
    return both_ways(shared / one.total(), shared / other.total(), known=shared / 5)


def both_ways(a: float, b: float, *, known: float) -> float:
    """Return one number for what share of each is found in the other.

    A title that was cut is found whole in a longer one; the more words are `known` of it, the more that says.
    """
    less, more = min(a, b), max(a, b)
    return less + (more - less) * known / (known + 1.5)


def share_found(asked: tuple[str, ...], title: tuple[str, ...]) -> float:
    """Return how much of what was typed so far is found in a title, from 0 to 1. The last word may not be finished.

    Of titles that have all of it, the one that has little else comes first.
    """
    if not asked or not title:
        return 0.0
    found = align(asked, title)
    close = {place: how for place, _other, how in found.pairs}
    if any(word.startswith(asked[-1]) for word in title):
        close[len(asked) - 1] = max(close.get(len(asked) - 1, 0.0), 0.95)
    typed = sum(map(weight, asked))
    share = sum(weight(asked[place]) * how for place, how in close.items()) / typed
    letters_found = set(grams(asked)[:-1])
    if letters_found:
        share = max(share, 0.97 * len(letters_found & counted_grams(title).keys()) / len(letters_found))
    return (0.97 + 0.03 * found.order) * (
        0.9 * share + 0.1 * min(1.0, typed * share / sum(map(weight, title)))
    )


def grams(of: Sequence[str]) -> list[str]:
    """Return the letters of these words three at a time, with "_" for where a word begins and ends."""
    return [f"_{word}_"[at : at + 3] for word in of for at in range(len(word))]


# --- One of many -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Match:
    """A candidate (whatever was handed in for its title), how alike it is, and whether that leaves no doubt."""

    candidate: Hashable
    score: float
    certain: bool = False


class Titles:
    """Many titles, to be asked which of them is meant: by the letters that they share, then by `likeness`."""

    # How many are looked at closely. The right one is among the first few or not at all.
    LOOKED_AT = 25
    READ = 4_000

    def __init__(self, candidates: Iterable[tuple[Hashable, str]]) -> None:
        self.candidates = list(candidates)
        self.having: dict[str, list[int]] = {}
        self.sizes: list[int] = []
        for place, (_candidate, title) in enumerate(self.candidates):
            of = set(grams(words(title)))
            self.sizes.append(len(of))
            for gram in of:
                self.having.setdefault(gram, []).append(place)

    def best(self, title: str, *, most: int = 5) -> list[Match]:
        """Return the candidates that are most like `title`, best first; nothing that is below LISTED.

        Only the first can be `certain`, and only where no other is as good.
        """
        scores = [(likeness(title, self.candidates[place][1]), -place) for place in self._sharing(title)]
        ranked = sorted((score for score in scores if score[0] >= LISTED), reverse=True)
        next_best = ranked[1][0] if len(ranked) > 1 else 0.0
        return [
            Match(
                self.candidates[-place][0],
                score,
                certain=rank == 0 and score >= CERTAIN and score - next_best >= MARGIN,
            )
            for rank, (score, place) in enumerate(ranked[:most])
        ]

    def _sharing(self, title: str) -> list[int]:
        """Return the places of the candidates that share most of their letters with `title`; rare ones say more."""
        asked = sorted(set(grams(words(title))), key=lambda gram: len(self.having.get(gram, ())))
        shared: dict[int, float] = {}
        budget = self.READ
        for gram in asked:
            having = self.having.get(gram, ())
            # The rare ones say most; what is in every title is not worth the time.
            budget -= len(having)
            if budget < 0 and shared:
                break
            for place in having:
                shared[place] = shared.get(place, 0.0) + 1 / (10 + len(having)) ** 0.5
        # A long title shares more by chance.
        ranked = sorted(shared, key=lambda place: (-shared[place] / (12 + self.sizes[place]) ** 0.5, place))
        return ranked[: self.LOOKED_AT]


def best(title: str, candidates: Iterable[tuple[Hashable, str]], *, most: int = 5) -> list[Match]:
    """Return which of the candidates, (anything, title), are most like `title`; see `Titles.best`, for many titles."""
    return Titles(candidates).best(title, most=most)


def pair_up(
    titles: Iterable[tuple[Hashable, str]], candidates: Iterable[tuple[Hashable, str]]
) -> dict[Hashable, Match]:
    """Return by what was handed in for each title the candidate that it belongs to, each candidate once at most.

    Pairs that are most alike come first. What all titles have around them (the name of the conference) is left out;
    a pair is `certain` only where neither side has another that is as good.
    """
    asked, among = list(titles), Titles(candidates)
    stripped = without_common_ends([title for _one, title in asked])
    pairs = []
    for (one, whole), inner in zip(asked, stripped, strict=True):
        found = {match.candidate: match for match in among.best(whole)}
        if inner != whole:
            for match in among.best(inner):
                found[match.candidate] = max(match, found.get(match.candidate, match), key=lambda m: m.score)
        pairs += [(match, one) for match in found.values() if match.score >= PERHAPS]
    pairs.sort(key=lambda pair: -pair[0].score)
    wanted_by: dict[Hashable, list[float]] = {}
    for match, _one in pairs:
        wanted_by.setdefault(match.candidate, []).append(match.score)
    chosen: dict[Hashable, Match] = {}
    taken: set[Hashable] = set()
    for match, one in pairs:
        if one in chosen or match.candidate in taken:
            continue
        rivals = wanted_by[match.candidate]
        alone = len(rivals) == 1 or rivals[0] - rivals[1] >= MARGIN
        chosen[one] = Match(match.candidate, match.score, match.certain and alone)
        taken.add(match.candidate)
    return chosen


def without_common_ends(titles: Sequence[str]) -> list[str]:
    """Return the titles without the piece before “:”, “-” or “|”, or after it, that more than half of them share."""
    pieces = [SEPARATOR.split(title.strip()) for title in titles]
    for end in (0, -1):
        counted = Counter(key(piece[end]) for piece in pieces if len(piece) > 1)
        common = {word for word, count in counted.items() if count > 2 and 2 * count > len(titles)}
        pieces = [
            (piece[1:] if end == 0 else piece[:-1]) if len(piece) > 1 and key(piece[end]) in common else piece
            for piece in pieces
        ]
    return [" - ".join(piece) for piece in pieces]


SEPARATOR = re.compile(r"\s+[-–—|•·]\s+|\s*[|:]\s+")
