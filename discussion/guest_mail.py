"""E-mails to guests whose comments were answered: all that is due in one, until they want no more of them."""

import uuid

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from people.guests import return_link
from people.mailing import MOST, gathered, headers_for, subject_of, unsubscribing_url
from people.models import Guest
from people.notifications import write
from people.unsubscribing import token_of_guest

from .models import Comment, ReplyToGuest
from .telling import quote_of, title_of, whole


@transaction.atomic
def mail_replies_to(guest_id: uuid.UUID) -> None:
    """Have one e-mail sent with all replies that are due to a guest, in the transaction that forgets these: nothing is
    lost and nothing goes out twice, whenever the worker dies. What does not show any more is left out.
    """
    from people.tasks import send_mail

    due = ReplyToGuest.objects.filter(guest=guest_id, due_at__lte=timezone.now()).select_for_update(
        no_key=True
    )
    pks = list(due.values_list("pk", flat=True))
    shown = ReplyToGuest.objects.filter(pk__in=pks).showing().order_by("pk")
    replies = [
        row.reply
        for row in shown.select_related("reply__contribution", "reply__user__person", "reply__guest")
    ]
    ReplyToGuest.objects.filter(pk__in=pks).delete()
    guest = Guest.objects.filter(pk=guest_id).first()
    if guest is None or not replies or not guest.may_be_told_of_replies:
        return
    written = [written_for(guest, reply) for reply in replies[-MOST:]]
    with override(guest.language or settings.LANGUAGE_CODE):
        url = unsubscribing_url(token_of_guest(guest))
        footer = [
            (_("No more e-mails about replies to you"), url),
            (_("This link lets any browser recognise you for 30 days"), return_link(guest)),
        ]
        subject, body = subject_of([one for one, _body in written]), gathered(guest.name, written)
    headers = headers_for(url, [f"reply-{reply.pk}" for reply in replies])
    send_mail.enqueue(subject, body, guest.email, guest.language, footer, headers)


def written_for(guest: Guest, reply: Comment) -> tuple[str, str]:
    """Return subject and text of what a guest is told of one reply."""
    context = {
        "name": guest.name,
        "who": reply.name,
        "title": title_of(reply.contribution),
        "quote": quote_of(reply.body),
        "url": whole(reply),
    }
    return write("reply", context, guest.language)
