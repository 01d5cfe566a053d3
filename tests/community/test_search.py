"""Search: what is found, in which order, and that no question breaks it."""

import re
from typing import Any

import pytest

from community.models import Contribution
from community.search import snippet, without_marks
from events.models import Event
from people.models import Person
from tests.cast import MAKERS, make_photo, make_recap, make_tag, make_talk
from tests.community.pages import get, hidden_things, titles


def found(question: str, **more: str) -> list[str]:
    from urllib.parse import urlencode

    return titles(get("/search/?" + urlencode({"q": question, **more})))


def test_titles_texts_people_and_accepted_tags_are_looked_through(event: Event, member: Any) -> None:
    make_tag("observability")
    make_recap(
        event, member, title="My week", body="We spoke of eBPF in the corridor.", tags=["observability"]
    )
    make_talk(event, member, title="Where the time goes", credit=[Person.objects.create(name="Ada Beispiel")])
    make_photo(event, member, title="The hall", alt="A crowd before a stage")
    assert found("ebpf") == ["My week"]
    assert found("observability") == ["My week"]
    assert found("beispiel") == ["Where the time goes"]
    assert found("crowd stage") == ["The hall"]
    assert found("crowd corridor") == []


def test_case_accents_and_endings_make_no_difference(event: Event, member: Any) -> None:
    make_talk(event, member, title="Événements et Données")
    for question in ("evenements", "ÉVÉNEMENTS", "donnees", "événem", "donnée"):
        assert found(question) == ["Événements et Données"], question


def test_a_word_in_the_title_comes_before_one_in_the_text(event: Event, member: Any) -> None:
    make_recap(event, member, title="Kubernetes at the edge")
    make_recap(event, member, title="A week", body="Then kubernetes, and much else.")
    assert found("kubernetes") == ["Kubernetes at the edge", "A week"]


def test_hits_are_narrowed_to_a_kind(event: Event, member: Any) -> None:
    make_recap(event, member, title="Edge recap")
    make_talk(event, member, title="Edge talk")
    assert found("edge", kind="talk") == ["Edge talk"]
    assert sorted(found("edge", kind="hat")) == ["Edge recap", "Edge talk"]


def test_events_are_found_by_name(event: Event, other_event: Event, newcomer: Any) -> None:
    Event(name="Paris secret", starts_on=event.starts_on, ends_on=event.ends_on).propose(by=newcomer)
    page = get("/search/?q=paris")
    assert "Paris Summit 2024" in page
    assert "Lisbon" not in page
    assert "secret" not in page


def test_what_is_not_public_is_not_found_by_anybody(event: Event, newcomer: Any, moderator: Any) -> None:
    hidden_things(event, newcomer, moderator)
    for kind, make in MAKERS.items():
        make(event, moderator, title=f"Canary {kind}")
    for user in (None, newcomer, moderator):
        found = titles(get("/search/?q=canary", user))
        assert sorted(found) == sorted(f"Canary {kind}" for kind in MAKERS)


def test_what_was_changed_is_found_by_its_new_words_only(event: Event, member: Any) -> None:
    talk = make_talk(event, member, title="Old words")
    talk.title = "Fresh words"
    talk.edit(by=member)
    assert (found("old"), found("fresh")) == ([], ["Fresh words"])
    Contribution.objects.get(pk=talk.pk).withdraw(by=member)
    assert found("fresh") == []


@pytest.mark.parametrize(
    "question",
    [
        '"',
        '""',
        "'",
        "a AND",
        "NEAR(a b)",
        "NOT",
        "OR OR",
        "kind:talk",
        "talk*",
        "^talk",
        "-talk",
        "%%",
        "__",
        "(((",
        "\\",
        "a" * 10_000,
        "x " * 4_000,
        "\x00",
        "'; DROP TABLE community_search; --",
        "🦆",
        "{title}: a",
        ":*",
        "& | !",
        "<->",
    ],
)
def test_hostile_questions_get_an_answer_in_words(event: Event, member: Any, question: str) -> None:
    make_talk(event, member, title="A talk")
    found(question)
    assert found("talk") == ["A talk"]


def test_too_little_and_too_much_is_said(db: None) -> None:
    assert "Type at least two letters. Signs such as + and # do not count." in get("/search/?q=a")
    assert "Type a word or two." in get("/search/?q=")
    assert "Fewer words find more." in get("/search/?q=" + "word+" * 100)
    assert "Nothing found." in get("/search/?q=nowhere")


def test_words_are_marked_in_a_piece_of_the_text() -> None:
    text = "Before. " * 60 + "Then <b>Kubernétes</b> & more kubernetes. " + "After. " * 60
    piece = str(snippet(text, ["kubern"]))
    assert piece.startswith("…")
    assert piece.endswith("…")
    assert "&lt;b&gt;<mark>Kubernétes</mark>&lt;/b&gt; &amp; more <mark>kubernetes</mark>." in piece
    assert len(piece) < 400
    assert snippet("nothing of it", ["else"]) is None


def test_each_hit_is_on_one_page(event: Event, member: Any) -> None:
    for number in range(70):
        make_talk(event, member, title=f"Same words {number}")
    seen = [found("same", page=str(page)) for page in (1, 2, 3)]
    assert [len(page) for page in seen] == [30, 30, 10]
    assert len({title for page in seen for title in page}) == 70
    assert found("same", page="99") == seen[2]
    assert found("same", page="soon") == seen[0]


def pieces(question: str) -> list[str]:
    return re.findall(r'<p class="snippet">(.*?)</p>', get("/search/?q=" + question))


def test_a_piece_reads_as_words_without_marks(event: Event, member: Any) -> None:
    body = "# Seen\n\n- *How eBPF works* - a [tour](https://x.example/a_b)\n- **Burnout++** `in` snake_case\n"
    assert without_marks(body) == "Seen\n\n· How eBPF works - a tour\n· Burnout++ in snake_case\n"
    make_recap(event, member, title="A week", body=f"{'Before. ' * 90}\n\n{body}")
    assert pieces("ebpf")[0].endswith("· How <mark>eBPF</mark> works - a tour · Burnout++ in snake_case")


def test_a_piece_does_not_say_again_what_its_card_says(event: Event, member: Any) -> None:
    make_talk(event, member, title="Clocks", why="Because clocks lie.")
    assert pieces("clocks") == []
    make_talk(event, member, title="More clocks", why="All of it.", description="Here are clocks, explained.")
    assert pieces("clocks") == ["Here are <mark>clocks</mark>, explained."]


def test_a_word_that_is_too_short_is_looked_for_among_the_tags(event: Event, member: Any) -> None:
    tag = make_tag("C++")
    assert f'there is a tag: <a href="{tag.get_absolute_url()}">C++</a>' in get("/search/?q=c%2B%2B")
    assert "Type at least two letters." in get("/search/?q=c%23")


def test_the_title_of_the_page_has_the_words(event: Event, member: Any) -> None:
    for question in ("nowhere", "paris", "a"):
        asked = "Search: " + question if len(question) > 1 else "Search"
        assert f"<title>{asked} · Hallway</title>" in get("/search/?q=" + question)
