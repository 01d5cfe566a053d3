"""“Mentioned elsewhere”, on the page of what is mentioned."""

from typing import Any

from django.conf import settings

from community.models import Contribution

from .models import Webmention

SHOWN_AT_MOST = 50


def context(item: Contribution, user: Any) -> dict[str, Any]:
    """Return what `discussion/_webmentions.html` shows, in one query: the newest mentions, for moderators also those
    that wait; and `takes_mentions`, the address that can be named in more of them, empty where not everybody sees it.
    """
    mentions = Webmention.objects.visible_to(user).filter(contribution_id=item.pk)
    return {
        "webmentions": list(mentions.order_by("-created_at", "-pk")[:SHOWN_AT_MOST]),
        "takes_mentions": settings.SITE_URL + item.get_absolute_url() if item.is_public else "",
    }
