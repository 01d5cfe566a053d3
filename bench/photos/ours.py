"""Hallway's own renditions under measurement: make_renditions itself, with its child process and all.

Prints the processor seconds of the call, child included, and the child's peak memory in MB. Little is imported on
purpose: Linux counts the memory of whoever starts a program as the program's own.
"""

import json
import resource
import sys
import tempfile
from pathlib import Path

from django.conf import settings

settings.configure()

from photos.renditions import make_renditions  # noqa: E402 (it wants settings)


def used(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def main(target: Path, source: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        before = used(resource.RUSAGE_SELF) + used(resource.RUSAGE_CHILDREN)
        made = make_renditions(source, Path(folder))
        after = used(resource.RUSAGE_SELF) + used(resource.RUSAGE_CHILDREN)
        for file in made.renditions:
            file.path.rename(target / file.path.name)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(json.dumps({"cpu": after - before, "rss": peak}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
