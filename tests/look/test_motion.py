"""Whoever asks their system for less motion sees none of ours."""

import re
from pathlib import Path

from django.conf import settings

STATIC = Path(settings.BASE_DIR) / "static"
# A star means elements and the two parts that every element has; what browsers draw inside of some is named apart.
EVERYTHING = (
    "*, ::before, ::after { animation: none !important; transition: none !important;"
    " scroll-behavior: auto !important; }"
)
INSIDE = re.compile(r"(::-[a-z-]+)\s*\{[^}]*\b(?:transition|animation):")


def test_nothing_moves_by_style():
    rules = re.search(
        r"@media \(prefers-reduced-motion: reduce\) \{ (.*) \}", (STATIC / "css/base.css").read_text()
    )
    assert rules
    assert EVERYTHING in rules[1]
    moving = {
        part
        for sheet in (STATIC / "css").rglob("*.css")
        for part in INSIDE.findall(sheet.read_text())
        if part
    }
    assert moving == {"::-webkit-progress-value"}
    assert "progress::-webkit-progress-value { transition: none !important; }" in rules[1]


def test_nothing_moves_by_script():
    scripts = {script.name: script.read_text() for script in (STATIC / "js").glob("*.js")}
    assert [name for name, text in scripts.items() if re.search(r"smooth|\.animate\(", text)] == []
    # What is shown large is drawn by a library, which would move it.
    assert "(prefers-reduced-motion: reduce)" in scripts["lightbox.js"]
