"""The forms of photos: many files at once, and what each of them shows."""

import hashlib
import logging
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from community.contributing import NotStored
from community.forms import ContributionForm, NamesField, one_line
from community.models import Contribution
from events.models import Event
from events.numbers import file_size
from people.guests import GuestVisitor
from people.licences import Licence
from people.models import Guest, Person

from . import limits, links
from .checking import remove_unnamed
from .formats import Format, NotAPicture, identify
from .models import BlockedPicture, Photo, Upload, UploadLink
from .models.blocked import Blocked
from .models.upload import remove
from .naming import check_names
from .storage import StorageFull, picture_store
from .tasks import prepare_photo

logger = logging.getLogger("photos")

ACCEPT = "image/jpeg,image/png,image/webp,image/gif,image/heic,image/heif,image/avif,.heic,.heif,.avif"


class Chosen(NamedTuple):
    """A good picture that came with the form: the file, what it is, and its SHA-256 in hex."""

    file: UploadedFile
    format: Format
    sha256: str


class Kept(NamedTuple):
    """A stored file that becomes a photo's original: its name, SHA-256 in hex, size in bytes and format."""

    name: str
    sha256: str
    size: int
    format: str


class SeveralFilesInput(forms.FileInput):
    """A file input that takes several at once; still a plain one where JavaScript is off."""

    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Several pictures. Cleans to the good ones (Chosen); what was wrong with the others stands in `refused`.

    A bad file is no error of the field's: nobody has to choose nine good files again because of a tenth.
    """

    widget = SeveralFilesInput

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.template_name = "photos/_pictures_field.html"
        self.refused: list[str] = []

    def clean(self, data: Any, initial: Any = None) -> list[Chosen]:
        files = [file for file in (data or []) if file is not None]
        check_count(len(files))
        good = []
        self.refused = []
        for file in files:
            try:
                found = identify(file)
                sha256 = sha256_of(file)
                BlockedPicture.objects.refuse(sha256)
                good.append(Chosen(file, found, sha256))
            except (NotAPicture, Blocked) as error:
                self.refused.append(about(file.name or "", error))
        return good


class UploadsField(forms.Field):
    """The ids of finished uploads (photos/tus.py). Cleans to those of `offered` that are there (Upload rows).

    How many are not there (any more) stands in `missing`; what was refused of the others in `refused`.
    """

    widget = forms.MultipleHiddenInput

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, **options})
        self.offered = Upload.objects.none()
        self.good: list[Upload] = []
        self.missing = 0
        self.refused: list[str] = []

    def clean(self, value: Any) -> list[Upload]:
        texts = {text for text in (value or []) if text}
        check_count(len(texts))
        # In the order in which they were picked; they may have begun, and arrived, in another one.
        ids = dict.fromkeys(filter(None, map(as_id, value or [])))
        found = {upload.pk: upload for upload in self.offered.filter(pk__in=ids)}
        self.missing = len(texts) - len(found)
        self.good, self.refused = [], []
        for upload in (found[pk] for pk in ids if pk in found):
            try:
                BlockedPicture.objects.refuse(upload.sha256)
                self.good.append(upload)
            except Blocked as error:
                self.refused.append(about(upload.file_name, error))
        return self.good

    def bound_data(self, data: Any, initial: Any) -> Any:
        # A form that is shown again brings along what is there, and nothing else.
        return [str(upload.pk) for upload in self.good]


def as_id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def check_count(count: int) -> None:
    if count > settings.PHOTOS_PER_UPLOAD:
        raise forms.ValidationError(
            _("That is %(count)s files; the limit is %(most)s at once. Send the others afterwards."),
            params={"count": count, "most": settings.PHOTOS_PER_UPLOAD},
        )


def about(file_name: str, problem: Exception) -> str:
    # The name is the person's own; pages escape it, and nothing else ever uses it.
    name = one_line(file_name)[:80] or gettext("a file without name")
    return gettext("%(name)s: %(problem)s") % {"name": name, "problem": problem}


class PhotoDetailsForm(ContributionForm):
    """What stands on a photo's form whether it is new or not: credit, licence, and what all kinds share."""

    credit = NamesField(
        label=_("Photographer"),
        max_length=300,
        help_text=_("Who gets the credit. Leave it empty if it is you."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    new_title = _("Add photos")
    change_title = _("Edit the photo’s details")
    can_preview = False

    class Meta:
        model = Photo
        fields = ("event", "title", "alt", "credit", "licence", "day")
        labels = {"title": _("Caption"), "licence": _("Others may")}
        widgets = {
            "alt": forms.Textarea(attrs={"rows": 2, "maxlength": 500}),
            "licence": forms.Select,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["licence"].choices = Licence.choices  # type: ignore[attr-defined]
        if not self.is_new:
            names = self.instance.credits.order_by("position").values_list("person__name", flat=True)
            self.initial["credit"] = list(names)

    def clean_credit(self) -> list[str]:
        """Refuse the names of people who do not want to be named on photos, other than one's own."""
        names: list[str] = self.cleaned_data["credit"]
        check_names(names, self.instance.contributor or (self.user if self.user.is_authenticated else None))
        return names

    def credited(self) -> list[Person]:
        if self.cleaned_data["credit"]:
            return self.people_named(self.cleaned_data["credit"])
        owner = self.instance.contributor or (
            self.user if self.is_new and self.user.is_authenticated else None
        )
        if owner:
            return [owner.person]
        if not self.is_new and not self.instance.guest_id:
            return [
                credit.person
                for credit in self.instance.credits.select_related("person").order_by("position")
            ]
        name = self.cleaned_data.get("guest_name") or (self.instance.guest or self.user).name
        return self.people_named([name])


class PhotoForm(PhotoDetailsForm):
    """Changes one photo."""

    first_fields = ("alt", "title", "credit", "licence")


class PhotosForm(PhotoDetailsForm):
    """Adds several photos: the files first, then what holds for all of them. What each shows is asked afterwards.

    The files come with the form, or came before it (`uploads`), or both.
    """

    # Not required by itself: the files may have come before.
    pictures = PicturesField(label=_("Photos"), required=False)
    uploads = UploadsField()
    first_fields = ("pictures", "licence")
    thanks_public = _("Thank you! Your photos show as soon as they are ready.")
    thanks_waiting = _("Thank you! Only you can see your photos until a moderator has looked at them.")
    thanks_found = _("It is already here, so it was not added again.")

    class Meta(PhotoDetailsForm.Meta):
        fields = ("event", "title", "credit", "licence", "day")  # type: ignore[assignment]

    def __init__(
        self,
        *args: Any,
        event: Event,
        link: UploadLink | None = None,
        waiting: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        """`waiting`: the ids of uploads that the form begins with."""
        super().__init__(*args, event=event, **kwargs)
        self.link = link
        # Links have limits of their own, and those who come by one share the Wi-Fi of the event.
        self.is_counted = link is None
        self.fields["pictures"].widget.attrs |= {
            "accept": ACCEPT,
            "data-most": settings.PHOTOS_PER_UPLOAD,
            "data-most-bytes": settings.PHOTO_MAX_BYTES,
            # The script knows the file, and Django how to write its size.
            "data-too-large": limits.too_large("{size}"),
            "data-megabyte": file_size(10**6),
        }
        self.fields["pictures"].help_text = limits.words()
        at_event = Q(event=self.main_event) | Q(event__parent=self.main_event)
        self.fields["uploads"].offered = Upload.objects.complete().unexpired().filter(at_event)  # type: ignore[attr-defined]
        if waiting and not self.is_bound:
            # What is gone meanwhile is left out: the page says how many there are.
            with suppress(forms.ValidationError):
                here = self.fields["uploads"].clean(waiting)
                self.initial["uploads"] = [str(upload.pk) for upload in here]
        self.initial["licence"] = (
            getattr(self.user, "default_licence", "")
            or event.photo_licence
            or self.main_event.photo_licence
            or Licence.CC_BY
        )
        # What was wrong with files that are left out, a sentence each; photos that are here already, whoever's.
        self.refused: list[str] = []
        self.already: list[Photo] = []
        self.made = 0

    def clean(self) -> Any:
        data = super().clean()
        if "pictures" in self.errors or "uploads" in self.errors:
            return data
        count = len(self.cleaned_data["pictures"]) + len(self.cleaned_data["uploads"])
        self.refused = self._refused()
        try:
            if count:
                check_count(count)
                limits.check_photos(self.main_event, self.user, self._new_count())
                if self.link:
                    links.check_room(self.link, self._new_count())
            elif self.refused or not self._was_sent:
                self.add_error("pictures", self.refused or [gettext("Choose at least one photo.")])
        except forms.ValidationError as error:
            self.add_error("pictures", error)
        return data

    def _refused(self) -> list[str]:
        pictures, uploads = self.fields["pictures"], self.fields["uploads"]
        sentences = [*pictures.refused, *uploads.refused]  # type: ignore[attr-defined]
        count = uploads.missing  # type: ignore[attr-defined]
        # What this form has taken when it was sent before waits no longer, and nobody misses it.
        if count and not self._was_sent:
            words = ngettext(
                "%(count)d photo had not arrived whole, or waited too long. Choose it again.",
                "%(count)d photos had not arrived whole, or waited too long. Choose them again.",
                count,
            )
            sentences.append(words % {"count": count})
        return sentences

    @property
    def _was_sent(self) -> bool:
        """Whether this form has made photos before."""
        return Photo.objects.filter(batch=self.batch).exists()

    @property
    def hides_others(self) -> bool:  # type: ignore[override]
        return bool(self.link and self.link.upload_only)

    @property
    def arrived(self) -> list[Upload]:
        """The uploads that wait for this form, to be listed where it is shown again."""
        return self.fields["uploads"].good  # type: ignore[attr-defined]

    @contextmanager
    def files_kept(self) -> Iterator[None]:
        """Store the files for good before the transaction that makes their rows; remove them again where it fails."""
        self.stored: list[Kept] = []
        try:
            self._store()
            yield
        except BaseException:
            # The rows may have been committed all the same, though nobody heard of it.
            with suppress(DatabaseError):
                remove_unnamed(kept.name for kept in self.stored)
            raise

    def _store(self) -> None:
        try:
            for file, found, _sha256 in self.cleaned_data["pictures"]:
                name = uuid.uuid4().hex
                kept = picture_store().save_hashed(f"originals/{name[:2]}/{name}.{found.extension}", file)
                self.stored.append(Kept(kept.name, kept.sha256, kept.size, found.name[:10]))
        except StorageFull as error:
            raise NotStored(str(limits.FULL), 507) from error
        except OSError as error:
            # StorageUnavailable, and whatever else a disk may say: the sender can do nothing but try again.
            logger.exception("photos cannot be stored")
            raise NotStored(str(limits.AWAY), 503) from error

    def repeats(self, text: str | None) -> bool:
        """Return whether all files are there already from when this form was sent before."""
        return self.is_valid() and not self._new_count()

    def _new_count(self) -> int:
        """Return how many of the files are not there from when this form was sent before."""
        files = [*self.cleaned_data["pictures"], *self.cleaned_data["uploads"]]
        keys = {uuid.uuid5(self.key, file.sha256) for file in files}
        return len(keys) - Photo.objects.filter(batch=self.batch, submission_key__in=keys).count()

    def joins(self, guest: Guest | None) -> bool:
        """More photos in a form that was sent before (somebody went back and chose others) join the first ones."""
        if guest is not None and not self.user.is_authenticated:
            self.user = GuestVisitor(guest.pk)
        return True

    @property
    def key(self) -> uuid.UUID:
        """The form's own key; known to nobody but whoever has the form."""
        if not self.cleaned_data.get("submission_key"):
            self.cleaned_data["submission_key"] = uuid.uuid4()
        return self.cleaned_data["submission_key"]

    @property
    def batch(self) -> uuid.UUID:
        return batch_of(self.key)

    def save_by(self, by: Any) -> Contribution:
        """Make a row of each file and return the first of them; what is here already stands in `already`."""
        photos = [self._photo(kept, by) for kept in [*self.stored, *self._taken()]]
        new = [photo for photo in photos if photo.batch == self.batch]
        self.found = not new
        if self.link and self.made and not self.link.take(self.made):
            raise NotStored(str(links.FULL), 422)
        return (new or photos)[0]

    def _taken(self) -> list[Kept]:
        """Take the files of the uploads, in the same transaction as the photos' rows: each once."""
        asked = [upload.pk for upload in self.cleaned_data["uploads"]]
        locked = Upload.objects.complete().select_for_update(no_key=True).filter(pk__in=asked).order_by("pk")
        rows = sorted(locked, key=lambda row: asked.index(row.pk))
        if len(rows) < len(asked) or not (rows or self.stored):
            if self._was_sent:
                # Twice at the same moment: the other request has taken them, and the flow goes to what that made.
                raise IntegrityError("uploads were taken meanwhile")
            raise NotStored(gettext("Your photos waited too long. Choose them again."), 422)
        Upload.objects.filter(pk__in=asked).delete()
        return [Kept(row.name, row.sha256, row.length, row.format) for row in rows]

    def _photo(self, kept: Kept, by: Any) -> Photo:
        if same := self._same(kept.sha256, by):
            transaction.on_commit(lambda: remove([kept.name]))
            if same not in self.already and same.batch != self.batch:
                self.already.append(same)
            return same
        photo = Photo(
            event=self.cleaned_data["event"],
            day=self.cleaned_data.get("day"),
            title=self.cleaned_data["title"],
            alt=self.cleaned_data.get("alt", ""),
            licence=self.cleaned_data["licence"],
            original=kept.name,
            sha256=kept.sha256,
            bytes=kept.size,
            format=kept.format,
            batch=self.batch,
            upload_link=self.link,
            ready=False,
            submission_key=self._free_key(kept.sha256),
        )
        photo.submit(
            by=by,
            tags=self.cleaned_data["tags"],
            credit=self.credited(),
            related=self.cleaned_data["related"],
        )
        prepare_photo.enqueue(photo.pk)
        self.made += 1
        return photo

    def _same(self, sha256: str, by: Any) -> Photo | None:
        """Return the photo of the same file at this event: one's own, or a public one of somebody else's. What of
        others is not public stays unknown, and the file is taken."""
        at_event = Photo.objects.filter(main_event=self.main_event, sha256=sha256)
        mine = at_event.owned_by(by).exclude(state=Photo.State.WITHDRAWN).filter(problem="")
        return mine.order_by("pk").first() or at_event.public().order_by("pk").first()

    def _free_key(self, sha256: str) -> uuid.UUID | None:
        """Return the key by which a second press finds this row; None where it has been withdrawn, and comes anew."""
        key = uuid.uuid5(self.key, sha256)
        return None if Photo.objects.filter(submission_key=key, state=Photo.State.WITHDRAWN).exists() else key


class PictureForTextForm(PhotosForm):
    """Adds a photo that stands in a text: what it shows is asked at once, and nothing that can be said later."""

    thanks_public = _("The photo is also among those of the event. It shows as soon as it is ready.")
    thanks_waiting = _("Until a moderator has looked at the photo, only you can see it, in your text too.")
    thanks_found = _("This photo is already here, so your text shows that one.")

    class Meta(PhotosForm.Meta):
        fields = (*PhotosForm.Meta.fields, "alt")  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # It stands on the page of another form, which has a name and an event, too.
        super().__init__(*args, auto_id="picture_%s", **kwargs)
        # Whoever writes knows it, and in a text nobody comes back to be asked.
        self.fields["alt"].required = True
        self.fields["alt"].error_messages["required"] = _("Say in a sentence what can be seen.")


def batch_of(key: uuid.UUID) -> uuid.UUID:
    """Return the batch of the form with this key. One cannot get back from it: the batch stands in an address that
    people show to others, and with the key one would be taken for the guest who sent the form."""
    return uuid.uuid5(key, "batch")


def sha256_of(file: UploadedFile) -> str:
    """Return the SHA-256 of an upload in hex; the file is left rewound."""
    file.seek(0)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
