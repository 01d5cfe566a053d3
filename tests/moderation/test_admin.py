from typing import Any

import pytest
from django.contrib import admin
from django.urls import reverse

from community.kinds import kinds
from community.models import Contribution, Tag
from discussion.models import Comment, Favourite
from people.models import User
from photos.models import UploadLink
from tests.cast import client_of, make_photo, make_recap, make_tag, make_talk


@pytest.fixture
def administrator(db: None) -> User:
    return User.objects.create_superuser("administrator@example.org", name="the administrator")


OURS = [
    model
    for model in admin.site._registry
    if model._meta.app_label in ("community", "discussion", "moderation", "recaps", "talks", "photos")
]


def everything(event: Any, newcomer: Any, guest: Any, moderator: Any) -> list[Contribution]:
    from moderation.models import PersonRemoval, Takedown, set_trust

    items = [make(event, newcomer, tags=["fresh"]) for make in (make_talk, make_recap, make_photo)]
    Contribution.objects.get(pk=items[0].pk).publish(by=moderator)
    Favourite.give(items[0], by=guest, reason="it is short")
    Comment.say(items[0], by=guest, body="I was there.")
    set_trust(newcomer, "granted", by=moderator)
    items[0].relations_out.create(target=items[1])
    items[0].credits.create(person=newcomer.person)
    make_tag("other")
    Takedown.objects.create(contribution=items[2], reason="credit")
    UploadLink.objects.create(event=event)
    PersonRemoval.objects.create(reason=PersonRemoval.Reason.ASKED, actor=moderator, credits_removed=1)
    return items


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_list_and_every_page_of_the_admin_opens(
    model, event, newcomer, guest, moderator, administrator
):
    everything(event, newcomer, guest, moderator)
    browser = client_of(administrator)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    row = model.objects.first()
    assert row is not None
    opened = [
        browser.get(reverse(f"{name}_changelist")).status_code,
        browser.get(reverse(f"{name}_changelist"), {"q": "fresh"}).status_code,
        browser.get(reverse(f"{name}_change", args=[row.pk])).status_code,
    ]
    assert opened == [200, 200, 200]


def test_only_staff_opens_the_admin(moderator, member, guest):
    answers = [
        client_of(who).get("/admin/community/tag/").status_code for who in (None, guest, member, moderator)
    ]
    assert answers == [302] * 4


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.KIND)
def test_many_are_changed_through_the_verbs_and_conflicts_are_reported(kind, event, newcomer, administrator):
    make = {"talk": make_talk, "recap": make_recap, "photo": make_photo}[kind.KIND]
    items = [make(event, newcomer) for _ in range(2)]
    address = reverse(f"admin:{kind._meta.app_label}_{kind._meta.model_name}_changelist")
    browser = client_of(administrator)

    def do(action: str, **more: str) -> list[str]:
        data = {"action": action, "_selected_action": [item.pk for item in items], **more}
        return [str(message) for message in browser.post(address, data, follow=True).context["messages"]]

    def states() -> list[str]:
        return list(Contribution.objects.order_by("pk").values_list("state", flat=True))

    assert (do("publish"), states()) == (["2 changed."], ["public", "public"])
    assert len(do("publish")) == 2
    assert (do("hide"), states()) == (
        ["Pick a reason beside the action. The person who added it gets to read it."],
        ["public", "public"],
    )
    assert (do("hide", reason="privacy"), states()) == (["2 changed."], ["hidden", "hidden"])
    event.refresh_from_db()
    assert event.contribution_count == 0
    assert (do("withdraw"), states()) == (["2 changed."], ["withdrawn", "withdrawn"])


def test_tags_are_accepted_and_made_synonyms(event, newcomer, administrator):
    make_talk(event, newcomer, tags=["one", "two"])
    one, two = Tag.objects.get(name="one"), Tag.objects.get(name="two")
    browser = client_of(administrator)
    browser.post("/admin/community/tag/", {"action": "accept", "_selected_action": [one.pk]})
    browser.post(
        "/admin/community/tag/", {"action": "merge", "_selected_action": [two.pk], "same_as": one.pk}
    )
    one.refresh_from_db(), two.refresh_from_db()
    assert (one.state, two.canonical) == ("accepted", one)


def test_a_contribution_is_neither_made_nor_deleted_nor_rewritten_in_the_admin(
    event, newcomer, administrator
):
    talk = make_talk(event, newcomer, title="As it was")
    browser = client_of(administrator)
    assert browser.get("/admin/talks/talk/add/").status_code == 403
    assert browser.post(f"/admin/talks/talk/{talk.pk}/delete/", {"post": "yes"}).status_code == 403
    browser.post(f"/admin/talks/talk/{talk.pk}/change/", {"title": "Changed", "state": "public"})
    talk.refresh_from_db()
    assert (talk.title, talk.state) == ("As it was", "waiting")


def test_a_tag_renamed_in_the_admin_leaves_no_card_with_the_old_word(event, member, administrator):
    from community.cards import store_cards
    from community.models import Card

    tag = make_tag("kuberntes")
    talk = make_talk(event, member, tags=["kuberntes"])
    store_cards([talk.pk])
    assert Card.objects.filter(html__contains="kuberntes").exists()
    data = {"name": "kubernetes", "slug": tag.slug, "decisions-TOTAL_FORMS": 0, "decisions-INITIAL_FORMS": 0}
    assert client_of(administrator).post(f"/admin/community/tag/{tag.pk}/change/", data).status_code == 302
    tag.refresh_from_db()
    assert (tag.name, Card.objects.filter(html__contains="kuberntes").exists()) == ("kubernetes", False)
