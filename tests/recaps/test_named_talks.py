"""A write-up and the talks that it names find each other: at saving, at a tick, at a later look, in pages elsewhere."""

import datetime
import re

import pytest

from community.models import Guess, Relation
from community.recognising import keep_said, look_into_pages_again
from links.models import Host, Link
from recaps.models import Recap
from talks.models import Talk
from tests.cast import client_of, make_photo, make_recap, make_talk
from tests.community.pages import cost, get, titles
from tests.filling import address, filled

pytestmark = pytest.mark.django_db
EBPF, BURNOUT, TESTING = (
    "How eBPF Actually Works",
    "Recognizing and Managing Burnout",
    "Testing in Production",
)
# Names the first for certain, the last perhaps.
TEXT = "“How eBPF actually works” was great. At dinner we spoke of testing in production, of course."
PAGE = (
    f"<html><body><article><h1>Day one</h1><p>{TEXT} {'And so on it went. ' * 30}</p></article></body></html>"
)
LINK = "https://blog.example.org/day-one"


@pytest.fixture
def talks(event, colocated, member):
    """Three talks, one of them at the event inside."""
    made = [
        make_talk(at, member, title=title)
        for at, title in ((event, EBPF), (colocated, BURNOUT), (event, TESTING))
    ]
    return {talk.title: talk for talk in made}


def linked(recap):
    """The titles of what goes with it because its text names it."""
    rows = Relation.objects.filter(source=recap, found=True).order_by("pk")
    return list(rows.values_list("target__title", flat=True))


def asked(recap):
    return list(Guess.objects.filter(source=recap, denied=False).values_list("target__title", flat=True))


def boxes(page):
    """The titles beside the check boxes of the form, and which of them are ticked."""
    found = re.findall(r'name="named" value="\d+"( checked)?>.*?<span>([^<]*)</span>', page)
    return {title: bool(ticked) for ticked, title in found}


def send(who, event, **changes):
    return client_of(who).post(address("recaps", event), filled("recaps", event, **changes), follow=True)


def group(page, heading):
    """The titles of the cards under a heading of the page."""
    return titles(page.partition(f">{heading}</h2>")[2].partition("</section>")[0])


def test_a_named_talk_stands_with_the_text_and_the_text_with_the_talk(event, member, talks):
    recap = make_recap(
        event, member, title="My day", body=TEXT + "\n\n## Recognising and managing burnout\n\nYes."
    )
    assert sorted(linked(recap)) == [EBPF, BURNOUT]
    assert sorted(group(get(recap.get_absolute_url()), "Talks that it names")) == [EBPF, BURNOUT]
    assert group(get(talks[BURNOUT].get_absolute_url()), "Written about in") == ["My day"]
    assert group(get(talks[TESTING].get_absolute_url()), "Written about in") == []


def test_what_is_not_public_is_neither_named_nor_shown(event, member, newcomer, other_event, talks):
    make_talk(event, newcomer, title="The secret life of sockets")
    make_talk(other_event, member, title="The public life of packets")
    recap = make_recap(
        event,
        member,
        body="“The secret life of sockets”, “The public life of packets” and “How eBPF actually works”",
    )
    assert (linked(recap), asked(recap)) == ([EBPF], [])
    waiting = make_recap(event, newcomer, title="Canary", body=TEXT)
    assert linked(waiting) == [EBPF]
    assert "Canary" not in get(talks[EBPF].get_absolute_url())


def test_of_what_is_only_likely_the_writer_is_asked_and_nobody_else(event, member, outsider, talks):
    recap = make_recap(event, member, body=TEXT)
    assert asked(recap) == [TESTING]
    assert "Does it write about these?" in get(recap.get_absolute_url(), member)
    assert TESTING not in get(recap.get_absolute_url(), outsider)
    where = f"/contributions/{recap.pk}/named/{talks[TESTING].pk}/"
    assert client_of(outsider).post(where, {"is": "named"}).status_code == 404
    client_of(member).post(where, {"is": "named"})
    assert (linked(recap), asked(recap)) == ([EBPF, TESTING], [])
    assert group(get(talks[TESTING].get_absolute_url()), "Written about in") == [recap.title]


def test_a_no_is_remembered(event, member, talks):
    recap = make_recap(event, member, body=TEXT)
    client_of(member).post(f"/contributions/{recap.pk}/named/{talks[TESTING].pk}/", {"is": "other"})
    recap = Recap.objects.get()
    recap.edit(by=member)
    assert (linked(recap), asked(recap)) == ([EBPF], [])


