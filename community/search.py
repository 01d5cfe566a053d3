"""Finding contributions by their words: title, text, credited people, accepted tags.

The index is the database's own: FTS5 on SQLite, a tsvector with GIN on PostgreSQL (migration 0003). It knows only what
is public: the verbs of Contribution put rows in and take them out, in their own transaction, and every answer passes
`public()` once more. Words are folded here, so both databases find the same. Ranking looks at the newest MOST_HITS hits
only, which bounds the work for a word that everything contains.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from html import unescape
from itertools import dropwhile

from django.db import connection, transaction
from django.utils.html import escape, strip_tags
from django.utils.safestring import SafeString, mark_safe

from events.models.event import searchable

from .kinds import kinds as installed
from .models import Contribution, Credit, Tag

MOST_HITS = 1000
MOST_WORDS = 8
MOST_TEXT = 60_000
SNIPPET = 220
# How much of a text is looked through for a snippet; reading on would cost more than finding.
SNIPPET_FROM = 4_000

WORD = re.compile(r"[^\W_]+")
# What Markdown has beside words: marks of items, headings and quotes; links and pictures; emphasis and code.
MARKS = re.compile(
    r"^[ \t]*(?P<item>(?:[-*+]|\d{1,3}[.)])[ \t]+)|^[ \t]*(?:\#{1,6}|>)[ \t]+"
    r"|!?\[(?P<words>[^\[\]]{0,200})\]\([^()\s]{0,500}\)"
    r"|(?<!\w)[*_]{1,3}(?=[^\W_])|(?<=[^\s*_])[*_]{1,3}(?!\w)|`+",
    re.MULTILINE,
)


def words_of(text: str) -> list[str]:
    """Return the words of `text` as the index has them: folded, without accents and signs."""
    return WORD.findall(searchable(text))


def asked_words(text: str) -> list[str]:
    """Return the words of a question, each once, at most MOST_WORDS."""
    return list(dict.fromkeys(word[:50] for word in words_of(text)))[:MOST_WORDS]


# --- Writing ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def update_index(contribution_ids: Iterable[int]) -> None:
    """Make the index say what these contributions say now; those that are not public leave it."""
    ids = list(contribution_ids)
    if not ids:
        return
    rows = Contribution.objects.public().filter(pk__in=ids).values_list("pk", "kind", "title", "search_text")
    beside = words_beside(ids)
    documents = [
        (
            pk,
            kind,
            " ".join(words_of(title)),
            " ".join(words_of("\n".join((text[:MOST_TEXT], *beside.get(pk, ()))))),
        )
        for pk, kind, title, text in rows
    ]
    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(ids))
        cursor.execute(f"DELETE FROM {TABLE} WHERE {key()} IN ({marks})", ids)  # noqa: S608 - our own names only
        cursor.executemany(INSERT[connection.vendor], documents)
    for kind in installed():
        kind.index_beside(ids)


def words_beside(ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the credited names and the accepted tags by contribution."""
    beside: dict[int, list[str]] = {}
    names = Credit.objects.filter(contribution__in=ids).values_list("contribution", "person__name")
    tags = Tag.objects.accepted().filter(tagged_contributions__content_object__in=ids)
    for pk, word in [*names, *tags.values_list("tagged_contributions__content_object", "name")]:
        beside.setdefault(pk, []).append(word)
    return beside


TABLE = "community_search"
INSERT = {
    "sqlite": f"INSERT INTO {TABLE} (rowid, kind, title, body) VALUES (%s, %s, %s, %s)",  # noqa: S608
    "postgresql": f"INSERT INTO {TABLE} (contribution_id, kind, document) VALUES (%s, %s,"  # noqa: S608
    " setweight(to_tsvector('simple', %s), 'A') || setweight(to_tsvector('simple', %s), 'B'))"
    " ON CONFLICT (contribution_id) DO UPDATE SET kind = excluded.kind, document = excluded.document",
}


def key() -> str:
    return "rowid" if connection.vendor == "sqlite" else "contribution_id"


