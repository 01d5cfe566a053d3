"""The forms of photos: many files at once, and what each of them shows."""

import hashlib
import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.template.defaultfilters import filesizeformat
from django.utils.functional import lazystr
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from community.contributing import NotStored
from community.forms import ContributionForm, NamesField, one_line
from community.models import Contribution
from people.guests import GuestVisitor
from people.licences import Licence
from people.models import Guest, Person

from .formats import Format, NotAPicture, identify
from .models import Photo
from .storage import Saved, StorageFull, picture_store
from .tasks import prepare_photo

logger = logging.getLogger("photos")

ACCEPT = "image/jpeg,image/png,image/webp,image/gif,image/heic,image/heif,image/avif,.heic,.heif,.avif"


FULL = _(
    "There is no room left for photos on this site, so nothing was stored. Your photos are still on your device: "
    "please try again later, and tell whoever runs this site."
)
AWAY = _(
    "The place for photos does not answer, so nothing was stored. Your photos are still on your device: please try "
    "again in a few minutes."
)


class SeveralFilesInput(forms.ClearableFileInput):
    """A file input that takes several at once; still a plain one where JavaScript is off."""

    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Several pictures. Cleans to the good ones; what was wrong with the others stands in `refused`.

    It is an error only when no file is good: nobody has to choose nine good files again because of a tenth.
    """

    widget = SeveralFilesInput

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.template_name = "photos/_pictures_field.html"

    def clean(self, data: Any, initial: Any = None) -> list[tuple[UploadedFile, Format]]:
        files = [file for file in (data or []) if file is not None]
        if not files:
            raise forms.ValidationError(_("Choose at least one picture."), code="required")
        if len(files) > settings.PHOTOS_PER_UPLOAD:
            raise forms.ValidationError(
                _("That is %(count)s files; %(most)s at once are the most. Send the others after these."),
                params={"count": len(files), "most": settings.PHOTOS_PER_UPLOAD},
            )
        good, self.refused = [], []
        for file in files:
            try:
                good.append((file, identify(file)))
            except NotAPicture as error:
                # The name is the person's own; pages escape it, and nothing else ever uses it.
                name = one_line(file.name or "")[:80] or _now("a file without name")
                self.refused.append(_now("%(name)s: %(problem)s") % {"name": name, "problem": error})
        if not good:
            raise forms.ValidationError(self.refused)
        return good


class PhotoDetailsForm(ContributionForm):
    """What stands on a photo's form whether it is new or not: credit, licence, and what all kinds share."""

    credit = NamesField(
        label=_("Photographer"),
        max_length=300,
        help_text=_("Who is to be credited. Empty: you."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    new_title = _("Add photos")
    change_title = _("Change what stands beside the photo")
    can_preview = False

    class Meta:
        model = Photo
        fields = ("event", "title", "alt", "credit", "licence", "day")
        labels = {"title": _("Caption"), "licence": _("Others may")}
        widgets = {
            "alt": forms.Textarea(attrs={"rows": 2, "maxlength": 500}),
            "licence": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["licence"].choices = Licence.choices  # type: ignore[attr-defined]
        if not self.is_new:
            names = self.instance.credits.order_by("position").values_list("person__name", flat=True)
            self.initial["credit"] = list(names)

    def credited(self) -> list[Person]:
        if self.cleaned_data["credit"]:
            return [Person.objects.named(name) for name in self.cleaned_data["credit"]]
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
        return [Person.objects.named(name)]


class PhotoForm(PhotoDetailsForm):
    """Changes one photo."""

    first_fields = ("alt", "title", "credit", "licence")


class PhotosForm(PhotoDetailsForm):
    """Adds several photos: the files first, then what holds for all of them. What each shows is asked afterwards."""

    pictures = PicturesField(label=_("Photos"))
    first_fields = ("pictures", "licence")
    thanks_public = _("Thank you! Your photos show as soon as they are prepared.")
    thanks_waiting = _("Thank you! Only you see your photos until a moderator has looked at them.")

    class Meta(PhotoDetailsForm.Meta):
        fields = ("event", "title", "credit", "licence", "day")  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pictures"].widget.attrs |= {"accept": ACCEPT}
        self.fields["pictures"].help_text = lazystr(
            ngettext(
                "JPEG, PNG, WebP, GIF, HEIC or AVIF; %(size)s at most, one at once.",
                "JPEG, PNG, WebP, GIF, HEIC or AVIF; %(size)s each and %(most)s at once at most.",
                settings.PHOTOS_PER_UPLOAD,
            )
            % {"size": filesizeformat(settings.PHOTO_MAX_BYTES), "most": settings.PHOTOS_PER_UPLOAD}
        )
        self.initial["licence"] = getattr(self.user, "default_licence", "") or Licence.CC_BY

    @contextmanager
    def files_kept(self) -> Iterator[None]:
        """Store the files for good before the transaction that makes their rows; remove them again where it fails."""
        self.stored: list[tuple[Saved, Format]] = []
        try:
            self._store()
            yield
        except BaseException:
            self._drop_files()
            raise

    def _store(self) -> None:
        try:
            for file, found in self.cleaned_data["pictures"]:
                name = uuid.uuid4().hex
                kept = picture_store().save_hashed(f"originals/{name[:2]}/{name}.{found.extension}", file)
                self.stored.append((kept, found))
        except StorageFull as error:
            raise NotStored(str(FULL), 507) from error
        except OSError as error:
            # StorageUnavailable, and whatever else a disk may say: the sender can do nothing but try again.
            logger.exception("photos cannot be stored")
            raise NotStored(str(AWAY), 503) from error

    def _drop_files(self) -> None:
        for kept, _found in self.stored:
            # What cannot be removed now is swept up later; the first error is the one to tell.
            with suppress(OSError):
                picture_store().delete(kept.name)

    def repeats(self, text: str | None) -> bool:
        """Return whether all files are there already from when this form was sent before."""
        if not self.is_valid():
            return False
        batch = self.batch
        keys = {uuid.uuid5(self.key, sha256_of(file)) for file, _found in self.cleaned_data["pictures"]}
        return Photo.objects.filter(batch=batch, submission_key__in=keys).count() == len(keys)

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
        """Make a row of each stored file and return the first of them.

        A file that the same person has sent to this event before is not taken twice.
        """
        photos = [self._photo(kept, found, by) for kept, found in self.stored]
        new = [photo for photo in photos if photo.batch == self.batch]
        self.found = not new
        return (new or photos)[0]

    def _photo(self, kept: Saved, found: Format, by: Any) -> Photo:
        mine = Photo.objects.owned_by(by).filter(main_event=self.main_event, sha256=kept.sha256)
        if same := mine.exclude(state=Photo.State.WITHDRAWN).exclude(~Q(problem="")).first():
            transaction.on_commit(lambda: picture_store().delete(kept.name))
            return same
        photo = Photo(
            event=self.cleaned_data["event"],
            day=self.cleaned_data.get("day"),
            title=self.cleaned_data["title"],
            licence=self.cleaned_data["licence"],
            original=kept.name,
            sha256=kept.sha256,
            bytes=kept.size,
            format=found.name[:10],
            batch=self.batch,
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
        return photo

    def _free_key(self, sha256: str) -> uuid.UUID | None:
        """Return the key by which a second press finds this row; None where it has been withdrawn, and comes anew."""
        key = uuid.uuid5(self.key, sha256)
        return None if Photo.objects.filter(submission_key=key, state=Photo.State.WITHDRAWN).exists() else key


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


class DescriptionForm(forms.ModelForm):
    """What one photo of a batch shows."""

    class Meta:
        model = Photo
        fields = ("alt", "title")
        labels = {"title": _("Caption")}
        widgets = {
            "alt": forms.Textarea(attrs={"rows": 2, "maxlength": 500}),
            "title": forms.TextInput(attrs={"autocomplete": "off"}),
        }

    def clean_title(self) -> str:
        return one_line(self.cleaned_data["title"])
