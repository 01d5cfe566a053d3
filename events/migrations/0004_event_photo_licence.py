from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0003_verbs_of_removal")]

    operations = [
        migrations.AddField(
            model_name="event",
            name="photo_licence",
            field=models.CharField(
                blank=True,
                choices=[
                    ("ask", "Ask me first (all rights reserved)"),
                    ("cc-by-4.0", "Use it, credit me (CC BY 4.0)"),
                    ("cc-by-sa-4.0", "Use it, credit me, share alike (CC BY-SA 4.0)"),
                    ("cc0-1.0", "Use it freely (CC0, public domain)"),
                ],
                max_length=20,
                verbose_name="licence of photos",
            ),
        ),
    ]
