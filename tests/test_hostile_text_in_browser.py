"""No text of a stranger runs in a browser: not in any field, not on any page, not with the policy (CSP) off.

What is looked for once a page has loaded: that something ran, an element or an attribute that could run, and with the
policy on, anything that it had to refuse.
"""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from community.models import Tag
from discussion.models import Comment, Favourite, Webmention
from events.models import Event, Series
from moderation.models import Takedown
from people.decisions import Reason
from people.models import Person, User
from tests.cast import make_photo, make_recap, make_talk, make_user
from tests.community.test_text import VECTORS, payloads
from tests.talks.test_bringing_in_browser import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Kept by a page before anything else of it runs: what a payload would call, and what the policy refuses.
WATCH = """
window.ran = [];
window.refused = [];
for (const name of ["alert", "confirm", "prompt", "print"]) {
  window[name] = (text) => { window.ran.push(`${name} ${text}`); };
}
document.addEventListener("securitypolicyviolation", (event) => {
  window.refused.push(`${event.violatedDirective} ${event.blockedURI}`);
});
"""
LIVE = """() => {
  const own = (address) => !address || new URL(address, location).origin === location.origin;
  const never = "base, object, embed, frame, link[rel=import], meta[http-equiv]"
    + ", script:not([src], [type='application/ld+json'])";
  const loads = "script, iframe, img, link:not([rel=canonical], [rel=alternate])";
  const found = new Set();
  for (const element of document.querySelectorAll("*")) {
    const says = element.outerHTML.slice(0, 120);
    for (const {name, value} of element.attributes) {
      const runs = /^\\s*(javascript|vbscript|data:text)/i.test(value) && !["value", "alt"].includes(name);
      if (runs || name.startsWith("on") || name === "srcdoc" || name === "style") found.add(`${name}: ${says}`);
    }
    if (element.matches(never)) found.add(says);
    if (element.matches(loads) && !own(element.src || element.href)) found.add(says);
  }
  return [...found];
}"""
PER_TEXT = 40


def planted(lines: Sequence[str], things: int, event: Event) -> None:
    """Put each of `lines` into long texts, and as many as there are fields for into everything that is one line."""
    at = itertools.cycle(lines)

    def line(most: int = 200) -> str:
        # A database of text takes no NUL, and a form no half of a pair; both are refused where somebody types them.
        return next(at).replace("\0", "").encode("utf-8", "replace").decode()[:most] or "x"

    members = [
        User.objects.create_user(f"{number}@example.org", name=line(60), is_moderator=True)
        for number in range(3)
    ]
    author = members[0]
    Person.objects.filter(pk=author.person_id).update(bio=line(500))
    Series.objects.filter(pk=event.series_id).update(description=line())
    Event.objects.filter(pk=event.pk).update(description=line(), city=line(60), name=line(80))
    Tag.objects.meant_by([line(40).replace(",", "") for _ in range(3)])
    texts = ["\n\n".join(line(3_000) for _ in range(PER_TEXT)) for _ in range(len(lines) // PER_TEXT + 1)]
    recaps = [
        make_recap(event, author, title=line(), body=text[:50_000], disclosure=line()) for text in texts
    ]
    talks = [
        make_talk(event, author, title=line(), why=line(), description=line(3_000), room=line(60))
        for _ in range(things)
    ]
    photos = [make_photo(event, author, title=line(), alt=line()) for _ in range(things)]
    for item in [*recaps, *talks, *photos]:
        Favourite.give(item, by=members[1], reason=line())
        Comment.say(item, by=members[2], body=line(3_000))
        Webmention.objects.create(
            contribution_id=item.pk,
            source=f"https://example.org/{item.pk}",
            source_key=f"https://example.org/{item.pk}",
            host="example.org",
            title=line(),
            author=line(80),
            excerpt=line(),
            state=Webmention.State.PUBLIC,
        )
    for photo in photos[:3]:
        Takedown.objects.create(contribution_id=photo.pk, reason=Takedown.Reason.CREDIT, note=line())
    recaps[0].hide(by=author, reason=Reason.OTHER, note=line())
    talks[0].title = line()
    talks[0].edit(by=author)


def sights(event: Event) -> Iterator[str]:
    """The pages that show what was planted."""
    yield from ("/", "/events/", "/tags/", "/queue/", "/log/", "/mine/", "/notifications/", "/search/?q=x")
    yield event.series.get_absolute_url()
    yield event.get_absolute_url()
    for kind in ("recaps", "talks", "photos", "missing"):
        yield f"{event.get_absolute_url()}{kind}/"
    for tag in Tag.objects.all():
        yield tag.get_absolute_url()
    for person in Person.objects.exclude(account=None):
        yield person.get_absolute_url()
    for item in event.contributions.order_by("pk"):
        yield item.get_absolute_url()
    newest = event.contributions.order_by("pk").first()
    yield f"/recaps/{newest.pk}/edit/"
    yield f"/contributions/{newest.pk}/history/"


def wrong_on(page: Any, address: str, *, policy: bool) -> list[str]:
    answer = page.goto(address, wait_until="load")
    assert answer.status < 500, address
    refused = page.evaluate("window.refused") if policy else []
    return [f"{address}: {what}" for what in [*page.evaluate("window.ran"), *refused, *page.evaluate(LIVE)]]


def read_by_a_moderator(visitor: Any, server: Any, event: Event, *, policy: bool) -> list[str]:
    page = visitor(bypass_csp=not policy)
    page.add_init_script(WATCH)
    sign_in(page, server, make_user("the reader", is_moderator=True))
    return [wrong for address in sights(event) for wrong in wrong_on(page, address, policy=policy)]


@pytest.mark.parametrize("policy", [True, False], ids=["policy on", "policy off"])
def test_nothing_that_strangers_write_runs_anywhere(event, visitor, live_server, policy):
    planted(VECTORS, 3, event)
    assert read_by_a_moderator(visitor, live_server, event, policy=policy) == []


def test_what_is_looked_for_would_be_found(event, visitor):
    page = visitor(bypass_csp=True)
    page.add_init_script(WATCH)
    page.goto(event.get_absolute_url())
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)><a href=\"javascript:1\">x</a>')"
    )
    page.wait_for_function("() => window.ran.length")
    assert page.evaluate("window.ran") == ["alert 1"]
    assert len(page.evaluate(LIVE)) == 2


@pytest.mark.corpus
@pytest.mark.parametrize("policy", [True, False], ids=["policy on", "policy off"])
def test_nothing_of_other_peoples_collections_runs_anywhere(event, visitor, live_server, policy):
    known = list(dict.fromkeys(payloads()))
    assert len(known) > 2_000
    planted(known, 60, event)
    assert read_by_a_moderator(visitor, live_server, event, policy=policy) == []
