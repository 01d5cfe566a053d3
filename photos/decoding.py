"""Opens a stranger's picture in a child process that can be killed.

Decoders are large programs in C with a long history of hostile files: a file may crash them, fill the memory or keep
them busy for ever. None of that may reach the worker, so the child gets limits on memory, processor time and written
bytes, no environment, and a clock; when it is over, its whole process group is killed.
"""

import json
import logging
import os
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from photos.storage import storage_errors

logger = logging.getLogger(__name__)

CHILD = Path(__file__).with_name("_decoder_child.py")
STORAGE_FAULT, SET_UP_FAULT = 3, 4
KEPT_FROM_ENVIRONMENT = ["LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT"]


class Unreadable(ValueError):  # noqa: N818 (read aloud: raise Unreadable)
    """The picture can't be read. `str()` is a sentence for people; `code` says why, for programs.

    Codes: broken, too_many_pixels, no_memory, too_slow. `detail` is the decoder's own words, for the log.
    """

    def __init__(self, code: str, detail: str = ""):
        super().__init__(_sentence(code))
        self.code, self.detail = code, detail


def _sentence(code: str) -> str:
    if code == "too_many_pixels":
        return _("We can’t read this photo: it is too big. Send a smaller version.")
    if code in ("no_memory", "too_slow"):
        return _("We can’t read this photo: it takes too much to open. Send a smaller version, or a JPEG.")
    return _("We can’t read this photo. Send it again from the original, or save it as a JPEG first.")


def _setting(name: str, default: int) -> Any:
    return field(default_factory=lambda: getattr(settings, name, default))


@dataclass(frozen=True)
class Limits:
    """What a picture may cost: pixels, seconds of processor and of wall clock, and bytes of address space."""

    max_pixels: int = _setting("PHOTO_MAX_PIXELS", 60_000_000)
    seconds: int = _setting("PHOTO_DECODE_SECONDS", 30)
    wall_seconds: float = _setting("PHOTO_DECODE_WALL_SECONDS", 60)
    memory: int = _setting("PHOTO_DECODE_MEMORY", 1 << 30)


def decode(
    source: Path, target_dir: Path, limits: Limits | None = None, *, program: Path = CHILD, **job: Any
) -> dict[str, Any]:
    """Run the child on the picture `source`, with `target_dir` as its working directory; return its answer.

    `job` is what the `program` is asked for: of _decoder_child.py its sizes. Raises Unreadable for
    anything that is the picture's fault, StorageFull or StorageUnavailable where the renditions cannot be written, and
    RuntimeError where the decoders are not installed.
    """
    limits = limits or Limits()
    arguments = [sys.executable, "-I", str(program), json.dumps({**asdict(limits), **job})]
    with storage_errors(), open(source, "rb") as picture:
        process = subprocess.Popen(  # noqa: S603 (our own program, no shell)
            arguments,
            stdin=picture,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=target_dir,
            env=_environment(),
            start_new_session=True,
        )
    try:
        output, errors = process.communicate(timeout=limits.wall_seconds)
    except subprocess.TimeoutExpired:
        raise Unreadable("too_slow") from None
    finally:
        _end(process)
    return _answer(process.returncode, output, errors.decode("utf-8", "replace"))


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT_FROM_ENVIRONMENT if name in os.environ}
    # Each of glibc's arenas reserves 64 MB of the address space that we limit.
    return {**kept, "LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "2"}


def _end(process: subprocess.Popen) -> None:
    """Kill the child with all that it may have started, if any of it is still there, and collect it."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _answer(code: int, output: bytes, errors: str) -> dict[str, Any]:
    if code == STORAGE_FAULT:
        number = int(errors.split()[-1])
        with storage_errors():
            raise OSError(number, os.strerror(number))
    if code == SET_UP_FAULT:
        raise RuntimeError(f"The picture decoders are not installed: {errors}")
    if code in (-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGALRM):
        raise Unreadable("too_slow", f"signal {-code}")
    try:
        answer = json.loads(output) if code == 0 else {}
    except ValueError:
        answer = {}
    if "renditions" not in answer:
        reason = answer.get("unreadable") or ("no_memory" if "alloc" in errors else "broken")
        raise Unreadable(reason, answer.get("detail") or f"exit {code}: {errors[-300:]}")
    return answer
