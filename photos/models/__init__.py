"""Photos and what belongs to them, a file for each."""

from .blocked import BlockedPicture
from .blur import Blur
from .checksum import Checksum
from .file_check import FileCheck
from .photo import MIDDLE, Photo, PhotoQuerySet
from .rendition import Rendition
from .upload import Upload, UploadPart
from .upload_link import UploadLink

__all__ = [
    "MIDDLE",
    "BlockedPicture",
    "Blur",
    "Checksum",
    "FileCheck",
    "Photo",
    "PhotoQuerySet",
    "Rendition",
    "Upload",
    "UploadLink",
    "UploadPart",
]
