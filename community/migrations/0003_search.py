"""The search index: a table of the database's own kind, which no model stands for (community/search.py)."""

from django.db import migrations

# No foreign key: the index follows the verbs of Contribution, and every answer is checked against its table.
MAKE = {
    "sqlite": [
        "CREATE VIRTUAL TABLE community_search USING fts5(kind, title, body, tokenize='unicode61', prefix='2 3 4')",
    ],
    "postgresql": [
        "CREATE TABLE community_search (contribution_id bigint PRIMARY KEY, kind varchar(20) NOT NULL, document tsvector NOT NULL)",
        "CREATE INDEX community_search_document ON community_search USING gin (document)",
    ],
}


def make(apps, schema_editor):
    for statement in MAKE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE community_search")


class Migration(migrations.Migration):
    dependencies = [("community", "0002_initial")]
    operations = [migrations.RunPython(make, drop)]
