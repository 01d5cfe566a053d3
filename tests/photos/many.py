"""Galleries of many photos, made in bulk."""

import uuid
from typing import Any

from django.db import connection

from community.models import Contribution
from photos.models import Photo


def many_like(photo: Photo, number: int, **changes: Any) -> list[int]:
    """Make `number` public photos with the columns and the file of this one, and `changes` of the photo's own columns;
    return their ids. Django's bulk_create does not make rows of two tables."""
    template = Contribution.objects.get(pk=photo.pk)
    after = Contribution.objects.order_by("-pk").values_list("pk", flat=True)[0]
    rows = [
        Contribution(
            pk=after + place,
            title=f"Photo {place}",
            **{
                name: getattr(template, name)
                for name in ("event_id", "main_event_id", "kind", "contributor_id", "state", "published_at")
            },
        )
        for place in range(1, number + 1)
    ]
    Contribution.objects.bulk_create(rows, batch_size=1000)
    fields = list(Photo._meta.local_concrete_fields)
    values = [field.get_db_prep_save(getattr(photo, field.attname), connection) for field in fields]
    place = {field.name: index for index, field in enumerate(fields)}
    for name, value in changes.items():
        values[place[name]] = fields[place[name]].get_db_prep_save(value, connection)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    lines = []
    for row in rows:
        values[place["contribution_ptr"]], values[place["file_key"]] = row.pk, uuid.uuid4().hex
        lines.append(list(values))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {quote(Photo._meta.db_table)} ({columns}) VALUES ({marks})", lines)
    return [row.pk for row in rows]
