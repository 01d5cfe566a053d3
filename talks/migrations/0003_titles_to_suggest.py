"""The index of titles that suggestions are found by (talks/suggesting.py), and how common its letters are."""

from django.db import migrations, models

# No foreign key: the index follows the verbs of Contribution, and every answer is checked against its table.
MAKE = {
    "sqlite": [
        "CREATE VIRTUAL TABLE talks_title USING fts5(event UNINDEXED, title UNINDEXED, grams, tokenize=\"unicode61 remove_diacritics 0 tokenchars '_'\", detail=none)",
        "CREATE VIRTUAL TABLE talks_title_grams USING fts5vocab(talks_title, row)",
    ],
    "postgresql": [
        "CREATE TABLE talks_title (talk_id bigint PRIMARY KEY, event bigint NOT NULL, title text NOT NULL, grams tsvector NOT NULL)",
        # What waits in a list of its own until a vacuum would have to be read whole by every question.
        "CREATE INDEX talks_title_grams ON talks_title USING gin (grams) WITH (fastupdate = off)",
    ],
}
DROP = {
    "sqlite": ["DROP TABLE talks_title_grams", "DROP TABLE talks_title"],
    "postgresql": ["DROP TABLE talks_title"],
}


def make(apps, schema_editor):
    for statement in MAKE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    for statement in DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("talks", "0002_talks_and_links"), ("community", "0003_search")]
    operations = [
        migrations.CreateModel(
            name="TitleGram",
            fields=[
                ("gram", models.CharField(max_length=3, primary_key=True, serialize=False)),
                ("count", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name": "three letters of titles",
                "verbose_name_plural": "three letters of titles",
            },
        ),
        migrations.RunPython(make, drop),
    ]
