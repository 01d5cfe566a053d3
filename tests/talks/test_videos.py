"""A list of videos is paired with an event's talks: what is sure at one go, the rest one by one, and nothing unseen."""

import io
import json
import re

import pytest

from community.counters import differences
from discussion.models import Favourite
from events.models import Organiser
from people.models import Notification
from talks.models import Talk
from talks.schedules.schedule import Unreadable
from talks.video_lists import MOST_VIDEOS, Video, left_out, read_videos
from tests.cast import client_of, make_talk, make_user
from tests.markup import Markup

pytestmark = pytest.mark.django_db
ONE = "https://www.youtube.com/watch?v=aaaaaaaaaaa"
TWO = "https://www.youtube.com/watch?v=bbbbbbbbbbb"
EXPECTED = [Video("How eBPF works", ONE), Video("Logs at night", TWO)]
ATOM = f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:yt="http://www.youtube.com/xml/schemas/2015"><title>A channel</title>
<link rel="alternate" href="https://www.youtube.com/channel/x"/>
<entry><yt:videoId>aaaaaaaaaaa</yt:videoId><title>How eBPF works</title><link rel="alternate" href="{ONE}"/></entry>
<entry><title>Logs at night</title><link rel="alternate" href="{TWO}"/></entry></feed>"""
RSS = f"""<rss><channel><title>x</title><item><title>How eBPF works</title><link>{ONE}</link></item>
<item><title>Logs at night</title><link>{TWO}</link></item></channel></rss>"""
LISTS = {
    "atom": ATOM,
    "rss": RSS,
    "youtube-dl": json.dumps({"entries": [{"title": v.title, "id": v.url[-11:]} for v in EXPECTED]}),
    "youtube": json.dumps(
        {"items": [{"snippet": {"title": v.title, "resourceId": {"videoId": v.url[-11:]}}} for v in EXPECTED]}
    ),
    "list": json.dumps([{"title": v.title, "url": v.url} for v in EXPECTED]),
    "lines": f"How eBPF works {ONE}\n\nLogs at night - {TWO}\n",
    "lines, address first": f"{ONE} How eBPF works\n{TWO}\tLogs at night",
    "two lines each": f"How eBPF works\n{ONE}\nLogs at night\n{TWO}\n",
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_read_in_whatever_form_it_comes(name):
    assert read_videos(LISTS[name].encode()) == EXPECTED


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing",
        "{",
        "<feed>",
        '<!DOCTYPE x [<!ENTITY a "b">]><feed>&a;</feed>',
        "<feed>" + "<a>" * 200_000,
        "[" * 100_000,
        "x\0y",
        "".join(f"Talk {n} https://example.org/{n}\n" for n in range(MOST_VIDEOS + 1)),
    ],
)
def test_what_is_no_list_of_videos_is_refused_in_words(text):
    with pytest.raises(Unreadable):
        read_videos(text.encode())


@pytest.fixture
def organiser(event):
    user = make_user("the organiser")
    Organiser.objects.create(event=event, user=user)
    return user


@pytest.fixture
def talks(event, member):
    for title in ("How eBPF works in the kernel", "Observability at the edge", "Logs at night"):
        make_talk(event, member, title=title)
    make_talk(event, member, title="Has one already", video_url="https://vimeo.com/1234567")
    return {talk.title: talk for talk in Talk.objects.all()}


PASTED = f"""How eBPF works in the kernel | Summit 2024 {ONE}
Observabilty on the edge | Summit 2024 {TWO}
Has one already | Summit 2024 https://www.youtube.com/watch?v=ccccccccccc
Something else entirely https://www.youtube.com/watch?v=ddddddddddd
"""


def pairs_on(page):
    return re.findall(r'name="pair" value="(\d+-\d+)"( checked)?', page)


def videos():
    return dict(Talk.objects.order_by("pk").values_list("title", "video_url"))


def test_the_pairs_are_shown_with_how_sure_they_are_and_nothing_is_changed(talks, event, organiser):
    before = videos()
    page = client_of(organiser).post(f"{event.get_absolute_url()}videos/", {"lines": PASTED}).content.decode()
    assert Markup(page).everything_wrong == []
    numbers = {word.split("-")[1]: bool(checked) for word, checked in pairs_on(page)}
    # What is sure is ticked; what has another video is not, whatever the score.
    assert numbers["0"]
    assert not numbers["2"]
    assert "it has one already:" in page
    assert "Something else entirely" in page.split("No talk found for these")[1]
    assert videos() == before


def test_what_of_a_list_is_no_video_is_named(talks, event, organiser):
    lost = f"Day one\nA talk without an address\n{PASTED}\n{TWO}0\nThe end"
    assert left_out(lost.encode()) == ["Day one", "A talk without an address", f"{TWO}0", "The end"]
    page = client_of(organiser).post(f"{event.get_absolute_url()}videos/", {"lines": lost}).content.decode()
    assert re.findall(r"<li>([^<]*)</li>", page.split('id="left-out"')[1]) == left_out(lost.encode())
    assert "4 lines left out" in page
    assert [left_out(text.encode()) for text in LISTS.values()] == [[]] * len(LISTS)


def test_all_from_a_line_on_get_their_video_and_what_has_one_keeps_it(talks, event, organiser):
    browser = client_of(organiser)
    answer = browser.post(
        f"{event.get_absolute_url()}videos/acceptance/", {"listed": PASTED, "line": "60", "above": "1"}
    )
    assert answer.status_code == 200
    assert videos()["How eBPF works in the kernel"] == ONE
    assert videos()["Observability at the edge"] == TWO
    assert videos()["Has one already"] == "https://vimeo.com/1234567"
    talk = Talk.objects.get(title="How eBPF works in the kernel")
    assert (talk.video_state, talk.version, talk.revisions.first().editor) == ("watchable", 2, organiser)
    assert list(differences()) == []


def test_of_two_videos_that_fit_a_talk_alike_none_is_beyond_doubt(talks, event, organiser):
    pasted = f"Observabilty at the edge {ONE}\nObservabiliti at the edge {TWO}\n"
    browser = client_of(organiser)
    address = f"{event.get_absolute_url()}videos/"
    page = browser.post(address, {"lines": pasted}).content.decode()
    score = int(re.search(r'<b class="num">(\d+)</b>', page)[1])
    assert (score >= 95, [checked for _word, checked in pairs_on(page)]) == (True, [""])
    browser.post(f"{address}acceptance/", {"listed": pasted, "line": "95", "above": "1"})
    assert videos()["Observability at the edge"] == ""
    # Whoever takes less for enough gets the one that comes first.
    browser.post(f"{address}acceptance/", {"listed": pasted, "line": "85", "above": "1"})
    assert videos()["Observability at the edge"] == ONE


def test_one_by_one_a_video_can_take_the_place_of_another(talks, event, organiser):
    browser = client_of(organiser)
    talk = talks["Has one already"]
    data = {"listed": PASTED, "pair": [f"{talk.pk}-2"], "ticked": "1"}
    browser.post(f"{event.get_absolute_url()}videos/acceptance/", data)
    assert videos()["Has one already"] == "https://www.youtube.com/watch?v=ccccccccccc"
    assert videos()["How eBPF works in the kernel"] == ""


def test_those_who_recommend_a_talk_hear_of_its_first_video(talks, event, organiser, member, run_jobs):
    for title in ("Logs at night", "Has one already"):
        for who in (member, organiser):
            Favourite.give(talks[title], by=who, reason="so")
    run_jobs()
    Notification.objects.all().delete()
    given = [(talks["Logs at night"].pk, TWO), (talks["Has one already"].pk, ONE)]
    assert Talk.objects.give_videos(given, by=organiser) == 2
    run_jobs()
    told = Notification.objects.values_list("recipient", "subject")
    assert list(told) == [(member.pk, "The video of “Logs at night” is there")]


def test_a_pair_that_is_none_is_refused(talks, event, organiser, other_event, member):
    elsewhere = make_talk(other_event, member, title="How eBPF works in the kernel")
    for word in (f"{elsewhere.pk}-0", "x", "1-999"):
        answer = client_of(organiser).post(
            f"{event.get_absolute_url()}videos/acceptance/", {"listed": PASTED, "pair": [word]}
        )
        assert answer.status_code == 422
    assert videos()["How eBPF works in the kernel"] == ""


def test_a_file_does_as_well_and_a_video_that_is_known_is_no_pair(talks, event, organiser):
    file = io.BytesIO(ATOM.encode())
    file.name = "feed.xml"
    talks["Logs at night"].__class__.objects.give_videos([(talks["Logs at night"].pk, TWO)], by=organiser)
    page = client_of(organiser).post(f"{event.get_absolute_url()}videos/", {"file": file}).content.decode()
    assert "1 video is already here" in page


def test_nothing_is_answered_at_the_field(event, organiser):
    answer = client_of(organiser).post(f"{event.get_absolute_url()}videos/", {"lines": "only words"})
    assert answer.status_code == 422
    assert "There is no video in this" in answer.content.decode()
    assert "only words" in answer.content.decode()
