"""A conversation: comment, reply in place, a mention that is told, a deletion that leaves its place."""

import pytest

from tests.cast import make_talk
from tests.discussion.test_favourites_in_browser import signed_in

pytestmark = pytest.mark.browser


@pytest.mark.django_db(transaction=True)
def test_a_conversation_from_the_first_comment_to_a_deleted_one(
    visitor, live_server, event, member, moderator
):
    talk = make_talk(event, member, title="How eBPF actually works")
    one = signed_in(visitor, live_server, member, phone=True)
    one.goto(talk.get_absolute_url())
    one.get_by_label("Your comment").fill("Where does the **time** go?")
    one.get_by_role("button", name="Comment", exact=True).click()
    one.get_by_text("Everybody can read it.").wait_for()
    assert one.locator("article.comment .prose strong").inner_text() == "time"

    other = signed_in(visitor, live_server, moderator)
    other.goto(talk.get_absolute_url())
    other.get_by_role("link", name="Reply").click()
    # In place, and the keyboard is in it.
    other.locator("textarea:focus").wait_for()
    other.keyboard.type("Ask @the-member")
    assert other.url.endswith(talk.get_absolute_url())
    other.get_by_role("button", name="Reply").click()
    other.locator("article.comment.is-reply").get_by_text("Ask").wait_for()

    one.goto("/notifications/")
    one.get_by_text("the moderator answered you at “How eBPF actually works”").first.wait_for()
    assert one.get_by_text("mentions you").count() == 0

    one.goto(talk.get_absolute_url())
    one.get_by_role("button", name="Delete").click()
    one.locator("dialog button.danger").click()
    one.get_by_text("Your comment is deleted.").wait_for()
    gone, reply = one.locator("article.comment").all()
    assert (gone.inner_text(), "Ask @the-member" in reply.inner_text()) == ("Deleted by its author.", True)
