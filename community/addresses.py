"""The numbers of things in addresses."""

from django.urls.converters import IntConverter


class NumberConverter(IntConverter):
    """`<id:pk>` takes a number that a row can have; a longer one leads nowhere.

    With `<int:pk>` the database would be asked, and a kind's key is one that Django does not check for size
    before: SQLite
    and PostgreSQL both answer a number of twenty digits with an error.
    """

    regex = "[0-9]{1,18}"
