"""A pasted address says what stands there: read by the worker, proposed to the person, never in the form's way."""

import time
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from links.models import Link
from tests import outside as hostile
from tests.cast import client_of, make_recap
from tests.outside import Outside

pytestmark = pytest.mark.django_db
URL = "https://blog.example.org/recap"
PAGE = """<html lang="fr"><head><title>Mon récap</title><meta property="og:site_name" content="Le Blog">
    <meta name="author" content="Ada Writer"><meta name="date" content="2024-03-24"></head></html>"""


def paste(client: Client, url: str = URL) -> str:
    """Paste the address; return where to look."""
    answer = client.post(reverse("community:previews"), {"url": url})
    assert answer.status_code == 202
    return answer.json()["look"]


def test_a_pasted_address_is_read_by_the_worker_and_proposed(outside: Outside, run_jobs) -> None:
    outside.page(URL, PAGE)
    visitor = client_of(None)
    look = paste(visitor, "blog.example.org/recap?utm_source=mail")
    assert visitor.get(look).json() == {"state": "waits"}
    assert outside.asked == []
    run_jobs()
    found = visitor.get(look)
    assert found["Cache-Control"] == "no-store"
    assert found.json() == {
        "state": "found",
        "title": "Mon récap",
        "author": "Ada Writer",
        "language": "fr",
        "note": "Found there: “Mon récap” · Ada Writer · Le Blog · 24 March 2024 · français.",
        "filled": "Filled in for you, please check:",
        "undo": "Clear",
        "undone": "Cleared.",
    }


def test_an_address_is_read_once_however_often_it_is_pasted(outside: Outside, run_jobs) -> None:
    outside.page(URL, PAGE)
    visitor, member = client_of(None), Client()
    for client in (visitor, member, visitor):
        paste(client)
    run_jobs()
    look = paste(visitor)
    run_jobs()
    assert outside.asked == [("GET", URL)]
    assert visitor.get(look).json()["state"] == "found"
    assert Link.objects.count() == 1


def test_the_answer_to_a_paste_does_not_tell_whether_the_address_is_known(outside: Outside, run_jobs) -> None:
    outside.page(URL, PAGE)
    visitor = client_of(None)
    first = visitor.post(reverse("community:previews"), {"url": URL})
    run_jobs()
    again = visitor.post(reverse("community:previews"), {"url": URL})
    assert (first.status_code, set(first.json())) == (again.status_code, set(again.json())) == (202, {"look"})


@pytest.mark.parametrize(
    "url", ["", "nonsense", "http://127.0.0.1/", "javascript:alert(1)", "http://localhost/"]
)
def test_what_is_no_address_is_not_asked(outside: Outside, run_jobs, url: str) -> None:
    answer = client_of(None).post(reverse("community:previews"), {"url": url})
    run_jobs()
    assert answer.status_code == 422
    assert (outside.looked_up, Link.objects.count()) == ([], 0)


def test_a_token_that_nobody_gave_opens_nothing(outside: Outside, run_jobs) -> None:
    outside.page(URL, PAGE)
    paste(client_of(None))
    run_jobs()
    for token in ("1", str(Link.objects.get().pk), "nonsense:1:2"):
        assert client_of(None).get(reverse("community:preview", args=[token])).status_code == 404


def test_after_too_many_the_form_goes_on_without(outside: Outside, settings, member) -> None:
    settings.PREVIEWS_PER_HOUR = 2
    visitor = client_of(None)
    for number in range(2):
        paste(visitor, f"https://blog.example.org/{number}")
    assert visitor.post(reverse("community:previews"), {"url": URL}).status_code == 429
    # Somebody else is not troubled by that.
    paste(client_of(member))


def test_the_worker_is_not_given_more_than_it_can_do_soon(outside: Outside, monkeypatch) -> None:
    monkeypatch.setattr("links.tasks.MOST_WAITING", 3)
    for number in range(3):
        paste(client_of(None), f"https://blog.example.org/{number}")
    assert client_of(None).post(reverse("community:previews"), {"url": URL}).status_code == 429


HOSTILE = [
    hostile.drip,
    hostile.slow_headers,
    hostile.silence,
    hostile.bomb,
    hostile.endless,
    hostile.endless_continue,
    hostile.lie_about_length,
    hostile.break_off,
    hostile.nonsense,
    hostile.bad_chunks,
    hostile.bad_gzip,
]


@pytest.mark.parametrize("behaviour", HOSTILE, ids=lambda behaviour: behaviour.__name__)
def test_a_hostile_page_keeps_neither_the_form_nor_the_worker(
    outside: Outside, run_jobs, monkeypatch, behaviour
) -> None:
    monkeypatch.setattr("links.reading.SECONDS", 1.0)
    outside.pages[URL] = behaviour
    visitor = client_of(None)
    visitor.get("/")  # the first page of a process loads the others
    began = time.monotonic()
    look = paste(visitor)
    assert time.monotonic() - began < 1
    began = time.monotonic()
    run_jobs()
    assert time.monotonic() - began < 1 + 2
    assert visitor.get(look).json()["state"] in ("nothing", "found")


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1/", "http://[::1]/", "http://inside.example.org/", "http://2130706433/"]
)
def test_a_page_that_leads_inside_gets_nowhere(outside: Outside, run_jobs, target: str) -> None:
    outside.places["inside.example.org"] = ["192.168.0.1"]
    outside.redirect(URL, target)
    visitor = client_of(None)
    look = paste(visitor)
    run_jobs()
    assert visitor.get(look).json() == {
        "state": "nothing",
        "note": "This address leads to a place that only some computers can reach, so we did not open it. "
        "You can still send the form.",
    }
    assert set(outside.connected) == {hostile.SOMEWHERE}


