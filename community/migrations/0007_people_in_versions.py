"""Let versions say by id whom they credit: a name that somebody gives up must not live on in them."""

import unicodedata

from django.db import migrations


def fold(text):
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def names_to_ids(apps, schema_editor):
    Revision = apps.get_model("community", "Revision")
    Person = apps.get_model("people", "Person")
    ids = {name: pk for pk, name in Person.objects.order_by("-pk").values_list("pk", "folded_name")}
    for revision in Revision.objects.order_by("pk").iterator(500):
        credit = revision.fields.get("credit")
        if credit:
            # Who has no person of that name any more has another name now.
            found = [pk if isinstance(pk, int) else ids.get(fold(pk)) for pk in credit]
            revision.fields["credit"] = [pk for pk in found if pk]
            revision.save(update_fields=["fields"])


def ids_to_names(apps, schema_editor):
    Revision = apps.get_model("community", "Revision")
    names = dict(apps.get_model("people", "Person").objects.values_list("pk", "name"))
    for revision in Revision.objects.order_by("pk").iterator(500):
        if revision.fields.get("credit"):
            revision.fields["credit"] = [names[pk] for pk in revision.fields["credit"] if pk in names]
            revision.save(update_fields=["fields"])


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0006_talks_and_links"),
    ]

    operations = [migrations.RunPython(names_to_ids, ids_to_names)]
