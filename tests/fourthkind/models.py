from typing import ClassVar

from django.db import models
from django.utils.translation import ngettext_lazy

from community.models import Contribution, ContributionQuerySet


class Bookmark(Contribution):
    """An address worth keeping."""

    KIND = "bookmark"
    slug = "bookmarks"
    position = 30
    icon = "link"
    plural_label = "Bookmarks"
    section_label = "Worth keeping"
    add_label = "Add a bookmark"
    empty_label = "No bookmark yet. Which page do you keep open?"
    credit_label = ngettext_lazy("found", "found")
    card_template = "bookmarks/_card.html"
    detail_route = "bookmarks:detail"
    add_route = "bookmarks:add"
    edit_route = "bookmarks:edit"
    revision_fields: ClassVar[tuple[str, ...]] = ("title", "address")
    search_fields: ClassVar[tuple[str, ...]] = ("title", "address")

    address = models.URLField(max_length=500)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        verbose_name = "bookmark"
        verbose_name_plural = "bookmarks"
