"""Reading numbers and ranges out of a file that may lie about its own length."""

import mmap
import os
import re
from typing import IO, NoReturn

from .outcome import CannotStrip

MAX_STEPS = 400_000


class Data:
    """The bytes of a file. Whatever is asked for beyond its end, or in too many steps, is CannotStrip."""

    def __init__(self, data: mmap.mmap | bytes):
        self.data, self.size, self.steps = data, len(data), 0

    def step(self) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            refuse("too many parts")

    def take(self, start: int, end: int) -> bytes:
        if not 0 <= start <= end <= self.size:
            refuse("a part goes beyond the end")
        return bytes(self.data[start:end])

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
