from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from people.models import Notification, User
from tests.cast import client_of

LIST = "/notifications/"


def tell(user: User, subject: str = "Your recap was published", **fields: Any) -> Notification:
    return Notification.objects.create(recipient=user, subject=subject, **fields)


def subjects(client: Client, address: str = LIST) -> list[str]:
    return [row.subject for row in client.get(address).context["page"].notifications]


def test_a_member_sees_their_own_newest_first(newcomer: User, outsider: User) -> None:
    for word in ("first", "second"):
        tell(newcomer, word)
    tell(outsider, "not mine")
    assert subjects(client_of(newcomer)) == ["second", "first"]


def test_what_is_new_is_marked_so(newcomer: User) -> None:
    tell(newcomer, "seen").recipient.notifications.mark_read()
    tell(newcomer, "unseen")
    page = client_of(newcomer).get(LIST).content.decode()
    assert page.count('<article class="card is-waiting">') == 1
    assert page.count('<article class="card">') == 1


def test_opening_one_marks_it_read_and_goes_to_what_it_is_about(newcomer: User) -> None:
    one, other = tell(newcomer, url="/talks/7/"), tell(newcomer)
    answer = client_of(newcomer).post(reverse("people:notification", args=[one.pk]))
    assert answer.url == "/talks/7/"
    assert list(newcomer.notifications.unread()) == [other]


def test_a_link_alone_marks_nothing(newcomer: User) -> None:
    one = tell(newcomer)
    assert client_of(newcomer).get(reverse("people:notification", args=[one.pk])).status_code == 405
    assert newcomer.notifications.unread().count() == 1


def test_nobody_opens_what_was_told_to_somebody_else(newcomer: User, outsider: User) -> None:
    one = tell(outsider)
    assert client_of(newcomer).post(reverse("people:notification", args=[one.pk])).status_code == 404
    assert outsider.notifications.unread().count() == 1


def test_all_are_marked_read_at_once_and_only_ones_own(newcomer: User, outsider: User) -> None:
    for user in (newcomer, newcomer, outsider):
        tell(user)
    client_of(newcomer).post(reverse("people:read_all"))
    assert (newcomer.notifications.unread().count(), outsider.notifications.unread().count()) == (0, 1)


def test_pages_lead_to_each_other_and_show_each_one_once(newcomer: User) -> None:
    for number in range(65):
        tell(newcomer, f"{number:02}")
    client = client_of(newcomer)
    seen, address = [], LIST
    while address:
        page = client.get(address).context["page"]
        seen += [row.subject for row in page.notifications]
        last, address = page, page.older_url and LIST + page.older_url
    assert seen == [f"{number:02}" for number in reversed(range(65))]
    back = client.get(LIST + last.newer_url).context["page"]
    assert [back.notifications[0].subject, back.notifications[-1].subject] == ["34", "05"]


@pytest.mark.parametrize(
    "address", ["?before=x", "?before=-1", "?after=99999999999999999999", "?before=0&after="]
)
def test_a_mangled_address_shows_the_first_page(newcomer: User, address: str) -> None:
    tell(newcomer, "here")
    assert subjects(client_of(newcomer), LIST + address) == ["here"]


@pytest.mark.parametrize("count", [1, 30, 300])
def test_the_list_costs_the_same_however_long(
    newcomer: User, django_assert_num_queries: Any, count: int
) -> None:
    client = client_of(newcomer)
    Notification.objects.bulk_create(Notification(recipient=newcomer, subject=str(n)) for n in range(count))
    with django_assert_num_queries(4):  # session, member, unread, the page
        client.get(LIST)
