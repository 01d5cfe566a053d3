"""Who brought something home from an event: on its page, on a page of their own, and nowhere else."""

import importlib
import re
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command

from community import bringing_home
from community.merging import join, part
from community.models import Bringer, Contribution
from community.removing import remove
from community.taking_over import take_over
from events.models import Event
from people.decisions import Reason
from people.models import PersonMerge
from tests.cast import make_event, make_photo, make_recap, make_talk, make_user
from tests.community.pages import cost, get, hidden_things, walk


def named(page: str) -> list[str]:
    """The names in the row of people of an event's page, in their order."""
    row = page.partition('<ul class="people-row">')[2].partition("</ul>")[0]
    return re.findall(r"</span> ([^<]*)</a>", row)


def listed(page: str) -> list[tuple[str, str]]:
    """Names and what they brought, as the page of all of them says."""
    rows = page.partition('<ul class="people-list">')[2].partition("</ul>")[0]
    return re.findall(r'</span> ([^<]*)</a> <span class="num">([^<]*)<', rows)


def of(event: Event) -> str:
    return f"{event.get_absolute_url()}people/"


def test_who_brought_most_comes_first_and_those_of_a_co_located_event_count_too(
    event: Event, colocated: Event, other_event: Event, member: Any, moderator: Any
) -> None:
    make_talk(event, moderator)
    make_photo(colocated, member), make_recap(event, member)
    make_recap(other_event, moderator)
    assert named(get(event.get_absolute_url())) == ["the member", "the moderator"]
    assert named(get(colocated.get_absolute_url())) == ["the member"]
    assert listed(get(of(event))) == [("the member", "2 things"), ("the moderator", "1 thing")]
    assert listed(get(of(other_event))) == [("the moderator", "1 thing")]
    assert f'<a href="{member.person.get_absolute_url()}">' in get(event.get_absolute_url())


def test_the_page_names_six_and_leads_to_all(event: Event) -> None:
    for number in range(8):
        make_recap(event, make_user(f"Writer {number}", trust="granted"))
    page = get(event.get_absolute_url())
    assert named(page) == [f"Writer {number}" for number in range(6)]
    assert f'href="{of(event)}">and 2 more</a>' in page
    assert [name for name, _things in listed(get(of(event)))] == [
        f"Writer {number}" for number in reversed(range(8))
    ]


def test_beyond_a_number_the_page_does_not_count(event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bringing_home, "COUNTED", 2)
    for number in range(9):
        make_recap(event, make_user(f"Writer {number}", trust="granted"))
    assert f'href="{of(event)}">and more than 2 others</a>' in get(event.get_absolute_url())


def test_the_list_is_read_to_its_end_page_by_page(event: Event) -> None:
    for number in range(31):
        Bringer.add({event.pk: 1}, make_user(f"Writer {number}").pk)
    pages = [listed(page) for page in walk(of(event))]
    assert [len(page) for page in pages] == [30, 1]
    assert len({name for page in pages for name, _things in page}) == 31


def test_what_is_not_public_names_nobody(event: Event, newcomer: Any, member: Any, moderator: Any) -> None:
    make_talk(event, member)
    hidden_things(event, newcomer, moderator)
    assert named(get(event.get_absolute_url())) == ["the member"]
    assert listed(get(of(event))) == [("the member", "1 thing")]


def test_a_name_goes_with_the_last_thing_at_once_and_comes_back_with_it(
    event: Event, member: Any, moderator: Any
) -> None:
    photo = Contribution.objects.get(pk=make_photo(event, member).pk)
    steps = [
        (lambda: photo.hide(by=moderator, reason=Reason.OTHER), []),
        (lambda: photo.undo(by=moderator), ["the member"]),
        (photo.take_down, []),
        (lambda: photo.publish(by=moderator), ["the member"]),
        (lambda: photo.withdraw(by=member), []),
        (lambda: photo.restore(by=member), ["the member"]),
        (lambda: photo.remove(by=moderator, reason=Reason.PRIVACY), []),
    ]
    for step, shown in steps:
        step()
        assert named(get(event.get_absolute_url())) == shown


