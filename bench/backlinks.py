"""How well the talks that a text names are found: `make bench-backlinks`, explained in README.md. Ends with one line of
JSON.

Texts are made for each event of the talk data: sentences that name its talks in every way that people do, among
sentences that name none: about the same subjects, with the titles of other events' talks, with turns of phrase that are
titles, too.
"""

import argparse
import json
import os
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.matching import beside, recased, repunctuated
from bench.matching import rows_of as talks_of
from links.prose import Prose
from talks.matching import PERHAPS, SMALL_WORDS, key, likeness, words
from talks.recognising import Programme

QUOTES = ["“{}”", "„{}“", "«{}»", "« {} »", "‘{}’", '"{}"', "「{}」", "»{}«"]
# Around a title; {0} stands for it.
SENTENCES = [
    "The one that I still think about is {0}.",
    "Then I went to {0}, and the room was full.",
    "{0} was the best hour of my day.",
    "On the way home we talked about {0} again, because nobody agreed with its end.",
    "If you watch one video, let it be {0}!",
    "Am Nachmittag habe ich {0} gehört, und es hat sich gelohnt.",
    "J’ai beaucoup aimé {0}, même si je suis arrivé en retard.",
]
# What anybody may say at a conference, and what some talk is called somewhere.
PHRASES = [
    "We need more testing in production, and less of everything else.",
    "Machine learning in Python was everywhere, as was open source.",
    "The keynote and the lightning talks were fun, the closing session was short.",
    "I came for “data science” and stayed for the “hallway track”.",
    "Everybody asks how to get started with Python, and nobody says what is next.",
    "There was a lot about web development with Django and about performance.",
    "Scaling is hard, security is harder, and “it works on my machine” is no plan.",
    "My colleagues asked me for an introduction to asynchronous programming.",
    "Getting things done with Docker took me an afternoon.",
    "<b>Day 1</b>: arriving, registering, coffee. <b>Day 2</b>: workshops.",
    "Back to basics, they said: <em>Code review</em>, <em>Continuous integration</em>, <em>Documentation</em>.",
    "The future of Python looked bright from where I sat.",
]


# --- Ways to name a talk ----------------------------------------------------------------------------------------------


def as_it_is(title: str, chance: random.Random) -> str:
    return title


