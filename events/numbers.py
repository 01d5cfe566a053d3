"""Numbers as people write them, in the language that they read."""

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext


def grouped(number: float) -> str:
    """Return a number with its thousands apart: “13,000”, “13 000”, “13.000”."""
    if 0 <= number < 1000 and isinstance(number, int):
        return str(number)  # has no thousands, and most numbers of most pages are such
    return number_format(number, force_grouping=True)


def file_size(length: int) -> str:
    """Return a number of bytes as people say it: “4.3 MB”, “30 MB”, “4,3 Mo”. 1 MB = 1,000,000 bytes."""
    if length >= 10**9:
        words, unit = gettext("%(n)s GB"), 10**9
    elif length >= 10**6:
        words, unit = gettext("%(n)s MB"), 10**6
    elif length >= 10**3:
        words, unit = gettext("%(n)s KB"), 10**3
    else:
        words, unit = ngettext("%(n)s byte", "%(n)s bytes", length), 1
    number = round(length / unit, 1)
    said = words % {"n": number_format(number, decimal_pos=0 if number == int(number) else 1)}
    return said.replace(" ", "\u00a0")  # a line does not break before the unit
