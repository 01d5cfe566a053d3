"""Rows that the query of one row brings along."""

import json
from typing import Any

from django.db.models import F, QuerySet, Subquery, TextField


class Gathered(Subquery):
    """Some columns of `rows`, which may refer to the outer query, as one column of that: a list of lists in JSON, in
    the order of the rows (None or "[]": there are none). `read` reads it.

    A query less each: what PostgreSQL and its client do for one takes as long as a hundred rows of cards.
    """

    output_field = TextField()
    template = "(SELECT json_group_array(json_array(%(names)s)) FROM (%(subquery)s) AS gathered)"

    def __init__(self, rows: QuerySet[Any], *columns: str) -> None:
        names = {f"said_{number}": F(column) for number, column in enumerate(columns)}
        super().__init__(rows.annotate(**names).values(*names), names=", ".join(names))

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = "(SELECT json_agg(json_build_array(%(names)s))::text FROM (%(subquery)s) AS gathered)"
        return self.as_sql(compiler, connection, template=template, **more)


def read(gathered: str | None) -> list[list[Any]]:
    """Return the rows of such a column: texts and numbers as they are, dates as ISO 8601 writes them."""
    found: list[list[Any]] = json.loads(gathered or "[]")
    return found
