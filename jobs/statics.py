"""The static files: collected only when one of them changed, so that a second start costs milliseconds."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.files.base import ContentFile
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

from jobs import modules, stylesheets


class KeptAddresses(CompressedManifestStaticFilesStorage):
    """Works the address of each file out once a process: the list of them is read at its start and does not change.

    As files are collected, each style sheet takes in what it imports, and so does a script that only imports others, so
    that a page asks for one file.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.addresses: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:
        if force or name not in self.addresses:
            self.addresses[name] = super().url(name, force)
        return self.addresses[name]

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        def read(name: str) -> str:
            storage, path = paths[name]
            with storage.open(path) as file:
                return str(file.read().decode())

        for folder, joiner in (("css/", stylesheets), ("js/", modules)) if not dry_run else ():
            own = [name for name in paths if name.startswith(folder)]
            for name in [name for name in own if joiner.imports(read(name))]:
                text = joiner.join(name, read)
                self.delete(name)
                # Saved here, and read from here: the storage hashes and compresses what `paths` leads to.
                paths[name] = (self, self.save(name, ContentFile(text.encode())))
        yield from super().post_process(paths, dry_run, **options)


def fingerprint() -> str:
    """Return a digest of the name, size and time of every static file, and of how they are stored."""
    digest = hashlib.sha256(repr((settings.STORAGES["staticfiles"], settings.STATIC_ROOT)).encode())
    for module in (__file__, stylesheets.__file__, modules.__file__):
        digest.update(Path(module).read_bytes())
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect_if_changed() -> bool:
    """Return whether the files had to be collected."""
    # Beside the folder, not inside: everything inside is served.
    note = Path(settings.STATIC_ROOT).with_suffix(".collected")
    wanted = fingerprint()
    if note.exists() and note.read_text() == wanted:
        return False
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    note.write_text(wanted)
    return True
