"""Everything can be read, in whatever colour an event is, in light and in dark: WCAG's AA, and AAA for long texts."""

import re
from pathlib import Path

import pytest

from events.colours import contrast, oklch, srgb
from events.models import Event

TOKENS = (Path(__file__).parents[1] / "static/css/tokens.css").read_text()
DARK = "@media (prefers-color-scheme: dark)"
PAPERS = ("paper", "paper-sunk", "paper-raised", "wash")
# What is written in which colour, on what, and how well it must be readable.
PAIRS = [
    *(("ink", paper, 7) for paper in (*PAPERS, "marker")),
    *(("ink-soft", paper, 4.5) for paper in PAPERS),
    # A quotation in a long text.
    ("ink-soft", "paper", 7),
    *(("accent", paper, 4.5) for paper in PAPERS),
    *(("accent-deep", paper, 4.5) for paper in PAPERS),
    ("on-accent", "accent", 4.5),
    ("on-accent", "accent-deep", 4.5),
    *((state, f"{state}-wash", 4.5) for state in ("good", "warn", "bad", "info")),
    *((state, paper, 4.5) for state in ("good", "warn", "bad", "info") for paper in PAPERS[:3]),
    *(("ink", f"{state}-wash", 7) for state in ("good", "warn", "bad", "info")),
]


def declared(css: str) -> dict[str, str]:
    """Return the tokens of some rules, the last of each name."""
    return {name: value.strip() for name, value in re.findall(r"--([a-z-]+):\s*([^;]+);", css)}


def tokens(*, dark: bool, hue: str) -> dict[str, str]:
    """Return the tokens as they hold in a theme, on a page of that hue class."""
    plain = re.sub(r"\.hue-\d+ \{[^}]*\}", "", TOKENS)
    # The rules for the dark, up to the brace at which each block of them began.
    block = re.compile(re.escape(DARK) + r" \{\n(?P<rules>.*?)\n\}", re.DOTALL)
    night = "".join(match["rules"] for match in block.finditer(plain))
    light = block.sub("", plain)
    own = re.search(rf"\.{hue} \{{([^}}]*)\}}", TOKENS) if hue else None
    return {**declared(light), **(declared(night) if dark else {}), **(declared(own[1]) if own else {})}


def colour(value: str, known: dict[str, str]) -> tuple[float, float, float]:
    value = re.sub(r"var\(--([a-z-]+)\)", lambda match: known[match[1]], value)
    value = re.sub(
        r"calc\(([\d.]+) ([*+]) ([\d.]+)\)",
        lambda m: str(float(m[1]) * float(m[3]) if m[2] == "*" else float(m[1]) + float(m[3])),
        value,
    )
    found = re.fullmatch(r"oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)", value)
    assert found, value
    return srgb(*(float(number) for number in found.groups()))


def test_the_conversion_agrees_with_known_colours():
    assert [round(number, 3) for number in oklch((1, 0, 0))] == [0.628, 0.258, 29.234]
    assert [round(number, 2) for number in srgb(*oklch((0.2, 0.4, 0.6)))] == [0.2, 0.4, 0.6]
    assert round(contrast((1, 1, 1), (0, 0, 0)), 2) == 21


def test_each_colour_that_can_be_chosen_has_its_class():
    assert sorted(int(hue) for hue in re.findall(r"\.hue-(\d+) \{", TOKENS)) == sorted(Event.Accent.values)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("hue", ["", *(f"hue-{hue}" for hue in range(0, 360, 30))])
def test_everything_can_be_read(hue, dark):
    known = tokens(dark=dark, hue=hue)
    found = {
        (text, paper): round(contrast(colour(known[text], known), colour(known[paper], known)), 2)
        for text, paper, _least in PAIRS
    }
    assert [
        (text, paper, found[text, paper]) for text, paper, least in PAIRS if found[text, paper] < least
    ] == []
