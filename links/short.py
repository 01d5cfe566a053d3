"""Addresses that only stand for a longer one, at sites that do nothing else: where they lead, only asking tells.

Asked once, in the worker, as soon as something public leads there. What a short address leads to may change, and its
site may close: kept is the address behind it, in the thing itself. Only the short sites are asked, never what they lead
to.
"""

import html
import re

from links.canonical import BadAddress, clean, parse
from links.fetching import NotFetched, onward_from

SHORT_HOSTS = {
    *(
        "t.co",
        "bit.ly",
        "bitly.com",
        "j.mp",
        "tinyurl.com",
        "goo.gl",
        "ow.ly",
        "buff.ly",
        "is.gd",
        "v.gd",
        "lnkd.in",
    ),
    *(
        "dlvr.it",
        "trib.al",
        "t.ly",
        "cutt.ly",
        "rb.gy",
        "shorturl.at",
        "tiny.cc",
        "s.id",
        "rebrand.ly",
        "amzn.to",
    ),
    *("fb.me", "wp.me", "git.io", "aka.ms", "sched.co"),
}
MOST_STEPS = 4
SECONDS = 8.0
# t.co answers what calls itself a browser with a page that leads on.
REFRESH = re.compile(
    r"""<meta\b[^<>]{0,200}?http-equiv\s*=\s*["']?refresh\b[^<>]{0,200}?url\s*=\s*["']?([^"'<>\s]+)""",
    re.IGNORECASE,
)


def is_short(url: str) -> bool:
    """Whether a clean address stands at a site whose addresses all lead on to other sites."""
    try:
        address = parse(url)
    except BadAddress:
        return False
    return address.host.removeprefix("www.") in SHORT_HOSTS and address.path not in ("", "/")


def where_it_leads(url: str) -> str:
    """Return the clean address that a short one leads to; "" where it leads nowhere, or to nothing that we would take.
    Raises NotFetched where its site does not answer.
    """
    for _step in range(MOST_STEPS):
        if not is_short(url):
            return url
        onward, page = onward_from(url, seconds=SECONDS)
        if not onward and (found := REFRESH.search(page)):
            onward = html.unescape(found[1])
        try:
            url = clean(onward) if onward else ""
        except BadAddress:
            return ""
    raise NotFetched("circles", url)
