"""Colours as people see them: OKLCH, and how well one can be read on another.

OKLab is Björn Ottosson's (bottosson.github.io/posts/oklab), contrast WCAG 2.2's. Red, green and blue are 0 to 1.
"""

import math

RGB = tuple[float, float, float]


def linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def encoded(light: float) -> float:
    light = min(1.0, max(0.0, light))
    return 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055


def oklch(rgb: RGB) -> tuple[float, float, float]:
    """Return lightness (0 to 1), chroma (0 to about 0.32) and hue (degrees) of a colour."""
    r, g, b = (linear(channel) for channel in rgb)
    long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    middle = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def srgb(lightness: float, chroma: float, hue: float) -> RGB:
    """Return the colour as a screen shows it; what no screen shows is cut off channel by channel."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        encoded(4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short),
        encoded(-1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short),
        encoded(-0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short),
    )


def contrast(one: RGB, other: RGB) -> float:
    """Return the contrast of two colours, 1 to 21."""
    darker, lighter = sorted(
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b) for r, g, b in (one, other)
    )
    return (lighter + 0.05) / (darker + 0.05)


# What a phone draws its own bars in around a page, in light and in dark, by the page's hue: the wash of
# static/css/tokens.css, which everything can be read on; None: a page of no event, in the colour of paper.
AROUND: dict[int | None, tuple[str, str]] = {
    None: ("#fcfaf6", "#191513"),
    0: ("#ffe4ea", "#3a2026"),
    30: ("#ffe6e0", "#3a211c"),
    60: ("#fee8d8", "#372414"),
    90: ("#f5ecd5", "#312810"),
    120: ("#e8f1da", "#242c16"),
    150: ("#def3e3", "#192f1f"),
    180: ("#d7f4ee", "#0e2f2a"),
    210: ("#d6f3fa", "#0d2e35"),
    240: ("#dcf0ff", "#172b3b"),
    270: ("#e5ecff", "#22283d"),
    300: ("#f0e8ff", "#2c2439"),
    330: ("#fce5f4", "#362130"),
}