def test_the_preview_asks_what_is_named_and_keeps_what_was_ticked(event, member, talks):
    page = send(member, event, body=TEXT, preview="1").content.decode()
    assert boxes(page) == {EBPF: True, TESTING: False}
    shown = [talks[EBPF].pk, talks[TESTING].pk]
    page = send(member, event, body=TEXT, preview="1", named_shown=shown, named=shown[1:]).content.decode()
    assert boxes(page) == {EBPF: False, TESTING: True}
    send(member, event, body=TEXT, named_shown=shown, named=shown[1:])
    recap = Recap.objects.get()
    assert (linked(recap), asked(recap)) == ([TESTING], [])


def test_what_was_unticked_is_not_linked_at_the_next_save(event, member, talks):
    recap = make_recap(event, member, title="My day", body=TEXT)
    assert boxes(get(recap.get_edit_url(), member)) == {EBPF: True, TESTING: False}
    form = filled("recaps", event, title="My day", body=TEXT, version=1)
    client_of(member).post(recap.get_edit_url(), form | {"named_shown": [talks[EBPF].pk]})
    assert linked(recap) == []
    assert boxes(get(recap.get_edit_url(), member)) == {TESTING: False}
    client_of(member).post(recap.get_edit_url(), form | {"version": 2, "body": TEXT + " Again."})
    assert linked(recap) == []


def test_ids_that_the_text_does_not_name_are_not_taken(event, member, talks):
    number = talks[BURNOUT].pk
    send(member, event, body=TEXT, named_shown=[number, "x", "9" * 30], named=[number, "-1"])
    assert linked(Recap.objects.get()) == [EBPF]


def test_what_the_text_does_not_name_any_more_goes_and_what_was_said_stays(event, member, talks):
    recap = make_recap(event, member, body=TEXT)
    recap.edit(by=member, related=[talks[BURNOUT].pk])
    recap.body = "Something else."
    recap.edit(by=member, related=[talks[BURNOUT].pk])
    assert titles(get(recap.get_absolute_url())) == [BURNOUT]


def test_a_talk_that_comes_later_or_gets_its_title_later_is_found(event, member, run_jobs):
    recap = make_recap(event, member, body=TEXT)
    waiting = make_talk(event, member, title="To be announced")
    run_jobs()
    assert linked(recap) == []
    waiting.title = EBPF
    waiting.edit(by=member)
    run_jobs()
    assert linked(recap) == [EBPF]


def test_addresses_of_a_talks_video_and_of_its_page_name_it(event, member, settings):
    watched = make_talk(event, member, title="One", video_url="https://www.youtube.com/watch?v=dQw4w9WgXcQ")
    here = make_talk(event, member, title="Two")
    unwilling = make_talk(
        event, member, title="Three", video_url="https://vimeo.com/76979871", credit=[member.person]
    )
    member.person.no_recording = True
    member.person.save()
    body = f"[This](https://youtu.be/dQw4w9WgXcQ?t=30), [that]({settings.SITE_URL}{here.get_absolute_url()}), https://vimeo.com/76979871"
    recap = make_recap(event, member, body=body)
    assert set(linked(recap)) == {watched.title, here.title} != {unwilling.title}


def test_a_page_elsewhere_names_talks_as_a_text_here_does(event, member, talks, outside, run_jobs):
    outside.page(LINK, PAGE)
    recap = make_recap(event, member, url=LINK)
    assert (linked(recap), outside.asked) == ([], [])
    run_jobs()
    assert (linked(recap), asked(recap)) == ([EBPF], [TESTING])
    assert [url for _verb, url in outside.asked].count(LINK) == 1
    assert "Does it write about these?" in get(recap.get_absolute_url(), member)


@pytest.fixture
def read(event, member, outside, run_jobs):
    """A linked text that was read before any talk was here."""
    outside.page(LINK, PAGE)
    recap = make_recap(event, member, url=LINK)
    run_jobs()
    return recap


def times(outside):
    return [url for _verb, url in outside.asked].count(LINK)


def ago(**times):
    """Let that much time pass since all pages were read, and until they are read again."""
    for link in Link.objects.all():
        due = link.read_again_at and link.read_again_at - datetime.timedelta(**times)
        read_at = link.read_at and link.read_at - datetime.timedelta(**times)
        Link.objects.filter(pk=link.pk).update(read_at=read_at, read_again_at=due)


