from typing import Any

from community.models import Tag, TagDecision, TaggedContribution
from tests.cast import client_of, make_tag, make_talk

DECISIONS = "/queue/decisions/"


def words_of(item: Any) -> list[str]:
    return sorted(
        TaggedContribution.objects.filter(content_object=item.pk).values_list("tag__name", flat=True)
    )


def waiting(desk: Any) -> list[str]:
    return [row.title for row in desk.get("/queue/", {"kind": "tag"}).context["page"].rows]


def test_a_proposed_word_waits_with_the_places_where_it_is_used(event, newcomer, moderator):
    make_tag("known")
    for title in ("One", "Two", "Three", "Four"):
        make_talk(event, newcomer, title=title, tags=["known", "fresh"])
    row = client_of(moderator).get("/queue/", {"kind": "tag"}).context["page"].rows[0]
    assert (row.title, [place["title"] for place in row.more["used"]]) == ("fresh", ["One", "Two", "Three"])


def test_an_accepted_word_joins_the_vocabulary_and_a_refused_one_does_not(event, member, moderator):
    make_talk(event, member, tags=["good", "bad"])
    good, bad = Tag.objects.get(name="good"), Tag.objects.get(name="bad")
    desk = client_of(moderator)
    desk.post(DECISIONS, {"pick": f"tag-{good.pk}", "verb": "publish"})
    desk.post(DECISIONS, {"pick": f"tag-{bad.pk}", "verb": "reject"})
    assert [tag.name for tag in Tag.objects.accepted()] == ["good"]
    assert waiting(desk) == []
    desk.post("/queue/decisions/undo/")
    assert waiting(desk) == ["bad"]


def test_a_synonym_moves_what_carries_it_and_the_numbers(event, member, moderator):
    make_tag("kubernetes")
    both = make_talk(event, member, tags=["k8s", "kubernetes"])
    one = make_talk(event, member, tags=["k8s"])
    k8s = Tag.objects.get(name="k8s")
    client_of(moderator).post(
        DECISIONS, {"pick": f"tag-{k8s.pk}", "verb": "merge", "synonym_of": "Kubernetes"}
    )
    k8s.refresh_from_db()
    kubernetes = Tag.objects.get(name="kubernetes")
    assert k8s.canonical == kubernetes
    assert (words_of(both), words_of(one)) == (["kubernetes"], ["kubernetes"])
    assert (kubernetes.contribution_count, k8s.contribution_count) == (2, 0)
    # And the word means the other one from now on.
    assert words_of(make_talk(event, member, tags=["K8S"])) == ["kubernetes"]


def test_a_synonym_of_a_word_that_is_not_accepted_is_refused(event, member, moderator):
    make_talk(event, member, tags=["k8s", "kubernetes"])
    k8s = Tag.objects.get(name="k8s")
    answer = client_of(moderator).post(
        DECISIONS, {"pick": f"tag-{k8s.pk}", "verb": "merge", "synonym_of": "kubernetes"}, follow=True
    )
    assert [str(message) for message in answer.context["messages"]] == [
        "“kubernetes” is not an approved tag."
    ]
    k8s.refresh_from_db()
    assert (k8s.state, k8s.canonical) == ("proposed", None)


def test_two_moderators_decide_about_a_word_once(event, member, moderator):
    make_tag("kubernetes")
    make_talk(event, member, tags=["k8s"])
    k8s = Tag.objects.get(name="k8s")
    desk = client_of(moderator)
    desk.post(DECISIONS, {"pick": f"tag-{k8s.pk}", "verb": "reject"})
    desk.post(DECISIONS, {"pick": f"tag-{k8s.pk}", "verb": "merge", "synonym_of": "kubernetes"})
    k8s.refresh_from_db()
    assert (k8s.state, k8s.canonical) == ("refused", None)
    assert TagDecision.objects.filter(tag=k8s).count() == 1


def test_words_that_only_stand_on_what_was_turned_down_do_not_wait(event, newcomer, moderator):
    talk = make_talk(event, newcomer, tags=["fresh"])
    desk = client_of(moderator)
    assert waiting(desk) == ["fresh"]
    desk.post(DECISIONS, {"pick": f"contribution-{talk.pk}", "verb": "reject", "reason": "advert"})
    assert waiting(desk) == []
