"""A write-up here, or the link to one elsewhere."""

import re
from collections.abc import Sequence
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, ngettext_lazy

from community.languages import language_name
from community.models import Contribution
from community.sections import public_at
from community.shared import named
from community.stream import in_order, items_of
from community.text import Rendered, render
from discussion.recommended import RecommendedQuerySet, best_reason
from events.models import Event
from events.numbers import grouped
from links.canonical import canonical, host_label
from links.elements import links_in

from ..wanted import GONE

# A text is long that takes so many minutes, and worth a list of contents with so many headings.
LONG_MINUTES = 5
LONG_HEADINGS = 4
HEADINGS = re.compile(r'<h[23] id="([^"]+)">(.*?)</h[23]>')


class RecapQuerySet(RecommendedQuerySet):
    def parts_with(self, recap: "Recap") -> Self:
        """The parts of the recap that `recap` is a part of, itself included, in their order."""
        first = recap.first_part_id or recap.pk
        return self.filter(Q(pk=first) | Q(first_part=first)).order_by(Coalesce("part", 1), "pk")

    def linking_to(self, url: str, *, main_event_id: int) -> Self:
        """Recaps at that event whose link is the same address, in whatever form it was pasted."""
        return self.filter(url_key=canonical(url), main_event=main_event_id)

    def elsewhere(self) -> Self:
        """Those that are only the link to a text elsewhere."""
        return self.filter(body="").exclude(url="")


