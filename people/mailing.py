"""E-mails with what a member was told: all of it in one, when they wish it."""

import hashlib
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from .mails import without_signature
from .models import Mute, Notification, User
from .models.notification import Topic
from .scopes import Named, body_of, named, shows
from .unsubscribing import token_of

# What one e-mail holds at most; the site has all.
MOST = 50


@transaction.atomic
def mail_news_of(user_id: int) -> None:
    """Have one e-mail sent with all that is due to a member, in the transaction that says that it is on its way: so
    nothing is lost, and nothing goes out twice, whenever the worker dies.

    Left out: what they have read on the site meanwhile, what they have muted, and what does not show to them any more.
    """
    from .tasks import send_mail

    due = (
        Notification.objects.filter(recipient=user_id).due(timezone.now()).select_for_update().order_by("pk")
    )
    told = list(due)
    Notification.objects.filter(pk__in=[one.pk for one in told]).update(mail_due_at=None)
    user = User.objects.filter(pk=user_id, is_active=True).first()
    known = named(user, {scope for one in told for scope in one.all_scopes}) if user else {}
    if user and (news := worth_mailing(user, told, known)):
        with override(user.language or settings.LANGUAGE_CODE):
            subject, body = subject_of(news), text_of(user, news, known)
            footer, headers = footer_of(user, news), headers_of(user, news)
        send_mail.enqueue(subject, body, user.email, user.language, footer, headers)


def worth_mailing(user: User, told: Sequence[Notification], known: dict[str, Named]) -> list[Notification]:
    """Return those of `told` that `user` has not read, and may and wants to read."""
    return [
        one
        for one in told
        if one.read_at is None
        and shows(one, known)
        and not Mute.objects.silences(user, one.topic, one.scopes)
    ]


def subject_of(news: Sequence[Notification]) -> str:
    more = len(news) - 1
    if not more:
        return news[-1].subject
    words = ngettext("%(subject)s, and %(n)s more", "%(subject)s, and %(n)s more", more)
    return words % {"subject": news[-1].subject, "n": more}


def text_of(user: User, news: Sequence[Notification], known: dict[str, Named]) -> str:
    """Return the text: of one its own, of several one after the other, with one greeting."""
    if len(news) == 1:
        return body_of(news[0], known)
    greeting = _("Hello %(name)s,") % {"name": user.name}
    parts = [greeting]
    for one in news[-MOST:]:
        parts += [f"{one.subject}\n{'-' * min(len(one.subject), 60)}", essence(body_of(one, known), greeting)]
    if len(news) > MOST:
        parts.append(_("All of it:") + f"\n{settings.SITE_URL}{reverse('people:notifications')}")
    return "\n\n".join([*parts, settings.SITE_NAME])


def essence(body: str, greeting: str) -> str:
    """Return a text without greeting and signature."""
    return without_signature(body).removeprefix(greeting).strip()


def footer_of(user: User, news: Sequence[Notification]) -> list[tuple[str, str]]:
    topics = list(dict.fromkeys(one.topic for one in news))
    about = ", ".join(str(Topic(topic).label) for topic in topics)
    return [
        (
            _("No more e-mails about this: %(about)s") % {"about": about},
            unsubscribing_url(user, topics),
        ),
        (_("Choose what you get"), settings.SITE_URL + reverse("people:notification_settings")),
    ]


def headers_of(user: User, news: Sequence[Notification]) -> dict[str, str]:
    """Return the headers with which mail programs offer to unsubscribe (RFC 8058), and by which they know the same
    e-mail again, where it is sent twice because a worker died in the middle.
    """
    topics = list(dict.fromkeys(one.topic for one in news))
    key = hashlib.sha256(" ".join(str(one.pk) for one in news).encode()).hexdigest()[:32]
    return {
        "List-Unsubscribe": f"<{unsubscribing_url(user, topics)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Message-ID": f"<news-{key}@{urlsplit(settings.SITE_URL).hostname}>",
    }


def unsubscribing_url(user: User, topics: Sequence[str]) -> str:
    return settings.SITE_URL + reverse("people:unsubscribing", args=[token_of(user, topics)])
