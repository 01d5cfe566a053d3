"""What comes of freeing a picture of private notes."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from photos.formats import Format

# What a file may tell beside its picture. The words are kept with the photo, never the values; people read the labels.
NOTES = {
    "place": _("where it was taken"),
    "serial number": _("a serial number"),
    "owner": _("a name"),
    "time": _("when it was taken"),
    "camera": _("which camera"),
    "maker note": _("notes of the camera’s maker"),
    "comment": _("a comment"),
    "caption": _("a caption"),
    "thumbnail": _("a small copy of the picture"),
    "film": _("a short film"),
    "software": _("which software"),
    "other": _("other notes"),
    # Not a note: says that the kept original is a new encoding, because the file could not be freed otherwise.
    "re-encoded": _("encoded anew, because the file could not be freed of its notes otherwise"),
}


class CannotStrip(ValueError):  # noqa: N818 (it says what cannot be done)
    """The file's structure cannot be followed to its end, so it cannot be freed of private notes as it is."""


@dataclass(frozen=True)
class Stripped:
    """A picture that was freed of private notes: its format, and which of NOTES were found, in the order of NOTES."""

    format: Format
    notes: tuple[str, ...]
