"""Everything can be read, in whatever colour an event is, in light and in dark: WCAG's AA, and AAA for long texts."""

import pytest
from django.conf import settings

from config.tokens import colour, declared, hues, tokens
from events.colours import AROUND, contrast, oklch, srgb
from events.models import Event

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


def test_the_conversion_agrees_with_known_colours():
    assert [round(number, 3) for number in oklch((1, 0, 0))] == [0.628, 0.258, 29.234]
    assert [round(number, 2) for number in srgb(*oklch((0.2, 0.4, 0.6)))] == [0.2, 0.4, 0.6]
    assert round(contrast((1, 1, 1), (0, 0, 0)), 2) == 21


def test_each_colour_that_can_be_chosen_has_its_class():
    assert list(hues()) == [f"hue-{hue}" for hue in Event.Accent.values]


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


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("hue", ["", *(f"hue-{hue}" for hue in range(0, 360, 30))])
def test_whoever_asks_for_more_contrast_gets_it_in_every_text_and_line(hue, dark):
    light, night = (settings.BASE_DIR / "static/css/contrast.css").read_text().split("@media")[1:]
    known = tokens(dark=dark, hue=hue) | (declared(night) if dark else declared(light))
    least = [
        *((text, paper, 7) for text, paper, _least in PAIRS),
        *(("line", paper, 3) for paper in PAPERS[:3]),
        *(("line-strong", paper, 7) for paper in PAPERS[:3]),
    ]
    found = [
        (one, other, round(contrast(colour(known[one], known), colour(known[other], known)), 2))
        for one, other, _least in least
    ]
    assert [pair for pair, (_one, _other, wanted) in zip(found, least, strict=True) if pair[2] < wanted] == []


@pytest.mark.parametrize("hue", AROUND)
def test_a_phones_own_bars_have_the_colour_of_the_wash(hue):
    drawn = []
    for dark in (False, True):
        known = tokens(dark=dark, hue="" if hue is None else f"hue-{hue}")
        rgb = colour(known["paper" if hue is None else "wash"], known)
        drawn.append("#" + "".join(f"{round(channel * 255):02x}" for channel in rgb))
    assert tuple(drawn) == AROUND[hue]
