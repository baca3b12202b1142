"""Lets lists of one order disagree aloud: the key of number and surname together; and what was wrong with rows taken."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the key `id_surname` to clues and to their stage, and notes to lists."""

    dependencies = [("intake", "0002_walls")]

    operations = [
        migrations.AddField("clue", "id_surname_key", models.BinaryField(null=True)),
        migrations.AddField("batch", "notes", models.JSONField(db_default={})),
        migrations.RunSQL(
            "alter table intake_stageclue add column id_surname_key bytea;", migrations.RunSQL.noop
        ),
    ]