def test_a_new_name_shows_at_once_and_a_removed_one_nowhere(event: Event, member: Any) -> None:
    make_recap(event, member)
    member.person.rename("Ada Lovelace", "ada")
    page = get(event.get_absolute_url())
    assert (named(page), 'href="/people/ada/"' in page) == (["Ada Lovelace"], True)
    remove(member.person)
    for address in (event.get_absolute_url(), of(event)):
        assert "Ada" not in get(address)
        assert "/people/ada/" not in get(address)


def test_who_is_found_to_be_the_same_is_named_once_by_the_account(event: Event, member: Any) -> None:
    other = make_recap(event, member).people.create(name="M. Ember", handle="m-ember")
    PersonMerge.make(other, member.person, by=None)
    assert named(get(event.get_absolute_url())) == ["the member"]


def test_guests_are_not_named_until_it_is_theirs(
    event: Event, guest: Any, moderator: Any, member: Any
) -> None:
    waiting = make_talk(event, guest)
    Contribution.objects.get(pk=make_recap(event, guest).pk).publish(by=moderator)
    assert named(get(event.get_absolute_url())) == []
    assert "the guest" not in get(of(event))
    take_over(guest, member)
    assert listed(get(of(event))) == [("the member", "1 thing")]
    Contribution.objects.get(pk=waiting.pk).publish(by=moderator)
    assert listed(get(of(event))) == [("the member", "2 things")]


def test_whose_account_is_gone_is_gone_here(event: Event, member: Any) -> None:
    make_recap(event, member)
    member.delete()
    assert named(get(event.get_absolute_url())) == []


def test_an_event_that_is_not_public_names_nobody_to_others(event: Event, member: Any) -> None:
    closed = make_event("Closed Day", parent=event)
    make_recap(closed, member)
    Event.objects.filter(pk=closed.pk).update(state=Event.State.REJECTED)
    get(of(closed), status=404)


def test_after_a_merge_is_undone_they_stand_where_they_stood(
    event: Event, colocated: Event, member: Any, moderator: Any
) -> None:
    theirs = make_talk(colocated, member)
    since = Contribution.objects.get(pk=theirs.pk).published_at
    kept = make_talk(event, make_user("Later", trust="granted"))
    merge = join(theirs.pk, kept.pk, by=moderator)
    assert not Bringer.objects.filter(user=member).exists()
    part(merge.pk, by=moderator)
    assert list(Bringer.objects.filter(user=member).values_list("since", flat=True)) == [since, since]
    assert [name for name, _things in listed(get(of(event)))] == ["Later", "the member"]


def test_an_event_with_nothing_invites(event: Event) -> None:
    assert "Nobody yet. Were you there?" in get(of(event))
    assert "Who brought this home" not in get(event.get_absolute_url())


def test_a_name_is_text(event: Event, member: Any) -> None:
    member.person.rename('<b>"/Ada', "ada")
    make_recap(event, member)
    for address in (event.get_absolute_url(), of(event)):
        assert "</span> &lt;b&gt;&quot;/Ada</a>" in get(address)


def test_the_list_costs_the_same_for_a_few_and_for_many(event: Event) -> None:
    costs = []
    for more in (2, 20):
        for _one in range(more):
            Bringer.add({event.pk: 1}, make_user(f"Writer {Bringer.objects.count()}").pk)
        costs.append(cost(lambda: get(of(event))))
    assert costs == [2, 2]


def test_what_was_there_before_is_counted_by_the_update(
    event: Event, colocated: Event, member: Any, guest: Any
) -> None:
    make_recap(event, member), make_photo(colocated, member), make_talk(event, guest)
    true = list(Bringer.objects.order_by("event").values_list("event", "user", "count"))
    Bringer.objects.all().delete()
    update = importlib.import_module("community.migrations.0017_who_brought_what_is_there")
    update.count_what_is_there(apps, None)
    assert list(Bringer.objects.order_by("event").values_list("event", "user", "count")) == true
    call_command("check_counters")
