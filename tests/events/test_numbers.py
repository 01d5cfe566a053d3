import pytest
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import ngettext, override

from events.numbers import file_size, grouped

SPACE = "\u00a0"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["7", "1,234", "13,000", "1,234,567"]),
        ("fr", ["7", f"1{SPACE}234", f"13{SPACE}000", f"1{SPACE}234{SPACE}567"]),
        ("de", ["7", "1.234", "13.000", "1.234.567"]),
    ],
)
def test_thousands_stand_apart_as_the_language_has_it(language, said):
    with override(language):
        assert [grouped(number) for number in (7, 1234, 13000, 1234567)] == said
        assert [intcomma(number) for number in (7, 1234, 13000, 1234567)] == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["1 byte", "512 bytes", "48.8 KB", "1 MB", "4.3 MB", "30 MB", "1.5 GB"]),
        ("fr", ["1 octet", "512 octets", "48,8 Ko", "1 Mo", "4,3 Mo", "30 Mo", "1,5 Go"]),
        ("de", ["1 Byte", "512 Byte", "48,8 KB", "1 MB", "4,3 MB", "30 MB", "1,5 GB"]),
    ],
)
def test_a_file_s_size_is_said_in_the_language_s_own_units(language, said):
    sizes = (1, 512, 48_800, 10**6, 4_300_000, 30 * 10**6, 3 * 10**9 // 2)
    with override(language):
        assert [file_size(size) for size in sizes] == [text.replace(" ", SPACE) for text in said]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["0 photos", "1 photo", "2 photos"]),
        ("fr", ["0 photo", "1 photo", "2 photos"]),
        ("de", ["0 Fotos", "1 Foto", "2 Fotos"]),
    ],
)
def test_none_one_and_two_take_the_language_s_plural(language, said):
    with override(language):
        assert [ngettext("%(n)s photo", "%(n)s photos", n) % {"n": n} for n in (0, 1, 2)] == said
