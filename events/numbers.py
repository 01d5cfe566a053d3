"""Numbers as people write them, in the language that they read."""

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext


def grouped(number: float) -> str:
    """Return a number with its thousands apart: “13,000”, “13 000”, “13.000”."""
    if 0 <= number < 1000 and isinstance(number, int):
        return str(number)  # has no thousands, and most numbers of most pages are such
    return number_format(number, force_grouping=True)


def file_size(length: int) -> str:
    """Return a number of bytes as people say it: “4.3 MB”, “30 MB”, “4,3 Mo”. A megabyte has 1,048,576."""
    if length >= 2**30:
        words, unit = gettext("%(n)s GB"), 2**30
    elif length >= 2**20:
        words, unit = gettext("%(n)s MB"), 2**20
    elif length >= 2**10:
        words, unit = gettext("%(n)s KB"), 2**10
    else:
        words, unit = ngettext("%(n)s byte", "%(n)s bytes", length), 1
    number = round(length / unit, 1)
    said = words % {"n": number_format(number, decimal_pos=0 if number == int(number) else 1)}
    return said.replace(" ", "\u00a0")  # a line does not break before the unit
