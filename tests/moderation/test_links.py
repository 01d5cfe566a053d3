"""Moderators see which links lead nowhere, and replace the addresses of a site that has moved all at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from community.models import Contribution
from links.models import Link, Replacement
from tests.cast import client_of, make_recap, make_talk
from tests.outside import Outside

pytestmark = pytest.mark.django_db
OLD, NEW = "https://old.example.org/talks/", "https://new.example.org/t/"


def gone(url: str) -> None:
    link = Link.objects.at(url)
    link.look_after()
    Link.objects.filter(pk=link.pk).update(state=Link.State.GONE, gone_since=timezone.now(), status=404)


def shown(client, **data) -> str:
    return client.get(reverse("moderation:replacement"), {"old": OLD, "new": NEW, **data}).content.decode()


def replace(client, old: str = OLD, new: str = NEW):
    return client.post(reverse("moderation:replacement"), {"old": old, "new": new})


def test_the_page_names_what_is_gone_and_what_leads_there(moderator, member, event) -> None:
    recap = make_recap(event, member, title="A write-up", url=f"{OLD}a")
    make_recap(event, member, title="Another", url="https://there.example.org/")
    gone(f"{OLD}a")
    page = client_of(moderator).get(reverse("moderation:gone_links")).content.decode()
    assert f"{OLD}a" in page
    assert f'<a href="{recap.get_absolute_url()}">A write-up</a>' in page
    assert "Another" not in page
    for user in (None, member):
        assert client_of(user).get(reverse("moderation:gone_links")).status_code == 404


def test_the_page_asks_the_database_as_often_for_many_links_as_for_one(moderator, member, event) -> None:
    counts = []
    for number in (1, 2, 30):
        while Link.objects.count() < number:
            url = f"{OLD}{Link.objects.count()}"
            make_recap(event, member, url=url)
            gone(url)
        with CaptureQueriesContext(connection) as queries:
            client_of(moderator).get(reverse("moderation:gone_links"))
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2]


def test_a_replacement_is_looked_at_first_and_changes_nothing_yet(moderator, member, event, run_jobs) -> None:
    talk = make_talk(event, member, title="A talk", video_url=f"{OLD}a?b=1")
    page = shown(client_of(moderator))
    run_jobs()
    assert "1 would change" in page
    assert f"<del>{OLD}a?b=1</del>" in page
    assert f"<ins>{NEW}a?b=1</ins>" in page
    talk.refresh_from_db()
    assert (talk.video_url, talk.version, Replacement.objects.count()) == (f"{OLD}a?b=1", 1, 0)


def test_all_addresses_of_a_site_are_replaced_each_as_a_version_of_its_own(
    outside: Outside, moderator, member, newcomer, event, run_jobs
) -> None:
    talk = make_talk(event, member, video_url=f"{OLD}a", tags=["kubernetes"], why="It is short.")
    plain = make_recap(event, member, url=f"http{OLD[5:]}b")
    waiting = make_recap(event, newcomer, url=f"{OLD}c")
    other = make_recap(event, member, url="https://old.example.org/other")
    upper = make_recap(event, member, url="https://old.example.org/TALKS/x")
    withdrawn = make_recap(event, member, url=f"{OLD}d")
    withdrawn.withdraw(by=member)
    assert replace(client_of(moderator)).status_code == 302
    run_jobs()
    found = {}
    for item in (talk, plain, waiting, other, upper, withdrawn):
        item.refresh_from_db()
        found[item] = getattr(item, "video_url", "") or item.url
    assert list(found.values()) == [
        f"{NEW}a",
        f"{NEW}b",
        f"{NEW}c",
        "https://old.example.org/other",
        "https://old.example.org/TALKS/x",
        f"{OLD}d",
    ]
    assert (talk.why, [tag.name for tag in talk.tags.all()]) == ("It is short.", ["kubernetes"])
    assert (talk.version, talk.state, waiting.state) == (2, "public", "waiting")
    last = talk.revisions.order_by("-number").first()
    assert (last.editor, last.fields["video_url"]) == (moderator, f"{NEW}a")
    assert Replacement.objects.get().count == 3
    assert talk.video_key == "https://new.example.org/t/a"


def test_a_replacement_is_undone_by_replacing_back(moderator, member, event, run_jobs) -> None:
    talk = make_talk(event, member, video_url=f"{OLD}a")
    replace(client_of(moderator))
    run_jobs()
    page = client_of(moderator).get(reverse("moderation:gone_links")).content.decode()
    assert (
        "?old=https%3A%2F%2Fnew.example.org%2Ft%2F&amp;new=https%3A%2F%2Fold.example.org%2Ftalks%2F" in page
    )
    replace(client_of(moderator), old=NEW, new=OLD)
    run_jobs()
    talk.refresh_from_db()
    assert (talk.video_url, talk.version) == (f"{OLD}a", 3)


def test_a_double_click_replaces_once(moderator, member, event, run_jobs) -> None:
    talk = make_talk(event, member, video_url=f"{OLD}a")
    for _ in range(2):
        replace(client_of(moderator))
    run_jobs()
    talk.refresh_from_db()
    assert (talk.version, Replacement.objects.get().count) == (2, 1)


def test_an_edit_that_waits_for_a_look_goes_on_waiting(moderator, newcomer, event, run_jobs) -> None:
    talk = make_talk(event, newcomer, video_url=f"{OLD}a")
    talk.publish(by=moderator)
    talk.title = "Another title"
    talk.edit(by=newcomer)
    assert talk.unreviewed_edit
    replace(client_of(moderator))
    run_jobs()
    assert Contribution.objects.get(pk=talk.pk).unreviewed_edit


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (OLD, f"{OLD}archive/", "so it would never end"),
        ("nonsense", NEW, "No site can have this name"),
        ("http://localhost/", NEW, "internal network"),
        ("", "", "Paste the address"),
    ],
)
def test_a_replacement_that_makes_no_sense_is_refused_in_words(
    moderator, member, event, old, new, words
) -> None:
    make_talk(event, member, video_url=f"{OLD}a")
    answer = replace(client_of(moderator), old, new)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Replacement.objects.count() == 0


def test_nobody_but_moderators_replaces_anything(member, event, run_jobs) -> None:
    make_talk(event, member, video_url=f"{OLD}a")
    for user in (None, member):
        assert replace(client_of(user)).status_code == 404
    assert Replacement.objects.count() == 0