def indexed_ids() -> set[int]:
    """Return the ids that the index knows."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key()} FROM {TABLE}")  # noqa: S608
        return {row[0] for row in cursor.fetchall()}


# --- Reading ----------------------------------------------------------------------------------------------------------


def find(words: Sequence[str], *, kind: str = "") -> list[int]:
    """Return the ids of public contributions that have words beginning with each of `words`, best first.

    At most MOST_HITS: the newest ones that match.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            question = " AND ".join(f'{{title body}}: "{word}"*' for word in words)
            cursor.execute(
                # Less is better in bm25, whose arguments weigh the columns kind, title, body.
                f"SELECT rowid, bm25({TABLE}, 0.0, 8.0, 1.0) FROM {TABLE} WHERE {TABLE} MATCH %s"  # noqa: S608
                " ORDER BY rowid DESC LIMIT %s",
                [question + (f' AND kind: "{kind}"' if kind else ""), MOST_HITS],
            )
        else:
            question = " & ".join(f"{word}:*" for word in words)
            cursor.execute(
                "SELECT hit.contribution_id, -ts_rank(hit.document, to_tsquery('simple', %s)) FROM"  # noqa: S608
                f" (SELECT contribution_id, document FROM {TABLE} WHERE document @@ to_tsquery('simple', %s)"
                + (" AND kind = %s" if kind else "")
                + " ORDER BY contribution_id DESC LIMIT %s) hit",
                [question, question, *([kind] if kind else []), MOST_HITS],
            )
        rank = dict(cursor.fetchall())
    public = Contribution.objects.public().filter(pk__in=rank).values_list("pk", flat=True)
    return sorted(public, key=lambda pk: (rank[pk], -pk))


def snippets(cards: Mapping[int, str], words: Sequence[str]) -> dict[int, SafeString]:
    """Return for each id a piece of its text around the first of `words`, marked; nothing where none stands in it.

    `cards`: the HTML that stands above the piece. What a text begins with and its card says already is left out.
    """
    texts = dict(Contribution.objects.public().filter(pk__in=cards).values_list("pk", "search_text"))
    return {
        pk: piece
        for pk, text in texts.items()
        if (piece := snippet(unsaid(text[:SNIPPET_FROM], cards[pk]), words))
    }


def unsaid(text: str, card: str) -> str:
    """Return the lines of `text`, without Markdown's marks, from the first one on that `card` does not show."""
    shown = " ".join(unescape(strip_tags(card)).split())
    lines = (" ".join(line.split()) for line in without_marks(text).splitlines())
    return "\n".join(dropwhile(lambda line: line in shown, lines))


def without_marks(text: str) -> str:
    """Return Markdown about as it reads, for a piece of it: parsing all of it would cost more than finding it."""
    return MARKS.sub(lambda mark: "· " if mark["item"] else mark["words"] or "", text)


def snippet(text: str, words: Sequence[str]) -> SafeString | None:
    """Return the part of `text` around the first of `words`, as HTML with the words marked, or None."""
    text = " ".join(text.split())
    plain = "".join(map(base_letter, text))
    pattern = re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, words))})[^\W_]*")
    found = [match.span() for match in pattern.finditer(plain)]
    if not found:
        return None
    start = max(0, found[0][0] - SNIPPET // 3)
    if start:
        start = text.find(" ", start, found[0][0]) + 1 or found[0][0]
    end, at, parts = min(len(text), start + SNIPPET), start, ["…" if start else ""]
    for left, right in found:
        if right > end:
            break
        parts += [escape(text[at:left]), "<mark>", escape(text[left:right]), "</mark>"]
        at = right
    parts += [escape(text[at:end]), "…" if end < len(text) else ""]
    # Every piece of the text is escaped above.
    return mark_safe("".join(parts))


@lru_cache(maxsize=4096)
def base_letter(letter: str) -> str:
    """Return one letter as search compares it, always one letter, so that positions stay."""
    folded = searchable(letter)
    return folded if len(folded) == 1 else letter
