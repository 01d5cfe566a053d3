"""Every list costs a fixed number of queries, however long it is, with its cards stored and without."""

from typing import Any

import pytest

from community.cards import store_cards
from community.models import Card, Contribution
from events.models import Event
from people.models import Person
from tests.cast import client_of, make_photo, make_recap, make_tag, make_talk
from tests.community.pages import cost

# Queries for a stranger with stored cards, and for a member whose every card has to be drawn.
BUDGETS = {
    "/": (4, 23),
    "/events/paris-summit-2024/": (4, 23),
    "/events/paris-summit-2024/talks/": (8, 17),
    "/events/paris-summit-2024/photos/": (13, 16),
    "/tags/cloud/": (8, 26),
    "/tags/": (2, 6),
    "/search/?q=item": (5, 24),
    "/mine/": (0, 25),
}


@pytest.fixture
def fill(event: Event, colocated: Event, member: Any) -> Any:
    """Return a function that adds so many items, a third of each kind."""
    make_tag("cloud")

    def add(number: int) -> None:
        for place in range(number):
            make = (make_talk, make_recap, make_photo)[place % 3]
            credit = [Person.objects.named(f"Person {place}")]
            make(
                colocated if place % 2 else event,
                member,
                title=f"Item {place}",
                tags=["cloud", f"t{place}"],
                credit=credit,
            )
            make_tag(f"t{place}")

    return add


def test_no_list_costs_more_when_it_grows(fill: Any, member: Any) -> None:
    stranger, known = client_of(None), client_of(member)
    costs: dict[tuple[str, str], list[int]] = {}
    for more in (3, 27, 270):
        fill(more)
        store_cards(Contribution.objects.values_list("pk", flat=True))
        for address in BUDGETS:
            costs.setdefault((address, "stored"), []).append(cost(lambda: stranger.get(address)))  # noqa: B023
        Card.objects.all().delete()
        for address in BUDGETS:
            costs.setdefault((address, "drawn"), []).append(cost(lambda: known.get(address)))  # noqa: B023
    assert {at: numbers for at, numbers in costs.items() if max(numbers) > numbers[0]} == {}
    too_many = {at: n[0] for at, n in costs.items() if n[0] > BUDGETS[at[0]][at[1] == "drawn"]}
    assert too_many == {}
    assert costs["/mine/", "drawn"][0] > costs["/mine/", "stored"][0]


def test_one_item_costs_no_more_than_many(fill: Any) -> None:
    """A list of one, apart: with fewer kinds there may be fewer queries, never more."""
    fill(1)
    for address, (stored, _drawn) in BUDGETS.items():
        store_cards(Contribution.objects.values_list("pk", flat=True))
        assert cost(lambda: client_of(None).get(address)) <= stored, address  # noqa: B023
