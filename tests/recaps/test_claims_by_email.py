"""The author of a linked text shows that they read the mail at the address which the page names."""

import re
import time

import pytest
from django.core import mail
from django.urls import reverse

from recaps.models import Recap, TextClaim
from tests.cast import client_of, make_recap, make_user

pytestmark = pytest.mark.django_db
TEXT = "https://blog.example.org/paris"
PAGE = '<head><link rel="me" href="mailto:ada@example.org"></head><p>Paris was warm.</p>'


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "https://hallway.example.com"


@pytest.fixture
def author(db):
    return make_user("Ada Writer")


@pytest.fixture
def recap(event, member):
    return make_recap(event, member, url=TEXT, role="found", title="Seen in Paris")


def ask(recap, who, **data):
    url = reverse("recaps:claim", args=[recap.pk])
    return client_of(who).post(url, {"wish": "credit", "way": "email", **data})


def letters():
    return [letter for letter in mail.outbox if letter.to == ["ada@example.org"]]


def link():
    return re.search(r"https://hallway\.example\.com(/recaps/claims/proof/\S+/)", letters()[-1].body)[1]


def lead_elsewhere(recap):
    recap = Recap.objects.get(pk=recap.pk)
    recap.url = "https://other.example.org/"
    recap.edit(by=recap.contributor)


def names(recap):
    return list(recap.credits.values_list("person__name", flat=True))


@pytest.fixture
def sent(recap, author, outside, run_jobs):
    """The path of the link that was sent for `author`."""
    outside.page(TEXT, PAGE)
    ask(recap, author)
    run_jobs()
    return link()


def test_the_link_that_was_sent_makes_the_text_theirs_once(recap, author, sent):
    client = client_of(author)
    page = client.get(reverse("recaps:claim", args=[recap.pk])).content.decode()
    assert ("We have written to a…@example.org." in page, "ada@example.org" in page) == (True, False)
    assert (client.get(sent).status_code, names(recap)) == (200, [])
    assert client.post(sent).url == recap.get_absolute_url()
    assert (names(recap), TextClaim.objects.get().state) == (["Ada Writer"], "granted")
    assert client.post(sent).status_code == 410
    assert [letter.subject for letter in letters()] == ["Did you write this text?"]


def test_nobody_but_the_member_who_asked_can_use_it(recap, author, moderator, sent):
    assert [client_of(who).post(sent).status_code for who in (moderator, None)] == [410, 302]
    assert client_of(author).post(sent.replace("/proof/", "/proof/x")).status_code == 410
    assert names(recap) == []


@pytest.mark.parametrize(("hours", "status"), [(23, 200), (25, 410)])
def test_it_is_good_for_a_day(author, sent, monkeypatch, hours, status):
    now = time.time()
    client = client_of(author)
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + hours * 3600)
    assert client.get(sent).status_code == status


@pytest.mark.parametrize(
    "change",
    [
        lambda recap, author: ask(recap, author, wish="opt-out"),
        lambda recap, author: lead_elsewhere(recap),
        lambda recap, author: Recap.objects.get().withdraw(by=recap.contributor),
        lambda recap, author: TextClaim.objects.get().withdraw(),
    ],
)
def test_it_grants_nothing_but_what_the_e_mail_said(recap, author, sent, change):
    change(recap, author)
    assert client_of(author).post(sent).status_code == 410
    assert TextClaim.objects.filter(state="granted").count() == 0


def test_an_author_opts_out_by_e_mail(recap, author, outside, run_jobs):
    outside.page(TEXT, PAGE)
    ask(recap, author, wish="opt-out")
    run_jobs()
    assert client_of(author).post(link()).url == recap.event.get_absolute_url()
    assert client_of(None).get(recap.get_absolute_url()).status_code == 404


def test_whoever_has_that_address_here_needs_no_e_mail(recap, outside, run_jobs):
    author = make_user("ada")
    author.emailaddress_set.update_or_create(email="ada@example.org", defaults={"verified": True})
    outside.page(TEXT, PAGE)
    ask(recap, author)
    run_jobs()
    assert (names(recap), letters()) == (["ada"], [])


def test_a_page_without_address_says_so_and_names_the_other_ways(recap, author, outside, run_jobs):
    outside.page(TEXT, '<div class="comment"><a rel="me" href="mailto:eve@example.org">Eve</a></div>')
    ask(recap, author)
    run_jobs()
    page = client_of(author).get(reverse("recaps:claim", args=[recap.pk])).content.decode()
    assert "That page does not say which e-mail address is its author" in page
    assert ("or choose another way" in page, mail.outbox) == (True, [])


def test_what_was_asked_stands_in_the_form_so_that_a_second_press_asks_for_the_same(recap, author):
    ask(recap, author, wish="opt-out")
    form = client_of(author).get(reverse("recaps:claim", args=[recap.pk])).context["form"]
    assert [form[name].value() for name in ("wish", "way", "whole_site")] == ["opt-out", "email", False]


def test_an_address_gets_a_few_of_these_a_day_whoever_asks(recap, settings, outside, run_jobs):
    settings.CLAIM_MAILS_PER_DAY = 2
    outside.page(TEXT, PAGE)
    for number in range(3):
        ask(recap, make_user(f"Claimant {number}"))
        run_jobs()
    assert len(letters()) == 2
    assert TextClaim.objects.latest("pk").problem.startswith("We have sent several e-mails to that address")


def test_an_address_on_a_page_proves_nothing_about_the_whole_site(recap, author):
    assert list(ask(recap, author, wish="opt-out", whole_site="on").context["form"].errors) == ["way"]
