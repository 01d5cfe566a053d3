"""JSON whose objects know the line that they begin on, for reports that say where something is wrong."""

import json
from bisect import bisect_right
from collections.abc import Iterator
from json.decoder import JSONObject  # type: ignore[attr-defined]
from json.scanner import py_make_scanner  # type: ignore[attr-defined]
from typing import Any

from django.utils.translation import gettext as _

from .schedule import Unreadable


class Located(dict[str, Any]):
    """An object of a file, and where in the text it begins."""

    at = 0


class Decoder(json.JSONDecoder):
    """Python's own, which keeps the places: so that its fast half in C must stand aside."""

    def __init__(self) -> None:
        super().__init__(parse_constant=_no_constant)
        self.parse_object = self._object
        self.scan_once = py_make_scanner(self)

    @staticmethod
    def _object(place: tuple[str, int], *rest: Any) -> tuple[Located, int]:
        value, end = JSONObject(place, *rest)
        located = Located(value)
        located.at = place[1]
        return located, end


def _no_constant(name: str) -> None:
    raise ValueError(name)


def parse(text: str) -> Any:
    """Return what the text says; its objects are Located. Raises Unreadable."""
    try:
        return Decoder().decode(text)
    except json.JSONDecodeError as error:
        raise Unreadable(
            _("This JSON is broken on line %(line)s, so nothing was read.") % {"line": error.lineno}
        ) from error
    except RecursionError as error:
        raise Unreadable(
            _("This JSON is nested more deeply than any schedule, so nothing was read.")
        ) from error
    except ValueError as error:
        raise Unreadable(_("This JSON holds a number that cannot be read, so nothing was read.")) from error


class Lines:
    """Answers on which line a place in a text is, for places in any order."""

    def __init__(self, text: str) -> None:
        self.starts = [0, *(place + 1 for place in _places(text))]

    def of(self, value: Any) -> int:
        """Return the line that an object begins on, counted from 1; the first one for what is no object."""
        return bisect_right(self.starts, getattr(value, "at", 0)) or 1


def _places(text: str) -> Iterator[int]:
    place = text.find("\n")
    while place >= 0:
        yield place
        place = text.find("\n", place + 1)
