"""Lets a clue leave its task when the decision that brought it there is taken back, and come again when it is decided anew."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Withdrawn subjects stay with their passes; of each clue one subject at most is asked."""

    dependencies = [("dispatch", "0012_reuse")]

    operations = [
        migrations.AddField("tasksubject", "withdrawn_at", models.DateTimeField(null=True)),
        migrations.AlterField("tasksubject", "clue_id", models.UUIDField()),
        migrations.AddConstraint(
            "tasksubject",
            models.UniqueConstraint(
                condition=models.Q(withdrawn_at__isnull=True), fields=("clue_id",), name="one_subject_a_clue"
            ),
        ),
    ]
