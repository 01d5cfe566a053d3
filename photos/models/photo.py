"""Photos: pictures from an event."""

import datetime
import logging
import math
import tempfile
import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Self

from django.core.files import File
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, ngettext_lazy

from community.beside import Beside
from community.desk import Part, Way
from community.happening import Happening
from community.locking import hold
from community.models import Contribution, ContributionQuerySet, Credit
from community.sections import public_at
from community.shared import WIDTH, Picture, Tile, named, site_picture, whole
from community.stream import items_of, newest
from events.models import Day, Event
from events.numbers import grouped
from people.decisions import StateConflict
from people.licences import Licence

from ..crediting import Attribution, attribution_of
from ..decoding import Unreadable
from ..formats import FILMS, Format
from ..originals import Freed, free_of_notes
from ..renditions import Pictured, RenditionFile, make_renditions
from ..storage import WORKSPACE, Saved, picture_store
from ..stripping import NOTES
from ..tasks import drop_files, prepare_photo
from ..wanted import ALT
from .blocked import Blocked, BlockedPicture
from .rendition import Rendition
from .upload_link import UploadLink

logger = logging.getLogger("photos")

# What preparing finds out; no form writes it.
PREPARED = ["width", "height", "placeholder", "colour", "dhash", "had_place", "is_animated", "taken_at"]
# What is replaced when the original is freed of private notes.
ORIGINAL = ["original", "kept_sha256", "bytes", "format", "notes_found"]
# What is computed of the place in the gallery, and of what.
PLACED = ["gallery_time", "gallery_event", "gallery_main_event"]
PLACED_BY = ["event", "main_event", "day", "taken_at"]
INSTANT = datetime.timedelta(microseconds=1)
# On a clock with a zone: to the same time of the next day, however long the day is.
DAY = datetime.timedelta(days=1)
# Said in another way, or no note at all.
NOT_WORTH_A_WORD = ("place", "re-encoded")
# The longest edge of what a strip or a gallery shows.
MIDDLE = 640
# The widest that a page shows anything, in CSS pixels (72rem).
PAGE = 1152
# Width : height, as the classes ar-… of the style sheet draw them (docs/markup.md).
SHAPES = ("9-21", "9-16", "2-3", "3-4", "4-5", "1-1", "5-4", "4-3", "3-2", "16-9", "2-1", "3-1")


class PhotoQuerySet(ContributionQuerySet):
    def unfreed(self) -> Self:
        """Prepared photos whose kept original is still the file as it came."""
        return self.filter(ready=True, kept_sha256="").exclude(original="")

    @transaction.atomic
    def hang_again(self) -> None:
        """Compute anew when these photos hang in the gallery (see `Photo.place`); for a few hundred at most, as all of
        them are locked. Safe to run twice.
        """
        held = hold(Contribution.objects.filter(pk__in=list(self.values_list("pk", flat=True))))
        moved = []
        for photo in Photo.objects.filter(pk__in=held).select_related("event__parent", "day"):
            if photo.gallery_time != (place := photo.place()):
                photo.gallery_time = place
                moved.append(photo)
        Photo.objects.bulk_update(moved, ["gallery_time"])

    def downloadable_by(self, user: Any) -> Self:
        """What `user` may take the kept original of: what they see and its licence allows; one's own, and for
        moderators everything. Only originals that were freed of private notes.
        """
        seen = self.visible_to(user).exclude(kept_sha256="")
        if user.is_authenticated and user.is_moderator:
            return seen
        return seen.filter(~Q(licence=Licence.ASK) | Q(pk__in=self.owned_by(user).values("pk")))

    def for_cards(self) -> Self:
        return (
            super()
            .for_cards()
            .prefetch_related(
                Prefetch("renditions", queryset=Rendition.objects.order_by("width"), to_attr="files")
            )
        )

    def for_list(self) -> Self:
        return self.select_related("day").prefetch_related(
            Prefetch("renditions", queryset=Rendition.objects.order_by("width"), to_attr="files"),
            Prefetch("credits", queryset=Credit.objects.select_related("person"), to_attr="shown_credits"),
        )


