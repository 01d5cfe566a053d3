"""A stranger cannot tell what is hidden from what is not there: the site is asked with and without it."""

import itertools
from typing import Any

import pytest

from community.models import Contribution
from people.decisions import Reason
from tests.cast import client_of
from tests.markup import masked
from tests.route_table import addresses
from tests.world import Thing, World


@pytest.fixture
def public_world(db: None) -> World:
    world = World()
    world.build_public()
    return world


def pages_of_a_stranger(world: World, public: list[Thing]) -> dict[str, str]:
    """Return every page about public things, and every list and search, as a stranger sees it."""
    browser, pages = client_of(None), {}
    extra: list[Any] = [("/search/", {"q": "coal"}), ("/events/", {"q": "summit"}), ("/tags/", {})]
    extra += [("/tags/suggestions/", {"q": "k"})]
    for name, rule, thing, address in addresses(world):
        # The log says that something was decided, though not about what; health is no page, and an upload's address
        # is another each time.
        if thing in public and name not in ("moderation:log", "jobs:readyz", "photos:file", "photos:upload"):
            extra.append((address, rule.data))
    for address, query in extra:
        pages[f"{address} {query}"] = masked(browser.get(address, query))
    return pages


def test_a_stranger_cannot_tell_the_site_from_one_without_what_is_hidden(public_world, run_jobs):
    public = list(public_world.things)
    # What the worker counts and draws of the public part stands there before, too.
    run_jobs(drawn=True)
    without = pages_of_a_stranger(public_world, public)
    assert len(without) > 50
    public_world.build_hidden()
    assert differences(without, pages_of_a_stranger(public_world, public)) == {}
    # Nor once the worker has drawn cards and sent mails.
    run_jobs(drawn=True)
    assert differences(without, pages_of_a_stranger(public_world, public)) == {}


def differences(before: dict[str, str], after: dict[str, str]) -> dict[str, Any]:
    """Return by page the first lines that differ."""
    changed = {}
    for address, text in before.items():
        lines = itertools.zip_longest(text.splitlines(), after[address].splitlines())
        if found := [pair for pair in lines if pair[0] != pair[1]]:
            changed[address] = found[:3]
    return changed


def test_the_file_of_a_photo_that_was_hidden_is_gone_at_once_even_for_who_has_it(public_world):
    photo = public_world.of("photo", "public")[0]
    file = photo.shown_files[0].get_absolute_url()
    visitor, owner = client_of(None), client_of(photo.owner)
    first = visitor.get(file)
    assert (first.status_code, first["Cache-Control"]) == (200, "public, max-age=60")
    assert visitor.get(file, headers={"If-None-Match": first["ETag"]}).status_code == 304
    Contribution.objects.get(pk=photo.pk).hide(by=public_world.moderator, reason=Reason.PRIVACY)
    assert visitor.get(file).status_code == 404
    assert visitor.get(file, headers={"If-None-Match": first["ETag"]}).status_code == 404
    assert visitor.head(file).status_code == 404
    own = owner.get(file)
    assert (own.status_code, own["Cache-Control"]) == (200, "private, no-store")