def test_what_was_pasted_and_never_used_is_forgotten(outside: Outside, run_jobs, member, event) -> None:
    from links.tasks import forget_links

    outside.page(URL, PAGE)
    paste(client_of(None))
    paste(client_of(None), "https://blog.example.org/other")
    make_recap(event, member, url=URL)
    run_jobs()
    Link.objects.update(added_at=Link.objects.first().added_at - timedelta(days=8))
    forget_links.func()
    assert [link.url for link in Link.objects.all()] == [URL]


# --- In a browser -----------------------------------------------------------------------------------------------------


def works(run_jobs, page, note: str) -> None:
    """Let the worker do what the page has asked for, and wait for what the page then says."""
    page.wait_for_timeout(200)
    run_jobs()
    page.get_by_role("status").filter(has_text=note).wait_for()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_pasting_a_link_fills_the_empty_fields_says_so_and_can_be_undone(
    outside: Outside, run_jobs, visitor, event
) -> None:
    outside.page(URL, PAGE)
    page = visitor()
    page.goto(reverse("recaps:add", args=[event.slug]))
    page.get_by_label("I found this").check()
    page.get_by_label("Link to a recap").fill(URL)
    page.get_by_label("Link to a recap").blur()
    works(run_jobs, page, "Found there")
    note = page.locator(".link-note")
    assert note.inner_text() == (
        "Found there: “Mon récap” · Ada Writer · Le Blog · 24 March 2024 · français. "
        "Filled in for you, please check: Title, Who wrote it, Language. Clear"
    )
    assert page.get_by_label("Title").input_value() == "Mon récap"
    assert page.get_by_label("Who wrote it").input_value() == "Ada Writer"
    assert page.locator("#id_language").input_value() == "fr"
    page.get_by_role("button", name="Clear").click()
    assert page.get_by_label("Title").input_value() == ""
    assert page.locator("#id_language").input_value() == ""
    assert note.inner_text() == "Cleared."


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_an_address_that_a_link_brings_along_is_looked_at_as_if_it_had_been_pasted(
    outside: Outside, run_jobs, visitor, event
) -> None:
    outside.page(URL, PAGE)
    page = visitor()
    page.goto(reverse("recaps:add", args=[event.slug]) + f"?url={URL}")
    works(run_jobs, page, "Found there")
    assert page.get_by_label("Title").input_value() == "Mon récap"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_what_somebody_has_typed_stays(outside: Outside, run_jobs, phone, event) -> None:
    outside.page(URL, PAGE)
    phone.goto(reverse("recaps:add", args=[event.slug]))
    phone.get_by_label("Title").fill("My own title")
    phone.get_by_label("Link to a recap").fill(URL)
    phone.get_by_label("Link to a recap").blur()
    works(run_jobs, phone, "Found there")
    assert phone.get_by_label("Title").input_value() == "My own title"
    # It is one's own text as far as the form knows: the author is not taken from the page.
    assert phone.get_by_label("Who wrote it").input_value() == ""
    assert phone.get_by_role("status").filter(has_text="check: Language").count() == 1


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_whose_it_is_may_be_said_afterwards_and_a_field_that_is_left_empty_is_filled(
    outside: Outside, run_jobs, visitor, event
) -> None:
    outside.page(URL, PAGE)
    page = visitor()
    page.goto(reverse("recaps:add", args=[event.slug]))
    page.get_by_label("Link to a recap").fill(URL)
    page.get_by_label("Title").focus()
    works(run_jobs, page, "check: Language.")
    assert page.get_by_label("Title").input_value() == ""
    page.get_by_label("I found this").check()
    page.get_by_role("status").filter(has_text="check: Language, Title, Who wrote it.").wait_for()
    assert page.get_by_label("Title").input_value() == "Mon récap"
    assert page.get_by_label("Who wrote it").input_value() == "Ada Writer"
    # One's own text has no other author; what somebody has emptied stays so.
    page.get_by_label("Title").fill("")
    page.get_by_label("I wrote this").check()
    page.get_by_role("status").filter(has_text="check: Language, Title.").wait_for()
    assert page.locator("[name=author]").input_value() == ""
    assert page.get_by_label("Title").input_value() == ""


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_form_works_the_same_when_nothing_can_be_read(outside: Outside, run_jobs, visitor, event) -> None:
    outside.page(URL, status=500)
    page = visitor()
    page.goto(reverse("recaps:add", args=[event.slug]))
    page.get_by_label("Link to a recap").fill(URL)
    page.get_by_label("Link to a recap").blur()
    works(run_jobs, page, "You can still send the form.")
    page.get_by_label("Title").fill("My own title")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url("**/recaps/*/")
    assert page.get_by_role("heading", level=1).inner_text() == "My own title"
