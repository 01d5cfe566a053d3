"""Who leads to addresses out in the world: known a few floors above, and named by `settings.LINK_USES`."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from .models import Link, Thread


class Uses(Protocol):
    """What LINK_USES names."""

    def used(self, keys: Collection[str]) -> set[str]:
        """Return those of the keys (links.canonical) that something public leads to."""

    def changed(self, link: "Link") -> None:
        """Hear that `link` is gone, or there again: copies of that are no longer true."""

    def leads_on(self, link: "Link", url: str) -> None:
        """Hear that `link` is a short address, and that `url` is what stands behind it."""

    def thread_changed(self, thread: "Thread") -> None:
        """Hear that others have answered in a conversation elsewhere: how many they are, some keep."""


def uses() -> Uses:
    return import_string(settings.LINK_USES)()
