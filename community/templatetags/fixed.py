"""`{% fixed %}…{% endfixed %}`: a part of a template that is the same on every page in one language.

Drawn once a language and process. The head's addresses and the foot of the page took a tenth of an event page's time.
"""

from typing import Any

from django import template
from django.conf import settings
from django.template.base import NodeList, Parser, Token
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


class FixedNode(template.Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self.drawn: dict[str | None, SafeString] = {}

    def render(self, context: Any) -> SafeString:
        language = get_language()
        if language not in self.drawn or settings.DEBUG:
            # In an empty context: what depends on the page or on who looks fails to show from the first look on.
            self.drawn[language] = self.nodelist.render(context.new())
        return self.drawn[language]


@register.tag
def fixed(parser: Parser, token: Token) -> FixedNode:
    """What stands inside sees no variable of the page."""
    nodelist = parser.parse(("endfixed",))
    parser.delete_first_token()
    return FixedNode(nodelist)
