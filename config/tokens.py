"""The tokens of static/css/tokens.css, as Python reads them: for the style guide, and for the test of contrasts."""

import re
from functools import cache

from django.conf import settings

from events.colours import RGB, srgb

DARK = "@media (prefers-color-scheme: dark)"
# The rules for the dark, up to the brace at which each block of them began.
NIGHT = re.compile(re.escape(DARK) + r" \{\n(?P<rules>.*?)\n\}", re.DOTALL)
HUE = re.compile(r"\.(?P<name>hue-\d+) \{(?P<rules>[^}]*)\}")


@cache
def sheet() -> str:
    """Return the text of the file. Read once a process."""
    return (settings.BASE_DIR / "static/css/tokens.css").read_text()


def declared(css: str) -> dict[str, str]:
    """Return the tokens of some rules by name, the last value of each."""
    return {name: value.strip() for name, value in re.findall(r"--([a-z0-9-]+):\s*([^;]+);", css)}


def hues() -> dict[str, str]:
    """Return the rules of each class that gives a page its hue."""
    return {match["name"]: match["rules"] for match in HUE.finditer(sheet())}


def tokens(*, dark: bool, hue: str = "") -> dict[str, str]:
    """Return the tokens as they hold in a theme, on a page with that hue class."""
    plain = HUE.sub("", sheet())
    night = "".join(match["rules"] for match in NIGHT.finditer(plain))
    own = hues()[hue] if hue else ""
    return declared(NIGHT.sub("", plain)) | (declared(night) if dark else {}) | declared(own)


def colour(value: str, known: dict[str, str]) -> RGB:
    """Return a colour as a screen shows it: `oklch(…)` of numbers, tokens and one step of arithmetic. Raises ValueError
    for anything else."""
    value = re.sub(r"var\(--([a-z-]+)\)", lambda match: known[match[1]], value)
    value = re.sub(
        r"calc\(([\d.]+) ([*+]) ([\d.]+)\)",
        lambda m: str(float(m[1]) * float(m[3]) if m[2] == "*" else float(m[1]) + float(m[3])),
        value,
    )
    found = re.fullmatch(r"oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)", value)
    if not found:
        raise ValueError(f"{value} is no colour that this reads.")
    lightness, chroma, hue = (float(number) for number in found.groups())
    return srgb(lightness, chroma, hue)


def themed(theme: str) -> str:
    """Return the tokens as a style sheet in which one theme, "light" or "dark", holds in every system."""
    forced = sheet().replace(DARK, "@media all" if theme == "dark" else "@media not all")
    return f"@layer tokens {{\n{forced}\n:root {{ color-scheme: {theme}; }}\n}}\n"
