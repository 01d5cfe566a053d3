"""Moderators see which pages are not to be listed, and list one again only where its author asks for that."""

import pytest
from django.urls import reverse

from community.stream import PAGE_SIZE
from links.models import OptOut
from recaps.models import Recap
from tests.cast import client_of

pytestmark = pytest.mark.django_db
LIST = reverse("moderation:opt_outs")
PAGE = "https://blog.example.org/paris"


@pytest.fixture
def opt_out(db):
    return OptOut.objects.create(key=PAGE)


def lift(who, opt_out, reason="Ada wrote to us from the address on that page."):
    return client_of(who).post(reverse("moderation:opt_out_lifting", args=[opt_out.pk]), {"reason": reason})


def test_the_queue_leads_to_the_list_of_pages_and_sites(moderator, opt_out):
    OptOut.objects.create(host="other.example.org")
    assert f'href="{LIST}"' in client_of(moderator).get("/queue/").content.decode()
    page = client_of(moderator).get(LIST)
    assert [str(one) for one in page.context["page"].entries] == ["other.example.org", PAGE]
    assert page.content.decode().count("Its author wants it back") == 2


def test_once_its_author_asks_it_can_be_added_again_and_the_list_says_who_decided_that(
    moderator, member, event, opt_out
):
    typed = {"url": PAGE, "role": "found", "title": "Paris", "event": event.pk}
    add = reverse("recaps:add", args=[event.slug])
    assert client_of(member).post(add, typed).status_code == 422
    assert lift(moderator, opt_out).url == LIST
    client_of(member).post(add, typed)
    assert Recap.objects.get().url == PAGE
    page = client_of(moderator).get(LIST).content.decode()
    assert "the moderator: Ada wrote to us from the address on that page." in page
    assert ("Its author wants it back" in page, lift(moderator, opt_out).status_code) == (False, 404)


def test_no_reason_no_change(moderator, opt_out):
    refused = lift(moderator, opt_out, reason=" ")
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["reason"])
    assert OptOut.objects.covers(PAGE)


def test_an_author_may_opt_out_again(moderator, opt_out):
    opt_out.lift(by=moderator, reason="She asked.")
    again, is_new = OptOut.objects.standing().get_or_create(key=PAGE, host="")
    assert (is_new, OptOut.objects.covers(PAGE), again.pk == opt_out.pk) == (True, True, False)


def test_a_long_list_stands_on_several_pages_that_cost_the_same(moderator, django_assert_max_num_queries):
    for number in range(PAGE_SIZE + 1):
        OptOut.objects.create(host=f"{number}.example.org")
    browser = client_of(moderator)
    with django_assert_max_num_queries(7):
        page = browser.get(LIST).context["page"]
    rest = browser.get(f"{LIST}{page.older_url}").context["page"]
    assert [len(page.entries), [str(one) for one in rest.entries]] == [PAGE_SIZE, ["0.example.org"]]