def test_a_page_elsewhere_is_read_again_for_talks_that_come_later_once_for_all_of_them(
    event, member, read, outside, run_jobs
):
    for title in (EBPF, TESTING):
        make_talk(event, member, title=title)
        run_jobs()
    assert (look_into_pages_again(), linked(read), times(outside)) == (0, [], 1)
    ago(hours=6)
    assert (look_into_pages_again(), linked(read), times(outside)) == (1, [EBPF], 2)
    assert (look_into_pages_again(), asked(read)) == (0, [])


def test_what_it_names_already_stays_whatever_the_page_says_then(event, member, read, outside, run_jobs):
    talk = make_talk(event, member, title=EBPF)
    keep_said(read, {talk.pk: True})
    outside.page(LINK, "<p>Please log in.</p>")
    run_jobs()
    ago(hours=6)
    assert (look_into_pages_again(), linked(read)) == (1, [EBPF])


def test_pages_of_one_site_are_read_again_one_after_the_other(event, member, read, outside, run_jobs):
    outside.page(f"{LINK}/more", PAGE)
    second = make_recap(event, member, url=f"{LINK}/more")
    run_jobs()
    make_talk(event, member, title=EBPF)
    run_jobs()
    ago(hours=6)
    assert (look_into_pages_again(), len(linked(read) + linked(second))) == (1, 1)
    Host.objects.update(ask_again_at=None)
    assert (look_into_pages_again(), linked(read), linked(second)) == (1, [EBPF], [EBPF])


@pytest.mark.parametrize("change", ["robots", "hidden", "gone"])
def test_a_page_is_left_alone_that_may_not_or_need_not_be_read(
    event, member, read, outside, run_jobs, change
):
    if change == "robots":
        outside.page(
            "https://blog.example.org/robots.txt", "User-agent: *\nDisallow: /", content_type="text/plain"
        )
    elif change == "hidden":
        read.withdraw(by=member)
    else:
        Link.objects.update(state=Link.State.GONE)
    make_talk(event, member, title=EBPF)
    run_jobs()
    ago(hours=6)
    assert (look_into_pages_again(), times(outside), linked(read)) == (0, 1, [])


def test_a_page_that_lists_all_talks_writes_about_none(event, member, outside, run_jobs, monkeypatch):
    monkeypatch.setattr("community.recognising.MOST_NAMED", 6)
    made = [
        f"Taming the {name} with a ledger"
        for name in ("cloud", "edge", "data", "kernel", "cache", "broker", "wire")
    ]
    for title in made:
        Talk(event=event, title=title).submit(by=member)
    outside.page(LINK, "".join(f"<li>{title}</li>" for title in made))
    recap = make_recap(event, member, url=LINK)
    run_jobs()
    assert linked(recap) == []
    assert len(linked(make_recap(event, member, body="".join(f"- {title}\n" for title in made[:6])))) == 6


def test_photos_of_the_talks_and_of_the_day_stand_beside(event, member, newcomer, talks):
    day = event.days.order_by("date")[1]
    recap = make_recap(event, member, body=TEXT, day=day)
    taken = make_photo(event, member, alt="On stage")
    taken.edit(by=member, related=[talks[EBPF].pk])
    make_photo(event, member, alt="That day", day=day)
    make_photo(event, member, alt="Another day", day=event.days.order_by("date")[2])
    make_photo(event, newcomer, alt="Not public", day=day)
    beside = get(recap.get_absolute_url()).partition('id="beside-photos"')[2].partition("</section>")[0]
    assert re.findall('alt="([^"]*)"', beside) == ["On stage", "That day"]
    beside = get(talks[EBPF].get_absolute_url()).partition('id="beside-photos"')[2].partition("</section>")[0]
    assert re.findall('alt="([^"]*)"', beside) == ["On stage"]


def test_a_page_costs_the_same_however_much_stands_beside(event, member):
    costs = []
    for number in (1, 12):
        made = [
            make_talk(event, member, title=f"{number} ways to tame the {noun}")
            for noun in "abcdefghijkl"[:number]
        ]
        recap = make_recap(event, member, body="Much.", day=event.days.first())
        recap.edit(by=member, related=[talk.pk for talk in made])
        for talk in made:
            make_photo(event, member, day=event.days.first()).edit(by=member, related=[talk.pk])
        costs.append(cost(lambda: client_of(None).get(recap.get_absolute_url())))  # noqa: B023
    assert costs[1] <= costs[0]
