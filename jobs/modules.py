"""A script that only imports others becomes one file for browsers, which would ask for each of them."""

import posixpath
import re
from collections.abc import Callable

IMPORT = re.compile(r'^import "(?P<file>\./[^"]+)";\n?', re.MULTILINE)
NOT_FOR_A_BLOCK = re.compile(r"^(import|export)\b", re.MULTILINE)


def imports(script: str) -> list[str]:
    """Return the files that the text of a script imports for what they do, as it names them, in their order."""
    return [match["file"] for match in IMPORT.finditer(script)]


def join(name: str, read: Callable[[str], str]) -> str:
    """Return the script `name` with the text of each file that it imports for what it does in the place of the import,
    in a block, so that names of two files do not meet.

    `read` answers the text of a file by its name, which like `name` is a path from the root of the static files. Raises
    ValueError where such a file itself imports or exports anything: a block can do neither.
    """

    def imported(match: re.Match[str]) -> str:
        inner = posixpath.normpath(posixpath.join(posixpath.dirname(name), match["file"]))
        text = read(inner)
        if NOT_FOR_A_BLOCK.search(text):
            raise ValueError(f"{inner} imports or exports: it cannot stand in {name}.")
        return f"{{\n{text}}}\n"

    return IMPORT.sub(imported, read(name))
