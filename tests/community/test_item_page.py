"""What the pages of all kinds have in common."""

from typing import Any

import pytest

from community.models import Contribution
from events.models import Event
from people.decisions import Reason
from tests.cast import MAKERS, make_recap, make_tag, make_talk
from tests.community.pages import get, hidden_things, titles

every_kind = pytest.mark.parametrize("kind", sorted(MAKERS))


@every_kind
def test_it_says_where_it_belongs_and_who_added_it(
    event: Event, colocated: Event, member: Any, kind: str
) -> None:
    make_tag("cloud")
    item = MAKERS[kind](colocated, member, title="The item", tags=["cloud"], credit=[member.person])
    page = get(item.get_absolute_url())
    assert "<h1>The item</h1>" in page
    for address in (
        event.get_absolute_url(),
        colocated.get_absolute_url(),
        "/tags/cloud/",
        member.person.get_absolute_url(),
    ):
        assert f'href="{address}"' in page
    assert f'href="{colocated.get_absolute_url()}{item.slug}/"' in page


def test_what_is_not_public_is_absent_for_strangers_and_marked_for_its_owner(
    event: Event, newcomer: Any, moderator: Any, outsider: Any, guest: Any
) -> None:
    for of, item in hidden_things(event, newcomer, moderator).items():
        for user in (None, outsider, guest):
            get(item.get_absolute_url(), user, status=404)
        assert "Only you and moderators can see this." in get(item.get_absolute_url(), newcomer), of
        assert "Only its owner and moderators can see this." in get(item.get_absolute_url(), moderator), of


@every_kind
def test_reasons_are_read_by_the_owner_and_moderators_only(
    event: Event, newcomer: Any, moderator: Any, kind: str
) -> None:
    item = Contribution.objects.get(pk=MAKERS[kind](event, newcomer).pk)
    item.reject(by=moderator, reason=Reason.UNCLEAR, note="Private words")
    item.publish(by=moderator)
    assert "Private words" in get(item.get_absolute_url(), newcomer)
    page = get(item.get_absolute_url())
    assert "Private words" not in page
    assert "Turned down" in page
    assert "the moderator" not in get(item.get_absolute_url(), newcomer)


def test_what_goes_with_it_shows_at_both_ends_when_it_is_public(
    event: Event, member: Any, newcomer: Any
) -> None:
    talk = make_talk(event, member, title="The talk")
    recap = make_recap(event, member, title="The recap")
    recap.edit(by=member, related=[talk.pk])
    waiting = make_recap(event, newcomer, title="Canary")
    waiting.edit(by=newcomer, related=[talk.pk])
    assert titles(get(talk.get_absolute_url())) == ["The recap"]
    assert titles(get(recap.get_absolute_url())) == ["The talk"]


def test_proposed_words_show_to_the_owner_alone_marked_so(event: Event, member: Any, outsider: Any) -> None:
    item = make_talk(event, member, tags=["strangeword"])
    assert "strangeword <small>proposed</small>" in get(item.get_absolute_url(), member)
    for user in (None, outsider):
        assert "strangeword" not in get(item.get_absolute_url(), user)


@every_kind
def test_the_form_of_a_new_thing_offers_tags_and_asks_a_guests_name(event: Event, kind: str) -> None:
    make_tag("cloud")
    page = get(f"/{MAKERS_SLUG[kind]}/new/{event.slug}/")
    assert '<option value="cloud"></option>' in page
    for name in ("guest_name", "guest_email", "submission_key", "tags"):
        assert f'name="{name}"' in page


MAKERS_SLUG = {kind: Contribution(kind=kind).model.slug for kind in MAKERS}
