"""The JSON of a topic is read, or refused in words; one bad post spoils no other; what is not public stays out."""

import os
import time
from pathlib import Path

import pytest

from forum.planning import plan
from forum.topic import MOST_POSTS, Unreadable, read
from tests.forum.topics import TEXT, as_bytes, one_post, posts_of, topic

CORPUS = Path(os.environ.get("HALLWAY_CORPUS") or "/nonexistent")


def test_a_topic_is_read_whole():
    found = read(TEXT.encode())
    assert (found.title, found.topic_id, found.faults, found.missing) == (
        "KubeCon EU ’24 in short",
        57,
        [],
        [],
    )
    assert [(post.number, post.username) for post in found.posts] == [
        *((1, "dneary_fan"), (2, "bo"), (3, "chloe"), (4, "bo"), (5, "chloe"), (8, "ed_ge"))
    ]


@pytest.mark.parametrize(
    ("change", "passed_over"),
    [
        ({"hidden": True}, 3),
        ({"deleted_at": "2024-04-12T00:00:00Z"}, 3),
        ({"user_deleted": True}, 3),
        ({"post_type": 4}, 3),
        ({"username": "discobot"}, 3),
        ({}, 2),
    ],
)
def test_what_the_forum_keeps_to_itself_stays_there(change, passed_over):
    said = topic()
    posts_of(said)[1] |= change
    found = read(as_bytes(said))
    assert (found.passed_over, 2 in [post.number for post in found.posts]) == (passed_over, passed_over == 2)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This is not JSON"),
        (b"<html>", "This is not JSON"),
        (b"\xff\xfe", "This is not text"),
        (b"[" * 200_000, "nested more deeply"),
        (b'{"a":' * 100_000, "nested more deeply"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "a number that cannot be read"),
        (b"[]", "This is not a topic of a Discourse forum"),
        (b'{"post_stream": []}', "This is not a topic of a Discourse forum"),
        (as_bytes(topic() | {"archetype": "private_message"}), "private messages"),
        (as_bytes(topic() | {"visible": False}), "hidden or deleted"),
        (as_bytes(topic() | {"deleted_at": "2024-01-01"}), "hidden or deleted"),
        (as_bytes(topic() | {"title": None, "fancy_title": 7}), "without their topic"),
        (as_bytes({"title": "x", "post_stream": {"posts": "none"}}), "The post that opens the topic"),
        (as_bytes({"title": "x", "post_stream": {"posts": [None, 7, []]}}), "The post that opens the topic"),
        (one_post("", raw=""), "The post that opens the topic"),
        (one_post("<p>x</p>", hidden=True), "The post that opens the topic"),
    ],
)
def test_what_is_no_topic_is_refused_in_words(content, words):
    with pytest.raises(Unreadable, match=words):
        read(content)


@pytest.mark.parametrize(
    ("number", "change", "fault"),
    [
        (2, {"username": None}, "A post without an author."),
        (2, {"cooked": {"a": 1}, "raw": ["x"]}, "A post without text."),
        (2, {"created_at": "yesterday"}, "It does not say when it was written, so it gets today’s date."),
        (
            2,
            {"created_at": "9999-99-99T00:00:00Z"},
            "It does not say when it was written, so it gets today’s date.",
        ),
        (
            1,
            {"id": 902, "created_at": "2024-04-11T12:00:00.000Z"},
            "The same post a second time; it was left out.",
        ),
    ],
)
def test_what_is_wrong_with_one_post_is_named_and_spoils_no_other(number, change, fault):
    said = topic()
    posts_of(said)[number - 1] |= change
    if number == 1:
        posts_of(said).append(posts_of(said)[1])
    found = read(as_bytes(said))
    assert fault in [words for _number, words in found.faults]
    assert len(found.posts) >= 5


@pytest.mark.parametrize("value", [None, [], {}, "", -1, 2**70, True, 1.5, "x" * 100_000])
@pytest.mark.django_db
def test_no_value_anywhere_is_more_than_a_fault(event, value):
    changed = []
    for name in (
        "id",
        "name",
        "username",
        "created_at",
        "cooked",
        "raw",
        "post_number",
        "post_type",
        "hidden",
    ):
        changed.append(topic())
        posts_of(changed[-1])[1][name] = value
    for name in ("id", "slug", "archetype"):
        changed.append(topic() | {name: value})
    changed.append(topic())
    changed[-1]["post_stream"]["stream"] = value
    for said in changed:
        plan(read(as_bytes(said)), event)


def test_more_posts_than_a_topic_has_are_cut_and_said():
    said = topic()
    posts_of(said).extend(
        {"id": 5000 + n, "post_number": 100 + n, "username": "ada", "cooked": "<p>x</p>"} for n in range(2000)
    )
    begin = time.monotonic()
    found = read(as_bytes(said))
    assert len(found.posts) < MOST_POSTS
    assert "More than 1000 posts" in found.faults[0][1]
    assert time.monotonic() - begin < 5


@pytest.mark.django_db
def test_a_file_with_a_part_of_the_posts_says_how_many_are_missing(event):
    said = topic()
    said["post_stream"]["stream"] += [1001, 1002, "x", None]
    made = plan(read(as_bytes(said)), event)
    assert "The topic has 2 more posts than this." in made.topic.faults[0][1]


def test_a_post_that_came_without_html_is_its_words():
    assert "&lt;b&gt;" in read(one_post("", raw="<b> is no tag\n\nhere")).posts[0].html


@pytest.mark.corpus
@pytest.mark.django_db
def test_every_file_of_a_forum_s_own_tests_is_a_topic_or_refused_in_words(event):
    read_whole, refusals = [], []
    for path in sorted((CORPUS / "discourse").rglob("*.json")):
        try:
            made = plan(read(path.read_bytes()), event, "https://forum.example.org/t/57")
        except Unreadable as words:
            refusals.append(str(words))
        else:
            read_whole.append((path.name, len(made.write_ups)))
    assert (read_whole, len(refusals)) == ([("topic.json", 1)], 52)
    assert [words for words in refusals if not words.endswith(".")] == []
