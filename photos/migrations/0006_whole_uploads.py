from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("photos", "0005_one_blur_at_a_time")]

    operations = [
        migrations.AddField(
            model_name="upload",
            name="sender",
            field=models.CharField(blank=True, db_index=True, editable=False, max_length=32),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=Q(completed_at=None, offset__lt=F("length"))
                | Q(completed_at__isnull=False, offset=F("length")),
                name="upload_complete_with_its_last_byte",
            ),
        ),
    ]
