"""How well titles are recognised: `make bench-matching`, explained in README.md. Ends with one line of JSON.

Each title of the talk data is damaged in every way, and asked for among all of them: is the right one first? Then it is
asked for among all others: does one of these come as certain?
"""

import argparse
import gzip
import json
import os
import random
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from talks.matching import CERTAIN, MARGIN, PERHAPS, Match, Titles, key, likeness, words

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / "demo" / "europython-2019.json"
# What lies beside a letter on the keyboard.
ROWS = ["qwertyuiop", "asdfghjkl", "zxcvbnm"]
# What no title tells apart, or what is another talk for one sign: asked for with the others gone.
DISTRACTORS = [
    ("Opening remarks", "Opening Remarks!"),
    ("Keynote", "KEYNOTE"),
    ("Keynote 1", "Keynote 2"),
    ("Lightning talks", "Lightning Talks"),
    ("Lightning talks, day 1", "Lightning talks, day 2"),
    ("Closing session", "Closing session"),
    ("State of the union 2023", "State of the union 2024"),
    ("Kubernetes deep dive, part I", "Kubernetes deep dive, part II"),
    ("Kubernetes deep dive (1/2)", "Kubernetes deep dive (2/2)"),
    ("Kubernetes deep dive, part one", "Kubernetes deep dive, part two"),
    ("Kubernetes deep dive, part A", "Kubernetes deep dive, part B"),
    ("Moving from Python 2 to Python 3", "Moving from Python 3 to Python 2"),
    ("Moving from Ruby to Python", "Moving from Python to Ruby"),
    ("Scaling on the GPU", "Scaling on the CPU"),
    ("Testing with mocks", "Texting with mocks"),
    ("Kubernetes for beginners", "Kubernetes without beginners"),
    ("What is new in Go 1.21", "What is new in Go 1.22"),
    ("SIG Network: introduction", "SIG Node: introduction"),
    ("Introduction to C", "Introduction to C++"),
    ("Introduction to C#", "Introduction to C++"),
]


def talks_of(folder: str | None) -> list[tuple[str, tuple[str, ...]]]:
    """Return (title, speakers) of every talk of the corpus, or else of the demo."""
    return [(row["title"], tuple(sorted(row["speakers"]))) for row in rows_of(folder)]


def rows_of(folder: str | None) -> list[dict[str, Any]]:
    """Return every talk of the corpus, or else of the demo, that has a title."""
    file = Path(folder or "/nonexistent") / "talks" / "pyvideo-talks.jsonl.gz"
    if file.is_file():
        with gzip.open(file, "rt") as lines:
            rows = [json.loads(line) for line in lines]
    else:
        rows = json.loads(DEMO.read_text())["talks"]
    return [row for row in rows if words(row["title"])]


# --- Damage -----------------------------------------------------------------------------------------------------------


