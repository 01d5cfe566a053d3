"""A topic becomes write-ups, links, talks and photos of an event, once; what people wrote here stays."""

import datetime
import io

import pytest
from PIL import Image

from community.counters import differences
from community.models import Contribution, Mention
from community.removing import remove
from community.search import find
from discussion.models import Comment
from forum.models import ImportedPart, TopicImport
from links.models import OptOut
from people.models import FormerName, Guest, Notification, Person
from people.models.identity import digest_of_name
from photos.models import Photo
from recaps.models import Recap
from talks.models import Talk
from tests.cast import make_event, make_recap, make_talk
from tests.forum.topics import ADDRESS, BOOTH, TEXT, as_bytes, posts_of, topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def bring(moderator, run_jobs):
    """Return a function that brings a topic in as the pages do, and returns the finished import."""

    def bring(event, content=b"", *, url=ADDRESS, by=moderator):
        row = TopicImport(event=event, by=by, url=url, file_name="57.json")
        row.begin(content or TEXT.encode())
        assert row.state == "planned", row.problem
        row.queue(by=by)
        run_jobs()
        row.refresh_from_db()
        assert row.state == "done", row.problem
        return row

    return bring


@pytest.fixture
def booth(outside):
    """The forum has the picture that a post shows."""
    file = io.BytesIO()
    Image.effect_noise((640, 480), 80).convert("RGB").save(file, "JPEG")
    outside.page(BOOTH, file.getvalue(), content_type="image/jpeg")
    return outside


def counts(row):
    return {section["name"]: section["count"] for section in row.report["sections"]}


def test_each_part_becomes_what_it_is(event, bring, booth):
    row = bring(event)
    assert counts(row) == {
        "write_ups": 2,
        "links": 1,
        "talks": 1,
        "pictures": 1,
        "comments": 1,
        "passed_over": 2,
    }
    here = [
        (item.kind, item.title, item.published_at.date().isoformat())
        for item in Contribution.objects.public().order_by("published_at")
    ]
    assert here == [
        ("recap", "KubeCon EU ’24 in short", "2024-04-11"),
        ("recap", "Paris in four days", "2024-04-11"),
        ("talk", "Will ARM be the new Mainstream in our Data Centers?", "2024-04-12"),
        ("photo", "", "2024-04-12"),
        ("recap", "What I learned on Edge Day", "2024-04-14"),
    ]
    assert row.report["faults"] == []


def test_the_opening_post_is_a_write_up_with_its_author_and_its_address(event, bring):
    bring(event)
    recap = Recap.objects.get(title="KubeCon EU ’24 in short")
    assert recap.published_at == datetime.datetime(2024, 4, 11, 9, 12, 33, 120000, tzinfo=datetime.UTC)
    assert (recap.role, recap.url, recap.contributor, recap.quiet) == ("wrote", ADDRESS, None, True)
    assert [credit.person.name for credit in recap.credits.all()] == ["Dora Nimble"]
    assert '<h3 id="text-rejekts">Rejekts</h3>' in recap.html
    assert "<strong>“How eBPF Actually Works”</strong>" in recap.html
    assert "<code>kubectl get swag</code>" in recap.html
    assert "🙂" in recap.html
    assert '<a href="https://forum.example.org/t/best-swag/58"' in recap.html


def test_talks_that_it_names_go_with_it(event, bring, member):
    known = make_talk(event, member, title="How eBPF Actually Works")
    make_talk(event, member, title="Another talk about something else")
    bring(event)
    opening = Recap.objects.get(title="KubeCon EU ’24 in short")
    # The second one came with the topic itself.
    assert set(opening.relations_out.values_list("target__title", flat=True)) >= {
        known.title,
        "Will ARM be the new Mainstream in our Data Centers?",
    }


