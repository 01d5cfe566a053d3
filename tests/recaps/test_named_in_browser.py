"""Beside the editor: what a text names is proposed while it is written, and stays as it was ticked."""

import pytest

from community.models import Guess
from tests.cast import make_talk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_talks_are_proposed_while_one_writes_and_a_tick_holds(event, member, visitor):
    talk = make_talk(event, member, title="How eBPF Actually Works")
    page = visitor()
    page.goto(f"/recaps/new/{event.slug}/")
    page.get_by_label("Title").fill("My day")
    page.get_by_label("Your name").fill("Ada")
    text = page.locator("textarea[data-write]")
    text.fill("I went to “How eBPF actually works”.")
    page.get_by_label(talk.title).uncheck()
    text.fill("I went to “How eBPF actually works”, and left.")
    text.blur()
    page.wait_for_load_state("networkidle")
    assert not page.get_by_label(talk.title).is_checked()
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url("**/recaps/*/")
    assert list(Guess.objects.values_list("target", "denied")) == [(talk.pk, True)]
