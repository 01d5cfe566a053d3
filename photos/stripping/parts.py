"""Reading numbers and ranges out of a file that may lie about its own length."""

import mmap
import os
import re
import zlib
from typing import IO, NoReturn

from .outcome import CannotStrip

MAX_STEPS = 400_000
# How much is unpacked, or read more than once, of one file: what it tells is of interest, and not at any price.
MAX_LOOKED_AT = 1 << 24


class Data:
    """The bytes of a file. Whatever is asked for beyond its end, or in too many steps, is CannotStrip."""

    def __init__(self, data: mmap.mmap | bytes):
        self.data, self.size, self.steps = data, len(data), 0
        self.left_to_look_at = MAX_LOOKED_AT

    def step(self) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            refuse("too many parts")

    def take(self, start: int, end: int) -> bytes:
        if not 0 <= start <= end <= self.size:
            refuse("a part goes beyond the end")
        return bytes(self.data[start:end])

    def look(self, start: int, end: int) -> bytes:
        """Return the range, or as much of it as may still be looked at."""
        end = min(end, start + self.left_to_look_at)
        self.left_to_look_at -= max(0, end - start)
        return self.take(start, end)

    def unpack(self, packed: bytes, most: int) -> bytes:
        """Return what zlib compressed; nothing where it is more than `most`, broken, or more than may be looked at."""
        try:
            unpacking = zlib.decompressobj()
            unpacked = unpacking.decompress(packed, max(1, min(most, self.left_to_look_at)))
        except zlib.error:
            return b""
        self.left_to_look_at -= min(len(unpacked), self.left_to_look_at)
        return unpacked if unpacking.eof else b""

    def big(self, start: int, count: int) -> int:
        return int.from_bytes(self.take(start, start + count), "big")

    def little(self, start: int, count: int) -> int:
        return int.from_bytes(self.take(start, start + count), "little")

    def search(self, pattern: re.Pattern[bytes], start: int) -> re.Match[bytes] | None:
        return pattern.search(self.data, start)

    def find(self, words: bytes, start: int) -> int:
        return self.data.find(words, start)


class FileData(Data):
    """The same of an open file that is read where asked for, not mapped: a broken disk is an OSError then, and not the
    end of the process. It cannot be searched.
    """

    def __init__(self, file: IO[bytes]):
        super().__init__(b"")
        self.file, self.size = file, os.fstat(file.fileno()).st_size

    def take(self, start: int, end: int) -> bytes:
        if not 0 <= start <= end <= self.size:
            refuse("a part goes beyond the end")
        self.file.seek(start)
        return self.file.read(end - start)


def refuse(why: str) -> NoReturn:
    raise CannotStrip(why)
