"""The vocabulary: what is listed, what a tag's page shows, what is suggested."""

from typing import Any

import pytest
from django.test import Client

from community.event_tags import set_event_tags
from community.models import Contribution, Tag, TagDecision
from events.models import Event
from tests.cast import client_of, make_photo, make_recap, make_tag, make_talk
from tests.community.pages import get, hidden_things, links, titles


def suggested(text: str) -> list[str]:
    return Client().get("/tags/suggestions/", {"q": text}).json()["suggestions"]


def test_a_tag_lists_all_kinds_newest_first_with_their_events(
    event: Event, other_event: Event, member: Any
) -> None:
    make_tag("cloud")
    make_recap(event, member, title="A recap", tags=["Cloud"])
    make_talk(other_event, member, title="A talk", tags=["CLOUD"])
    make_photo(event, member, title="A photo", tags=["cloud"])
    make_talk(event, member, title="Something else", tags=[])
    page = get("/tags/cloud/")
    assert titles(page) == ["A photo", "A talk", "A recap"]
    assert '<h1>cloud <span class="num">3</span></h1>' in page
    assert links(page, '/events/(?:paris|lisbon)[^"]*')[:3] == [
        "/events/paris-summit-2024/",
        "/events/lisbon-meeting-2023/",
        "/events/paris-summit-2024/",
    ]


def test_it_is_narrowed_by_kind_event_and_year(
    event: Event, colocated: Event, other_event: Event, member: Any
) -> None:
    make_tag("cloud")
    make_recap(event, member, title="Recap", tags=["cloud"])
    make_talk(colocated, member, title="Edge talk", tags=["cloud"])
    make_talk(other_event, member, title="Lisbon talk", tags=["cloud"])
    assert titles(get("/tags/cloud/?kind=talk")) == ["Lisbon talk", "Edge talk"]
    assert titles(get("/tags/cloud/?event=paris-summit-2024")) == ["Edge talk", "Recap"]
    assert titles(get("/tags/cloud/?event=edge-day-2024")) == ["Edge talk"]
    assert titles(get("/tags/cloud/?year=2023")) == ["Lisbon talk"]
    assert titles(get("/tags/cloud/?kind=talk&year=2024")) == ["Edge talk"]
    for mangled in ("kind=hat", "event=nowhere", "year=soon", "year=-1", "kind=%00"):
        assert len(titles(get(f"/tags/cloud/?{mangled}"))) == 3, mangled


def test_a_chip_a_kind_stands_above_the_list_and_a_chip_for_what_else_was_chosen(
    event: Event, colocated: Event, member: Any
) -> None:
    make_tag("cloud")
    make_recap(event, member, title="Recap", tags=["cloud"])
    make_talk(colocated, member, title="Edge talk", tags=["cloud"])
    page = get("/tags/cloud/?kind=talk&event=edge-day-2024")
    way = r'/tags/cloud/[^"]*'
    row, _, rest = page.partition('aria-label="What"')[2].partition("</nav>")
    assert links(row, way) == [
        "/tags/cloud/?event=edge-day-2024",
        "/tags/cloud/?kind=photo&amp;event=edge-day-2024",
        "/tags/cloud/?kind=talk&amp;event=edge-day-2024",
        "/tags/cloud/?kind=recap&amp;event=edge-day-2024",
    ]
    assert links(rest.partition('aria-label="Chosen"')[2], way)[0] == "/tags/cloud/?kind=talk"
    # All is of one year, so nobody is asked for it.
    assert (rest.count('name="event"'), rest.count('name="year"')) == (1, 0)
    assert "Nothing here fits that." in get("/tags/cloud/?kind=photo")


def test_a_synonym_leads_to_what_it_means_for_good(event: Event, moderator: Any, member: Any) -> None:
    real, short = make_tag("kubernetes"), make_tag("k8s")
    short.merge_into(real, by=moderator)
    make_talk(event, member, title="Pods", tags=["K8S"])
    response = Client().get("/tags/k8s/")
    assert (response.status_code, response["Location"]) == (301, "/tags/kubernetes/")
    assert titles(get("/tags/kubernetes/")) == ["Pods"]
    assert "k8s" not in get("/tags/")


@pytest.mark.parametrize("state", ["proposed", "refused"])
def test_a_word_that_is_not_accepted_is_nowhere(
    event: Event, member: Any, outsider: Any, moderator: Any, state: str
) -> None:
    make_tag("cloud")
    talk = make_talk(event, member, title="Talk", tags=["cloud", "canary"])
    set_event_tags(event, ["canary"], by=member)
    if state == "refused":
        Tag.objects.get(name="canary").refuse(by=moderator)
    for user in (None, outsider):
        get("/tags/canary/", user, status=404)
        for address in (
            "/",
            event.get_absolute_url(),
            "/tags/",
            "/tags/?q=can",
            "/tags/cloud/",
            talk.get_absolute_url(),
            "/search/?q=talk",
        ):
            assert "canary" not in get(address, user).replace("q=can", ""), address
    assert suggested("canary") == []
    assert titles(get("/search/?q=canary")) == []
    Tag.objects.get(name="canary").accept(by=moderator)
    assert "canary" in get(talk.get_absolute_url())
    assert suggested("can") == ["canary"]
    assert titles(get("/tags/canary/")) == ["Talk"]


