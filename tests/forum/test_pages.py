"""The pages on which an organiser brings a topic in, the command that does the same, and how its address is read."""

import io
import json
import uuid

import pytest
from django.core.management import CommandError, call_command

from community.models import Contribution
from events.models import Organiser
from forum.fetching import fetch_topic, topic_address
from forum.models import TopicImport
from recaps.models import Recap
from tests.cast import client_of, make_user
from tests.forum.topics import ADDRESS, TEXT, as_bytes, posts_of, topic
from tests.markup import Markup

pytestmark = pytest.mark.django_db
ASKED = "https://forum.example.org/t/57"


@pytest.fixture
def organiser(event):
    user = make_user("the organiser")
    Organiser.objects.create(event=event, user=user)
    return user


@pytest.fixture
def browser_of(organiser):
    return client_of(organiser)


def send(browser, event, content=None, **more):
    file = io.BytesIO(TEXT.encode() if content is None else content)
    file.name = "57.json"
    return browser.post(f"{event.get_absolute_url()}forum/", {"file": file, **more})


def test_the_event_s_desk_leads_there(browser_of, event):
    page = Markup(browser_of.get(f"{event.get_absolute_url()}desk/").content.decode())
    assert f"{event.get_absolute_url()}forum/" in page.links


def test_first_the_organiser_sees_what_would_come_of_it_and_nothing_has(browser_of, event):
    answer = send(browser_of, event, url=ADDRESS)
    row = TopicImport.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, row.get_absolute_url())
    page = browser_of.get(row.get_absolute_url()).content.decode()
    assert Markup(page).everything_wrong == []
    for words in (
        "What would happen",
        "2 posts become recaps here",
        "Dora Nimble",
        "11 Apr 2024",
        "1 picture",
    ):
        assert words in page
    assert Contribution.objects.count() == 0


def test_then_the_worker_brings_it_in_and_the_page_says_so(browser_of, event, run_jobs, organiser, outside):
    send(browser_of, event, url=ADDRESS)
    row = TopicImport.objects.get()
    browser_of.post(f"{row.get_absolute_url()}confirmation/")
    assert "data-awaits" in browser_of.get(row.get_absolute_url()).content.decode()
    run_jobs()
    done = browser_of.get(row.get_absolute_url()).content.decode()
    assert Markup(done).everything_wrong == []
    assert "The topic is imported" in done
    # Nobody answers where its picture is.
    assert "1 picture could not be fetched." in done
    assert {item.decisions.first().actor for item in Contribution.objects.all()} == {organiser}
    count = Contribution.objects.count()
    # A second press finds it done.
    browser_of.post(f"{row.get_absolute_url()}confirmation/")
    run_jobs()
    assert Contribution.objects.count() == count == 4


def test_a_double_click_makes_one_import(browser_of, event):
    key = str(uuid.uuid4())
    first = send(browser_of, event, submission_key=key)
    assert send(browser_of, event, submission_key=key)["Location"] == first["Location"]
    assert TopicImport.objects.count() == 1


@pytest.mark.parametrize(
    "content", [b"Dear forum", b"\x00\x01", b"{", b"[]", b"\xff\xfe\x00", b"[" * 100_000]
)
def test_what_is_no_topic_is_answered_in_words(browser_of, event, content):
    page = browser_of.get(send(browser_of, event, content)["Location"]).content.decode()
    assert "Nothing was changed." in page
    assert Markup(page).everything_wrong == []
    assert TopicImport.objects.get().content is None


@pytest.mark.parametrize(
    "url", ["", "https://forum.example.org/c/5", "ftp://a.example.org/t/1", "http://127.0.0.1/t/a/1", "word"]
)
def test_what_is_no_address_of_a_topic_is_told_at_the_field(browser_of, event, url):
    answer = browser_of.post(f"{event.get_absolute_url()}forum/", {"url": url})
    assert answer.status_code == 422
    assert 'id="id_url_error"' in answer.content.decode()
    assert TopicImport.objects.count() == 0


def test_the_discussion_of_the_event_is_proposed(browser_of, event):
    type(event).objects.filter(pk=event.pk).update(discussion_url=ADDRESS)
    assert f'value="{ADDRESS}"' in browser_of.get(f"{event.get_absolute_url()}forum/").content.decode()