class Photo(Contribution):
    """A picture: the original as it came, kept private, and renditions without private metadata."""

    KIND = "photo"
    slug = "photos"
    position = 0
    icon = "camera"
    plural_label = _("Photos")
    section_label = _("Photos")
    add_label = _("Add photos")
    empty_label = _("No photo yet. Is there one on your phone?")
    credit_label = ngettext_lazy("photographed", "photographed")
    section_size = 5
    placed_by = "taken_at"
    placed_label = _("by when they were taken")
    lists_items = True
    gives_covers = True
    catch_up_size = 12
    catch_up_template = "photos/_catch_up.html"
    card_template = "photos/_card.html"
    widget_template = "photos/_widget.html"
    review_template = "photos/_review.html"
    review_layout = "sheet"
    organisers_review = True
    section_template = "photos/_section.html"
    list_template = "photos/gallery.html"
    detail_route = "photos:detail"
    add_route = "photos:add"
    edit_route = "photos:edit"
    pictures_route = "photos:pictures"
    is_drawn = False
    files_route = "photos:shared"
    revision_fields: ClassVar[tuple[str, ...]] = ("title", "alt", "licence")
    search_fields: ClassVar[tuple[str, ...]] = ("title", "alt")
    can_be_taken_down = True
    removal_label = _("Remove this photo")
    spares_people = True
    wants = (ALT,)

    # What came in one form: its photos are described together.
    batch = models.UUIDField(null=True, editable=False, db_index=True)
    # Stands in the addresses of the files, so that these cannot be guessed from the photo's number.
    file_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    original = models.CharField(max_length=200, editable=False)
    # Of the file as it came: by it the same picture is known again.
    sha256 = models.CharField(max_length=64, editable=False, db_index=True)
    # Of the file that is kept now, freed of private metadata: manage.py check_media compares it.
    kept_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    bytes = models.PositiveBigIntegerField(default=0, editable=False)
    format = models.CharField(max_length=10, editable=False)
    width = models.PositiveIntegerField(default=0, editable=False)
    height = models.PositiveIntegerField(default=0, editable=False)
    placeholder = models.TextField(blank=True, editable=False)
    colour = models.CharField(max_length=9, blank=True, editable=False)
    had_place = models.BooleanField(default=False, editable=False)
    # What the file told about its maker, one word each (photos.stripping.NOTES): for moderators, never the values.
    notes_found = models.JSONField(default=list, blank=True, editable=False)
    is_animated = models.BooleanField(default=False, editable=False)
    upload_link = models.ForeignKey(
        "photos.UploadLink",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="photos",
        editable=False,
        verbose_name=_("came through the link"),
    )
    dhash = models.BigIntegerField(null=True, editable=False)
    taken_at = models.DateTimeField(_("taken"), null=True, blank=True)
    alt = models.CharField(
        _("what it shows"),
        max_length=500,
        blank=True,
        help_text=_("For people who cannot see it: one sentence, as you would tell it on the phone."),
    )
    licence = models.CharField(_("licence"), max_length=20, choices=Licence, default=Licence.CC_BY)

    # Where it hangs: copies by which each list of a gallery is one range of one index (see `place`). Null in no row
    # that was saved.
    gallery_time = models.DateTimeField(default=timezone.now, editable=False)
    gallery_event = models.ForeignKey(
        "events.Event", models.PROTECT, null=True, editable=False, related_name="+", db_index=False
    )
    gallery_main_event = models.ForeignKey(
        "events.Event", models.PROTECT, null=True, editable=False, related_name="+", db_index=False
    )

    objects = PhotoQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        indexes = [
            # What the check of all files asks by.
            models.Index(fields=["original"], name="photo_of_file"),
            models.Index(
                fields=["gallery_main_event", "gallery_time", "contribution_ptr"], name="photo_gallery"
            ),
            models.Index(
                fields=["gallery_event", "gallery_time", "contribution_ptr"], name="photo_gallery_part"
            ),
            models.Index(
                fields=["gallery_main_event", "licence", "gallery_time", "contribution_ptr"],
                name="photo_gallery_licence",
            ),
            models.Index(
                fields=["gallery_main_event", "gallery_time", "contribution_ptr"],
                condition=Q(alt=""),
                name="photo_gallery_wants_alt",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.alt[:80] or str(_("a photo"))

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        # Only with what it follows from: whoever writes anything else may have loaded this long ago.
        if update_fields is not None and not set(PLACED_BY).isdisjoint(update_fields):
            update_fields = {*update_fields, *PLACED}
        super().save(*args, update_fields=update_fields, **kwargs)

    def compute_columns(self) -> None:
        super().compute_columns()
        self.gallery_event_id, self.gallery_main_event_id = self.event_id, self.event.main_event_id
        self.gallery_time = self.place()

    def place(self) -> datetime.datetime:
        """Return the moment that this photo hangs at in the gallery, which goes by day.

        When it was taken, if that was on its day; else the end of its day; before the event if no day is known. So a
        day is one range, and whoever's camera tells another time stands on the day that people said.
        """
        main = self.event.parent or self.event
        date = self.day.date if self.day else main.starts_on
        midnight = datetime.datetime.combine(date, datetime.time(), main.zone)
        if self.day is None:
            return midnight - INSTANT
        if self.taken_at and self.taken_at.astimezone(main.zone).date() == date:
            return self.taken_at
        return midnight + DAY - INSTANT

    @classmethod
    def list_context(cls, event: Event, data: Any, count: int) -> dict[str, Any]:
        from ..gallery import gallery_page

        return gallery_page(event, data, count)

    @classmethod
    def desk_links(cls, event: Event) -> list[Way]:
        queue = f"{reverse('moderation:queue')}?event={event.slug}"
        return [
            Way(Part.ADDED, queue, _("Photos to review"), _("What waits for you to look at it.")),
            Way(
                Part.SHOW,
                reverse("photos:links", args=[event.slug]),
                _("Links and posters for photos"),
                _("A QR code, and everybody adds photos from their phone."),
            ),
            Way(
                Part.SHOW,
                reverse("photos:wall", args=[event.slug]),
                _("Live wall"),
                _("The photos as they come, on a big screen."),
            ),
        ]

    @classmethod
    def for_widget(cls, event: Event) -> list[Any]:
        """The newest that others may use, that say what they show, and of which it is known whom to credit."""
        credited = Credit.objects.filter(contribution=OuterRef("pk"))
        usable = public_at(event, cls).exclude(photo__alt="").exclude(photo__licence=Licence.ASK)
        return items_of(cls, list(newest(usable.filter(Exists(credited)), 4).values_list("pk", flat=True)))

    @classmethod
    def wrong_counts(cls) -> Iterator[tuple[str, Any, Any]]:
        for link, kept, true in UploadLink.objects.miscounted():
            yield f"photos through the link {link}", kept, true

    @classmethod
    def mend_counts(cls) -> None:
        for link, _kept, true in UploadLink.objects.miscounted():
            UploadLink.objects.filter(pk=link).update(photo_count=true)

    @classmethod
    def newest_items(cls, event: Event) -> list[Any]:
        from ..strip import newest_pictures

        return newest_pictures(event)

    @classmethod
    def beside(cls, item: Contribution, others: Sequence[Sequence[Any]]) -> Beside | None:
        from ..strip import strip_beside

        return strip_beside(item, others)

    @classmethod
    def measures_of_pictures(cls, addresses: Collection[str], user: Any) -> dict[str, tuple[int, int]]:
        from ..picking import measures_of

        return measures_of(addresses, user)

    @classmethod
    def catch_up_items(cls, ids: Sequence[int]) -> list[Any]:
        from ..strip import strip_of

        return strip_of(ids)

    @classmethod
    def count_in_words(cls, number: int) -> str:
        return ngettext("%(n)s photo", "%(n)s photos", number) % {"n": grouped(number)}

    @classmethod
    def latest_pictures(cls, size: int) -> list[Any]:
        from ..strip import latest_pictures

        return latest_pictures(size)

    @classmethod
    def covers(cls, events: Sequence[int]) -> dict[int, Any]:
        from ..strip import newest_picture_of

        return newest_picture_of(events)

    @property
    def shape(self) -> str:
        """The shape among SHAPES that is nearest to this photo's: “3-2”."""
        return shape_of(self.width, self.height)

    @classmethod
    def pictures_for_texts(cls, event: Any, user: Any) -> list[Any]:
        from ..picking import pictures_of

        return pictures_of(event, user)

    @classmethod
    def mosaic_of(cls, event: Event) -> list[Tile]:
        from ..strip import mosaic_of

        return mosaic_of(event)

    def shared_picture(self) -> Picture:
        file = next((file for file in self.shown_files if file.width >= WIDTH), self.large)
        if file is None:
            return site_picture()
        return Picture(whole(file.get_absolute_url()), self.alt or str(self), file.width, file.height)

    def structured_data(self, url: str, description: str) -> dict[str, Any]:
        if self.large is None or self.small is None:
            return {}
        people = [credit.person for credit in self.shown_credits]  # type: ignore[attr-defined]
        names = [person.name for person in people] or [self.contributor_name]
        return {
            "@type": "ImageObject",
            "name": str(self),
            "caption": self.alt,
            "url": url,
            "contentUrl": whole(self.large.get_absolute_url()),
            "thumbnailUrl": whole(self.small.get_absolute_url()),
            "width": self.large.width,
            "height": self.large.height,
            "license": self.licence_address,
            "acquireLicensePage": url,
            "creditText": ", ".join(names),
            "copyrightNotice": "" if self.licence == Licence.CC0 else f"© {', '.join(names)}",
            "creator": [named(person) for person in people],
        }

    def embedded(self, width: int, height: int) -> dict[str, Any]:
        files = [file for file in self.shown_files if file.width <= width and file.height <= height]
        if not files:
            return super().embedded(width, height)
        file = files[-1]
        return {
            "type": "photo",
            "url": whole(file.get_absolute_url()),
            "width": file.width,
            "height": file.height,
            "license_url": self.licence_address,
        }

    @property
    def licence_address(self) -> str:
        return Licence(self.licence).address

    @property
    def asks_first(self) -> bool:
        """Whether whoever took it wants to be asked before others use it."""
        return self.licence == Licence.ASK

    @property
    def attribution(self) -> Attribution:
        """Whom and what a copy of the file names."""
        credited = self.credits.select_related("person").order_by("position", "pk")
        names = tuple(credit.person.name for credit in credited)
        return attribution_of(names, self.licence, self.event.name)

    @property
    def download_name(self) -> str:
        """The name of the file that people take home: event, number, and the extension of what is kept."""
        return f"{self.event.slug}-{self.pk}{Path(self.original).suffix}"

    @property
    def summary(self) -> str:
        return self.alt

    @property
    def shown_files(self) -> list[Rendition]:
        """The renditions, from the smallest to the largest; prefetched by `for_cards`."""
        return self.files if hasattr(self, "files") else list(self.renditions.all())

    @property
    def small(self) -> Rendition | None:
        """The smallest rendition, for cards."""
        return self.shown_files[0] if self.shown_files else None

    @property
    def large(self) -> Rendition | None:
        """The largest rendition, for the photo's own page."""
        return self.shown_files[-1] if self.shown_files else None

    @property
    def middle(self) -> Rendition | None:
        """The rendition for the rows of a gallery: 640 pixels, or the nearest below."""
        return next(
            (file for file in reversed(self.shown_files) if max(file.width, file.height) <= MIDDLE),
            self.small,
        )

    @property
    def srcset(self) -> str:
        return ", ".join(f"{file.get_absolute_url()} {file.width}w" for file in self.shown_files)

    @property
    def large_sizes(self) -> str:
        """How wide the photo's own page shows it: as wide as the page, and never wider than it is. On phones said a
        little smaller (photos/strip.py has the reason).
        """
        width = min(self.large.width, PAGE) if self.large else PAGE
        return f"(min-width: {width}px) {width}px, 88vw"

    @property
    def sizes_in_row(self) -> str:
        """How wide rows that keep shapes show it."""
        return sizes_in_row(self.width, self.height)

    @property
    def is_being_prepared(self) -> bool:
        """Whether the worker still has to make its renditions."""
        return not self.ready and not self.problem

    @property
    def film(self) -> Format | None:
        """The format of the film that is kept, where the picture moves; the renditions show its first picture."""
        return FILMS.get(self.format) if self.is_animated and self.kept_sha256 else None

    @property
    def film_address(self) -> str:
        """Where the film is; empty where there is none."""
        return f"/photos/file/{self.file_key}/moving.{self.film.extension}" if self.film else ""

    @transaction.atomic
    def prepare_again(self) -> None:
        """Have the worker try once more what could not be prepared. Raises StateConflict where nothing is wrong."""
        current = Contribution.objects.select_for_update(no_key=True).get(pk=self.pk)
        if not current.problem:
            raise StateConflict(_("There is no longer anything wrong with this photo."))
        self.break_down("")
        prepare_photo.enqueue(self.pk)

    @transaction.atomic
    def edit(self, **changes: Any) -> None:
        """Save the changed fields as the next version (see Contribution.edit)."""
        # The worker may have found out since this was loaded when it was taken: where it hangs follows from that.
        Contribution.objects.select_for_update(no_key=True).get(pk=self.pk)
        self.refresh_from_db(fields=["taken_at"])
        super().edit(**changes)

    @transaction.atomic
    def describe(self, *, by: Any, **said: Any) -> None:
        """Save alt text, caption and licence, as they stand on this instance, as the next version; of what can be
        `said` beside them (tags, credit, related, day_id) all that is not stays.
        """
        Contribution.objects.select_for_update(no_key=True).get(pk=self.pk)
        # The worker may have found out the day since this was loaded.
        self.refresh_from_db(fields=["day"])
        if "day_id" in said:
            self.day_id = said.pop("day_id")
        said.setdefault("tags", list(self.tagged_items.values_list("tag__name", flat=True)))
        said.setdefault("credit", [credit.person for credit in self.credits.select_related("person")])
        self.edit(by=by, **said)

    @classmethod
    def review_groups(cls, items: Sequence[Any]) -> list[list[Any]]:
        from ..likeness import grouped

        return grouped(items)

    @property
    def found_words(self) -> list[Any]:
        """What the file told beside picture and place, in words; all of it was removed."""
        return [NOTES[note] for note in self.notes_found if note in NOTES and note not in NOT_WORTH_A_WORD]

    def happenings(self) -> Sequence[Happening]:
        return [blur.happening for blur in self.blurs.select_related("member__person", "guest")]

    def burn_blur(self) -> bool:
        """Burn what is to be blurred into the original; return False where that cannot be done, which the photo then
        says. Nothing to do for most.
        """
        for blur in self.blurs.pending():
            try:
                blur.burn()
            except Unreadable as error:
                logger.info("photo %s, to be blurred: %s", self.pk, error)
                self.break_down(str(error))
                return False
            self.refresh_from_db()
        return True

    def block_return(self) -> None:
        """Block the file as it came, and its likeness: neither is taken again."""
        known = {"sha256": self.sha256, "dhash": self.dhash}
        BlockedPicture.objects.update_or_create(photo=self, defaults=known)

    def allow_return(self) -> None:
        BlockedPicture.objects.filter(photo=self).delete()

    def erase_own_part(self) -> None:
        names = [self.original, *self.renditions.values_list("name", flat=True)]
        drop_files.enqueue([name for name in names if name])
        super().erase_own_part()

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Delete the row; the link that it came through has room for another one."""
        if self.upload_link_id:
            link = UploadLink.objects.filter(pk=self.upload_link_id, photo_count__gt=0)
            link.update(photo_count=F("photo_count") - 1)
        return super().delete(*args, **kwargs)

    def prepare(self) -> None:
        """Make the renditions, store them, and let the photo show; or say why it cannot. Safe to run twice.

        The decoding happens in a child process, outside any transaction; the rows are written once all files are safe.
        """
        storage = picture_store()
        with tempfile.TemporaryDirectory(prefix=WORKSPACE) as folder:
            try:
                freed = self._free_of_notes(Path(folder))
                made = make_renditions(Path(storage.path(self.original)), Path(folder))
                BlockedPicture.objects.refuse_like(made.dhash, self)
            except (Unreadable, Blocked) as error:
                logger.info("photo %s: %s", self.pk, error)
                self.break_down(str(error))
                return
            kept, files = self._stored(freed, made)
        # Outside of what removes files again: whatever fails here may have been committed all the same, and files that
        # no row names are swept up later.
        self._take(made, files, kept, freed)

    def _stored(self, freed: Freed | None, made: Pictured) -> tuple[Saved | None, list[Rendition]]:
        """Store the freed original and the renditions for good; return what was kept, and rows that are not saved yet.

        Where one cannot be stored, none is.
        """
        names: list[str] = []
        try:
            kept = self._kept_original(freed) if freed else None
            names += [kept.name] if kept else []
            files = []
            for rendition in made.renditions:
                files.append(self._kept(rendition))
                names.append(files[-1].name)
        except OSError:
            for name in names:
                # What cannot be removed now is swept up later; the first error is the one to tell.
                with suppress(OSError):
                    picture_store().delete(name)
            raise
        return kept, files

    def _free_of_notes(self, folder: Path) -> Freed | None:
        """Write the original into `folder` without private notes; None where the one that is kept has none already."""
        if self.kept_sha256:
            return None
        return free_of_notes(Path(picture_store().path(self.original)), folder)

    def _kept_original(self, freed: Freed) -> Saved:
        """Store the freed original for good, under a name of its own."""
        name = uuid.uuid4().hex
        with open(freed.path, "rb") as file:
            return picture_store().save_hashed(
                f"originals/{name[:2]}/{name}.{freed.format.extension}", File(file)
            )

    def free_original(self) -> None:
        """Free the original of a photo that was prepared before that was part of preparing. Safe to run twice.

        Raises Unreadable where that cannot be done.
        """
        with tempfile.TemporaryDirectory(prefix=WORKSPACE) as folder:
            freed = self._free_of_notes(Path(folder))
            kept = self._kept_original(freed) if freed else None
        if freed and kept:
            with transaction.atomic():
                if self._is_outdated():
                    drop_files.enqueue([kept.name])
                else:
                    self._replace_original(kept, freed)

    def _replace_original(self, kept: Saved, freed: Freed) -> None:
        """Let the row point at the freed original, in the caller's transaction; after it the file as it came goes."""
        current = Photo.locked(self.pk)
        if current.original != self.original:
            # Another worker was quicker.
            self.refresh_from_db(fields=ORIGINAL)
            drop_files.enqueue([kept.name])
            return
        drop_files.enqueue([self.original])
        self.original, self.kept_sha256, self.bytes = kept
        self.format, self.notes_found = freed.format.name, list(freed.notes)
        self.had_place = self.had_place or "place" in freed.notes
        self.save(update_fields=[*ORIGINAL, "had_place"])

    def _take(
        self, made: Pictured, files: list[Rendition], kept: Saved | None = None, freed: Freed | None = None
    ) -> None:
        """Write the rows of what was made, and let the photo show."""
        with transaction.atomic():
            if self._is_outdated():
                drop_files.enqueue([*([kept.name] if kept else []), *(file.name for file in files)])
                return
            # While it was decoded, people may have said when and where it was taken.
            self.refresh_from_db(fields=PLACED_BY)
            if kept and freed:
                self._replace_original(kept, freed)
            if old := list(self.renditions.values_list("name", flat=True)):
                drop_files.enqueue(old)
            self.renditions.all().delete()
            Rendition.objects.bulk_create(files)
            self.width, self.height = made.width, made.height
            self.placeholder, self.colour, self.dhash = made.placeholder, made.colour, made.dhash
            self.had_place = self.had_place or made.had_place
            # What had to be encoded anew is kept as its first picture.
            self.is_animated = made.is_animated and "re-encoded" not in self.notes_found
            self.taken_at = self.taken_at or self._in_the_events_zone(made.taken_at)
            self.day = self.day or self._day_of(self.taken_at)
            self.save(update_fields=[*PREPARED, "day"])
            self.get_ready()

    def _is_outdated(self) -> bool:
        """Whether this was, or is to be, blurred since it was loaded: what was made of it must never show then."""
        # The same lock as of whoever asks for a blur: neither misses the other.
        Contribution.objects.select_for_update(no_key=True).get(pk=self.pk)
        current = Photo.objects.values_list("file_key", flat=True).get(pk=self.pk)
        return current != self.file_key or self.blurs.pending().exists()

    def _kept(self, rendition: RenditionFile) -> Rendition:
        """Store one made file for good; return its row, not saved yet."""
        # A name of its own for each try: a stored file is never replaced.
        name = f"renditions/{self.file_key.hex[:2]}/{self.file_key.hex}/{uuid.uuid4().hex}.webp"
        with open(rendition.path, "rb") as file:
            saved = picture_store().save_hashed(name, File(file))
        return Rendition(
            photo=self,
            width=rendition.width,
            height=rendition.height,
            bytes=saved.size,
            mime=rendition.mime,
            name=saved.name,
            sha256=saved.sha256,
        )

    def _in_the_events_zone(self, moment: datetime.datetime | None) -> datetime.datetime | None:
        """A camera that does not know its offset tells the time of the place that it is at."""
        if moment is None or moment.tzinfo:
            return moment
        return moment.replace(tzinfo=self.event.zone)

    def _day_of(self, moment: datetime.datetime | None) -> "Day | None":
        if moment is None:
            return None
        date = moment.astimezone(self.event.zone).date()
        return Day.objects.filter(event=self.main_event_id, date=date).first()


@lru_cache(maxsize=4096)
def sizes_in_row(width: int, height: int) -> str:
    """Return how wide rows that keep shapes show a picture: all of one height (components/photo-rows.css), each as wide
    as its shape. Some are drawn a little wider, so that a row is full: not so much that one sees it.
    """
    ratio = width / height if width and height else 1.0
    return f"(min-width: 56rem) {15 * ratio:.1f}rem, {27 * ratio:.1f}vw"


@lru_cache(maxsize=4096)
def shape_of(width: int | None, height: int | None) -> str:
    """Return the shape among SHAPES that is nearest to a picture of so many pixels; a square where nobody knows."""
    ratio = math.log(width / height) if width and height else 0.0

    def distance(shape: str) -> float:
        wide, high = shape.split("-")
        return abs(math.log(int(wide) / int(high)) - ratio)

    return min(SHAPES, key=distance)