def mistyped(title: str, chance: random.Random) -> str:
    """One mistake in about every ninth letter, three at most: swapped, left out, doubled, or the key beside it."""
    signs = list(title)
    letters = [at for at, sign in enumerate(signs) if sign.isalpha()]
    for at in chance.sample(letters, min(len(letters), 1 + min(2, len(letters) // 9))):
        sign = signs[at]
        kind = chance.randrange(4)
        if kind == 0 and at + 1 < len(signs) and signs[at + 1].isalpha():
            signs[at], signs[at + 1] = signs[at + 1], sign
        elif kind == 1:
            signs[at] = ""
        elif kind == 2:
            signs[at] = sign * 2
        else:
            signs[at] = beside(sign, chance)
    return "".join(signs)


def beside(sign: str, chance: random.Random) -> str:
    for row in ROWS:
        at = row.find(sign.lower())
        if at >= 0:
            return chance.choice(row[max(at - 1, 0) : at] + row[at + 1 : at + 2])
    return "x"


def cut(title: str, chance: random.Random) -> str:
    """The first half to nine tenths, ended anywhere in a word; of three words or fewer all but the last letters."""
    least = max(len(title) // 2, len(" ".join(title.split()[:3])))
    return title[
        : chance.randint(min(least, len(title) - 2), max(len(title) * 9 // 10, len(title) - 2))
    ].strip()


def reordered(title: str, chance: random.Random) -> str:
    """The part behind a colon or a dash first, or two pieces swapped, or the words in any order."""
    pieces = re.split(r"\s*[:–—]\s+|\s+-\s+", title)
    if len(pieces) > 1 and chance.random() < 0.5:
        return ", ".join(reversed(pieces))
    of = title.split()
    if len(of) < 3:
        return " ".join(reversed(of))
    if chance.random() < 0.5:
        at = chance.randrange(1, len(of))
        return " ".join([*of[at:], *of[:at]])
    chance.shuffle(of)
    return " ".join(of)


def repunctuated(title: str, chance: random.Random) -> str:
    """Other signs: none at all, dashes for colons, quotes around it, hyphens for spaces, an emoji behind."""
    return chance.choice(
        [
            lambda: re.sub(r"[^\w\s]", " ", title) if re.search(r"\w", title) else title,
            lambda: title.replace(":", " –").replace("-", " ").replace("'", "’"),
            lambda: f"“{title}”!",
            lambda: title.replace(" ", "-"),
            lambda: f"{title} 🎉",
        ]
    )()


def recased(title: str, chance: random.Random) -> str:
    return chance.choice([str.upper, str.lower, str.title, str.swapcase])(title)


def doubly(title: str, chance: random.Random) -> str:
    """Two of the others, one after the other."""
    first, second = chance.sample([mistyped, cut, reordered, repunctuated, recased], 2)
    return second(first(title, chance), chance)


DAMAGES: list[Callable[[str, random.Random], str]] = [mistyped, cut, reordered, repunctuated, recased, doubly]


# --- Measuring --------------------------------------------------------------------------------------------------------


class Measured:
    """Counts by the name of the damage."""

    def __init__(self) -> None:
        self.asked: dict[str, int] = defaultdict(int)
        self.first: dict[str, int] = defaultdict(int)
        self.perhaps: dict[str, int] = defaultdict(int)
        self.certain: dict[str, int] = defaultdict(int)
        self.wrong: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self.others_perhaps = 0

    def share(self, counted: dict[str, int]) -> float:
        return round(sum(counted.values()) / sum(self.asked.values()), 4)


def place_of(match: Match) -> int:
    """Return the number of the talk: what is handed in for each title here."""
    assert isinstance(match.candidate, int)
    return match.candidate


def measure(talks: list[tuple[str, tuple[str, ...]]], chance: random.Random, most: int) -> Measured:
    """Ask for damaged titles, at most `most` of each damage."""
    titles = Titles(enumerate(title for title, _speakers in talks))
    keys = [key(title) for title, _speakers in talks]
    measured = Measured()
    for damage in DAMAGES:
        name = damage.__name__
        for number in chance.sample(range(len(talks)), min(most, len(talks))):
            damaged = damage(talks[number][0], chance)
            matches = titles.best(damaged, most=12)
            # Talks of the same title are the right ones too: nobody could tell which of them is meant.
            right = [match for match in matches if keys[place_of(match)] == keys[number]]
            others = [match for match in matches if keys[place_of(match)] != keys[number]]
            measured.asked[name] += 1
            measured.first[name] += bool(matches) and keys[place_of(matches[0])] == keys[number]
            measured.perhaps[name] += bool(right) and right[0].score >= PERHAPS
            measured.certain[name] += bool(right) and right[0].score >= CERTAIN
            measured.others_perhaps += bool(others) and others[0].score >= PERHAPS
            # As if the right one were not here yet: is another one certain?
            if others and others[0].score >= CERTAIN:
                if len(others) == 1 or others[0].score - others[1].score >= MARGIN:
                    measured.wrong[name].append((damaged, talks[place_of(others[0])][0]))
    return measured


def wrong_neighbours(talks: list[tuple[str, tuple[str, ...]]]) -> list[tuple[str, str]]:
    """Return the undamaged titles of which another one is taken for the same."""
    titles = Titles(enumerate(title for title, _speakers in talks))
    wrong = []
    for number, (title, _speakers) in enumerate(talks):
        for match in titles.best(title, most=12):
            other = talks[place_of(match)][0]
            if place_of(match) > number and key(other) != key(title) and match.score >= CERTAIN:
                wrong.append((title, other))
    return wrong


def run(most: int, show: bool) -> dict[str, Any]:
    began = time.perf_counter()
    talks = talks_of(os.environ.get("HALLWAY_CORPUS"))
    measured = measure(talks, random.Random(4), most)  # the same each time
    neighbours = wrong_neighbours(talks)
    distractors = [pair for pair in DISTRACTORS if likeness(*pair) >= CERTAIN]
    wrong = [pair for pairs in measured.wrong.values() for pair in pairs] + neighbours + distractors
    asked = sum(measured.asked.values()) + len(talks) + len(DISTRACTORS)
    if show:
        for asked_for, found in wrong:
            print(f"  {asked_for!r} taken for {found!r}")
    for name, number in measured.asked.items():
        first, sure = measured.first[name] / number, measured.certain[name] / number
        print(
            f"{name:<14}{number:>7} asked {first:>9.4f} first {sure:>9.4f} certain {len(measured.wrong[name]):>4} wrong"
        )
    print(f"{'undamaged':<14}{len(talks):>7} asked {'':>16} {'':>17} {len(neighbours):>4} wrong")
    return {
        "top1": measured.share(measured.first),
        "wrong_merges_per_1000": round(1000 * len(wrong) / asked, 3),
        "found_above_perhaps": measured.share(measured.perhaps),
        "found_certain": measured.share(measured.certain),
        "others_above_perhaps": round(measured.others_perhaps / sum(measured.asked.values()), 4),
        "thresholds": {"certain": CERTAIN, "perhaps": PERHAPS},
        "talks": len(talks),
        "asked": asked,
        "seconds": round(time.perf_counter() - began, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=2500, help="how many titles are damaged in each way")
    parser.add_argument("--show", action="store_true", help="print what was taken for something else")
    options = parser.parse_args()
    figures = run(options.each, options.show)
    print(json.dumps(figures))
    if figures["top1"] < 0.97 or figures["wrong_merges_per_1000"] >= 1:
        sys.exit("bench.matching: below the bar")


if __name__ == "__main__":
    main()