def test_strangers_and_members_find_nothing(event, outsider, organiser):
    send(client_of(organiser), event)
    row = TopicImport.objects.get()
    for address in (f"{event.get_absolute_url()}forum/", row.get_absolute_url()):
        assert client_of(None).get(address).status_code == 302
        assert client_of(outsider).get(address).status_code == 404


# --- By its address --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://forum.example.org/t/some-title/57/4?u=bo#x", ASKED),
        ("https://forum.example.org/t/57.json", ASKED),
        ("https://example.org/forum/t/some-title/57/", "https://example.org/forum/t/57"),
        ("https://forum.example.org/t/some-title", ""),
        ("https://forum.example.org/latest", ""),
    ],
)
def test_the_address_of_a_topic_is_known_in_each_form(url, address):
    assert topic_address(url) == address


def test_a_long_topic_is_fetched_in_parts(outside):
    said = topic()
    first, rest = posts_of(said)[:3], posts_of(said)[3:]
    said["post_stream"]["posts"] = first
    ids = "&".join(f"post_ids[]={post['id']}" for post in rest)
    outside.page(f"{ASKED}.json", as_bytes(said), content_type="application/json")
    outside.page(f"{ASKED}/posts.json?{ids}", as_bytes({"post_stream": {"posts": rest}}))
    assert posts_of(json.loads(fetch_topic(ADDRESS))) == posts_of(topic())


def test_a_forum_that_gives_no_more_is_taken_at_what_it_gave(browser_of, event, outside, run_jobs):
    said = topic()
    said["post_stream"]["posts"] = posts_of(said)[:3]
    outside.page(f"{ASKED}.json", as_bytes(said), content_type="application/json")
    answer = browser_of.post(f"{event.get_absolute_url()}forum/", {"url": ADDRESS})
    assert "data-awaits" in browser_of.get(answer["Location"]).content.decode()
    run_jobs()
    page = browser_of.get(answer["Location"]).content.decode()
    assert "The topic has 5 more posts than this." in page
    assert "1 post becomes a recap here" in page


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (404, b"", "The site says that there is no such page, or that not everybody may see it."),
        (200, b"<html>Sign in</html>", "This is not JSON"),
        (200, b'{"post_stream": {"posts": 7}}', "without their topic"),
    ],
)
def test_an_address_that_gives_no_topic_says_why(browser_of, event, outside, run_jobs, status, body, words):
    outside.page(f"{ASKED}.json", body, status=status)
    answer = browser_of.post(f"{event.get_absolute_url()}forum/", {"url": ADDRESS})
    run_jobs()
    assert words in browser_of.get(answer["Location"]).content.decode()


# --- The command -----------------------------------------------------------------------------------------------------


def test_the_command_says_what_would_come_of_it_and_then_does_it(event, tmp_path, moderator, run_jobs):
    file, said = tmp_path / "57.json", io.StringIO()
    file.write_text(TEXT)
    call_command("import_discourse", str(file), event=event.slug, dry_run=True, stdout=said)
    assert "2 posts become recaps here" in said.getvalue()
    assert (Contribution.objects.count(), TopicImport.objects.count()) == (0, 0)
    call_command(
        "import_discourse", str(file), event=event.slug, address=ADDRESS, by=moderator.email, stdout=said
    )
    assert Recap.objects.get(title="KubeCon EU ’24 in short").decisions.get().actor == moderator
    count = Contribution.objects.count()
    run_jobs()
    assert Contribution.objects.count() == count == 4


@pytest.mark.parametrize(
    ("topic", "more", "words"),
    [
        ("/nowhere/57.json", {}, "No such file"),
        ("57.json", {"event": "nowhere"}, "no public event"),
        ("57.json", {"by": "nobody@example.org"}, "Nobody here has the address"),
        ("57.json", {"address": "https://example.org/"}, "is no address of a topic"),
        ("https://example.org/", {}, "This is not the address of a topic."),
    ],
)
def test_the_command_refuses_in_words(event, tmp_path, monkeypatch, topic, more, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "57.json").write_text(TEXT)
    with pytest.raises(CommandError, match=words):
        call_command("import_discourse", topic, **{"event": event.slug, **more})
    assert Contribution.objects.count() == 0