def test_what_is_not_public_is_not_under_its_tags(event: Event, newcomer: Any, moderator: Any) -> None:
    make_tag("cloud"), make_tag("rare")
    hidden_things(event, newcomer, moderator, tags=["cloud", "rare"])
    make_talk(event, moderator, title="Public", tags=["cloud"])
    for user in (None, newcomer, moderator):
        page = get("/tags/cloud/", user)
        assert titles(page) == ["Public"]
        assert "rare" not in page
        assert '<h1>cloud <span class="num">1</span></h1>' in page
        assert 'href="/tags/rare/">rare <span class="num">0</span>' in get("/tags/", user)


def test_related_tags_are_those_that_stand_together_most_often(event: Event, member: Any) -> None:
    for name in ("cloud", "edge", "ai", "far"):
        make_tag(name)
    for tags in (["cloud", "edge"], ["cloud", "edge", "ai"], ["far"]):
        make_talk(event, member, tags=tags)
    page = get("/tags/cloud/").partition("Often together with")[2]
    assert links(page, "/tags/[a-z]+/") == ["/tags/edge/", "/tags/ai/"]


def test_events_that_carry_the_tag_are_listed_when_they_are_public(
    event: Event, moderator: Any, newcomer: Any
) -> None:
    make_tag("cloud")
    set_event_tags(event, ["cloud"], by=moderator)
    proposal = Event(name="Secret meetup", starts_on=event.starts_on, ends_on=event.ends_on)
    proposal.propose(by=newcomer)
    set_event_tags(proposal, ["cloud"], by=newcomer)
    page = get("/tags/cloud/")
    assert "Paris Summit 2024" in page
    assert "Secret meetup" not in page


def test_suggestions_begin_with_what_is_typed_and_follow_synonyms(
    moderator: Any, event: Event, member: Any
) -> None:
    real, short = make_tag("kubernetes"), make_tag("k8s")
    make_tag("kubecon"), make_tag("minikube")
    short.merge_into(real, by=moderator)
    make_talk(event, member, tags=["kubernetes"])
    assert suggested("KUBE") == ["kubernetes", "kubecon", "minikube"]
    assert suggested("k8") == ["kubernetes"]
    for nothing in ("", " ", "%", "_", "\x00", "x" * 500):
        assert suggested(nothing) == []


def test_at_most_ten_are_suggested(db: None) -> None:
    for number in range(15):
        make_tag(f"word {number}")
    assert len(suggested("word")) == 10


def test_all_accepted_words_stand_from_a_to_z_with_their_numbers(event: Event, member: Any) -> None:
    for name in ("Zebra", "apple", "Émile"):
        make_tag(name)
    make_talk(event, member, tags=["zebra"])
    page = get("/tags/")
    assert links(page.partition("From A to Z")[2], "/tags/[^/]+/") == [
        "/tags/apple/",
        "/tags/zebra/",
        "/tags/émile/",
    ]
    assert links(page.partition("From A to Z")[0], "/tags/[^/]+/") == ["/tags/zebra/"]
    assert 'Zebra <span class="num">1</span>' in page
    assert links(get("/tags/?q=PPL"), "/tags/[^/]+/") == ["/tags/apple/"]
    assert get("/tags/émile/")


def test_words_whose_address_would_be_empty_or_ours_get_another(db: None) -> None:
    for name in ("++", "suggestions", "c++", "c#"):
        tag = make_tag(name)
        assert get(tag.get_absolute_url()).count(f"<h1>{name}</h1>") == 1


def test_organisers_change_the_tags_of_their_event(event: Event, outsider: Any, member: Any) -> None:
    make_tag("cloud")
    address = f"{event.get_absolute_url()}tags/edit/"
    assert client_of(outsider).post(address, {"tags": "cloud"}).status_code == 404
    event.organisers.add(member)
    assert client_of(member).post(address, {"tags": "Cloud, brand new"}).status_code == 302
    assert sorted(event.tagged_items.values_list("tag__name", "tag__state")) == [
        ("brand new", "proposed"),
        ("cloud", "accepted"),
    ]
    response = client_of(member).post(address, {"tags": "x" * 80})
    assert response.status_code == 422
    assert "too long for a tag" in response.content.decode()
    client_of(member).post(address, {"tags": ""})
    assert event.tagged_items.count() == 0


def test_a_renewed_word_is_drawn_again_by_the_worker(
    event: Event, member: Any, moderator: Any, run_jobs: Any
) -> None:
    talk = make_talk(event, member, title="Talk", tags=["fresh"])
    run_jobs()
    assert Contribution.objects.filter(pk=talk.pk, cards__html__contains="fresh").count() == 0
    Tag.objects.get(name="fresh").accept(by=moderator)
    assert "fresh" in get(event.get_absolute_url())
    run_jobs()
    assert Contribution.objects.filter(pk=talk.pk, cards__html__contains="fresh").distinct().count() == 1
    assert titles(get("/search/?q=fresh")) == ["Talk"]
    assert TagDecision.objects.count() == 1


def test_a_tag_that_only_events_carry_says_how_many(event: Event, newcomer: Any, moderator: Any) -> None:
    tag = make_tag("python")
    assert 'python <span class="num">0</span>' in get("/tags/")
    set_event_tags(event, ["python"], by=moderator)
    proposed = Event(name="Later", starts_on=event.starts_on, ends_on=event.ends_on)
    proposed.propose(by=newcomer)
    set_event_tags(proposed, ["python"], by=moderator)
    assert 'python <span class="num">1 event</span>' in get("/tags/")
    assert "<h1>python</h1>" in get(tag.get_absolute_url())