def test_authors_become_people_to_be_claimed_and_keep_their_name_of_the_forum_where_it_is_free(event, bring):
    Person.objects.create(name="Another Bo", handle="bo")
    bring(event)
    handles = dict(Person.objects.filter(account=None).values_list("name", "handle"))
    assert handles == {
        "Another Bo": "bo",
        "Bo Sample": "bo-sample",
        "Chloé Témoin": "chloe",
        "Dora Nimble": "dneary_fan",
        "Ed Ge": "ed_ge",
    }


def test_who_is_mentioned_is_linked_only_where_we_know_them(event, bring):
    Person.objects.create(name="Somebody else", handle="ppouliot")
    said = topic()
    posts_of(said)[7]["cooked"] += '<p>Ask <a class="mention" href="/u/chloe">@chloe</a>.</p>'
    bring(event, as_bytes(said))
    opening = Recap.objects.get(title="KubeCon EU ’24 in short")
    # Of the two who are called so, nobody said that they are one.
    assert "@ppouliot" in opening.html
    assert 'href="/people/ppouliot/"' not in opening.html
    assert 'href="/people/chloe/"' in Recap.objects.get(title="What I learned on Edge Day").html
    assert [mention.person.name for mention in Mention.objects.all()] == ["Chloé Témoin"]


def test_who_asked_not_to_be_named_is_not_named(event, bring):
    FormerName.objects.bury([digest_of_name("dora nimble")])
    row = bring(event)
    assert row.report["people"]["left_out"] == 1
    assert list(Recap.objects.get(title="KubeCon EU ’24 in short").credits.all()) == []
    assert not Person.objects.filter(name="Dora Nimble").exists()


def test_a_link_is_a_recap_that_somebody_found_and_a_video_a_talk(event, bring):
    bring(event)
    found = Recap.objects.get(title="Paris in four days")
    assert (found.role, found.url, found.body) == (
        "found",
        "https://blog.example.net/2024/paris-in-four-days",
        "",
    )
    assert list(found.credits.all()) == []
    talk = Talk.objects.get()
    assert (talk.video_url, talk.video_state) == ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "watchable")
    assert [row.target.title for row in talk.relations_out.all()] == ["KubeCon EU ’24 in short"]


def test_a_picture_is_fetched_and_becomes_a_photo_without_a_licence(event, bring, booth):
    bring(event)
    photo = Photo.objects.get()
    assert (photo.is_public, photo.alt, photo.licence) == (True, "The Scaleway booth at night", "ask")
    assert [credit.person.name for credit in photo.credits.all()] == ["Chloé Témoin"]
    assert [row.target.title for row in photo.relations_out.all()] == ["KubeCon EU ’24 in short"]
    assert photo.renditions.count() > 0


def test_a_reply_becomes_a_comment_with_its_name_and_its_time_and_nobody_is_told(event, bring, mailoutbox):
    said = topic()
    answer = posts_of(said)[3] | {"id": 950, "post_number": 9, "reply_to_post_number": 4, "username": "chloe"}
    posts_of(said).append(
        answer | {"name": "Chloé Témoin", "cooked": '<p>Yes, <a class="mention">@bo</a>!</p>'}
    )
    bring(event, as_bytes(said))
    opening = Recap.objects.get(title="KubeCon EU ’24 in short")
    first, second = opening.comments.order_by("pk")
    assert [comment.name for comment in (first, second)] == ["Bo Sample", "Chloé Témoin"]
    assert (second.parent, second.answers, opening.comment_count) == (first, first, 2)
    assert first.created_at == datetime.datetime(2024, 4, 12, 8, tzinfo=datetime.UTC)
    # What it quotes stands above it, as in the forum.
    assert (first.html.count("<blockquote>"), "So true. Thank you" in first.html) == (1, True)
    assert 'href="/people/bo/"' in second.html
    assert (Notification.objects.count(), mailoutbox, opening.quiet) == (0, [], True)
    assert list(differences()) == []


