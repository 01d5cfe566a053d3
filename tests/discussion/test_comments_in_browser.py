"""A conversation: comment, reply in place, a mention, a deletion that leaves its place; and the e-mails about it."""

import pytest
from django.core import mail
from django.utils import timezone

from discussion.models import Comment
from people.models import Preference
from people.models.notification import Topic
from people.models.preference import Delivery
from people.tasks import mail_what_is_due
from tests.cast import make_talk
from tests.discussion.test_favourites_in_browser import signed_in
from tests.people.test_mail import plain, rich

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
    held = []
    other.route("**/reply/", lambda route: route.continue_() if held[1:] else held.append(route))
    for _press in range(2):
        with other.expect_request("**/reply/"):
            other.get_by_role("link", name="Reply").click()
    forms = other.locator("form[data-comment]", has_text="Reply")
    assert forms.count() == 0
    for route in held:
        with other.expect_response("**/reply/"):
            route.continue_()
    # In place, once, and the keyboard is in it.
    other.locator("textarea:focus").wait_for()
    assert forms.count() == 1
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


@pytest.mark.django_db(transaction=True)
def test_ten_comments_a_reply_and_a_mention_are_one_mail_that_leads_back_until_it_is_stopped_or_muted(
    visitor, live_server, event, member, moderator, run_jobs, settings
):
    settings.SITE_URL = live_server.url
    talk = make_talk(event, member, title="How eBPF actually works")
    Preference.objects.choose(member, [Topic.COMMENTS, Topic.REPLIES, Topic.MENTIONS], Delivery.DAILY)
    own = Comment.say(talk, by=member, body="my own words")
    said = [Comment.say(talk, by=moderator, body=f"comment number {place}.") for place in range(10)]
    said.append(Comment.say(talk, by=moderator, body="a reply it is.", answers=own))
    other = make_talk(event, moderator, title="Another one")
    said.append(Comment.say(other, by=moderator, body="ask @the-member, who knows."))
    run_jobs()
    assert mail.outbox == []
    member.notifications.update(mail_due_at=timezone.now())
    mail_what_is_due.enqueue()
    run_jobs()
    (one,) = mail.outbox
    page = signed_in(visitor, live_server, member, phone=True)
    page.set_content(rich(one))
    read = page.locator("body").inner_text()
    for words in [*(comment.body for comment in said), "Hello the member,", "Stop e-mails about this"]:
        assert (plain(one).count(words), read.count(words)) == (1, 1), words
    for comment in said:
        assert live_server.url + comment.get_absolute_url() in plain(one)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    # It leads to the comment itself, and to the end of such e-mails, without signing in.
    page.get_by_role("link", name="Read it, and answer").first.click()
    page.locator(f"#comment-{said[0].pk}").wait_for()
    stranger = visitor()
    stranger.set_content(rich(one))
    stranger.get_by_role("link", name="Stop e-mails about this").click()
    stranger.get_by_role("button", name="Stop them").click()
    stranger.get_by_text("You will get no more e-mails about this").first.wait_for()
    assert Preference.objects.delivery_of(member, Topic.COMMENTS) == Delivery.NEVER

    # Muted, nothing more is told of that talk; of the other one it is.
    page.goto(talk.get_absolute_url())
    page.get_by_role("button", name="Mute").click()
    page.get_by_role("button", name="Unmute").wait_for()
    before = member.notifications.count()
    Comment.say(talk, by=moderator, body="one more")
    Comment.say(other, by=moderator, body="and @the-member, once more")
    assert member.notifications.count() == before + 1
