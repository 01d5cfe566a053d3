import datetime
import zoneinfo

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

INSTANT = datetime.timedelta(microseconds=1)


def hang(apps, schema_editor):
    """Give each photo its place, as Photo.place does."""
    Photo = apps.get_model("photos", "Photo")
    photos = Photo.objects.select_related("event__parent", "day").only(
        "taken_at",
        "day__date",
        "event__parent__starts_on",
        "event__parent__timezone",
        "event__starts_on",
        "event__timezone",
    )
    batch = []
    for photo in photos.iterator(chunk_size=500):
        photo.gallery_event_id = photo.event_id
        photo.gallery_main_event_id = photo.event.parent_id or photo.event_id
        photo.gallery_time = place(photo)
        batch.append(photo)
        if len(batch) == 500:
            store(Photo, batch)
            batch = []
    store(Photo, batch)


def place(photo):
    main = photo.event.parent or photo.event
    zone = zoneinfo.ZoneInfo(main.timezone)
    date = photo.day.date if photo.day else main.starts_on
    midnight = datetime.datetime.combine(date, datetime.time(), zone)
    if photo.day is None:
        return midnight - INSTANT
    if photo.taken_at and photo.taken_at.astimezone(zone).date() == date:
        return photo.taken_at
    return midnight + datetime.timedelta(days=1) - INSTANT


def store(model, photos):
    model.objects.bulk_update(photos, ["gallery_time", "gallery_event", "gallery_main_event"])


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0004_card_look"),
        ("events", "0002_initial"),
        ("photos", "0003_link_on_the_wall"),
    ]

    operations = [
        migrations.CreateModel(
            name="Checksum",
            fields=[
                ("sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("crc32", models.BigIntegerField()),
            ],
            options={"verbose_name": "checksum"},
        ),
        migrations.AddField(
            model_name="photo",
            name="gallery_event",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="events.event",
            ),
        ),
        migrations.AddField(
            model_name="photo",
            name="gallery_main_event",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="events.event",
            ),
        ),
        migrations.AddField(
            model_name="photo",
            name="gallery_time",
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.RunPython(hang, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(
                fields=["gallery_main_event", "gallery_time", "contribution_ptr"], name="photo_gallery"
            ),
        ),
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(
                fields=["gallery_event", "gallery_time", "contribution_ptr"], name="photo_gallery_part"
            ),
        ),
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(
                fields=["gallery_main_event", "licence", "gallery_time", "contribution_ptr"],
                name="photo_gallery_licence",
            ),
        ),
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(
                condition=models.Q(("alt", "")),
                fields=["gallery_main_event", "gallery_time", "contribution_ptr"],
                name="photo_gallery_wants_alt",
            ),
        ),
    ]
