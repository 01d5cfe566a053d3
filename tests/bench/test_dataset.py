"""The dataset that pages are measured on is what the site itself would have written."""

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from bench.dataset import fill
from community.models import Card, Contribution, Tag
from events.models import Event

pytestmark = pytest.mark.django_db
SIZE = 90


@pytest.fixture(scope="module")
def sights(module_db: None) -> dict[str, Any]:
    return fill(SIZE)


def test_all_kept_numbers_of_the_dataset_are_true(
    sights: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("check_counters")
    assert capsys.readouterr().out == "All kept numbers are right.\n"
    # There was something to be wrong about.
    assert Event.objects.filter(contribution_count__gt=0).count() > 5
    assert Tag.objects.filter(contribution_count__gt=0).count() > 10


def test_the_dataset_has_as_many_of_each_kind_and_half_on_one_page(sights: dict[str, Any]) -> None:
    assert Contribution.objects.count() == SIZE
    assert {kind: Contribution.objects.filter(kind=kind).count() for kind in ("recap", "talk", "photo")} == {
        "recap": SIZE / 3,
        "talk": SIZE / 3,
        "photo": SIZE / 3,
    }
    assert Contribution.objects.filter(main_event__slug="bench-summit-2024").count() > SIZE * 0.4


def test_everything_public_has_its_card_in_both_languages(sights: dict[str, Any]) -> None:
    public = Contribution.objects.public().count()
    assert public < SIZE
    assert Card.objects.filter(language="en").count() == Card.objects.filter(language="fr").count() == public


def test_every_sight_answers_a_stranger_and_the_member(sights: dict[str, Any]) -> None:
    name, _equals, key = sights["cookie"].partition("=")
    stranger, member = Client(), Client()
    member.cookies[name] = key
    pages = {page: address for page, address in sights.items() if page != "cookie"}
    assert {page: stranger.get(address).status_code for page, address in pages.items()} == dict.fromkeys(
        pages, 200
    )
    assert {page: member.get(address).status_code for page, address in pages.items()} == dict.fromkeys(
        pages, 200
    )
    assert (b"The member" in stranger.get("/").content, b"The member" in member.get("/").content) == (
        False,
        True,
    )


def test_the_next_contribution_gets_the_next_number(sights: dict[str, Any]) -> None:
    from tests.cast import make_recap, make_user

    recap = make_recap(Event.objects.main().latest("starts_on"), make_user("the member of today"))
    assert recap.pk == SIZE + 1