def test_the_dry_run_shows_how_a_comment_begins_and_not_what_it_quotes(event):
    said = topic()
    posts_of(said)[3]["cooked"] = "<blockquote><p>My favourite.</p></blockquote><p>Mine, too.</p>"
    row = TopicImport(event=event, url=ADDRESS)
    row.begin(as_bytes(said))
    (comments,) = [section for section in row.report["sections"] if section["name"] == "comments"]
    assert [shown for shown, _facts in comments["rows"]] == ["Mine, too."]


@pytest.mark.parametrize(
    ("words", "title"), [("go here", "My week in paris (blog.example.net)"), ("Mine", "Mine")]
)
def test_a_link_is_called_by_its_words_where_they_say_anything(event, words, title):
    said = topic()
    posts_of(said)[1]["cooked"] = f'<p><a href="https://blog.example.net/my-week-in-paris">{words}</a></p>'
    row = TopicImport(event=event, url=ADDRESS)
    row.begin(as_bytes(said))
    (links,) = [section for section in row.report["sections"] if section["name"] == "links"]
    assert [shown for shown, _facts in links["rows"]] == [title]


def test_a_comment_bears_the_name_of_today_and_a_name_that_is_taken_off_is_gone(event, bring):
    bring(event)
    comment = Comment.objects.get()
    bo = Person.objects.get(name="Bo Sample")
    bo.rename("Bo Example")
    comment.refresh_from_db()
    assert comment.guest.name == "Bo Example"
    remove(bo)
    assert Guest.objects.get().name == "…"
    # Nor does the next import bring it back.
    bring(event)
    assert "Bo" not in str(list(Guest.objects.values_list("name", flat=True)))


def test_a_comment_that_is_hidden_and_let_show_again_tells_nobody_and_is_no_news(
    event, bring, member, moderator
):
    said = topic()
    posts_of(said)[3]["cooked"] += "<p>Ask @the-member.</p>"
    bring(event, as_bytes(said))
    comment = Comment.objects.get()
    assert "@the-member" in comment.body
    comment.hide(by=moderator, reason="conduct")
    comment.publish(by=moderator)
    item = Contribution.objects.get(pk=comment.contribution_id)
    assert (member.notifications.count(), item.quiet, item.comment_count) == (0, True, 1)


def test_a_comment_that_was_hidden_or_deleted_here_stays_away(event, bring, moderator):
    bring(event)
    Comment.objects.get().hide(by=moderator, reason="conduct")
    assert counts(bring(event))["left_out"] == 1
    Comment.objects.all().delete()
    assert counts(bring(event))["left_out"] == 1
    assert Comment.objects.count() == 0


def test_a_reply_to_what_was_hidden_here_stays_away(event, bring, moderator):
    said = topic()
    reply = posts_of(said).pop(3)
    bring(event, as_bytes(said))
    Recap.objects.get(title="KubeCon EU ’24 in short").hide(by=moderator, reason="privacy")
    posts_of(said).append(reply)
    assert counts(bring(event, as_bytes(said)))["left_out"] == 2
    assert Comment.objects.count() == 0


