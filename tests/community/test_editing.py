"""The editor: what it offers for the word being typed, and the pictures that can be put into a text."""

from typing import Any

import pytest

from community.models import Tag
from people.models import Person
from tests.cast import client_of, make_photo, make_recap, make_tag, make_talk

pytestmark = pytest.mark.django_db


def offered(event: Any, key: str, typed: str, who: Any = None) -> list[str]:
    answer = client_of(who).get(f"/events/{event.slug}/completions/", {"key": key, "q": typed})
    return [row["value"] for row in answer.json()["rows"]]


def test_people_with_something_public_are_found_by_name_or_handle(event, member, newcomer):
    speaker = Person.objects.create(name="Maya Mayer")
    for name in ("Maya Hidden", "Maya Nobody"):
        Person.objects.create(name=name)
    make_talk(event, member, credit=[speaker])
    make_talk(event, newcomer, credit=[Person.objects.get(name="Maya Hidden")])
    assert offered(event, "@", "may") == ["@maya-mayer"]
    assert offered(event, "@", "mayer") == ["@maya-mayer"]


def test_emoji_are_found_by_their_codes(event):
    assert offered(event, ":", "tada") == [":tada:"]
    assert len(offered(event, ":", "a")) == 8


def test_tags_become_links_and_only_accepted_ones(event, member):
    make_tag("eBPF")
    Tag.objects.meant_by(["ebpf-secret"], by=member)
    assert offered(event, "#", "ebp") == ["[#eBPF](/tags/ebpf/)"]


def test_talks_of_the_event_and_its_parts_become_links(event, colocated, other_event, member, newcomer):
    here = make_talk(event, member, title="How [eBPF] works")
    part = make_talk(colocated, member, title="Works at the edge")
    make_talk(other_event, member, title="Works elsewhere")
    make_talk(event, newcomer, title="Works, and waits")
    make_recap(event, member, title="A recap that works")
    assert offered(event, "[[", "works") == [
        f"[How \\[eBPF\\] works](/talks/{here.pk}/)",
        f"[Works at the edge](/talks/{part.pk}/)",
    ]
    assert offered(event, "[[", "edge works") == [f"[Works at the edge](/talks/{part.pk}/)"]


@pytest.mark.parametrize(
    "asked", [{}, {"key": "?", "q": "a"}, {"key": "@", "q": ""}, {"key": "@", "q": "x" * 99}]
)
def test_what_is_no_question_has_no_answer(asked, event):
    assert client_of(None).get(f"/events/{event.slug}/completions/", asked).json() == {"rows": []}


@pytest.mark.parametrize("key", ["@", ":", "#", "[["])
def test_an_answer_costs_a_fixed_number_of_queries(key, event, member, django_assert_max_num_queries):
    for number in range(12):
        make_talk(
            event, member, title=f"Same {number}", credit=[Person.objects.create(name=f"Same {number}")]
        )
        make_tag(f"same {number}")
    client = client_of(None)
    with django_assert_max_num_queries(3):
        rows = client.get(f"/events/{event.slug}/completions/", {"key": key, "q": "sa"}).json()["rows"]
    assert len(rows) == 8


def test_the_event_s_public_photos_and_one_s_own_can_be_put_into_a_text(
    event, other_event, member, newcomer, guest
):
    shown = make_photo(event, member, alt="The [hall]")
    make_photo(other_event, member)
    waits = make_photo(event, newcomer, alt="Mine")
    address = f"/photos/pictures/{event.slug}/"
    assert [picture.words for picture in client_of(guest).get(address).context["pictures"]] == [
        f"[![The (hall)](/photos/{shown.pk}/picture/)](/photos/{shown.pk}/)"
    ]
    assert [picture.pk for picture in client_of(newcomer).get(address).context["pictures"]] == [
        waits.pk,
        shown.pk,
    ]


def test_the_text_that_a_picture_becomes_shows_it(event, member):
    photo = make_photo(event, member, alt="The hall")
    [picture] = client_of(None).get(f"/photos/pictures/{event.slug}/").context["pictures"]
    recap = make_recap(event, member, body=picture.words)
    assert f'src="/photos/{photo.pk}/picture/" alt="The hall"' in recap.html
