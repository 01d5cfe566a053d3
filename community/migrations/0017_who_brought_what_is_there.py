from collections import Counter
from typing import Any

from django.db import migrations
from django.db.models import Count, Min

CHUNK = 500


def count_what_is_there(apps: Any, schema_editor: Any) -> None:
    """Count what members brought home before anybody counted it."""
    bringer = apps.get_model("community", "Bringer")
    rows = apps.get_model("community", "Contribution").objects.filter(state="public", ready=True)
    rows = rows.exclude(contributor=None).order_by().values_list("event", "main_event", "contributor")
    counts: Counter[tuple[int, int]] = Counter()
    first: dict[tuple[int, int], Any] = {}
    for event, main_event, user, count, since in rows.annotate(n=Count("pk"), since=Min("published_at")):
        for at in {(event, user), (main_event, user)}:
            counts[at] += count
            first[at] = min(since, first.get(at, since))
    bringer.objects.bulk_create(
        [
            bringer(event_id=event, user_id=user, count=count, since=first[event, user])
            for (event, user), count in counts.items()
        ],
        CHUNK,
    )


class Migration(migrations.Migration):
    dependencies = [("community", "0016_bringers")]
    operations = [migrations.RunPython(count_what_is_there, migrations.RunPython.noop, elidable=True)]
