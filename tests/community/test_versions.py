"""Older versions come back, as the newest one."""

from datetime import timedelta

import pytest

from community.models import Contribution
from community.versions import differences, shortened
from people.models import Person
from tests.cast import MAKERS, client_of, make_recap, make_tag, make_talk

pytestmark = pytest.mark.django_db


def changed(event, member, **words):
    writer = Person.objects.create(name="A Writer")
    recap = make_recap(event, member, title="Day one", body="First", tags=["ebpf"], credit=[writer], **words)
    recap.title, recap.body = "Day two", "Second"
    recap.edit(by=member)
    return recap


def bring_back(who, item, number=1):
    return client_of(who).post(f"/contributions/{item.pk}/versions/{number}/restoration/")


@pytest.mark.parametrize("who", ["member", "moderator"])
def test_an_older_version_comes_back_with_its_tags_and_names_nobody_again(who, event, member, request):
    make_tag("ebpf")
    recap = changed(event, member)
    bring_back(request.getfixturevalue(who), recap)
    recap.refresh_from_db()
    assert (recap.title, recap.body, recap.version, recap.html.strip()) == (
        "Day one",
        "First",
        3,
        "<p>First</p>",
    )
    assert [tag.name for tag in recap.tags.all()] == ["ebpf"]
    assert recap.people.count() == 0
    assert [revision.fields["title"] for revision in recap.revisions.all()] == [
        "Day one",
        "Day two",
        "Day one",
    ]


def test_nobody_else_brings_one_back(event, member, outsider):
    recap = changed(event, member)
    assert bring_back(outsider, recap).status_code == 404
    assert bring_back(member, recap, 9).status_code == 404
    assert Contribution.objects.get().version == 2


def test_what_was_withdrawn_is_not_changed(event, member):
    recap = changed(event, member)
    recap.withdraw(by=member)
    assert bring_back(member, recap).status_code == 404


def test_the_button_stands_at_the_older_versions(event, member):
    recap = changed(event, member)
    page = client_of(member).get(f"/contributions/{recap.pk}/history/").content.decode()
    assert page.count("Bring this version back") == 1


def test_readers_see_that_and_when_it_was_edited(event, member):
    recap = changed(event, member)
    talk = make_talk(event, member)
    # What was only finished just after it came is not said to be edited.
    assert "<li>edited <time" not in client_of(None).get(recap.get_absolute_url()).content.decode()
    hour = timedelta(hours=1)
    Contribution.objects.filter(pk=recap.pk).update(published_at=recap.published_at - hour)
    assert "<li>edited <time" in client_of(None).get(recap.get_absolute_url()).content.decode()
    assert "<li>edited <time" not in client_of(None).get(talk.get_absolute_url()).content.decode()


@pytest.mark.parametrize("kind", MAKERS)
def test_every_kind_can_bring_back_what_it_keeps(kind, event, member):
    item = MAKERS[kind](event, member, title="Before")
    item.title = "After"
    item.edit(by=member)
    bring_back(member, item)
    assert Contribution.objects.get().title == "Before"


def test_of_a_long_text_the_words_that_changed_are_shown_and_a_little_around_them():
    lines = [" ".join(f"word{line}-{number}" for number in range(60)) for line in range(40)]
    changed = list(lines)
    for line in (1, 30):
        changed[line] = lines[line].replace(f"word{line}-30", "another")
    pieces = shortened(differences("\n\n".join(lines), "\n\n".join(changed)))
    assert [text for look, text in pieces if look != "same"] == [
        "word1-30",
        "another",
        "word30-30",
        "another",
    ]
    assert "".join(text for _look, text in pieces).count("…") == 3
    assert sum(len(text) for _look, text in pieces) < 1_000


def test_texts_that_share_nothing_are_told_apart_whole():
    old, new = (" ".join(f"{sign}{number}" for number in range(5_000)) for sign in "ab")
    assert differences(old, new) == [("gone", old), ("new", new)]


def test_the_words_beside_a_change_keep_their_distance():
    rest = " ".join(f"word{number}" for number in range(100))
    same = [text for look, text in shortened(differences(f"{rest} a b {rest}", f"{rest} c b {rest}"))]
    assert (same[0][:2], same[0][-1], same[-1][:3], same[-1][-2:]) == ("… ", " ", " b ", " …")
