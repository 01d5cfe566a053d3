from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("photos", "0004_place_in_the_gallery")]

    operations = [
        migrations.AddConstraint(
            model_name="blur",
            constraint=models.UniqueConstraint(
                condition=models.Q(("burnt_at", None)), fields=("photo",), name="blur_one_at_a_time"
            ),
        ),
    ]
