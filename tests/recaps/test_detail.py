"""The page of one recap."""

import pytest

from tests.cast import client_of, make_recap

pytestmark = pytest.mark.django_db


def page(recap, who=None):
    return client_of(who).get(recap.get_absolute_url()).content.decode()


def test_a_text_is_read_here_in_its_own_language(event, member):
    recap = make_recap(event, member, body="**Bonjour**", language="fr", disclosure="Paid by nobody")
    assert '<div class="prose" lang="fr"><p><strong>Bonjour</strong></p>' in page(recap)
    assert "Paid by nobody" in page(recap)


def test_hostile_markdown_is_shown_and_does_nothing(event, member):
    body = "<script>alert(1)</script> [x](javascript:alert(2)) <img src=x onerror=alert(3)> ![y](https://evil.example/y.png)"
    html = page(make_recap(event, member, body=body, title="<b>Bold</b>", disclosure="<i>x</i>"))
    for live in (
        "<script>alert",
        'javascript:alert(2)"',
        "<img src=x",
        'src="https://evil',
        "<b>Bold</b>",
        "<i>x</i>",
    ):
        assert live not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_a_link_says_where_it_leads_and_passes_no_credit_on(event, member):
    html = page(make_recap(event, member, url="https://www.cncf.io/report"))
    assert 'href="https://www.cncf.io/report" rel="nofollow ugc noopener"' in html
    assert "Read it on cncf.io" in html


@pytest.mark.parametrize("text", ["", "A text here"])
def test_a_stranger_does_not_see_what_waits_and_its_owner_does(text, event, newcomer):
    recap = make_recap(event, newcomer, body=text, url="" if text else "https://example.org/")
    assert client_of(None).get(recap.get_absolute_url()).status_code == 404
    assert "Only you and moderators can see this." in page(recap, newcomer)


def test_a_text_that_is_elsewhere_too_says_so_and_names_the_first_place(event, member):
    url = "https://blog.example.org/day-one"
    both = make_recap(event, member, body="The text", url=url)
    html = page(both)
    assert f'<link rel="canonical" href="{url}">' in html
    assert "where it came out first" in html
    for other in (
        make_recap(event, member, body="Only here"),
        make_recap(event, member, body="", url=url + "2"),
        # Somebody else's text, and what the finder says of it.
        make_recap(event, member, body="Read the end first.", url=url + "3", role="found"),
    ):
        own = f"http://localhost:8000{other.get_absolute_url()}"
        assert f'<link rel="canonical" href="{own}">' in page(other)


def test_a_long_text_has_a_list_of_contents(event, member):
    chapter = "## {}\n\n" + "word " * 400 + "\n\n"
    long = "".join(chapter.format(name) for name in ("One", "Two & *three*", "Four", "Five"))
    html = page(make_recap(event, member, body=long))
    assert '<li><a href="#text-two-three">Two &amp; three</a></li>' in html
    for short in (long.replace("word ", ""), long.replace("## F", "F")):
        assert 'class="contents"' not in page(make_recap(event, member, body=short))
