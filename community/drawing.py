"""What pictures of numbers are drawn of: bars, whose places across are parts of the width, so that text keeps its size.

Kinds are told apart by tones (static/css/pages/plot.css): a colour and a pattern each, never by the colour alone.
"""

import dataclasses
from collections.abc import Sequence

from .kinds import kinds
from .models import Contribution

TONES = 4


@dataclasses.dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle; `x` and `width` are parts of the width, `y` and `height` pixels from the top. `words` say it."""

    x: str
    width: str
    words: str
    y: int = 0
    height: int = 0
    # A number above it: where its middle and its line are.
    label: str = ""
    middle: str = ""
    label_y: int = 0
    is_tallest: bool = False
    tone: str = ""


def share(part: float, of: float) -> str:
    """Return a part of the width as SVG takes it: with a point, whatever the language."""
    return f"{100 * part / of:.2f}%"


def toned_kinds() -> Sequence[tuple[type[Contribution], str]]:
    """Return the kinds, each with its tone; with more kinds than tones these come again."""
    return [(model, f"tone-{place % TONES}") for place, model in enumerate(kinds())]
