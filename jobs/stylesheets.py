"""A style sheet of small files becomes one file for browsers, which would wait for its imports a second time."""

import posixpath
import re
from collections.abc import Callable

IMPORT = re.compile(r'^@import url\("(?P<file>[^":]+)"\)(?: layer\((?P<layer>[a-z-]+)\))?;\n?', re.MULTILINE)
ADDRESS = re.compile(r'url\("(?P<file>[^":#/][^":#]*)')
COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


def imports(sheet: str) -> list[str]:
    """Return the files that the text of a style sheet imports, as it names them, in their order."""
    return [match["file"] for match in IMPORT.finditer(sheet)]


def join(name: str, read: Callable[[str], str]) -> str:
    """Return the style sheet `name` with the text of each file it imports in the place of the import, without comments.

    `read` answers the text of a file by its name, which like `name` is a path from the root of the static files.
    Addresses are changed so that they lead from `name` to where they led; what is imported may import.
    """
    folder = posixpath.dirname(name)

    def imported(match: re.Match[str]) -> str:
        inner = posixpath.normpath(posixpath.join(folder, match["file"]))
        away = posixpath.relpath(posixpath.dirname(inner), folder or ".")
        text = ADDRESS.sub(
            lambda found: f'url("{posixpath.normpath(posixpath.join(away, found["file"]))}', join(inner, read)
        )
        return f"@layer {match['layer']} {{\n{text}}}\n" if match["layer"] else text

    return IMPORT.sub(imported, COMMENT.sub("", read(name)))
