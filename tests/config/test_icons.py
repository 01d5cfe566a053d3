"""The sprite of icons holds what pages show, and nothing else."""

import re

from django.conf import settings

NAMED = re.compile(
    r'_icon\.html" with name="([a-z-]+)"|(?:icons }}|icons\.svg(?:" %})?)#([a-z-]+)|\bicon = "([a-z-]+)"'
)
SHOWN_IN = ("templates", "static/js", *settings.KINDS, "community", "discussion", "moderation")


def test_every_icon_is_used_and_every_used_one_is_there():
    sprite = (settings.BASE_DIR / "static/img/icons.svg").read_text()
    drawn = set(re.findall(r'<symbol id="([a-z-]+)"', sprite))
    used = {"mark"}
    for folder in SHOWN_IN:
        for path in (settings.BASE_DIR / folder).rglob("*"):
            if path.suffix in {".html", ".py", ".js"}:
                found = NAMED.findall(path.read_text())
                used |= {name for names in found for name in names if name}
    assert (sorted(drawn - used), sorted(used - drawn)) == ([], [])
