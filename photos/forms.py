"""The forms of photos: many files at once, and what each of them shows."""

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.storage import storages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.functional import lazystr
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from community.forms import ContributionForm, NamesField
from community.models import Contribution
from people.licences import Licence
from people.models import Person

from .formats import Format, NotAPicture, identify
from .models import Photo
from .tasks import prepare_photo

ACCEPT = "image/jpeg,image/png,image/webp,image/gif,image/heic,image/heif,image/avif,.heic,.heif,.avif"


class SeveralFilesInput(forms.ClearableFileInput):
    """A file input that takes several at once; still a plain one where JavaScript is off."""

    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Several pictures. Cleans to the good ones; what was wrong with the others stands in `refused`.

    It is an error only when no file is good: nobody has to choose nine good files again because of a tenth.
    """

    widget = SeveralFilesInput

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
                self.refused.append(_now("%(name)s: %(problem)s") % {"name": (file.name or "")[:80], "problem": error})
        if not good:
            raise forms.ValidationError(self.refused)
        return good


class PhotoDetailsForm(ContributionForm):
    """What stands on a photo's form whether it is new or not: credit, licence, and what all kinds share."""

    credit = NamesField(
        label=_("Photographer"), max_length=300, help_text=_("Who is to be credited. Empty: you."), required=False
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
        owner = self.instance.contributor or (self.user if self.is_new and self.user.is_authenticated else None)
        if owner:
            return [owner.person]
        if not self.is_new and not self.instance.guest_id:
            return list(self.instance.people.order_by("credit__position"))
        name = self.cleaned_data.get("guest_name") or (self.instance.guest or self.user).name
        return [Person.objects.named(name)]


class PhotoForm(PhotoDetailsForm):
    """Changes one photo."""

    first_fields = ("alt", "title", "credit", "licence")


class PhotosForm(PhotoDetailsForm):
    """Adds several photos: the files first, then what holds for all of them. What each shows is asked afterwards."""

    pictures = PicturesField(label=_("Photos"))
    first_fields = ("pictures", "credit", "licence")

    class Meta(PhotoDetailsForm.Meta):
        fields = ("event", "title", "credit", "licence", "day")  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pictures"].widget.attrs |= {"accept": ACCEPT, "data-upload": ""}
        self.fields["pictures"].help_text = lazystr(
            ngettext(
                "JPEG, PNG, WebP, GIF, HEIC or AVIF; %(size)s at most, one at once.",
                "JPEG, PNG, WebP, GIF, HEIC or AVIF; %(size)s each and %(most)s at once at most.",
                settings.PHOTOS_PER_UPLOAD,
            )
            % {"size": filesizeformat(settings.PHOTO_MAX_BYTES), "most": settings.PHOTOS_PER_UPLOAD}
        )
        self.initial["licence"] = getattr(self.user, "default_licence", "") or Licence.CC_BY

    def save_by(self, by: Any) -> Contribution:
        """Store the files for good, then make their rows in one transaction; return the first photo.

        A file that this form, or the same person at this event, has sent before is not stored twice.
        """
        batch = self.cleaned_data.get("submission_key") or uuid.uuid4()
        stored = [(self._store(file, found), found) for file, found in self.cleaned_data["pictures"]]
        with transaction.atomic():
            photos = [self._photo(saved, found, by, batch) for saved, found in stored]
        return photos[0]

    def _store(self, file: UploadedFile, found: Format) -> Any:
        name = uuid.uuid4().hex
        return storages["default"].save_hashed(f"originals/{name[:2]}/{name}.{found.extension}", file)

    def _photo(self, saved: Any, found: Format, by: Any, batch: uuid.UUID) -> Photo:
        mine = Photo.objects.owned_by(by).filter(main_event=self.main_event, sha256=saved.sha256)
        if same := mine.exclude(state="withdrawn").first():
            storages["default"].delete(saved.name)
            return same
        photo = Photo(
            event=self.cleaned_data["event"],
            day=self.cleaned_data.get("day"),
            title=self.cleaned_data["title"],
            licence=self.cleaned_data["licence"],
            original=saved.name,
            sha256=saved.sha256,
            bytes=saved.size,
            format=found.name[:10],
            batch=batch,
            ready=False,
            submission_key=uuid.uuid5(batch, saved.sha256),
        )
        photo.submit(
            by=by, tags=self.cleaned_data["tags"], credit=self.credited(), related=self.cleaned_data["related"]
        )
        prepare_photo.enqueue(photo.pk)
        return photo


class DescriptionForm(forms.ModelForm):
    """What one photo of a batch shows."""

    class Meta:
        model = Photo
        fields = ("alt", "title")
        labels = {"title": _("Caption")}
        widgets = {"alt": forms.Textarea(attrs={"rows": 2, "maxlength": 500})}