def mistyped(title: str, chance: random.Random) -> str:
    """One mistake in about every twentieth letter, one at least: swapped, left out, doubled, or the key beside it."""
    signs = list(title)
    letters = [at for at, sign in enumerate(signs) if sign.isalpha()]
    for at in chance.sample(letters, min(len(letters), 1 + len(letters) // 20)):
        sign = signs[at]
        kind = chance.randrange(4)
        if kind == 0 and at + 1 < len(signs) and signs[at + 1].isalpha():
            signs[at], signs[at + 1] = signs[at + 1], sign
        else:
            signs[at] = ["", "", sign * 2, beside(sign, chance)][kind]
    return "".join(signs)


def shortened(title: str, chance: random.Random) -> str:
    """What people leave: the part before a colon or a dash, what is behind a short one, else the first half or more."""
    pieces = re.split(r"\s*:\s+|\s+[-–—]\s+", title)
    if len(pieces) > 1 and len(words(pieces[0])) > 2:
        return pieces[0]
    if len(pieces) > 1 and len(words(" ".join(pieces[1:]))) > 2:
        return " – ".join(pieces[1:])
    of = title.split()
    while len(of) > 3 and (len(of) > 0.8 * len(title.split()) or key(of[-1]) in SMALL_WORDS):
        of.pop()
    return " ".join(of)


DAMAGES: list[Callable[[str, random.Random], str]] = [as_it_is, shortened, mistyped, repunctuated, recased]


def quoted(title: str, chance: random.Random) -> str:
    return f"<p>{sentence(chance.choice(QUOTES).format(title), chance)}</p>"


def linked(title: str, chance: random.Random) -> str:
    return f"<p>{sentence(f'<a href=https://video.example/{chance.random()}>{title}</a>', chance)}</p>"


def stressed(title: str, chance: random.Random) -> str:
    return f"<p>{sentence(f'<em>{title}</em>', chance)}</p>"


def headed(title: str, chance: random.Random) -> str:
    return f"<h3>{title}</h3><p>A talk to come back to.</p>"


def listed(title: str, chance: random.Random) -> str:
    return f"<ul><li>{title}</li><li>the food</li></ul>"


def running(title: str, chance: random.Random) -> str:
    return f"<p>{sentence(title, chance)}</p>"


def sentence(named: str, chance: random.Random) -> str:
    return chance.choice(SENTENCES).format(named)


PLACES: list[Callable[[str, random.Random], str]] = [quoted, linked, stressed, headed, listed, running]


# --- Texts ------------------------------------------------------------------------------------------------------------


@dataclass
class Made:
    """A text, and which talks it names how: place and damage by the talk's number."""

    page: str
    names: dict[int, tuple[str, str]] = field(default_factory=dict)


def others_words(own: Sequence[str], rows: Sequence[dict[str, Any]], chance: random.Random) -> list[str]:
    """Return paragraphs about talks of other events: what their descriptions say, and sentences with their titles.

    None of them is like a title of `own`: of the same talk given elsewhere nobody could tell which is meant.
    """
    found: list[str] = []
    while len(found) < 6:
        row = chance.choice(rows)
        if any(likeness(row["title"], title) >= PERHAPS for title in own):
            continue
        if len(found) % 2 and row["description"]:
            found.append(f"<p>{tagless(row['description'])[:1500]}</p>")
        else:
            found.append(chance.choice(PLACES)(tagless(row["title"]), chance))
    return found


def tagless(text: str) -> str:
    return " ".join(re.sub(r"[<>&]", " ", text).split())


def text_about(
    numbers: Sequence[int], titles: Sequence[str], rows: Sequence[dict[str, Any]], chance: random.Random
) -> Made:
    made = Made("")
    parts = others_words(titles, rows, chance) + [f"<p>{one}</p>" for one in chance.sample(PHRASES, 3)]
    for number in numbers:
        place, damage = chance.choice(PLACES), chance.choice(DAMAGES)
        made.names[number] = (place.__name__, damage.__name__)
        parts.append(place(tagless(damage(titles[number], chance)), chance))
    chance.shuffle(parts)
    made.page = "\n".join(parts)
    return made


# --- Measuring --------------------------------------------------------------------------------------------------------


class Measured:
    def __init__(self) -> None:
        self.named: Counter[tuple[str, str]] = Counter()
        self.linked: Counter[tuple[str, str]] = Counter()
        self.proposed: Counter[tuple[str, str]] = Counter()
        self.wrong: list[tuple[str, str]] = []
        self.wrongly_proposed = 0
        self.missed: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.characters = 0
        self.seconds = 0.0

    def take(self, made: Made, titles: Sequence[str], programme: Programme) -> None:
        began = time.process_time()
        found = programme.named_in(Prose.of_html(made.page))
        self.seconds += time.process_time() - began
        self.characters += len(made.page)
        certain = {one.pk for one in found if one.certain}
        for number, way in made.names.items():
            self.named[way] += 1
            self.linked[way] += number in certain
            self.proposed[way] += any(one.pk == number for one in found)
            if number not in certain:
                self.missed[way].append(titles[number])
        self.wrong += [(titles[pk], made.page) for pk in certain - made.names.keys()]
        self.wrongly_proposed += sum(not one.certain and one.pk not in made.names for one in found)


def can_be_named(titles: Sequence[str]) -> list[int]:
    """Return the numbers of the titles that the event has once: of two that are the same, nobody could tell."""
    often = Counter(key(title) for title in titles)
    return [number for number, title in enumerate(titles) if often[key(title)] == 1]


def measure(rows: Sequence[dict[str, Any]], chance: random.Random, most: int) -> Measured:
    events: dict[str, list[str]] = defaultdict(list)
    for number, row in enumerate(rows):
        # The demo's talks are of one event: here, of two.
        events[row.get("event", str(number % 2))].append(row["title"])
    measured = Measured()
    for titles in events.values():
        if len(titles) < 8:
            continue
        programme = Programme(enumerate(titles))
        numbers = can_be_named(titles)
        chance.shuffle(numbers)
        for start in range(0, min(len(numbers), most), 6):
            made = text_about(numbers[start : start + 6], titles, rows, chance)
            measured.take(made, titles, programme)
    return measured


def run(most: int, show: bool) -> dict[str, Any]:
    began = time.perf_counter()
    rows = talks_of(os.environ.get("HALLWAY_CORPUS"))
    measured = measure(rows, random.Random(5), most)  # the same each time
    if show:
        for title, page in measured.wrong[:60]:
            print("  WRONG", title, "\n     IN", nearest(title, page))
        for way, missed in measured.missed.items():
            print("  MISSED", way, len(missed), measured.named[way], missed[:4])
    for column, name in enumerate(("place", "damage")):
        print(f"{name:<14}{'named':>8}{'linked':>10}{'or asked':>10}")
        for one in dict.fromkeys(way[column] for way in measured.named):
            ways = [way for way in measured.named if way[column] == one]
            named = sum(measured.named[way] for way in ways)
            linked = sum(measured.linked[way] for way in ways) / named
            asked = sum(measured.proposed[way] for way in ways) / named
            print(f"{one:<14}{named:>8}{linked:>10.4f}{asked:>10.4f}")
    named, linked = measured.named.total(), measured.linked.total()
    return {
        "precision": round(linked / (linked + len(measured.wrong)), 4),
        "recall": round(linked / named, 4),
        "recall_when_asked": round(measured.proposed.total() / named, 4),
        "wrong_questions_per_text": round(6 * measured.wrongly_proposed / named, 3),
        "named": named,
        "ms_per_1000_characters": round(1_000_000 * measured.seconds / measured.characters, 3),
        "talks": len(rows),
        "seconds": round(time.perf_counter() - began, 1),
    }


def nearest(title: str, page: str) -> str:
    prose = Prose.of_html(page)
    own = set(words(title))
    return max((*prose.phrases, *(prose.blocks)), key=lambda one: (len(own & set(words(one))), -len(one)))[
        :300
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--each", type=int, default=30, help="so many talks of each event are named")
    parser.add_argument(
        "--show", action="store_true", help="print what was found wrongly, and what was missed"
    )
    options = parser.parse_args()
    figures = run(options.each, options.show)
    print(json.dumps(figures))
    if figures["precision"] < 0.98 or figures["recall"] < 0.9:
        sys.exit("bench.backlinks: below the bar")


if __name__ == "__main__":
    main()
