"""How large the pictures in a text are, so that it does not jump while they come.

Asked whenever the text is shown, not kept in it: a picture may be blurred, turned, or hidden meanwhile.
"""

import re
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from .kinds import kinds

# As `community.text` writes them: it quotes what stands in attributes.
PICTURE = re.compile(r'<img src="([^"]+)"')


def measured(html: str, user: Any) -> SafeString:
    """Return the text with width and height, in pixels, at each picture of ours that `user` may see."""
    addresses = set(PICTURE.findall(html))
    measures: dict[str, tuple[int, int]] = {}
    for kind in kinds() if addresses else ():
        measures |= kind.measures_of_pictures(addresses, user)

    def with_measures(found: re.Match[str]) -> str:
        if found[1] not in measures:
            return found[0]
        width, height = measures[found[1]]
        return f'{found[0]} width="{width}" height="{height}"'

    return mark_safe(PICTURE.sub(with_measures, html))
