"""How long the text of a recap may take: `make bench-markdown`, explained in README.md. Ends with one line of JSON.

A text of 50,000 characters, the longest that is taken, in each shape that has ever been slow somewhere: rendered as on
a page, with everything that a page needs of it.
"""

import json
import os
import sys
import time
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
import django

django.setup()

from community.text import MAX_LENGTH, render  # noqa: E402 - settings first

BAR_MS = 500
TRIES = 5

REPEATED = [
    *(
        "http://a.",
        "http://",
        "www.a.b ",
        "https://a.b/(((((",
        "a@b.c ",
        "@a ",
        ":tada:",
        "12:30 ",
        "x:",
        ":",
    ),
    *(
        "[",
        "![",
        "](",
        "[](",
        "[a](",
        "[a](<b",
        "[a](b) ",
        "[a][a] ",
        "[[]] ",
        "[ ] ",
        "[a]: b\n",
        "[a]:\n",
        '[a](b "',
    ),
    *("^[", "[^a]", "[^a] ", "[^a]: b\n", "[^a]:\n", "[^a]: b\n\n    c\n", "[a]: <b> 'c\n", "[a]: b '"),
    *(
        "*",
        "_",
        "~",
        "*a ",
        "_a ",
        "**a ",
        "~~a ",
        "***a",
        "a**b",
        "a*b_",
        "*a_b**c__",
        "*[a*]",
        "**[a**](b)",
    ),
    *(
        "`",
        "``a ",
        "```\n",
        "~~~",
        "- ```\n",
        "<",
        "<a ",
        "<!--",
        "<?",
        "<![CDATA[",
        "<http:",
        "&",
        "&amp;",
        "&#0;",
    ),
    *(
        ">",
        "> ",
        "> - ",
        "- > ",
        "- ",
        "- a\n",
        "1. a\n",
        "+ a\n  ",
        "- [ ] a\n",
        "* * *\n",
        "#",
        "# a\n",
        "---\n",
    ),
    *(
        "|",
        "|a",
        "| a | b\n",
        " ",
        "\t",
        "\n",
        "a\n",
        "a\n\n",
        "a  \n",
        "\\",
        "\\\n",
        "(",
        "![a](/b) ",
        "é",
        "👍",
    ),
]


def shapes() -> dict[str, str]:
    """Return the texts by name, none longer than is taken."""
    made = {repr(piece): piece * (MAX_LENGTH // len(piece) + 1) for piece in REPEATED}
    made |= {
        "a table's row": "|a|b|\n|-|-|\n" + "|a" * MAX_LENGTH,
        "a table": "|a|b|\n|-|-|\n" + "|a|b|\n" * MAX_LENGTH,
        "a table of 2,000 columns": "|" + "a|" * 2000 + "\n|" + "-|" * 2000 + "\n" + "|\n" * MAX_LENGTH,
        "a table of 500 columns": "|" + "a|" * 500 + "\n|" + "-|" * 500 + "\n" + "a\n" * MAX_LENGTH,
        "tables of 100 columns": ("|" * 101 + "\n" + "|-" * 100 + "|\n" + ("|" * 101 + "\n") * 90 + "\n")
        * 10,
        "quotes ever deeper": "\n".join(">" * depth + "a" for depth in range(1, 320)),
        "lists ever deeper": "\n".join("  " * depth + "- a" for depth in range(230)),
        "numbered lists ever deeper": "\n".join("   " * depth + "1. a" for depth in range(190)),
        "many footnotes": "".join(f"[^{n}] " for n in range(2500))
        + "\n\n"
        + "\n".join(f"[^{n}]: a" for n in range(2300)),
        "footnotes in footnotes": "[^0]\n\n" + "\n".join(f"[^{n}]: [^{n + 1}]" for n in range(2700)),
        "one footnote, ever again": "[^a]: b\n\n" + "[^a] " * MAX_LENGTH,
        "references": "".join(f"[{n}]: a\n" for n in range(4500)),
        "one reference, ever again": "[a]: b\n\n" + "[a]" * MAX_LENGTH,
        "headings": "".join(f"# {n}\n" for n in range(7000)),
        "code of every length": "".join("`" * length + "a" for length in range(1, 320)),
        "emphasis in emphasis": "*" * 25_000 + "a" + "*" * 24_999,
        "links in links": "[" * 16_000 + "a" + "](b)" * 8_000,
        "pictures in pictures": "![" * 12_000 + "a" + "](b)" * 6_000,
        "a title without end": '[a]: b "\n' + "c\n" * MAX_LENGTH,
        "an address of brackets": "[a](" + "(" * MAX_LENGTH,
        "ordinary words": "An ordinary sentence with a [link](https://a.example/) and **two** words. " * 700,
    }
    return {name: text[:MAX_LENGTH] for name, text in made.items()}


def milliseconds(text: str) -> float:
    """Return the least time of TRIES, in ms of this process: the others are the machine's."""
    times = []
    for _ in range(TRIES):
        began = time.process_time()
        render(text)
        times.append(time.process_time() - began)
    return round(1000 * min(times), 1)


def main() -> None:
    took = {name: milliseconds(text) for name, text in shapes().items()}
    slowest = sorted(took, key=lambda name: -took[name])
    for name in slowest[:10]:
        print(f"{took[name]:>8.1f} ms  {name}")
    figures: dict[str, Any] = {
        "worst_ms_50k": took[slowest[0]],
        "worst_shape": slowest[0],
        "ordinary_ms_50k": took["ordinary words"],
        "shapes": len(took),
    }
    print(json.dumps(figures))
    if figures["worst_ms_50k"] >= BAR_MS:
        sys.exit("bench.markdown: above the bar")


if __name__ == "__main__":
    main()
