"""What a fourth kind gets without an edit anywhere else. Run by tests/community/test_fourth_kind.py."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from community.cards import store_cards
from community.kinds import kinds
from community.models import Contribution
from events.models import Event
from people.models import Notification
from tests.cast import client_of, make_tag
from tests.community.pages import get, titles
from tests.fourthkind.models import Bookmark

FORM = {"address": "https://ebpf.example/", "title": "All about eBPF", "tags": "ebpf", "related": ""}


def send(event: Event, user: Any = None, **fields: str) -> Client:
    client = client_of(user)
    page = client.post(f"/bookmarks/new/{event.slug}/", {**FORM, "event": event.pk, **fields}, follow=True)
    assert page.status_code == 200, page.content.decode()
    return client


@pytest.fixture
def approved(event: Event, colocated: Event, newcomer: Any, moderator: Any) -> Bookmark:
    """Added at the co-located event through the form, approved in the queue."""
    make_tag("ebpf")
    send(colocated, newcomer)
    bookmark = Bookmark.objects.get()
    assert "All about eBPF" in get("/queue/", moderator)
    answer = client_of(moderator).post(
        "/queue/decisions/", {"pick": f"contribution-{bookmark.pk}", "verb": "publish"}
    )
    assert answer.status_code in (200, 302)
    bookmark.refresh_from_db()
    assert bookmark.state == "public"
    return bookmark


def test_it_is_installed_beside_the_others(db: None) -> None:
    assert [model.KIND for model in kinds()] == ["photo", "talk", "recap", "bookmark"]


def test_an_events_page_invites_to_add_one(event: Event) -> None:
    page = get(event.get_absolute_url())
    assert page.count(f'href="/bookmarks/new/{event.slug}/"') == 2
    assert "No bookmark yet. Which page do you keep open?" in page
    assert "Which page do you keep open?" in get(f"{event.get_absolute_url()}bookmarks/")


@pytest.mark.parametrize("who", ["newcomer", "a new guest"])
def test_it_waits_and_only_its_owner_sees_it(event: Event, newcomer: Any, outsider: Any, who: str) -> None:
    if who == "newcomer":
        client = send(event, newcomer)
    else:
        client = send(event, None, guest_name="A visitor", guest_email="visitor@example.org")
    address = Bookmark.objects.get().get_absolute_url()
    assert "waiting for review" in client.get(address).content.decode()
    assert titles(client.get("/mine/").content.decode()) == ["All about eBPF"]
    get(address, outsider, status=404)
    assert "All about eBPF" not in get(event.get_absolute_url(), outsider)


def test_once_approved_it_stands_on_every_page_of_all_kinds(
    approved: Bookmark, event: Event, colocated: Event, newcomer: Any
) -> None:
    for stored in (False, True):
        if stored:
            assert store_cards([approved.pk]) > 0
        for address in (
            "/",
            event.get_absolute_url(),
            colocated.get_absolute_url(),
            f"{event.get_absolute_url()}bookmarks/",
            "/tags/ebpf/",
            "/tags/ebpf/?kind=bookmark",
            "/search/?q=ebpf&kind=bookmark",
            newcomer.person.get_absolute_url(),
        ):
            assert "All about eBPF" in titles(get(address)), address
    assert titles(get("/tags/ebpf/?kind=talk")) == []
    assert 'href="/search/?q=ebpf&amp;kind=bookmark">Bookmarks</a>' in get("/search/?q=ebpf")
    assert titles(get("/mine/", newcomer)) == ["All about eBPF"]


def test_it_stands_in_the_pictures_of_its_event(approved: Bookmark, event: Event) -> None:
    week = get(f"{event.get_absolute_url()}week/")
    assert f'<a href="{event.get_absolute_url()}bookmarks/">Bookmarks</a>, before or after: <b>1</b>' in week
    assert 'aria-label="Bookmarks: 1"' in get(f"{event.get_absolute_url()}tags/")


def test_its_own_page_has_what_all_pages_have(approved: Bookmark, newcomer: Any, moderator: Any) -> None:
    page = get(approved.get_absolute_url())
    assert 'href="https://ebpf.example/"' in page
    assert 'href="/tags/ebpf/"' in page
    assert newcomer.person.get_absolute_url() in page
    assert "Published" in page
    assert f"/contributions/{approved.pk}/history/" not in page
    assert f"/contributions/{approved.pk}/history/" in get(approved.get_absolute_url(), newcomer)


def test_it_is_turned_down_with_a_reason_mended_and_sent_again(
    event: Event, newcomer: Any, moderator: Any
) -> None:
    send(event, newcomer)
    bookmark = Bookmark.objects.get()
    client_of(moderator).post(
        "/queue/decisions/",
        {
            "pick": f"contribution-{bookmark.pk}",
            "verb": "reject",
            "reason": "unclear",
            "note": "Which page of it?",
        },
    )
    assert "Which page of it?" in get(bookmark.get_absolute_url(), newcomer)
    assert Notification.objects.filter(recipient=newcomer).count() == 1
    client_of(newcomer).post(
        f"/bookmarks/{bookmark.pk}/edit/", {**FORM, "title": "Part one", "event": event.pk, "version": 1}
    )
    bookmark.refresh_from_db()
    assert (bookmark.state, bookmark.title) == ("waiting", "Part one")
    assert "<ins>" in get(f"/contributions/{bookmark.pk}/history/", newcomer)


def test_it_is_withdrawn_and_brought_back(approved: Bookmark, event: Event, newcomer: Any) -> None:
    client = client_of(newcomer)
    client.post(f"/contributions/{approved.pk}/withdrawal/")
    assert "All about eBPF" not in get(event.get_absolute_url())
    client.post(f"/contributions/{approved.pk}/return/")
    assert "All about eBPF" in titles(get(event.get_absolute_url()))


def test_it_is_counted(approved: Bookmark, event: Event) -> None:
    out = StringIO()
    call_command("check_counters", stdout=out)
    assert out.getvalue().strip() == "All kept numbers are right."
    event.refresh_from_db()
    assert (event.contribution_count, Contribution.objects.public().count()) == (1, 1)
    assert '<h1>Bookmarks <span class="num">1</span>' in get(f"{event.get_absolute_url()}bookmarks/")


def test_all_migrations_are_there(db: None) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