class Recap(Contribution):
    """A write-up here (Markdown in `body`), or the link (`url`) to one elsewhere."""

    class Role(models.TextChoices):
        WROTE = "wrote", _("I wrote this")
        FOUND = "found", _("I found this")

    KIND = "recap"
    slug = "recaps"
    position = 20
    icon = "pen"
    plural_label = _("Recaps")
    section_label = _("Worth reading")
    add_label = _("Write or link a recap")
    empty_label = _("No recap yet. Were you there?")
    credit_label = ngettext_lazy("wrote", "wrote")
    is_write_up = True
    untimed_label = _("about the whole day")
    names_others = True
    beside_label = _("Written about in")
    keeps_drafts = True
    draft_forms: ClassVar[dict[str, str]] = {"quick": "recaps:quick"}
    draft_words: ClassVar[tuple[str, ...]] = (
        "title",
        "body",
        "url",
        "best",
        "one",
        "two",
        "three",
        "good",
        "who",
    )
    tells_credited = True
    wants = (GONE,)
    section_size = 20
    section_order = "-score"
    catch_up_size = 3
    varied_by = ("language",)
    card_template = "recaps/_card.html"
    widget_template = "recaps/_widget.html"
    review_template = "recaps/_review.html"
    detail_route = "recaps:detail"
    add_route = "recaps:add"
    edit_route = "recaps:edit"
    credited_may_edit = True
    revision_fields: ClassVar[tuple[str, ...]] = ("title", "url", "role", "body", "language", "disclosure")
    search_fields: ClassVar[tuple[str, ...]] = ("title", "body", "url", "disclosure")
    address_fields: ClassVar[dict[str, str]] = {"url": "url_key"}
    computed_columns: ClassVar[tuple[str, ...]] = (
        *("url_key", "html", "plain", "reading_minutes", "renderer_version"),
    )

    url = models.URLField(_("link"), max_length=2000, blank=True)
    url_key = models.CharField(max_length=2000, blank=True, editable=False)
    role = models.CharField(_("whose it is"), max_length=10, choices=Role, default=Role.WROTE)
    body = models.TextField(_("text"), blank=True, max_length=50_000)
    html = models.TextField(editable=False, blank=True)
    plain = models.CharField(max_length=400, editable=False, blank=True)
    reading_minutes = models.PositiveSmallIntegerField(default=0, editable=False)
    renderer_version = models.PositiveSmallIntegerField(default=0, editable=False)
    language = models.CharField(_("language"), max_length=10, blank=True)
    disclosure = models.CharField(
        _("disclosure"),
        max_length=300,
        blank=True,
        help_text=_(
            "Anything readers should know: your employer, a sponsor, that the opinions are your own."
        ),
    )

    # Of a recap in several parts, all but the first name that one; a part's number is its place.
    first_part = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="later_parts",
        verbose_name=_("first part"),
    )
    part = models.PositiveSmallIntegerField(_("part"), null=True, blank=True)

    objects = RecapQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("recap")
        verbose_name_plural = _("recaps")
        constraints = [
            models.CheckConstraint(
                condition=~Q(url="") | ~Q(body=""),
                name="recap_has_text_or_link",
                violation_error_message=_("Write something, or paste a link."),
            ),
            models.UniqueConstraint(
                fields=["first_part", "part"],
                name="recap_part_once",
                violation_error_message=_("There is already such a part."),
            ),
            models.CheckConstraint(
                condition=Q(first_part=None) | Q(part__gte=2),
                name="recap_later_part_has_number",
                violation_error_message=_("The first part is part 1; this one comes later."),
            ),
        ]
        indexes = [models.Index(fields=["url_key"], name="recap_url_key")]

    def compute_columns(self) -> None:
        super().compute_columns()
        self.url_key = canonical(self.url) if self.url else ""
        self.take(render(self.body))

    def take(self, rendered: Rendered) -> None:
        """Keep what rendering the text gave."""
        from community.text import RENDERER_VERSION

        self.html = rendered.html
        self.plain = rendered.plain[:400]
        self.reading_minutes = rendered.reading_minutes
        self.renderer_version = RENDERER_VERSION

    @classmethod
    def has_shown(cls, user: Any) -> Q:
        # Being the person who is credited is not enough: the text may be somebody else's, and stand here.
        from .text_claim import TextClaim

        return Q(Exists(TextClaim.objects.crediting(user).filter(recap=OuterRef("pk"))))

    @classmethod
    def minutes_of(cls, ids: Sequence[int]) -> list[int]:
        here = cls.objects.filter(pk__in=ids).exclude(body="")
        return list(here.values_list("reading_minutes", flat=True))

    @classmethod
    def count_in_words(cls, number: int) -> str:
        return ngettext("%(n)s recap", "%(n)s recaps", number) % {"n": grouped(number)}

    @classmethod
    def time_in_words(cls, number: int, known: Sequence[int]) -> str:
        minutes, elsewhere = sum(known), number - len(known)
        here = ngettext("%(n)s min to read", "%(n)s min to read", minutes) % {"n": grouped(minutes)}
        there = ngettext("%(n)s text elsewhere", "%(n)s texts elsewhere", elsewhere) % {
            "n": grouped(elsewhere)
        }
        if not elsewhere:
            return here
        return _("%(here)s and %(there)s") % {"here": here, "there": there} if known else there

    @classmethod
    def for_widget(cls, event: Event) -> list[Any]:
        """Those that most people recommend."""
        ids = in_order(public_at(event, cls), cls.section_order).values_list("pk", flat=True)
        return items_of(cls, list(ids[:2]))

    @classmethod
    def own_links(cls) -> list[tuple[str, Any]]:
        return [(reverse("recaps:feeds"), _("Your blogs"))]

    def written(self) -> str:
        return self.html

    def page_it_is(self) -> str:
        return self.url if self.is_elsewhere else ""

    @property
    def is_by_its_sender(self) -> bool:
        return self.role == self.Role.WROTE

    @property
    def is_elsewhere(self) -> bool:
        """Whether this is only the link to a text elsewhere."""
        return not self.body

    @property
    def can_be_claimed(self) -> bool:
        """Whether somebody who wrote it may say so, and what they want."""
        return self.is_elsewhere and self.is_public

    @property
    def is_also_elsewhere(self) -> bool:
        """Whether its author has published the same text elsewhere, at `url`."""
        return bool(self.url and self.body) and self.role == self.Role.WROTE

    @property
    def contents(self) -> list[tuple[str, str]]:
        """The (id, words) of its main headings, for a long text that has some; words are HTML, as in the text."""
        if self.reading_minutes < LONG_MINUTES:
            return []
        found: list[tuple[str, str]] = [
            (name, SafeString(strip_tags(words))) for name, words in HEADINGS.findall(self.html)
        ]
        return found if len(found) >= LONG_HEADINGS else []

    @property
    def reason(self) -> str:
        """Why to read it, for cards: in the words of who recommended it last."""
        best = best_reason(self)
        return best.reason if best else ""

    @property
    def reason_by(self) -> str:
        """Who said so, where it was one person."""
        best = best_reason(self)
        return best.name if best else ""

    @property
    def voices(self) -> int:
        """How many people recommend it."""
        return self.favourite_count

    def get_language_name(self) -> str:
        return language_name(self.language)

    @property
    def host(self) -> str:
        """Where the linked text stands: “cncf.io”."""
        return host_label(self.url) if self.url else ""

    @property
    def summary(self) -> str:
        return self.plain

    @classmethod
    def begun_with(cls, title: str, url: str) -> dict[str, str]:
        return {"title": title, "url": url}

    def structured_data(self, url: str, description: str) -> dict[str, Any]:
        # What somebody found is said by the page where it stands.
        if self.is_elsewhere or not self.is_by_its_sender:
            return {}
        return {
            "@type": "Article",
            "headline": self.title[:110],
            "description": description,
            "url": url,
            "image": self.shared_picture().url,
            "datePublished": self.published_at.isoformat() if self.published_at else "",
            "dateModified": (self.edited_at or self.published_at or self.submitted_at).isoformat(),
            "inLanguage": self.language,
            "author": [named(credit.person) for credit in self.shown_credits]  # type: ignore[attr-defined]
            or {"@type": "Person", "name": self.contributor_name},
        }

    def tells_sites(self) -> list[str]:
        """The link, and the links in the text."""
        return [*self.addresses(), *links_in(self.html)]
