"""The form that has a blog watched for an event."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.dates import say
from events.models import Event
from links.canonical import canonical
from links.fields import AddressField
from people.models import User

from .models import BlogFeed
from .models.blog_feed import MOST_FEEDS, watched_until


class BlogFeedForm(forms.Form):
    """The address of a blog or its feed."""

    url = AddressField(
        label=_("Your blog, or its feed"),
        help_text=_("Atom, RSS and JSON feeds work, and so does a page that names its feed."),
    )

    def __init__(self, *args: Any, user: User, event: Event, **kwargs: Any) -> None:
        self.user, self.event = user, event
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        until = watched_until(self.event)
        if timezone.localdate() > until:
            words = gettext("Blogs were watched until %(day)s. You can still paste the link to your post.")
            raise forms.ValidationError(words % {"day": say(until, gettext("j F Y"))})
        if BlogFeed.objects.filter(user=self.user, check_at__isnull=False).count() >= MOST_FEEDS:
            raise forms.ValidationError(
                gettext("We already watch many blogs for you. Stop one of them first.")
            )
        return data

    def save(self) -> BlogFeed:
        """Return the watched blog; one that is watched already, by a second press, is found."""
        url = self.cleaned_data["url"]
        feed, _is_new = BlogFeed.objects.get_or_create(
            user=self.user, event=self.event, url_key=canonical(url), defaults={"url": url}
        )
        return feed
