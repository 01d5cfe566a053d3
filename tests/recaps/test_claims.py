"""The author of a linked text claims it, mends what stands here, or has it taken off for good."""

import pytest
from django.core import mail
from django.urls import reverse

from community.models import Contribution
from links.models import OptOut
from people.models import Person
from recaps.models import Recap, TextClaim
from tests.cast import client_of, make_recap, make_user

pytestmark = pytest.mark.django_db
TEXT = "https://blog.example.org/paris"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "https://hallway.example.com"


@pytest.fixture
def author(db):
    return make_user("Ada Writer")


@pytest.fixture
def recap(event, member):
    named = Person.objects.create(name="A. Writer")
    return make_recap(
        event, member, url=TEXT, role="found", title="Typed badly", credit=[named], tags=["paris"]
    )


def ask(recap, who, **data):
    return client_of(who).post(
        reverse("recaps:claim", args=[recap.pk]), {"wish": "credit", "way": "page", **data}
    )


def me(author):
    return (
        f'<head><link rel="me" href="https://hallway.example.com{author.person.get_absolute_url()}"></head>'
    )


def names(recap):
    return list(recap.credits.order_by("position").values_list("person__name", flat=True))


@pytest.mark.parametrize(
    "page",
    [
        me,
        lambda author: f'<meta content="@{author.person.handle}" name="hallway-author">',
        lambda author: (
            f'<a rel="me nofollow" href="//hallway.example.com{author.person.get_absolute_url()}">x</a>'
        ),
    ],
)
def test_a_page_that_names_its_author_makes_it_theirs(recap, author, outside, run_jobs, page):
    outside.page("https://blog.example.org/paris", page(author))
    assert ask(recap, author).url == reverse("recaps:claim", args=[recap.pk])
    run_jobs()
    recap = Recap.objects.get()
    assert (names(recap), recap.state, recap.role) == (["Ada Writer"], "public", "found")
    edit = reverse("recaps:edit", args=[recap.pk])
    form = client_of(author).get(edit).context["form"]
    assert set(form.fields) == {"title", "language", "disclosure", "tags", "related", "version"}
    typed = {"title": "As I wrote it", "language": "en", "tags": "paris", "version": form["version"].value()}
    assert client_of(author).post(edit, typed).url == recap.get_absolute_url()
    recap = Recap.objects.get()
    assert (recap.title, recap.url, names(recap), recap.state) == (
        "As I wrote it",
        "https://blog.example.org/paris",
        ["Ada Writer"],
        "public",
    )


def test_a_page_that_does_not_name_them_says_so_in_words_and_can_be_asked_again(
    recap, author, outside, run_jobs
):
    outside.page(
        "https://blog.example.org/paris",
        f'<a rel="author" href="https://hallway.example.com{author.person.get_absolute_url()}">a comment</a>',
    )
    ask(recap, author)
    run_jobs()
    page = client_of(author).get(reverse("recaps:claim", args=[recap.pk])).content.decode()
    assert "That page does not name your page here yet." in page
    assert names(recap) == ["A. Writer"]
    assert client_of(author).get(reverse("recaps:edit", args=[recap.pk])).status_code == 404
    outside.page("https://blog.example.org/paris", me(author))
    ask(recap, author)
    run_jobs()
    assert names(recap) == ["Ada Writer"]


def test_whoever_said_that_they_wrote_it_is_no_author_any_more(event, member, author, outside, run_jobs):
    recap = make_recap(event, member, url=TEXT, role="wrote", credit=[member.person])
    outside.page("https://blog.example.org/paris", me(author))
    ask(recap, author)
    run_jobs()
    recap.refresh_from_db()
    assert (names(recap), recap.role, recap.contributor) == (["Ada Writer"], "found", member)


def test_a_moderator_decides_where_the_page_cannot(recap, author, moderator, run_jobs):
    refused = ask(recap, author, way="moderator")
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["note"])
    ask(recap, author, way="moderator", note="My profile there is @ada.")
    claim = TextClaim.objects.get()
    page = client_of(moderator).get("/queue/?kind=authorship").content.decode()
    assert "My profile there is @ada." in page
    client_of(moderator).post("/queue/decisions/", {"pick": f"authorship-{claim.pk}.0", "verb": "publish"})
    run_jobs()
    assert names(recap) == ["Ada Writer"]
    assert [letter.subject for letter in mail.outbox if letter.to == [author.email]] == [
        "Your text: it is done"
    ]


def test_what_was_turned_down_or_taken_back_changes_nothing(recap, author, moderator, run_jobs):
    ask(recap, author, way="moderator", note="It is me.")
    TextClaim.objects.get().refuse(by=moderator)
    ask(recap, author, way="moderator", note="Really.")
    claim = TextClaim.objects.get(state="open")
    assert client_of(moderator).post(reverse("recaps:claim_withdrawal", args=[claim.pk])).status_code == 404
    client_of(author).post(reverse("recaps:claim_withdrawal", args=[claim.pk]))
    assert names(recap) == ["A. Writer"]
    assert client_of(author).get(reverse("recaps:edit", args=[recap.pk])).status_code == 404


def test_an_author_opts_out_for_good(recap, author, member, event, outside, run_jobs):
    outside.page("https://blog.example.org/paris", me(author))
    own = make_recap(event, member, url=TEXT, body="My own words, also on my blog.", title="Own")
    ask(recap, author, wish="opt-out")
    run_jobs()
    assert client_of(None).get(recap.get_absolute_url()).status_code == 404
    assert list(Contribution.objects.public().values_list("title", flat=True)) == [own.title]
    typed = {
        "url": "http://www.blog.example.org/paris/",
        "role": "found",
        "title": "Again",
        "event": event.pk,
    }
    again = client_of(member).post(reverse("recaps:add", args=[event.slug]), typed)
    assert (again.status_code, again.context["form"].errors["url"]) == (
        422,
        ["Its author asked us not to list this text here."],
    )
    assert again.context["form"]["title"].value() == "Again"
    letters = [letter for letter in mail.outbox if letter.to == [member.email]]
    assert len(letters) == 1


def test_a_whole_site_is_a_moderators_decision(recap, author, moderator, event, member, run_jobs):
    other = make_recap(event, member, url="https://blog.example.org/other", role="found")
    near = make_recap(event, member, url="https://blog.example.org.evil.example/x", role="found")
    refused = ask(recap, author, wish="opt-out", whole_site="on")
    assert list(refused.context["form"].errors) == ["way"]
    ask(recap, author, wish="opt-out", whole_site="on", way="moderator", note="My blog.")
    TextClaim.objects.get().publish(by=moderator)
    states = [one.state for one in (Recap.objects.get(pk=pk) for pk in (recap.pk, other.pk, near.pk))]
    assert states == ["hidden", "hidden", "public"]
    urls = (TEXT, "http://blog.example.org/new", near.url)
    assert [OptOut.objects.covers(url) for url in urls] == [
        True,
        True,
        False,
    ]


def test_a_moderator_takes_a_text_off_at_once(recap, moderator):
    answer = ask(recap, moderator, wish="opt-out")
    assert answer.url == recap.event.get_absolute_url()
    assert Recap.objects.get().state == "hidden"


def test_only_what_everybody_sees_and_stands_elsewhere_can_be_claimed(event, member, newcomer, author):
    here, waits = make_recap(event, member), make_recap(event, newcomer, url=TEXT)
    assert [ask(one, author).status_code for one in (here, waits)] == [404, 404]
    assert ask(here, None).status_code == 302
    assert "Did you write this text?" not in client_of(None).get(here.get_absolute_url()).content.decode()
