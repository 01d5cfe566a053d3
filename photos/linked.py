"""Small copies of pictures that belong to pages elsewhere: opened as suspiciously as everybody's photos.

Named by settings.LINK_PICTURES for links/, which knows nothing of photos.
"""

import secrets
import tempfile
from io import BytesIO
from pathlib import Path

from django.core.files import File
from django.http import FileResponse, HttpRequest, HttpResponse

from .decoding import Limits, Unreadable, decode
from .formats import NotAPicture, identify
from .renditions import MIME
from .serving import answer
from .storage import WORKSPACE, picture_store

# One size is enough: longer edge, quality and effort, as in renditions.SIZES.
SIZE = (640, 80, 4)
# Much less than a photo of one's own may cost: nobody here took this picture.
MOST_PIXELS, MOST_SECONDS, MOST_WALL_SECONDS = 25_000_000, 10, 20


class LinkedPictures:
    """See links.pictures.Pictures."""

    def keep(self, picture: bytes) -> str:
        try:
            identify(File(BytesIO(picture), name="picture"))
        except NotAPicture:
            return ""
        limits = Limits(max_pixels=MOST_PIXELS, seconds=MOST_SECONDS, wall_seconds=MOST_WALL_SECONDS)
        with tempfile.TemporaryDirectory(prefix=WORKSPACE) as folder:
            source, made = Path(folder, "picture"), Path(folder, "made")
            source.write_bytes(picture)
            made.mkdir()
            try:
                small = decode(source, made, limits, sizes=[SIZE])["renditions"][0]
            except Unreadable:
                return ""
            token = secrets.token_hex(16)
            with open(made / f"{small['edge']}.webp", "rb") as file:
                return picture_store().save_hashed(f"links/{token[:2]}/{token}.webp", File(file)).name

    def answer(self, request: HttpRequest, name: str, *, is_for_all: bool) -> HttpResponse:
        return answer(
            request,
            lambda: FileResponse(picture_store().open(name), content_type=MIME),
            # A name is given once, so it stands for the content.
            etag=Path(name).stem,
            is_for_all=is_for_all,
        )
