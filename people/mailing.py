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
        Notification.objects.filter(recipient=user_id)
        .due(timezone.now())
        .select_for_update(no_key=True)
        .order_by("pk")
    )
    told = list(due)
    Notification.objects.filter(pk__in=[one.pk for one in told]).update(mail_due_at=None)
    user = User.objects.filter(pk=user_id, is_active=True).first()
    known = named(user, {scope for one in told for scope in one.all_scopes}) if user else {}
    if user and (news := worth_mailing(user, told, known)):
        with override(user.language or settings.LANGUAGE_CODE):
            subject, body = subject_of([one.subject for one in news]), text_of(user, news, known)
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


def subject_of(subjects: Sequence[str]) -> str:
    """Return the subject of an e-mail with these, oldest first."""
    more = len(subjects) - 1
    if not more:
        return subjects[-1]
    words = ngettext("%(subject)s, and %(n)s more", "%(subject)s, and %(n)s more", more)
    return words % {"subject": subjects[-1], "n": more}


def text_of(user: User, news: Sequence[Notification], known: dict[str, Named]) -> str:
    more = []
    if len(news) > MOST:
        more.append(_("All of it:") + f"\n{settings.SITE_URL}{reverse('people:notifications')}")
    return gathered(user.name, [(one.subject, body_of(one, known)) for one in news[-MOST:]], *more)


def gathered(name: str, told: Sequence[tuple[str, str]], *more: str) -> str:
    """Return one text of several (subject, text): of one its own, else one after the other, with one greeting and one
    signature, and before that `more` paragraphs.
    """
    if len(told) == 1:
        return told[0][1]
    greeting = _("Hello %(name)s,") % {"name": name}
    parts = [greeting]
    for subject, body in told:
        parts += [
            f"{subject}\n{'-' * min(len(subject), 60)}",
            without_heading(essence(body, greeting), subject),
        ]
    return "\n\n".join([*parts, *more, settings.SITE_NAME])


def without_heading(text: str, heading: str) -> str:
    """Return a text without its first line where that only says its heading again."""
    first, _newline, rest = text.partition("\n")
    return rest.strip() if rest.strip() and first.startswith(heading.rstrip("?!. ")) else text


def essence(body: str, greeting: str) -> str:
    """Return a text without greeting and signature."""
    return without_signature(body).removeprefix(greeting).strip()


def footer_of(user: User, news: Sequence[Notification]) -> list[tuple[str, str]]:
    topics = list(dict.fromkeys(one.topic for one in news))
    about = ", ".join(str(Topic(topic).label) for topic in topics)
    return [
        (
            _("Stop e-mails about this: %(about)s") % {"about": about},
            unsubscribing_url(token_of(user, topics)),
        ),
        (_("Choose what you get"), settings.SITE_URL + reverse("people:notification_settings")),
    ]


def headers_of(user: User, news: Sequence[Notification]) -> dict[str, str]:
    topics = list(dict.fromkeys(one.topic for one in news))
    return headers_for(unsubscribing_url(token_of(user, topics)), [str(one.pk) for one in news])


def headers_for(unsubscribing: str, told: Sequence[str]) -> dict[str, str]:
    """Return the headers with which mail programs offer to unsubscribe (RFC 8058), and by which they know the same
    e-mail again, where it is sent twice because a worker died in the middle: `told` names what it tells.
    """
    key = hashlib.sha256(" ".join(told).encode()).hexdigest()[:32]
    return {
        "List-Unsubscribe": f"<{unsubscribing}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Message-ID": f"<news-{key}@{urlsplit(settings.SITE_URL).hostname}>",
    }


def unsubscribing_url(token: str) -> str:
    return settings.SITE_URL + reverse("people:unsubscribing", args=[token])