@pytest.mark.parametrize("body", [b"not a picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b""])
def test_what_is_no_picture_is_named_and_tried_again_the_next_time(event, bring, outside, body):
    outside.page(BOOTH, body, content_type="image/jpeg")
    bring(event)
    part = ImportedPart.objects.get(part__startswith="picture:")
    assert (part.contribution, part.address) == (None, "")
    assert part.problem != ""
    assert counts(bring(event))["pictures"] == 1


def test_a_picture_that_is_here_already_is_not_added_again(event, bring, booth):
    bring(event)
    said = topic()
    posts_of(said)[4] |= {"id": 999, "cooked": posts_of(said)[4]["cooked"]}
    bring(event, as_bytes(said))
    assert Photo.objects.count() == 1


def test_all_that_the_verbs_keep_is_kept(event, bring, booth, moderator):
    bring(event)
    assert list(differences()) == []
    assert find(["rejekts"]) == [Recap.objects.get(title="KubeCon EU ’24 in short").pk]
    assert Contribution.objects.without_card().count() == 0
    assert Contribution.objects.news().count() == 0
    assert {item.decisions.first().actor for item in Contribution.objects.all()} == {moderator}


def test_bringing_it_in_again_makes_and_changes_nothing(event, bring, booth):
    bring(event)
    before = list(Contribution.objects.order_by("pk").values())
    again = bring(event)
    assert counts(again) == {"same": 6, "passed_over": 2}
    assert again.report["changes_nothing"]
    assert list(Contribution.objects.order_by("pk").values()) == before
    # A file of which nobody said where it is from is the same topic.
    assert counts(bring(event, url="")).keys() >= {"same"}
    assert Contribution.objects.count() == len(before)


def test_what_is_new_in_the_forum_comes_and_what_changed_there_changes_here(event, bring):
    said = topic()
    posts_of(said)[0]["cooked"] += "<p>One more thing.</p>"
    bring(event)
    assert counts(bring(event, as_bytes(said)))["changed"] == 1
    recap = Recap.objects.get(title="KubeCon EU ’24 in short")
    assert "One more thing." in recap.html
    assert (recap.version, recap.revisions.count()) == (2, 2)


def test_what_somebody_edited_here_stays(event, bring, moderator):
    bring(event)
    recap = Recap.objects.get(title="KubeCon EU ’24 in short")
    recap.title = "Paris, in short"
    recap.edit(by=moderator)
    said = topic()
    posts_of(said)[0]["cooked"] += "<p>One more thing.</p>"
    assert counts(bring(event, as_bytes(said)))["kept"] == 1
    recap.refresh_from_db()
    assert (recap.title, "One more thing." in recap.html) == ("Paris, in short", False)


def test_what_was_hidden_or_deleted_here_stays_away(event, bring, moderator):
    bring(event)
    Recap.objects.get(title="KubeCon EU ’24 in short").hide(by=moderator, reason="privacy")
    found = Recap.objects.get(title="Paris in four days")
    found.withdraw(by=moderator)
    found.erase(by=moderator)
    assert counts(bring(event))["left_out"] == 2
    assert counts(bring(event))["same"] == 3
    assert Recap.objects.public().count() == 1


def test_a_link_that_somebody_brought_before_is_left_as_it_is(event, bring, member, newcomer):
    make_recap(
        event, member, title="Four days", url="https://blog.example.net/2024/paris-in-four-days?utm_source=x"
    )
    assert counts(bring(event))["known"] == 1
    assert Recap.objects.filter(url_key__contains="blog.example.net").count() == 1


def test_a_link_whose_author_does_not_want_it_listed_is_left_out(event, bring):
    OptOut.objects.create(host="blog.example.net")
    row = bring(event)
    assert (counts(row)["left_out"], Recap.objects.filter(url__contains="blog.example.net").count()) == (1, 0)


def test_a_link_that_waits_for_review_is_not_made_public_by_an_import(event, bring, newcomer):
    waiting = make_recap(event, newcomer, url="https://blog.example.net/2024/paris-in-four-days")
    assert counts(bring(event))["left_out"] == 1
    waiting.refresh_from_db()
    assert waiting.state == "waiting"


def test_what_is_kept_of_an_import_names_nobody(event, bring):
    row = bring(event)
    assert row.content is None
    assert "Dora" not in str(row.report)
    assert "dneary" not in str(list(ImportedPart.objects.values()))


def test_a_topic_comes_to_a_co_located_event(colocated, bring, booth):
    bring(colocated)
    assert set(Contribution.objects.values_list("event__name", flat=True)) == {"Edge Day"}
    assert counts(bring(colocated))["same"] == 6


def test_the_same_topic_can_be_brought_to_another_event(event, bring):
    bring(event)
    other = make_event("Another", starts_on=datetime.date(2023, 5, 1))
    assert counts(bring(other))["write_ups"] == 2
