"""What cards are drawn with: the kinds' card templates, how texts become HTML, the icons, the translations.

A release may change any of these. Cards drawn before are then drawn again, without anybody having to remember it.
"""

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.base import Template
from django.template.loader import get_template
from django.template.loader_tags import IncludeNode
from django.templatetags.static import static

from . import text
from .kinds import kinds

ICONS = "img/icons.svg"


@cache
def current_look() -> str:
    """Return 16 characters that change whenever what a card may look like does. Read once a process."""
    digest = hashlib.sha256(static(ICONS).encode())
    digest.update(Path(text.__file__).read_bytes())
    for model in kinds():
        for template in with_parts(get_template(model.card_template).template):  # type: ignore[attr-defined]
            digest.update(template.source.encode())
    for folder in settings.LOCALE_PATHS:
        for catalogue in sorted(Path(folder).glob("*/LC_MESSAGES/*.mo")):
            digest.update(catalogue.read_bytes())
    return digest.hexdigest()[:16]


def with_parts(template: Template) -> Iterator[Template]:
    """Yield the template, and those that it includes by name, and so on."""
    yield template
    nodes: list[Any] = template.nodelist.get_nodes_by_type(IncludeNode)
    for node in nodes:
        if isinstance(name := node.template.var, str):
            yield from with_parts(get_template(name).template)  # type: ignore[attr-defined]
