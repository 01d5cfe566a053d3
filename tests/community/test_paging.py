"""Lists page by key: each item is seen once, in both directions, also where times are equal."""

import datetime

import pytest
from django.utils import timezone

from community.models import Contribution, TaggedContribution
from people.models import Trust, User
from tests.cast import make_event, make_recap, make_tag, make_user
from tests.community.pages import get, titles, walk


@pytest.fixture(scope="module")
def member(module_db: None) -> User:
    return make_user("the member", trust=Trust.GRANTED)


@pytest.fixture(scope="module")
def many(member: User) -> list[str]:
    """70 items, published in one moment but for a few; their titles, newest first."""
    event = make_event("Paris Summit 2024")
    make_tag("cloud")
    items = [make_recap(event, member, title=f"R{n:02}", tags=["cloud"]) for n in range(70)]
    moment = timezone.now()
    for number, item in enumerate(items):
        at = moment - datetime.timedelta(days=number) if number < 5 else moment
        row = Contribution.objects.filter(pk=item.pk)
        row.update(published_at=at, submitted_at=at)
        TaggedContribution.objects.filter(content_object=item.pk).update(published_at=at)
    ordered = Contribution.objects.order_by("-published_at", "-pk")
    return list(ordered.values_list("title", flat=True))


pytestmark = pytest.mark.django_db
ADDRESSES = [
    "/",
    "/events/paris-summit-2024/recaps/",
    "/tags/cloud/",
    "/tags/cloud/?kind=recap&year=2024",
    "/mine/",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_older_pages_show_each_item_once_and_in_order(many: list[str], member: User, address: str) -> None:
    pages = [cards_of(page) for page in walk(address, member)]
    assert [len(page) for page in pages] == ([16, 16, 16, 16, 6] if address == "/" else [30, 30, 10])
    assert [title for page in pages for title in page] == many


@pytest.mark.parametrize("address", ADDRESSES)
def test_newer_pages_lead_back_to_the_first(many: list[str], member: User, address: str) -> None:
    *_others, last = older = list(walk(address, member))
    key = last.split('rel="prev" href="')[1].split('"')[0].replace("&amp;", "&")
    back = list(walk(address.partition("?")[0] + key, member, "newer"))
    assert [cards_of(page) for page in back] == [cards_of(page) for page in older[-2::-1]]


MANGLED = [
    "before=",
    "before=soon",
    "before=1-",
    "before=-1",
    "before=99999999999999999-9",
    "after=1-1-1",
    "before=1700000000000000-99999999999999999999",
    "before=١-٢",
    "before=%00",
    "before=" + "1" * 5000,
]


@pytest.mark.parametrize("address", ["/", "/events/paris-summit-2024/recaps/", "/tags/cloud/", "/mine/"])
def test_a_mangled_place_is_the_first_page(many: list[str], member: User, address: str) -> None:
    first = many[: 16 if address == "/" else 30]
    assert {place: cards_of(get(f"{address}?{place}", member)) for place in MANGLED} == dict.fromkeys(
        MANGLED, first
    )


def cards_of(page: str) -> list[str]:
    return [title for title in titles(page) if title.startswith("R")]
